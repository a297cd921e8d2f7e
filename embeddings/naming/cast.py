"""Everybody whom an article names, and where: each printed form tied to the person or body that it means; pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from embeddings.naming.acronyms import acronyms
from embeddings.naming.bearers import Bearers
from embeddings.naming.beside import head_of
from embeddings.naming.bodies import TRADERS
from embeddings.naming.forenames import GIVEN, ONLY_GIVEN, gender_of
from embeddings.naming.members import Keys, Member, bodies, full_members, person_forms, role_words
from embeddings.naming.names import Printed, folded, is_titled, printed_names
from embeddings.naming.places import NATIONS, PLACES, is_country
from embeddings.news import Nature, Span

_PRONOUN = re.compile(
    r"\b(he|his|himself|she|hers|herself|it|its|which|her(?= (?!last\b|this\b|that\b|with\b)[a-z]{4,}))\b",
    re.IGNORECASE,
)
_TELLS = {
    **dict.fromkeys(("he", "his", "himself"), "m"),
    **dict.fromkeys(("she", "her", "hers", "herself"), "f"),
    **dict.fromkeys(("it", "its", "which"), "n"),
}
_MARKS = re.compile("[\"“”«»]|''|``")
_WORD = re.compile(r"[^\W_](?:[\w.'’-]*\w)?")
_POSSESSIVE = re.compile(r"['’]s\Z")
_PLACES = PLACES | NATIONS
_LONGEST = 5


@dataclass(frozen=True, slots=True)
class Appearance:
    """One place where a member is printed; ``opens`` is where its titles begin there."""

    span: Span
    opens: int
    member: Member
    possessive: bool = False


class Cast:
    """Everybody in an article, and where."""

    def __init__(self, appearances: Iterable[Appearance]) -> None:
        self.appearances = sorted(appearances, key=lambda a: a.span)
        self._starts = [a.span.start for a in self.appearances]
        self.counts = Counter(id(a.member) for a in self.appearances)

    def within(self, span: Span) -> list[Appearance]:
        """Those printed inside a stretch."""
        return self.appearances[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]

    def before(self, at: int) -> Iterator[Appearance]:
        """Those printed before a place, the nearest first."""
        last = bisect_left(self._starts, at)
        return (self.appearances[i] for i in range(last - 1, -1, -1))

    def members(self) -> list[Member]:
        """Each once, as the article brings them in."""
        return list({id(a.member): a.member for a in self.appearances}.values())


def cast_of(text: str, paragraphs: Sequence[Span], headline: str | None = None) -> Cast:
    """All persons and bodies that the text prints, every form of one tied to it."""
    printed = _without_openers(printed_names(text, paragraphs))
    appearances = _linked(text, printed, frozenset(folded(word) for word in _WORD.findall(headline or "")))
    appearances += _in_titled_lines(text, paragraphs, appearances)
    cast = Cast(appearances)
    _settle(text, cast)
    return cast


def _without_openers(names: Sequence[Printed]) -> list[Printed]:
    """The names without single words that have a capital only where sentences begin and nothing of a person."""
    inside = {key for name in names if not name.initial or len(name.keys) > 1 or name.weight >= 1 for key in name.keys}
    return [name for name in names if not name.initial or inside.issuperset(name.keys) or name.weight < -3]


def _linked(text: str, printed: Sequence[Printed], headline: frozenset[str]) -> list[Appearance]:
    """Every printed name with its member."""
    persons = person_forms(printed)
    full = full_members(text, [name for name in printed if name.keys in persons])
    things = bodies(text, [name for name in printed if _is_thing(name, persons)], acronyms(text))
    bearers = Bearers(text, full.values(), headline)
    alone: dict[Keys, Member] = {}
    found = []
    for name in printed:
        member = full.get(name.keys)
        if member is None and name.keys in things and not bearers.share(name.keys):
            member = things[name.keys]
        member = member or bearers.bearer(name) or alone.get(name.keys) or _relative(name, bearers, alone.values())
        if member is None and name.keys[0] in _PLACES and name.weight < 3:
            continue
        if member is None:
            member = alone[name.keys] = Member(name.keys, name.span.cut(text), name.span)
        bearers.note(member, name)
        _note(text, member, name)
        found.append(Appearance(name.span, name.opens, member, name.possessive))
    return found


def _relative(name: Printed, bearers: Bearers, alone: Iterable[Member]) -> Member | None:
    """Whom a surname with "Ms" means that only a man bears in full: "his daughter Ada", where there is one."""
    if not (name.honorific and name.gender and bearers.share(name.keys)):
        return None
    kin = {id(m): m for m in alone if m.gender == name.gender and not _KIN.isdisjoint(m.words)}
    return next(iter(kin.values())) if len(kin) == 1 else None


_KIN = frozenset("brother daughter father husband mother nephew niece sister son widow widower wife".split())


def _is_thing(name: Printed, persons: frozenset[Keys]) -> bool:
    return name.weight <= -3 or (len(name.keys) > 1 and name.keys not in persons)


def _note(text: str, member: Member, name: Printed) -> None:
    """Writes down what this place tells about a member."""
    # A speaker in capitals before a colon looks like an acronym, and is none where somebody bears the name.
    member.weight += max(name.weight, 0.0 if member.is_person and name.keys != member.keys else -9.0) + 0.01
    member.gender = member.gender or name.gender
    for role in name.roles:
        printed = role.cut(text)
        if printed not in member.roles:
            member.roles.append(printed)
            member.words |= role_words(printed)


def _in_titled_lines(text: str, paragraphs: Sequence[Span], known: Sequence[Appearance]) -> list[Appearance]:
    """The names that running text prints too, in lines where every word has a capital."""
    titled = [paragraph for paragraph in paragraphs if is_titled(paragraph.cut(text))]
    forms: dict[Keys, Member] = {}
    for a in known if titled else ():
        forms.setdefault(tuple(folded(word) for word in _WORD.findall(a.span.cut(text))), a.member)
        if a.member.is_person:
            forms.setdefault(a.member.keys[-1:], a.member)
    taken = {a.span.start for a in known}
    return [a for paragraph in titled for a in _forms_in(text, paragraph, forms) if a.span.start not in taken]


def _forms_in(text: str, line: Span, forms: dict[Keys, Member]) -> Iterator[Appearance]:
    words = list(_WORD.finditer(text, *line))
    plain = [_POSSESSIVE.sub("", word.group()) for word in words]
    keys = [folded(word) for word in plain]
    at = 0
    while at < len(words):
        longest = min(_LONGEST, len(words) - at)
        size = next((n for n in range(longest, 0, -1) if tuple(keys[at : at + n]) in forms), 0)
        if size:
            last = at + size - 1
            span = Span(words[at].start(), words[last].start() + len(plain[last]))
            yield Appearance(span, span.start, forms[tuple(keys[at : at + size])])
        at += size or 1


def _settle(text: str, cast: Cast) -> None:
    """Decides who is a person and of which gender, from all places together."""
    votes = _pronoun_votes(text, cast)
    for member in cast.members():
        vote = votes[id(member)]
        if not member.is_person:
            continue
        human = vote["m"] + vote["f"]
        told = gender_of(member.keys[0]) if _is_given_first(member.keys) else None
        voted = "m" if vote["m"] > vote["f"] else "f" if vote["f"] else None
        member.gender = member.gender or told or voted
        human_role = any(head_of(role) not in TRADERS for role in member.roles)
        sure = bool(human_role or member.gender or member.keys[0] in GIVEN)
        if not sure and is_country(text, member.name):
            member.nature = Nature.GROUP
            continue
        if member.weight + human - 0.5 * vote["n"] < -0.5 or (not sure and vote["n"] > human):
            member.nature = Nature.GROUP


def _is_given_first(keys: Keys) -> bool:
    return len(keys) == 2 or (len(keys) > 2 and keys[0] in ONLY_GIVEN)


def _pronoun_votes(text: str, cast: Cast) -> dict[int, Counter[str]]:
    """Which pronouns follow a name before another name or a quotation begins."""
    votes: dict[int, Counter[str]] = defaultdict(Counter)
    for at, a in enumerate(cast.appearances):
        following = cast.appearances[at + 1].opens if at + 1 < len(cast.appearances) else len(text)
        stop = min(following, a.span.end + 120)
        mark = _MARKS.search(text, a.span.end, stop)
        pronoun = _PRONOUN.search(text, a.span.end, mark.start() if mark else stop)
        if pronoun:
            votes[id(a.member)][_TELLS[pronoun.group().lower()]] += 1
    return votes
