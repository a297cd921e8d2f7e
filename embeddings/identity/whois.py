"""From what a reporter types to the speaker who is meant, and to what the words should be about; pure.

A name as it is printed goes before a part of one, that before another spelling, a role, a name that is not typed to
its end and a slip of the keys. What could mean several speakers finds them all, and the asker has to say which.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from embeddings.identity.asking import Reading, covers, readings, topic_of, trimmed
from embeddings.identity.countries import countries_named
from embeddings.identity.printed import Form, Name, fits, parse
from embeddings.identity.spellings import from_arabic, from_cyrillic, plain
from embeddings.identity.titles import ARTICLES, COURTESY, DOCUMENTS, ROLE_WORDS
from embeddings.news import Nature, Speaker


class How(StrEnum):
    """What made a match; only the first two are the asker's own letters."""

    NAME = "name"
    PART = "part"
    SPELLING = "spelling"
    ROLE = "role"
    DOCUMENT = "document"
    TYPO = "typo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Whom a question means: one speaker, several to choose from, best quoted first, or nobody.

    ``also`` are entries that can be shown with the one: surnames printed alone that fit nobody else, or other
    documents of that description. ``nearest`` are names that look alike where nobody is found. ``topic`` is what the
    asker typed besides the name.
    """

    found: tuple[Speaker, ...] = ()
    also: tuple[Speaker, ...] = ()
    nearest: tuple[Speaker, ...] = ()
    topic: str | None = None
    how: How | None = None


_MOST = 200
_LESS_TELLING = frozenset("the a an of for and from by on in at to s".split())
_IN_FULL = {"sen": "senator", "gov": "governor", "rep": "representative", "gen": "general", "sec": "secretary"}
_MISTYPED = 4
_BEST_KNOWN = 5
"""So many times as often as others together is somebody quoted who alone is meant by a name that others share."""
_JOINED = 4
"""Letters that a surname of several words has at least when it is looked for as one word."""
_BEHIND = re.compile(r"\s+(?:of|for|at|in|on|to)\s|,")
_ALIKE = 65
_NEAREST = 5


def find(asked: str, speakers: Sequence[Speaker]) -> Match:
    """Whom these words mean, and what about."""
    return Directory(speakers).find(asked)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A speaker with every printed name taken apart."""

    speaker: Speaker
    names: tuple[Name, ...]

    @property
    def whole(self) -> bool:
        """Whether it is a person known by more than a surname."""
        return any(name.form is Form.FULL for name in self.names)

    @property
    def bare(self) -> bool:
        """Whether it is no more than a surname."""
        return all(name.form is Form.BARE for name in self.names)


_Index = dict[str, dict[int, None]]
_Hit = tuple[Match, Reading]


class Directory:
    """Speakers by everything that they may be called; made once, it can be asked often."""

    def __init__(self, speakers: Sequence[Speaker]) -> None:
        ranked = sorted(speakers, key=lambda each: (-each.quotations, each.name))
        self._entries = [_Entry(one, tuple(parse(name, one.nature) for name in sorted(one.names))) for one in ranked]
        self._by_words: _Index = defaultdict(dict)
        self._by_key: _Index = defaultdict(dict)
        self._by_surname: _Index = defaultdict(dict)
        self._by_part: _Index = defaultdict(dict)
        self._by_joined: _Index = defaultdict(dict)
        self._by_body_part: _Index = defaultdict(dict)
        for place, entry in enumerate(self._entries):
            if entry.speaker.nature is not Nature.DOCUMENT:
                self._list(place, entry)

    def _list(self, place: int, entry: _Entry) -> None:
        for name in entry.names:
            if name.words:
                self._by_words[" ".join(name.words)][place] = None
            for key in name.keys:
                self._by_key[key][place] = None
            for spelling in _spellings(name.surnames):
                self._by_surname[spelling][place] = None
            if name.form in (Form.FULL, Form.BODY):
                self._list_parts(place, name)

    def _list_parts(self, place: int, name: Name) -> None:
        parts = _parts(name.words)
        by_part = self._by_part if name.form is Form.FULL else self._by_body_part
        for part in parts:
            by_part[part][place] = None
        for joined in _tails(parts) if name.form is Form.FULL else ():
            self._by_joined[joined][place] = None

    def find(self, asked: str) -> Match:
        """Whom these words mean, and what about."""
        ways = readings(asked)
        sound = [way for way in ways if not way.breaks_a_name]
        # A single word somewhere within what was typed is the weakest of all.
        within = [way for way in sound if way.before and len(way.name) == 1]
        heads = [way for way in sound if not (way.before and len(way.name) == 1)]
        named, in_role = self._first(self._named, heads), self._first(self._in_role, heads)
        if named and in_role and self._gives_way(named, in_role[1]):
            named = None
        found = named or in_role
        if not found and (document := self._document(asked.split())):
            return document
        found = found or self._first(self._mistyped, heads)
        found = found or self._first(self._named, within) or self._first(self._called, heads)
        return replace(found[0], topic=topic_of(found[1])) if found else self._nobody(ways)

    def bearers(self, name: str) -> tuple[Speaker, ...]:
        """All whom a name, or one word of it, can mean, in any spelling; nobody for what is merely alike."""
        typed = _read(name.split())
        places = {*self._by_words.get(" ".join(typed.words), ()), *self._fitting(typed), *self._joining(typed)}
        for surname in typed.surnames if typed.form is Form.BARE else ():
            places.update(self._by_surname.get(surname, ()), self._by_part.get(surname, ()))
        return self._speakers(sorted(places))

    def _first(self, search: Callable[[Reading], Match | None], ways: Iterable[Reading]) -> _Hit | None:
        return next(((match, way) for way in ways if (match := search(way))), None)

    # By name.

    def _named(self, reading: Reading) -> Match | None:
        name, body = _person_typed(reading), _body_typed(reading)
        for each in (name, body):
            exact = [place for place in self._by_words.get(" ".join(each.words), ()) if not self._entries[place].bare]
            if exact:
                return self._match([*exact, *self._fuller(each, exact)], How.NAME)
        if part := self._bearing_or_called(name) or self._unfinished(reading):
            return self._match(part, How.PART)
        fitting = self._fitting(name) or self._fitting(body) or self._bearing(name, [*_spellings(name.surnames)])
        return self._match(fitting or self._joining(name), How.SPELLING)

    def _gives_way(self, named: _Hit, in_role: Reading) -> bool:
        """Whether what was found by name is less likely meant than who is found by a title."""
        match, reading = named
        if match.how is How.NAME:
            return False
        # "North Korean leader" is no question about Oliver North, nor "president" one about a presidential office.
        return covers(in_role, reading) or (match.how is How.PART and not _stands_whole(reading, match.found))

    def _fitting(self, name: Name) -> list[int]:
        """Those with a name that fits this one, whole names and bodies only."""
        if name.form in (Form.BARE, Form.LOOSE):
            return []
        places = {place for key in name.keys for place in self._by_key.get(key, ())}
        return sorted(
            place
            for place in places
            if any(each.form is name.form and fits(name, each) for each in self._entries[place].names)
        )

    def _fuller(self, name: Name, exact: Sequence[int]) -> list[int]:
        """Those who can bear this name but are printed with more than it: George W. Bush for George Bush."""
        if name.form is not Form.FULL or name.middles:
            return []
        others = (place for place in self._fitting(name) if place not in exact)
        return [place for place in others if all(each.middles for each in self._entries[place].names)]

    def _bearing(self, name: Name, surnames: Iterable[str]) -> list[int]:
        """Those of this surname: people known by more than it, or else those who are known by nothing else."""
        if name.form is not Form.BARE:
            return []
        places = sorted({place for surname in surnames for place in self._by_surname.get(surname, ())})
        whole = self._narrowed(name, [place for place in places if self._entries[place].whole])
        title = _role(name.title) & ROLE_WORDS - COURTESY
        bare = [
            place
            for place in places
            if self._entries[place].bare
            and (not title or any(title <= _role(each.title) for each in self._entries[place].names))
        ]
        return [*whole, *(place for place in bare if len(whole) > 1)] or bare

    def _bearing_or_called(self, name: Name) -> list[int]:
        """Those of this surname; where nobody is known by more than it, those whom one of their other names is, too.

        Somebody who is by far the best known by this name is meant alone.
        """
        bearing = self._bearing(name, sorted(name.surnames))
        if not bearing or len(name.words) != 1 or any(self._entries[place].whole for place in bearing):
            return bearing
        called = [place for place in self._by_part.get(name.words[0], ()) if place not in bearing]
        own, others = (sum(one.quotations for one in self._speakers(places)) for places in (bearing, called))
        return bearing if own >= _BEST_KNOWN * others else sorted({*bearing, *called})

    def _joining(self, name: Name) -> list[int]:
        """Those whose name, or surname, is printed in more words, or in fewer: Ruvan of Teshkal Ru Van."""
        joined = "".join(_parts(name.words))
        return [*self._by_joined.get(joined, ())] if name.form in (Form.FULL, Form.BARE) else []

    def _narrowed(self, bare: Name, whole: Sequence[int]) -> list[int]:
        """Those among these people whom the suffix, the initial and the title before a surname allow."""
        initial = bare.words[0] if len(bare.words) == 2 and len(bare.words[0]) == 1 else ""
        kept = [
            place
            for place in whole
            if any(
                each.suffix == bare.suffix and any(given.startswith(initial) for given in each.givens)
                for each in self._entries[place].names
            )
        ]
        title = _role(bare.title)
        titled = [
            place for place in kept if title & ROLE_WORDS and any(title <= role for role in self._roles_of(place))
        ]
        return titled or kept

    def _unfinished(self, reading: Reading) -> list[int]:
        """Those whose name has these words in this order, the last perhaps not typed to its end."""
        words = tuple(map(plain, reading.name))
        article = len(words) > 1 and words[0] == "the"
        first, *more = _parts(words[1:] if article else words) or ("",)
        sought = (first, *more)
        if not reading.whole:
            people = [place for place in self._by_part.get(first, ()) if more and self._ends(place, sought)]
            return people or (self._bodies(sought, ending=True) if article else [])
        places = set(self._by_part.get(first, ()))
        if not more and len(first) > 2:
            places |= {place for word in _beginning(first, self._part_words) for place in self._by_part[word]}
        found = [place for place in sorted(places) if self._contains(place, sought, unfinished=len(sought[-1]) > 2)]
        return found if found or len(" ".join(sought)) < 4 else self._beginning_or_holding(sought)

    def _beginning_or_holding(self, sought: tuple[str, ...]) -> list[int]:
        """Those whose name begins with these words, and bodies that have them in it; else the last is not typed out."""
        typed = " ".join(sought)
        begun = _beginning(typed, self._all_words)
        bodies = self._bodies(sought)
        names = [words for words in begun if words.startswith(f"{typed} ")] if bodies else begun
        places = {place for words in names for place in self._by_words[words] if not self._entries[place].bare}
        return sorted(places.union(bodies))

    def _bodies(self, sought: tuple[str, ...], *, ending: bool = False) -> list[int]:
        """The bodies whose name has these words in it in this order, or ends in them."""
        return [place for place in self._by_body_part.get(sought[0], ()) if self._holds(place, sought, ending=ending)]

    def _holds(self, place: int, sought: tuple[str, ...], *, ending: bool) -> bool:
        names = [_parts(name.words) for name in self._entries[place].names if name.form is Form.BODY]
        if ending:
            return any(parts[-len(sought) :] == sought for parts in names)
        return any(_stands_in(sought, parts, unfinished=False) for parts in names)

    def _ends(self, place: int, sought: tuple[str, ...]) -> bool:
        return any(_parts(name.words)[-len(sought) :] == sought for name in self._entries[place].names)

    def _contains(self, place: int, sought: tuple[str, ...], *, unfinished: bool = False) -> bool:
        names = (_parts(name.words) for name in self._entries[place].names if name.form is Form.FULL)
        return any(_stands_in(sought, parts, unfinished=unfinished) for parts in names)

    def _called(self, reading: Reading) -> Match | None:
        """Those who have just one word of what was typed in their names: Hillary."""
        if reading.before or len(reading.name) > 1 or reading.is_named(reading.following):
            return None
        return self._match([*self._by_part.get(plain(reading.name[0]), ())], How.PART)

    def _match(self, places: Sequence[int], how: How) -> Match | None:
        if not places:
            return None
        known = [place for place in places if self._entries[place].whole]
        shown = {bare for place in known for bare in self._also(place)} if len(places) < _MOST else set()
        found = [place for place in places if place not in shown]
        also = self._also(found[0]) if len(found) == 1 else []
        return Match(found=self._speakers(found), also=self._speakers(also), how=how)

    def _speakers(self, places: Iterable[int]) -> tuple[Speaker, ...]:
        return tuple(self._entries[place].speaker for place in places)

    def _also(self, place: int) -> list[int]:
        """Surnames printed alone that can mean nobody else on file."""
        surnames = {surname for name in self._entries[place].names for surname in name.surnames}
        bearers = sorted({bearer for surname in surnames for bearer in self._by_surname.get(surname, ())})
        whole = [bearer for bearer in bearers if self._entries[bearer].whole]
        return [
            bearer
            for bearer in bearers
            if self._entries[bearer].bare
            and all(self._narrowed(name, whole) == [place] for name in self._entries[bearer].names)
        ]

    # By role and by description.

    def _roles_of(self, place: int) -> list[frozenset[str]]:
        entry = self._entries[place]
        titles = (name.title for name in entry.names if name.form is not Form.BODY)
        return [_role(words) for words in (*(role.split() for role in entry.speaker.roles), *titles)]

    def _in_role(self, reading: Reading) -> Match | None:
        role = _role(reading.name)
        if role & ROLE_WORDS and _role(reading.name[-1:]) & ROLE_WORDS:
            held = [place for place, roles in self._roles if any(role <= each for each in roles)]
        else:
            # Any word is a title where an article prints it as one: "skipper".
            alone = reading.whole or (not reading.before and plain(reading.name[0]) == "the")
            held = [*self._by_trade.get(_trade(" ".join(reading.name)), ())] if alone else []
        return self._match(held, How.ROLE)

    def _document(self, words: Sequence[str]) -> Match | None:
        """Documents of this description, the one whose name says most of it first."""
        small = [plain(word) for word in words]
        nouns = {noun for word in small for noun in (word, word.removesuffix("s")) if noun in DOCUMENTS}
        documents = [
            (len({*small} & {*name.words} - _LESS_TELLING), entry.speaker)
            for entry in self._entries
            if entry.speaker.nature is Nature.DOCUMENT
            for name in entry.names
            if nouns & {*name.words}
        ]
        if not documents:
            return None
        best, *others = dict.fromkeys(each for _, each in sorted(documents, key=lambda pair: -pair[0])[:_MOST])
        told = [
            word for word, plainly in zip(words, small, strict=True) if not {plainly, plainly.removesuffix("s")} & nouns
        ]
        return Match(found=(best,), also=tuple(others), topic=trimmed(told), how=How.DOCUMENT)

    # By likeness.

    def _mistyped(self, reading: Reading) -> Match | None:
        typed = " ".join(_person_typed(reading).words)
        if reading.before or len(typed) < 5 or len(reading.name) > _MISTYPED:
            return None
        if len(reading.name) == 1 and reading.shows_case and reading.is_named(reading.following):
            return None
        slips = 1 if len(typed) < 9 else 2
        near = process.extract(typed, self._spoken, scorer=OSA.distance, score_cutoff=slips, limit=_MOST)
        least = min((distance for _, distance, _ in near), default=0)
        names = {words for words, distance, _ in near if distance == least}
        places = sorted({place for words in names for place in self._places(words)})
        return self._match(places, How.TYPO)

    def _nobody(self, ways: Sequence[Reading]) -> Match:
        if not ways:
            return Match()
        reading = next((way for way in ways if way.after and way.whole), ways[0])
        typed = " ".join(_read(reading.name[:3]).words)
        near = process.extract(
            typed, self._spoken + self._part_words, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_NEAREST
        )
        places = dict.fromkeys(place for words, _, _ in near for place in self._places(words))
        part = self._first(self._named, (way for way in ways if way.breaks_a_name))
        nearest = dict.fromkeys((*self._speakers(places), *(part[0].found if part else ())))
        return Match(nearest=(*nearest,)[:_NEAREST], topic=trimmed(reading.after))

    def _places(self, words: str) -> Iterator[int]:
        """Those who are called just this, by the whole name or by the surname."""
        whole = [place for place in self._by_words.get(words, ()) if not self._entries[place].bare]
        yield from whole or self._bearing(_read(words.split()), [words]) or list(self._by_part.get(words, ()))

    @cached_property
    def _spoken(self) -> list[str]:
        surnames = (surname for entry in self._entries for name in entry.names for surname in name.surnames)
        return sorted({*self._by_words, *surnames})

    @cached_property
    def _all_words(self) -> list[str]:
        return sorted(self._by_words)

    @cached_property
    def _part_words(self) -> list[str]:
        return sorted(self._by_part)

    @cached_property
    def _by_trade(self) -> _Index:
        """Those who are printed with this title, or with more around it: "the trawler's skipper", "skipper of hers"."""
        found: _Index = defaultdict(dict)
        for place, entry in enumerate(self._entries):
            for role in entry.speaker.roles:
                words = _trade(_BEHIND.split(role, maxsplit=1)[0]).split()
                for trade in (_trade(role), *(" ".join(words[start:]) for start in range(len(words)))):
                    found[trade][place] = None
        return found

    @cached_property
    def _roles(self) -> list[tuple[int, list[frozenset[str]]]]:
        return [(place, roles) for place in range(len(self._entries)) if (roles := self._roles_of(place))]


_NOTHING = Name(Form.LOOSE, frozenset())


def _person_typed(reading: Reading) -> Name:
    """The person's name that was typed; nothing if what stands before it is no title, and so is of the topic."""
    name = _read(reading.name)
    return _NOTHING if name.title and not ROLE_WORDS & set(name.title) else name


def _body_typed(reading: Reading) -> Name:
    """The body's name that was typed; nothing if other words stand before it."""
    first = reading.name[0]
    begun = first[0].islower() and first != "the" and not " ".join(reading.name).islower()
    return _NOTHING if begun else _read(reading.name, Nature.GROUP)


def _read(words: Sequence[str], nature: Nature = Nature.PERSON) -> Name:
    """The name that was typed, in small letters perhaps."""
    typed = " ".join(words)
    if typed.islower():
        short = nature is not Nature.PERSON and len(words) == 1
        typed = typed.upper() if short else " ".join(map(_capital, words))
    return parse(typed, nature)


def _capital(word: str) -> str:
    return word if word.partition("-")[0] in ARTICLES else word[0].upper() + word[1:]


def _stands_whole(reading: Reading, found: Iterable[Speaker]) -> bool:
    """Whether every word typed stands in a name of each of them, and none is only the beginning of a word there."""
    typed = {*_parts(_read(reading.name).words)}
    return all(any(typed <= {*_parts(map(plain, name.split()))} for name in one.names) for one in found)


def _spellings(surnames: Iterable[str]) -> Iterator[str]:
    for surname in surnames:
        yield from (surname, "cyrillic " + from_cyrillic(surname), "arabic " + from_arabic(surname))


def _parts(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(part for word in words for part in word.split("-") if part)


def _tails(parts: Sequence[str]) -> Iterator[str]:
    """A name, and the last words of it, as one word, where that is long enough to tell by."""
    for start in range(len(parts)):
        if len(joined := "".join(parts[start:])) >= _JOINED:
            yield joined


def _trade(role: str) -> str:
    """A title in plain words, without the article at its head."""
    words = [plain(re.sub("['’]s?$", "", word)) for word in role.split()]
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("the", "a", "an") else words)


def _stands_in(sought: tuple[str, ...], parts: tuple[str, ...], *, unfinished: bool) -> bool:
    *begun, last = sought
    for start in range(len(parts) - len(sought) + 1):
        *before, end = parts[start : start + len(sought)]
        if before == begun and (end == last or (unfinished and end.startswith(last))):
            return True
    return False


def _beginning(typed: str, words: Sequence[str]) -> Sequence[str]:
    """Those of the sorted words that begin with what was typed."""
    start = bisect_left(words, typed)
    return words[start : bisect_right(words, typed + "\U0010ffff", lo=start)]


@lru_cache(maxsize=100_000)
def _role_of(words: tuple[str, ...]) -> frozenset[str]:
    small = tuple(plain(re.sub("['’]s?$", "", word)) for word in words)
    return frozenset(countries_named(tuple(_IN_FULL.get(word, word) for word in small))) - _LESS_TELLING - {""}


def _role(words: Iterable[str]) -> frozenset[str]:
    """The telling words of a title, each country under its one name."""
    return _role_of(tuple(words))
