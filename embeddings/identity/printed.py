"""A printed name taken apart, and whether two such names can be one speaker's; pure.

Two people are never taken for one on a shared surname: what is printed without a given name, "Mr. Lavrov", means only
itself. Documents and people without a name, "officials", mean somebody else in every article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from embeddings.identity.countries import COUNTRIES, countries_named
from embeddings.identity.spellings import (
    GIVEN_NAMES,
    IBERIAN_GIVEN,
    IBERIAN_SURNAMES,
    VARIANTS,
    east_asian,
    from_arabic,
    from_cyrillic,
    given_names,
    is_arabic,
    is_slavic,
    plain,
    plain_spellings,
    surname_first,
)
from embeddings.identity.titles import (
    ALSO_GIVEN,
    ARTICLES,
    BODY_WORDS,
    DEGREES,
    DOCUMENTS,
    FIRM,
    FLIPPED,
    NOBODY,
    OFFICES,
    PARTICLES,
    REGNAL,
    ROLE_WORDS,
    SUFFIXES,
)
from embeddings.news import Nature


class Form(StrEnum):
    """What a printed name is: a person's in full or in part, a body's, or none that holds beyond its article."""

    FULL = "full"
    BARE = "bare"
    BODY = "body"
    LOOSE = "loose"


@dataclass(frozen=True, slots=True)
class Name:
    """A printed name taken apart; two that share none of their ``keys`` are not one speaker's.

    ``givens`` and ``surnames`` are in folded spellings, ``second`` is the other surname of a Spanish name. A king's or
    a pope's number is his ``suffix``. The ``title`` before it and the plain ``words`` that it is
    printed with make it no other name.
    """

    form: Form
    keys: frozenset[str]
    givens: frozenset[str] = frozenset()
    surnames: frozenset[str] = frozenset()
    middles: tuple[str, ...] = ()
    second: str = ""
    suffix: str = ""
    regnal: bool = False
    acronym: str = ""
    title: tuple[str, ...] = field(default=(), compare=False)
    words: tuple[str, ...] = field(default=(), compare=False)


class _Parts(NamedTuple):
    """The first fields of a whole name."""

    keys: frozenset[str]
    givens: frozenset[str]
    surnames: frozenset[str] = frozenset()
    middles: tuple[str, ...] = ()
    second: str = ""


_GLUED = str.maketrans("“”„«»\xa0‐‑", '""""" --')
_UNUSUAL = re.compile(r'[("\[_.]')
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_NICKNAME = re.compile(r"\s\"[^\"]+\"(?=\s)")
_OWNED = re.compile(r"['’]s?$")
_INITIALS = re.compile(r"(?<![^\W\d_])((?:[A-Z]\.\s?){2,})")
_ACRONYM = re.compile(r"[A-Z][A-Z&]{1,7}")
_SIMPLE = re.compile(r"[A-Z][a-z]+ (?:[A-Z]\.? )?[A-Z][a-z]+")
_JOINED = frozenset(("and", "or", "&"))
_PREPOSITIONS = frozenset("for in at from on with to by inside among like within behind as than against near".split())
_INDEFINITE = frozenset("a an one some several many other another both two three these those most all few".split())
_SPELT = {
    "defence": "defense", "centre": "center", "labour": "labor", "programme": "program", "organisation": "organization",
}  # fmt: skip
_SMALL = frozenset("of the for and".split())
_SON_OF = frozenset(("bin", "ibn", "ben"))
_SERVANT_OF = frozenset(("abdel", "abdul", "abd"))
_SURNAME_ONLY = frozenset("bin de di von".split())
"""Particles that begin no given name, as "Van" and "Le" may."""
_TELLING = (
    frozenset().union(
        ALSO_GIVEN,
        ARTICLES,
        BODY_WORDS,
        DEGREES,
        DOCUMENTS,
        FIRM,
        IBERIAN_SURNAMES,
        NOBODY,
        PARTICLES,
        ROLE_WORDS,
        SUFFIXES,
    )
    | _SERVANT_OF
    | _INDEFINITE
    | {"the"}
)
"""Words that may make a name something else than given names and a surname."""


@lru_cache(maxsize=100_000)
def parse(printed: str, nature: Nature | None = None) -> Name:
    """The parts of a printed name; without ``nature`` its words tell whether it is a person's or a body's."""
    if nature in (Nature.DOCUMENT, Nature.UNNAMED):
        return _loose(printed)
    if nature in (Nature.PERSON, None) and _SIMPLE.fullmatch(printed):
        # Most names are simple, and there are many of them.
        small = tuple(printed.replace(".", "").lower().split())
        if _TELLING.isdisjoint(small):
            return Name(Form.FULL, *_whole(printed.replace(".", "").split()), words=small)
    words = _words(printed)
    if _is_loose(words):
        return _loose(printed)
    if nature in (Nature.GROUP, Nature.MEDIUM):
        return _body(words, printed)
    title, rest = _without_title(words)
    if not rest:
        return _loose(printed)
    if nature is None and _is_body(words, rest):
        return _body(words, printed)
    return _person(rest, title)


def fits(one: Name, other: Name) -> bool:
    """Whether two names with a common key can be one speaker's, who bears no name that contradicts."""
    if one.form is Form.BODY:
        return not contradict(one, other)
    # A junior always says so, while King Charles III is called King Charles.
    return not contradict(one, other) and (one.regnal or bool(one.suffix) == bool(other.suffix))


def contradict(one: Name, other: Name) -> bool:
    """Whether two names, however near, cannot be one speaker's: John A. and John B., Christopher and Christine."""
    if one.form is Form.BODY:
        return not (one.givens & other.givens or _abbreviates(one, other) or _abbreviates(other, one))
    if one.suffix and other.suffix and one.suffix != other.suffix:
        return True
    if one.second and other.second and one.second != other.second:
        return True
    return not (one.givens & other.givens) or any(map(_other_middle, one.middles, other.middles))


def _other_middle(one: str, other: str) -> bool:
    return not (one.startswith(other) or other.startswith(one)) if 1 in (len(one), len(other)) else one != other


def _abbreviates(one: Name, other: Name) -> bool:
    return bool(one.acronym) and f"initials {one.acronym}" in other.keys


def _loose(printed: str) -> Name:
    return Name(Form.LOOSE, frozenset((f"loose {printed}",)), words=_plain_words(printed.split()))


def _disowned(word: str) -> str:
    """The word without the 's of an owner."""
    return _OWNED.sub("", word) if "'" in word or "’" in word else word


def _plain_words(words: Iterable[str]) -> tuple[str, ...]:
    """The words in plain letters, with nothing that owns and no article at their head."""
    small = tuple(filter(None, map(plain, map(_disowned, words))))
    return small[1:] if len(small) > 1 and small[0] in ("the", "a", "an") else small


def _words(printed: str) -> list[str]:
    """The words as printed, without brackets, nicknames and what follows a comma but belongs to no name."""
    text = printed if printed.isascii() else printed.translate(_GLUED)
    if _UNUSUAL.search(text):
        text = _NICKNAME.sub("", _BRACKETS.sub(" ", text)).replace('"', " ").replace("_", " ")
        text = _INITIALS.sub(lambda match: match.group().replace(".", "").replace(" ", "") + " ", text)
    before, _, after = text.partition(",")
    words, behind = ([word for word in part.split() if plain(word).strip("-")] for part in (before, after))
    if _JOINED & set(behind) and behind[0][0].isupper() and plain(behind[0]) not in ROLE_WORDS:
        # More names follow: the words are several people's.
        return []
    if behind:
        ending = plain(behind[0].strip(","))
        if ending in SUFFIXES:
            words.append(behind[0].strip(","))
        elif len(words) == 1 and len(behind) <= 2 and behind[0][0].isupper() and ending not in ROLE_WORDS | DEGREES:
            words = [*behind, *words]
    if words:
        words[-1] = _disowned(words[-1]) or words[-1]
    return words


def _is_loose(words: list[str]) -> bool:
    """Whether these words name nobody: "officials", "a source", "the Russian side", "the statement"."""
    named = words[1:] if words[:1] == ["The"] else words
    if not any(word[0].isupper() for word in named) or words[0].lower() in _INDEFINITE or _is_about(words):
        return True
    last = plain(words[-1])
    small = words[-1][0].islower() and words[-1].partition("-")[0] not in ARTICLES
    return last in NOBODY or last in DOCUMENTS or (small and last not in BODY_WORDS)


def _is_about(words: list[str]) -> bool:
    """Whether these words only speak of a name: "spokesman for Clinton", "critics of Trump"."""
    for place, (before, word) in enumerate(pairwise(("", *words))):
        if word in _PREPOSITIONS or word == "of":
            if before.islower() and plain(before) not in ROLE_WORDS:
                return True
            if word != "of" and not any(other[0].isupper() for other in words[:place] if other != "The"):
                return True
    return False


def _without_title(words: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """What stands before a person's name, in plain words, and the name itself with its suffix."""
    end = len(words) - 1
    while end > 0 and plain(words[end]) in SUFFIXES:
        end -= 1
    start = 0
    for place, word in enumerate(words[: end + 1]):
        small = plain(_disowned(word))
        if small == "of" and place > start:
            return tuple(map(plain, words[:start])), words[start:place]
        if small in _JOINED and place > start:
            return (), []
        office = place == start and "of" in words[:place] and (small in OFFICES or small in COUNTRIES)
        if (office and place < end) or _before_name(word, small, words[start:place], left=end - place):
            start = place + 1
    return tuple(map(plain, words[:start])), words[start:]


def _before_name(word: str, small: str, name: list[str], *, left: int) -> bool:
    """Whether a word, with ``left`` more to come, belongs to what stands before a name and not to the name."""
    first, _, last = small.rpartition("-")
    if last in ROLE_WORDS:
        return left > 0 or not name
    if small in ALSO_GIVEN:
        return left > 1 and not name
    if not left or {first, small} & (PARTICLES | ARTICLES):
        return False
    return word[0].islower() or small == "the" or _disowned(word) is not word


def _is_body(words: list[str], name: list[str]) -> bool:
    """Whether words are a body's name: "Bank of England", but not "police spokeswoman Ingrid Malmo"."""
    if plain(words[-1]) in FIRM or any(plain(word) in BODY_WORDS for word in name):
        return True
    if len(name) == 1 and _ACRONYM.fullmatch(name[0]):
        return True
    before = [plain(word) for word in words[: len(words) - len(name)]]
    return any(word in BODY_WORDS for word in before) and not any(word in ROLE_WORDS for word in before)


def _body(words: list[str], printed: str) -> Name:
    """A body, known by its words and by its initials."""
    small = [plain(_disowned(word)) for word in words]
    first = next((i for i, word in enumerate(words) if word[0].isupper() and small[i] != "the"), 0)
    named = countries_named(tuple(_SPELT.get(word, word) for word in small[first:]))
    named = tuple(word for word in named if word not in _SMALL)
    while len(named) > 1 and named[-1] in FIRM:
        named = named[:-1]
    if len(named) == 3 and named[1:] == ("news", "agency") and named[0] not in COUNTRIES:
        named = named[:1]
    if FLIPPED & set(named):
        # "Ministry of Foreign Affairs" is the Foreign Ministry.
        named = tuple(sorted(set(named) - ({"affairs"} if "foreign" in named else set())))
    key = "body " + " ".join(named)
    acronyms = {f"initials {text.lower()}" for text in _BRACKETS.findall(printed) if _ACRONYM.fullmatch(text)}
    acronyms |= {f"initials {letters}" for letters in _initials(words[first:])}
    acronym = words[-1].lower() if len(words[first:]) == 1 and _ACRONYM.fullmatch(words[-1]) else ""
    return Name(
        Form.BODY, frozenset((key, *acronyms)), frozenset((key,)), acronym=acronym, words=_plain_words(words[first:])
    )


def _initials(words: list[str]) -> set[str]:
    """The letters by which a body's name may be known, or the one word if it is such letters itself."""
    parts = [part for word in words for part in word.split("-") if part and plain(part) not in _SMALL | {"the"}]
    if len(parts) == 1:
        return {parts[0].lower()} if _ACRONYM.fullmatch(parts[0]) else set()
    letters = "".join(part[0].lower() for part in parts)
    return {letters} if len(letters) > 2 and all(part[0].isupper() for part in parts) else set()


def _person(words: list[str], title: tuple[str, ...]) -> Name:
    """A person's name: whole, or no more than a surname."""
    printed = _plain_words(words)
    words, suffix = _without_suffix(words)
    parts = _joined(words)
    if len(parts) > 2 and len(parts[0]) == 1:
        parts = parts[1:]
    if title and title[-1] in REGNAL and (len(parts) == 1 or title[-1] == "pope" or suffix.startswith("i")):
        name = " ".join(map(plain, parts))
        found = _Parts(frozenset((f"{title[-1]} {name}",)), frozenset((name,)))
    elif _is_bare(parts):
        key = frozenset((" ".join(("bare", *title, *map(plain, parts), suffix)),))
        surnames = frozenset(map(plain, parts if len(parts[0]) > 1 else parts[1:]))
        return Name(Form.BARE, key, key, surnames, suffix=suffix, title=title, words=printed)
    else:
        found = _whole(parts)
    return Name(Form.FULL, *found, suffix=suffix, regnal=not found.surnames, title=title, words=printed)


def _without_suffix(words: list[str]) -> tuple[list[str], str]:
    suffix = ""
    while len(words) > 1 and (ending := plain(words[-1])) in SUFFIXES.keys() | DEGREES:
        suffix = SUFFIXES.get(ending, suffix)
        words = words[:-1]
    return words, suffix


def _joined(words: list[str]) -> list[str]:
    """The parts of a name, one for each given name and surname: particles with what follows, hyphens apart."""
    parts: list[str] = []
    pending = ""
    shouted = all(word.isupper() for word in words)
    pieces = [piece for word in words for piece in word.split("-") if plain(piece)]
    for place, piece in enumerate(pieces):
        small, left = plain(piece), len(pieces) - place - 1
        if small in ARTICLES and left and (parts or pending or piece.islower()):
            if parts and parts[-1].startswith("bin"):
                # After the father's name comes that of the house: bin Salman Al Saud.
                break
        elif small in PARTICLES and left and (parts or piece.islower() or (left == 1 and small in _SURNAME_ONLY)):
            pending += "bin" if small in _SON_OF else small
        elif small in _SERVANT_OF and left:
            pending += "abdel"
        elif parts and left and not shouted and 1 < len(small) < 4 and piece.isupper():
            parts.extend(small)
        else:
            parts.append(pending + piece)
            pending = ""
    return parts


def _is_bare(parts: list[str]) -> bool:
    """Whether parts are no more than a surname, a double one maybe, or a surname with an initial."""
    if len(parts) == 1 or (len(parts) == 2 and len(parts[0]) == 1):
        return True
    return len(parts) == 2 and plain(parts[0]) in IBERIAN_SURNAMES


def _whole(parts: list[str]) -> _Parts:
    """The parts of a person's whole name."""
    small = tuple(map(plain, parts))
    eastern = _eastern(small)
    if eastern and len(small) > 2:
        return eastern
    if len(parts) == 2 and surname_first(*small):
        parts, small = parts[::-1], small[::-1]
    western = _western(parts, small)
    if not eastern:
        return western
    keys, givens, surnames = (one | other for one, other in zip(western[:3], eastern[:3], strict=True))
    return western._replace(keys=keys, givens=givens, surnames=surnames)


def _western(parts: list[str], small: tuple[str, ...]) -> _Parts:
    """A name with the given name first, by which alone or with the second its bearer is called."""
    given, *between, surname = small
    middles, second = tuple(between), ""
    spoken, surnames = {*plain_spellings(parts[0])}, {*plain_spellings(parts[-1])}
    if middles and len(middles[0]) > 1 and (middles[0] not in GIVEN_NAMES or VARIANTS.get(given) == "mohammed"):
        # The second may be the one that is used: Recep Tayyip Erdogan, Mohammad Javad Zarif.
        spoken.add(middles[0])
    first = _first_surname(middles) if given in IBERIAN_GIVEN else None
    if first is not None:
        spoken.add(middles[first])
        surnames.add(middles[first])
        middles, second = middles[:first], surname
    givens, keys = _spelt(spoken, surnames)
    # Some print a name of two syllables apart, with a hyphen or as one word.
    keys |= {"joined " + "".join(small)}
    return _Parts(keys, givens, frozenset(surnames), middles, second)


def _first_surname(middles: tuple[str, ...]) -> int | None:
    """Where the first of two surnames stands, as in Andrés Manuel López Obrador."""
    for place, word in enumerate(middles):
        if len(word) > 1 and word not in GIVEN_NAMES and word not in IBERIAN_GIVEN:
            return place
    return None


def _spelt(spoken: set[str], surnames: set[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Given names and keys in every spelling that the name's looks allow."""
    givens: set[str] = set()
    keys: list[str] = []
    for name in spoken:
        folded = given_names(name)
        givens |= folded
        keys += [f"{given}|{surname}" for given in folded for surname in surnames]
        for surname in surnames:
            if is_slavic(name, surname):
                givens.add("cyrillic " + from_cyrillic(name))
                keys.append(f"cyrillic {from_cyrillic(name)}|{from_cyrillic(surname)}")
            if is_arabic(name):
                givens.add("arabic " + from_arabic(name))
                keys.append(f"arabic {from_arabic(name)}|{from_arabic(surname)}")
    return frozenset(givens), frozenset(keys)


def _eastern(small: tuple[str, ...]) -> _Parts | None:
    """A Korean or Chinese name, in whichever order it is printed, if these can be one."""
    readings = [small] if small[0] in GIVEN_NAMES else [small, (small[-1], *small[:-1])]
    found = {words[0]: folded for words in readings if (folded := east_asian(words))}
    if not found:
        return None
    keys = frozenset(f"{surname}|{given}" for surname, given in found.values())
    return _Parts(keys, frozenset(given for _, given in found.values()), frozenset(found))
