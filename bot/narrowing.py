"""What narrows a request: outlets and days, in the filter language ("in:CPA since:2023") or in plain English; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import WRatio

from bot.errors import BadCommand
from bot.talk import Narrowing
from embeddings import Days, dated_words

ANYTHING = Narrowing()
LONGEST = 9
"""So many words at most make a date or the names of outlets."""
SINCE = frozenset(("since", "from"))
BEFORE = frozenset(("before",))
UNTIL = frozenset(("until", "till"))
WITHIN = frozenset(("on", "in", "during", "over", "within", "throughout"))
DATE_WORDS = SINCE | BEFORE | UNTIL | WITHIN | {"after", "between"}
DATE_KEYS = SINCE | BEFORE | UNTIL | {"after", "on", "in", "during", "date", "to"}
OUTLET_KEYS = frozenset(("in", "from", "outlet", "outlets", "source", "sources", "via", "agency"))
_STRAIGHT = str.maketrans("“”„«»‟＂", '"""""""')
_OPENS = re.compile(r'"[^"]*"|(?<!\S)(?P<key>[A-Za-z]+):(?!//)')
_VALUE = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+(?:\s+(?![A-Za-z]+:(?!//))[^\s"]+){0,5}))')
_JOINED = re.compile(r"\s*(?:,|;|&|\+|/|\b(?:and|or|plus)\b)\s*(?:(?:and|or)\s+)?")
_BARE = re.compile(r"last|this|past|previous|yesterday|today|tonight|the (?:last|past|previous|day)|.* ago$")
_EDGES = " ,.;:?!()"
_KEYED = re.compile(r'"[^"]*"|(?<!\S)(?P<key>[A-Za-z]{2,}):(?=[^\W_])(?!//)')
_OTHER_FILTERS = frozenset(
    """
    about after author before by byline category country date from in kind kinds lang language name outlet region
    section since source speaker tag topic type until
    """.split()
)
_ONLY = re.compile(
    r"(?:only|just)\s+(?:(?:in|from|by|at|via)\s+)?(?P<behind>.+)|(?:(?:in|from|by|at|via)\s+)?(?P<before>.+?)\s+(?:only|alone)",
    re.IGNORECASE,
)
_BOUND = re.compile(r"(?:since|after|before|until|till|between)\s", re.IGNORECASE)
_IN_OUTLET = re.compile(r"(?:(?:in|from|by|at|via)\s+)?(?P<outlet>.+)", re.IGNORECASE)
_ONLY_NAME = re.compile(
    r"[?!.;]\s*(?:and\s+)?(?:only|just)\s+(?P<what>(?:(?!\w+ing\b)[\w.'’&-]+\s*){1,3})[?!.]*$", re.IGNORECASE
)
_DENIED = re.compile(r"(?:\bnot|n['’]t|\bnever|\bthan|\bsaid|\bif)$", re.IGNORECASE)
_CLOSED = ".?!"
_SHORTEST_SLIP, _LONG = 5, 10
_ALIKE = 60


def straight(text: str) -> str:
    """The text with every double quotation mark straight, each character in its place."""
    return text.translate(_STRAIGHT)


# Outlets.


def plain(name: str) -> str:
    """A name without regard to case, accents, punctuation and a leading "the"."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"[^\w\s]|_", " ", re.sub(r"[.'’]", "", folded)).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


@lru_cache(maxsize=8)
def _by_plain(sources: frozenset[str]) -> Mapping[str, str]:
    return {plain(source): source for source in sorted(sources, reverse=True) if plain(source)}


def outlet(words: str, sources: frozenset[str], *, slips: bool = True, loosely: bool = False) -> str | None:
    """The source on file that these words name, a slip of the pen forgiven; ``loosely`` by its first words alone.

    Its last words name it, too, where no other ends in them: "the Ledger" for The Port Averel Ledger. Its first may be
    a place ("in Port Averel").
    """
    if words in sources:
        return words
    named, asked = _by_plain(sources), plain(words)
    if not asked:
        return None
    if asked in named:
        return named[asked]
    most = (1 if len(asked) < _LONG else 2) if slips and len(asked) >= _SHORTEST_SLIP else 0
    near = {name for name in named if most and OSA.distance(asked, name, score_cutoff=most) <= most}
    begun = {name for name in named if loosely and name.startswith(f"{asked} ")}
    ended = {name for name in named if len(asked) >= _SHORTEST_SLIP and name.endswith(f" {asked}")}
    only = near or ended or begun
    return named[only.pop()] if len(only) == 1 else None


def outlets(words: str, sources: frozenset[str], *, slips: bool = True, loosely: bool = False) -> tuple[str, ...]:
    """The sources that these words name, one or several joined by "and", "or" or a comma; none unless all are."""
    whole = outlet(words, sources, slips=slips, loosely=loosely)
    if whole:
        return (whole,)
    parts = [outlet(part, sources, slips=slips, loosely=loosely) for part in _JOINED.split(words) if part.strip()]
    return tuple(dict.fromkeys(part for part in parts if part)) if len(parts) > 1 and all(parts) else ()


def no_outlet(words: str, sources: frozenset[str], *, example: str) -> BadCommand:
    """That no outlet of this name is on file, with those alike and an example."""
    if not sources:
        return BadCommand(f"No outlet is on file yet, so “{words}” cannot be one. Ask without it: `{example}`")
    named = _by_plain(sources)
    near = process.extract(plain(words), list(named), scorer=WRatio, limit=3, score_cutoff=_ALIKE)
    alike = [named[name] for name, _, _ in near]
    meant = f"did you mean {_listed(alike, 'or')}?" if alike else f"there is {_listed(sorted(sources)[:5], 'and')}."
    return BadCommand(f"No outlet, agency or carrier “{words}” is on file: {meant} This works: `{example}`")


def _listed(names: Sequence[str], last: str) -> str:
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


# Days.


def days_of(words: str, *, asked: date) -> Days | None:
    """The days that the words name when they are an expression of time and nothing else."""
    words = words.strip(_EDGES)
    for opening in ("in ", "on ", ""):
        text = f"{opening}{words}"
        found = dated_words(text, asked=asked)
        if len(found) != 1:
            continue
        before, after = text[: found[0].span.start], text[found[0].span.end :]
        if before.strip().lower() in ("", opening.strip(), f"{opening}the".strip(), "the") and not after.strip():
            return found[0].days
    return None


def period(words: str, *, asked: date) -> Narrowing | None:
    """What "since June", "between March and May" or "last week" narrows to; None when it is no such thing."""
    words = words.strip(_EDGES).lower()
    word, _, rest = words.partition(" ")
    if word in ("between", "from") and rest:
        found = dated_words(words, asked=asked)
        if len(found) == 1 and found[0].span == (len(word) + 1, len(words)) and found[0].days.last:
            return narrowed("on", found[0].days)
    if word in DATE_WORDS:
        days = days_of(rest, asked=asked)
        # What is "from yesterday" is no newer than that.
        return narrowed("on" if word == "from" and _BARE.match(rest) else word, days) if days else None
    if _BARE.match(words):
        days = days_of(words, asked=asked)
        return narrowed("on", days) if days else None
    return None


def narrowed(word: str, days: Days) -> Narrowing:
    """The days as a word bounds them; "before 2024" ends with 2023, "until 2024" with that year."""
    first, after = days.first, days.last and _next(days.last)
    if word in SINCE:
        return Narrowing(since=first)
    if word == "after":
        return Narrowing(since=after)
    if word in BEFORE:
        return Narrowing(before=first)
    if word in UNTIL | {"to"}:
        return Narrowing(before=after)
    return Narrowing(since=first, before=after)


def _next(day: date) -> date | None:
    return None if day == date.max else day + timedelta(days=1)


def both(one: Narrowing, other: Narrowing, *, example: str) -> Narrowing:
    """What passes both; raises BadCommand when no day does."""
    since = max(filter(None, (one.since, other.since)), default=None)
    before = min(filter(None, (one.before, other.before)), default=None)
    if since and before and since >= before:
        raise BadCommand(f"No day is both since {since} and before {before}. This works: `{example}`")
    return Narrowing(outlets=tuple(dict.fromkeys((*one.outlets, *other.outlets))), since=since, before=before)


def over(narrowing: Narrowing, newer: Narrowing) -> Narrowing:
    """The newer outlets in the place of the older ones, and the newer days in the place of the older ones."""
    if newer.outlets:
        narrowing = replace(narrowing, outlets=newer.outlets)
    if newer.since or newer.before:
        narrowing = replace(narrowing, since=newer.since, before=newer.before)
    return narrowing


# The filter language.


@dataclass(frozen=True, slots=True)
class Taken:
    """A text without its filters: what is left of it, and to what they narrow."""

    rest: str
    narrowing: Narrowing = ANYTHING


def take(text: str, *, sources: frozenset[str], asked: date, example: str) -> Taken:
    """Take "in:CPA" and "since:2023" out of a text; raises BadCommand.

    What stands between quotation marks, and a word with a colon that is no filter, is left as it is.
    """
    rest, narrowing, end = "", Narrowing(), 0
    for start, after, one in _filters(straight(text), sources, asked, example):
        rest, end = _closed(rest, text[end:start]) if end else text[:start], after
        narrowing = both(narrowing, one, example=example)
    return Taken((_closed(rest, text[end:]) if end else text).strip(), narrowing)


def take_ends(text: str, *, sources: frozenset[str], asked: date, example: str) -> Taken:
    """Take "only CPA" and "since June" off both ends of a text, where their form makes them filters; raises BadCommand.

    Other dates and outlets in plain English are left as they are: the archive reads them itself.
    """
    rest, narrowing, shortened = text.strip(), ANYTHING, True
    while shortened and rest:
        shortened = False
        for cut in (_last, _first):
            found = cut(rest, sources, asked)
            if found:
                rest, shortened = found.rest, True
                narrowing = both(narrowing, found.narrowing, example=example)
    unknown = _ONLY_NAME.search(rest)
    if unknown and not re.search(r"\bsince\b|\bbefore\b", unknown.group(), re.IGNORECASE):
        raise no_outlet(unknown.group("what").strip(), sources, example=example)
    return Taken(rest, narrowing)


def _last(text: str, sources: frozenset[str], asked: date) -> Taken | None:
    """The text without the filter that it ends with."""
    words = list(re.finditer(r"\S+", text))
    for word in words[-LONGEST:]:
        before = re.sub(r"(?:\s+and|[,;:(–—-])+$", "", text[: word.start()].rstrip())
        narrowing = _edge(text[word.start() :], sources, asked, closed=not before or before[-1] in _CLOSED, last=True)
        if narrowing and not _DENIED.search(before):
            asks = text.rstrip().endswith("?") and before[-1:].isalnum()
            return Taken(f"{before}?" if asks else before, narrowing)
    return None


def _first(text: str, sources: frozenset[str], asked: date) -> Taken | None:
    """The text without the filter that it begins with."""
    words = list(re.finditer(r"\S+", text))[:LONGEST]
    for word in reversed(words):
        said = text[: word.end()]
        after = re.sub(r"^[\s,;:–—-]+", "", text[word.end() :])
        narrowing = _edge(said, sources, asked, closed=said[-1] in f"{_CLOSED},:" or not after, last=False)
        if narrowing:
            return Taken(after, narrowing)
    return None


def _edge(words: str, sources: frozenset[str], asked: date, *, closed: bool, last: bool) -> Narrowing | None:
    """To what these words narrow when they are a filter: any date or outlet by itself, else only what is clear."""
    said = words.strip(_EDGES)
    only = _ONLY.fullmatch(said)
    if only:
        what = only.group("behind") or only.group("before")
        named = outlets(what, sources, loosely=True)
        return Narrowing(outlets=named) if named else period(what, asked=asked)
    bound = _BOUND.match(said)
    if bound and (closed or not last or said.lower().startswith("since")):
        return period(said, asked=asked)
    leads = last or words.endswith(":") or said.lower().startswith(("in ", "from "))
    named = outlets(_IN_OUTLET.sub(r"\g<outlet>", said), sources, slips=False) if closed and leads else ()
    return Narrowing(outlets=named) if named else None


def unknown_filter(text: str) -> str | None:
    """The first word in front of a colon that looks like a filter, as in "lang:fr"."""
    for found in _KEYED.finditer(straight(text)):
        key = found.group("key") or ""
        if key.lower() in _OTHER_FILTERS or (key and key == key.lower()):
            return key.lower()
    return None


def _closed(before: str, after: str) -> str:
    """Two pieces of a text joined where something was taken out from between them."""
    before, after = before.rstrip(), after.lstrip()
    if not before:
        return after.lstrip(",.;: ")
    return f"{before} {after}" if after and after[0] not in ",.?!;" else before + after


def _filters(text: str, sources: frozenset[str], asked: date, example: str) -> Iterator[tuple[int, int, Narrowing]]:
    """Where each filter begins and ends, and to what it narrows."""
    place = 0
    while opened := _OPENS.search(text, place):
        place, key = opened.end(), (opened.group("key") or "").lower()
        value = _VALUE.match(text, place) if key in DATE_KEYS | OUTLET_KEYS else None
        if value is None:
            continue
        read = _read_value(key, value, sources, asked)
        if read is not None:
            place = read[0]
            yield opened.start(), *read
        elif not text[place].isspace():
            words = value.group("quoted") or value.group("plain").split()[0]
            raise _not_read(key, words, sources, example)


def _read_value(key: str, value: re.Match[str], sources: frozenset[str], asked: date) -> tuple[int, Narrowing] | None:
    """Where the value ends and to what it narrows, as many words of it as make sense."""
    if value.group("quoted") is not None:
        narrowing = _narrowing_of(key, value.group("quoted"), sources, asked)
        return (value.end(), narrowing) if narrowing else None
    ends = [match.end() for match in re.finditer(r"\S+", value.group("plain"))]
    for end in reversed(ends):
        words = value.group("plain")[:end].rstrip(_EDGES)
        narrowing = _narrowing_of(key, words, sources, asked) if words else None
        if narrowing:
            return value.start("plain") + len(words), narrowing
    return None


def _narrowing_of(key: str, words: str, sources: frozenset[str], asked: date) -> Narrowing | None:
    if key in OUTLET_KEYS and (named := outlets(words, sources, loosely=True)):
        return Narrowing(outlets=named)
    if key in DATE_KEYS:
        try:
            day = date.fromisoformat(words)
            return narrowed(key, Days(day, day))
        except ValueError:
            days = days_of(words, asked=asked)
            return narrowed(key, days) if days else None
    return None


def _not_read(key: str, words: str, sources: frozenset[str], example: str) -> BadCommand:
    if key in OUTLET_KEYS:
        return no_outlet(words, sources, example=example)
    return no_date(words, word=f"{key}:", example=example)


def no_date(words: str, *, word: str, example: str) -> BadCommand:
    """That no date was found where one belongs, with an example."""
    return BadCommand(
        f"No date could be read in “{word} {words}”: write 2024, 2024-05, 2024-05-03, June or last week. "
        f"This works: `{example}`"
    )


def said_narrowing(narrowing: Narrowing) -> Iterator[str]:
    """The narrowing in the filter language, piece by piece."""
    since, before = narrowing.since, narrowing.before
    if since and before == _next(since):
        yield f"on:{since}"
    else:
        yield from (f"{key}:{day}" for key, day in (("since", since), ("before", before)) if day)
    yield from (f"in:{quoted(source)}" for source in narrowing.outlets)


def quoted(words: str) -> str:
    """The words as the value of a filter: between quotation marks unless it is one plain word."""
    return words if re.fullmatch(r"[\w'’.-]*\w", words) else f'"{straight(words).replace(chr(34), " ")}"'
