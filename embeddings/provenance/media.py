"""Where a text names news agencies, papers, broadcasters and platforms, and which names mean the same one; pure.

A medium is known by its name, by the noun that it ends with ("… News Agency", "… Gazette"), by what the text calls it
("the newspaper X", "X news agency") or by standing in the metadata. Whether it handed words on is another question,
which the words around it answer (``sourcing``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from embeddings.news import Span
from embeddings.provenance.mastheads import (
    AGENCIES,
    AGENCY_NOUNS,
    BEHIND_THE,
    KNOWN,
    NEVER_ALONE,
    NOUN,
    OPENING_NOUNS,
    PAPER,
    PLATFORMS,
    PRESS,
    SURNAMES,
    WORDS,
    core,
    initials,
    same,
)


class Form(StrEnum):
    """How a text refers to a medium."""

    NAME = "name"
    GENERIC = "generic"
    """"state media", "local television": a medium that stays without a name."""
    BACK = "back"
    """"the agency", "the paper": one that was named before."""
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Medium:
    """One mention of a medium; ``name`` is printed at ``span``, acronym and all, without "the" and "'s"."""

    span: Span
    name: str
    form: Form
    agency: bool = False


_PLATFORM = re.compile(
    r"\b(?:social (?:media )?(?:network|platform|site)|social media (?:service|app)|messaging (?:app|service|platform)"
    r"|microblogging (?:site|service|platform)|video platform) (?P<called>[A-Z]\w+(?: [A-Z]\w+)?)\b"
    rf"|\b(?P<name>{PLATFORMS})\b|\b(?:on|to|platform) (?P<x>X)\b(?! -)"
    r"|\b(?P<tweet>[Tt]weet(?:s|ed|ing)?)\b"
)

KIND = (
    r"(?:news|press) agency|news ?wire|wire service|news service|news (?:outlet|channel|website|site|portal|network)"
    r"|newspaper|broadcaster|television (?:channel|station|network)|TV (?:channel|station|network)|radio station"
    r"|(?:daily|weekly|monthly)(?: newspaper)?|magazine|tabloid|periodical"
)
_WORD = r"(?:St\.|[^\W\d_a-zà-ÿ][\w&.-]*(?<![.]))"
_RUN = rf"{_WORD}(?:(?: (?:of|de|du|di|del|della|la|le|el|and|&|the))? {_WORD}){{0,4}}"
_NEXT_WORD = re.compile(rf" {_WORD}")
_CALLED = re.compile(rf"\b(?P<kind>{KIND}) (?P<after>{_RUN})|(?P<before>{_WORD}(?: {_WORD}){{0,3}}) (?:{KIND})\b")
_GENERIC = re.compile(
    r"\b(?:media(?: outlets?)?(?! reports)|television|TV|radio|press|broadcasters?|news agenc(?:y|ies)|newspapers?"
    r"|news outlets?|(?:media|press|news) reports)\b"
)
_ADJECTIVE = (
    r"(?i:state(?:-run|-owned|-controlled|-backed)?|official|local|national|public|domestic|government|pro-government"
    r"|foreign|regional|semi-official|multiple|several|other|various|unconfirmed|independent)"
)
_GENERIC_BEFORE = re.compile(
    rf"(?:\b(?:[A-Z][\w.]*(?:'s)?|[Tt]he \w+'s|its|the country's) )?\b(?:{_ADJECTIVE}[ ,]+){{1,3}}\Z"
    r"|\b(?P<nation>[A-Z]\w+(?:ese|ian|ean|ish|ch|li|qi|ni)) \Z"
)
_BACK = re.compile(
    r"\b[Tt]he (?P<noun>(?:state |official |news )?agency|newswire|wire service|newspaper|paper|daily|weekly|magazine"
    r"|tabloid|broadcaster|network|channel|(?:TV |radio |television )?station|(?:news )?(?:outlet|website|site))"
    r"\b(?!['’]s (?:director|head|chief|spokes)| [A-Z])"
)
_BACK_REACH = 1_500
_AUTHORITY = re.compile(
    r"\b(?:[A-Z][\w.]+ )(?:Agency|Bureau|Administration|Authority|Service|Department)\b|\b(?:FBI|CIA|NSA|EPA)\b"
)
_FOR_AGENCY = re.compile("agency|wire")
_CAPITAL = re.compile(r"(?<![\w.-])(?:[A-ZÀ-Ý]|20 |60 |dpa\b)\w*")
_COMPOUND = re.compile(r"(?:-\w+)+")
_ACRONYM = re.compile(r",? (?:\(|or )(?P<letters>[A-Z][A-Za-z/]{1,8}[A-Z])(?:\)|(?=[,. ]))")
_NATION = re.compile(r"(?:ese|ian|ean|ish|ench|erman|reek|utch|raqi|raeli|ai|ani|ene|ic|ern|ss)$")
_STRAIGHT = str.maketrans("‘’", "''")
_TOLD = re.compile(r"\b(?:told|tells|telling|interview with|interview in|to|by|in) (?:the )?\Z")
_LEADING = frozenset(
    """
    A An And As At But For From In On Of The To While With When Speaking Citing Quoting According Meanwhile However
    Russian Chinese Iranian Israeli British French German Japanese Ukrainian State Official
    """.split()
)


_AGENCY_LIKE = re.compile(r"(?:Agency|Newswire|Wire|Service|Association|Press)$")


def _by_first_word(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Names by their first word, the longest first."""
    found: dict[str, list[str]] = {}
    for name in names:
        first = _CAPITAL.match(name)
        found.setdefault(first.group() if first else name, []).append(name)
    return {first: tuple(sorted(set(some), key=len, reverse=True)) for first, some in found.items()}


_KNOWN = _by_first_word(KNOWN)


def media(text: str, own: Sequence[str] = ()) -> list[Medium]:
    """Every mention of a medium in order, none inside another; ``own`` are names that the metadata gives."""
    plain = text.translate(_STRAIGHT)
    called = [*_called(plain)]
    named = [*_named(plain, _own_names(own))]
    new = {form for medium in (*called, *named) for form in _short(medium.name)} - {*own}
    if new:
        named = [*_named(plain, _own_names((*own, *new)))]
    found = [*named, *called, *_platforms(plain), *_generics(plain), *_backs(plain)]
    chosen: list[Medium] = []
    for medium in sorted(found, key=lambda one: (one.span.start, -one.span.end)):
        if chosen and medium.span.start < chosen[-1].span.end:
            continue
        if chosen and _describes(plain, chosen[-1], medium):
            chosen.pop()
        if not (chosen and _describes(plain, medium, chosen[-1])):
            chosen.append(medium)
    return chosen


def _describes(text: str, one: Medium, other: Medium) -> bool:
    """Whether the first says what the second is: "state media Xinhua", "Antara, the state news agency"."""
    if one.form is not Form.GENERIC or other.form is not Form.NAME:
        return False
    if one.span.end <= other.span.start:
        return text[one.span.end : other.span.start] in (" ", ", ", " the ")
    return text[other.span.end : one.span.start].strip(" ,") in ("", "the", "a", "an")


def _short(name: str) -> Iterator[str]:
    """The shorter names by which a text may go on to call one that it has introduced."""
    full, _, letters = name.partition(" (")
    if letters:
        yield letters.rstrip(")")
    short = NOUN.sub("", full)
    if letters:
        yield full
    if short != full and " " not in short and not _NATION.search(short):
        yield from (full, short)


def _own_names(own: Sequence[str]) -> dict[str, tuple[str, ...]]:
    forms = {form for name in own for form in (name, re.sub(r"^[Tt]he ", "", name)) if form.strip()}
    names = sorted(forms, key=len, reverse=True)
    return {first: tuple(n for n in names if n.split()[0] == first) for first in {n.split()[0] for n in names}}


def _named(text: str, own: dict[str, tuple[str, ...]]) -> Iterator[Medium]:
    """Known names, and unknown ones that end as names of media do."""
    people = {name for name in SURNAMES if re.search(rf"[A-Z][\w.]+ {name}\b(?! News)", text)}
    done = 0
    for match in _CAPITAL.finditer(text):
        start, word = match.start(), match.group()
        if start < done or word in people:
            continue
        name = _known(text, start, sorted((*own.get(word, ()), *_KNOWN.get(word, ())), key=len, reverse=True))
        span = _whole(text, start, name, done) if name else _ends_like_one(text, match, done)
        if span is None and _is_told(text, start, match.end(), word):
            span = Span(start, match.end())
        if span:
            yield _with_acronym(text, span)
            done = span.end


def _known(text: str, start: int, names: Iterable[str]) -> str | None:
    for name in names:
        end = start + len(name)
        if text.startswith(name, start) and not text[end : end + 1].isalnum() and not _goes_on(text, end):
            return name
    return None


def _whole(text: str, start: int, name: str, done: int) -> Span:
    """The known name, with the words before it where it is but the end of a longer one ("Orr Central News Agency")."""
    longer = _run_before(text, start, start + len(name), done) if name.endswith(AGENCY_NOUNS) else None
    return longer or Span(start, start + len(name))


def _goes_on(text: str, end: int) -> bool:
    return text[end : end + 1] in "-&" and text[end + 1 : end + 2].isalpha()


def _ends_like_one(text: str, match: re.Match[str], done: int) -> Span | None:
    """The run of capitalised words that this noun ends, where it is a name."""
    compound = _COMPOUND.match(text, match.end())
    end = compound.end() if compound else match.end()
    word = text[match.start() : end]
    for noun in AGENCY_NOUNS:
        if text.startswith(noun, match.start()):
            return _run_before(text, match.start(), match.start() + len(noun), done)
    weak = word in PAPER
    if word in OPENING_NOUNS and (named := _NEXT_WORD.match(text, end)):
        return Span(match.start(), named.end())
    if (word not in PRESS and not weak) or re.match(rf" {_WORD}(?!['’])", text[end : end + 20]) is not None:
        return _of(text, match) if word in PRESS and text.startswith(" of ", end) else None
    span = _run_before(text, match.start(), end, done)
    behind_the = text[max(0, span.start - 4) : span.start].lower() == "the " if span else False
    if span is None:
        the = text[max(0, match.start() - 4) : match.start()].lower() == "the "
        return Span(match.start(), end) if the and word not in NEVER_ALONE else None
    return span if not weak or behind_the else None


def _of(text: str, match: re.Match[str]) -> Span | None:
    named = re.compile(rf" of {_WORD}(?: {_WORD})?").match(text, match.end())
    return Span(match.start(), named.end()) if named and match.group() in ("Times", "Chronicle", "Radio") else None


def _run_before(text: str, start: int, end: int, done: int) -> Span | None:
    """From the first of the capitalised words before ``start`` to ``end``."""
    before = re.compile(rf"(?:{_WORD} ){{1,4}}\Z").search(text, max(done, start - 60), start)
    if not before:
        return None
    words = before.group().split()
    while words and words[0] in _LEADING:
        words = words[1:]
    return Span(start - len(" ".join(words)) - 1, end) if words else None


def _is_told(text: str, start: int, end: int, word: str) -> bool:
    if word in BEHIND_THE:
        return text[max(0, start - 4) : start].lower() == "the " and not re.match(r" [A-Z]", text[end : end + 2])
    if word not in WORDS:
        return False
    return bool(_TOLD.search(text, max(0, start - 20), start)) or text.startswith(" magazine", end)


def _with_acronym(text: str, span: Span, *, agency: bool = False) -> Medium:
    """The mention with the acronym that follows it in brackets."""
    acronym = _ACRONYM.match(text, span.end)
    name = span.cut(text)
    agency = agency or name.lower() in AGENCIES or _AGENCY_LIKE.search(name) is not None
    if acronym and (acronym.group().startswith(" (") or acronym.group("letters").lower() in initials(name)):
        name, span = f"{name} ({acronym.group('letters')})", Span(span.start, acronym.end())
    return Medium(span, name, Form.NAME, agency)


def _called(text: str) -> Iterator[Medium]:
    """Names that the text itself calls a newspaper, an agency or a broadcaster."""
    for match in _CALLED.finditer(text):
        part = "after" if match.group("after") else "before"
        words = match.group(part).split()
        while words and words[0] in _LEADING:
            words = words[1:]
        if not words or (len(words) == 1 and _NATION.search(words[0])):
            continue
        end = match.end(part)
        agency = re.search("agency|wire|service", match.group()) is not None
        yield _with_acronym(text, Span(end - len(" ".join(words)), end), agency=agency)


def _platforms(text: str) -> Iterator[Medium]:
    for match in _PLATFORM.finditer(text):
        part = str(match.lastgroup)
        yield Medium(Span(*match.span(part)), "Twitter" if part == "tweet" else match.group(part), Form.PLATFORM)
        if part == "called":
            for again in re.finditer(rf"\b{re.escape(match.group(part))}\b", text):
                yield Medium(Span(*again.span()), again.group(), Form.PLATFORM)


def _generics(text: str) -> Iterator[Medium]:
    for match in _GENERIC.finditer(text):
        near = max(0, match.start() - 50)
        before = _GENERIC_BEFORE.search(text[near : match.start()])
        start = near + before.start() if before else match.start()
        if before or match.group().endswith("reports"):
            span = Span(start, match.end())
            yield Medium(span, re.sub(r"^[Tt]he ", "", span.cut(text)), Form.GENERIC)


def _backs(text: str) -> Iterator[Medium]:
    for match in _BACK.finditer(text):
        yield Medium(Span(*match.span()), match.group("noun"), Form.BACK)


def in_full(text: str, mentions: Sequence[Medium], own: Sequence[str]) -> list[Medium]:
    """Every mention under the fullest name that the article has for its medium; what goes back to none is left out."""
    named = [*own, *(medium.name for medium in mentions if medium.form is Form.NAME)]
    found: list[Medium] = []
    for medium in mentions:
        if medium.form is Form.BACK:
            found += _gone_back_to(text, medium, found)
            continue
        earlier = next((one for one in reversed(found) if same(one.name, medium.name)), None)
        name = earlier.name if earlier else _fullest(medium.name, named)
        found.append(Medium(medium.span, name, medium.form, medium.agency or bool(earlier and earlier.agency)))
    return found


def _gone_back_to(text: str, medium: Medium, before: Sequence[Medium]) -> Iterator[Medium]:
    """The last of its kind before "the agency" or "the paper", unless an authority may be meant."""
    agency = bool(_FOR_AGENCY.search(medium.name))
    for one in reversed(before):
        if one.form is not Form.PLATFORM and (one.agency == agency or one.form is Form.GENERIC):
            between = text[one.span.end : medium.span.start]
            if len(between) < _BACK_REACH and not (medium.name == "agency" and _AUTHORITY.search(between)):
                yield Medium(medium.span, one.name, one.form, one.agency)
            return


def _fullest(name: str, named: Sequence[str]) -> str:
    return max((one for one in named if core(name) & core(one) or _short_of(name, one)), key=len, default=name)


def _short_of(name: str, full: str) -> bool:
    return NOUN.sub("", full).lower() == name.lower()
