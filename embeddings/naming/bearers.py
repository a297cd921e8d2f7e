"""Whom a surname alone means: whoever bears it, and among relatives the one that the article means by it; pure.

An article that names relatives keeps the bare surname for the one whom it is about and prints the others in full,
unless it has just named another of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from embeddings.naming.forenames import GIVEN, ONLY_GIVEN, gender_of
from embeddings.naming.grammar import SUFFIXES
from embeddings.naming.members import Keys, Member
from embeddings.naming.names import Printed
from embeddings.naming.places import NATIONS, PLACES

_PLACES = PLACES | NATIONS
_NEXT = re.compile(r"\b(he|his|him|she|her)\b")
_JUST = 300
"""So many characters after its full name a relative may be called by the surname."""


class Bearers:
    """The persons of an article by the parts of their names, and who was named last."""

    def __init__(self, text: str, members: Iterable[Member], headline: frozenset[str]) -> None:
        self._text = text
        self._headline = headline
        self._by_part: dict[str, list[Member]] = defaultdict(list)
        for member in sorted({id(m): m for m in members}.values(), key=lambda m: m.proof):
            for key in dict.fromkeys(member.keys):
                self._by_part[key].append(member)
        self._in_full: Counter[int] = Counter()
        self._last: dict[int, int] = {}
        self._meant: dict[Keys, Member] = {}

    def share(self, keys: Keys) -> bool:
        """Whether a single word is part of somebody's name."""
        return len(keys) == 1 and keys[0] in self._by_part

    def note(self, member: Member, name: Printed) -> None:
        """Remembers that a name was read as this member's."""
        if len(name.keys) > 1:
            self._in_full[id(member)] += 1
            self._last[id(member)] = name.span.end
        else:
            self._meant[name.keys] = member

    def bearer(self, name: Printed) -> Member | None:
        """The member whom a short form means."""
        fits = [m for m in self._by_part.get(name.keys[-1], ()) if _bears(m, name) and _gender_fits(m, name)]
        known = [m for m in fits if id(m) in self._last] or fits
        closest = max((_closeness(m, name.keys[-1]) for m in known), default=0)
        best = [m for m in known if _closeness(m, name.keys[-1]) == closest]
        titled = [m for m in best if name.gender is not None and _gender(m) == name.gender]
        return self._meant_one(titled or best, name) if best else None

    def _meant_one(self, members: Sequence[Member], name: Printed) -> Member:
        if len(members) == 1:
            return members[0]
        pronoun = _NEXT.search(self._text, name.span.end, name.span.end + 80)
        told = None if pronoun is None else "m" if pronoun.group().startswith("h") and pronoun.group() != "her" else "f"
        return max(members, key=lambda m: (self._score(m, members, name, told), -m.proof.start))

    def _score(self, member: Member, members: Sequence[Member], name: Printed, told: str | None) -> float:
        """How likely the bare surname means this one of several who bear it."""
        mine = set(member.keys) - set(name.keys)
        score = 1.5 * bool(mine & self._headline) + 1.0 * (member is members[0])
        score += 1.0 * (self._meant.get(name.keys) is member)
        score -= 0.5 * min(3, max(0, self._in_full[id(member)] - 1))
        nearest = max(members, key=lambda m: self._last.get(id(m), -1))
        just = member is nearest and name.span.start - self._last.get(id(member), -_JUST) < _JUST
        known = _gender(member)
        return (
            score
            + 1.2 * just
            + 0.8 * (told is not None and known == told)
            - 0.8 * (told is not None and known not in (None, told))
        )


def _bears(member: Member, name: Printed) -> bool:
    """Whether the words of a short form are those of a name, where a short form takes them from."""
    size = len(name.keys)
    if size > 1:
        return any(member.keys[at : at + size] == name.keys for at in range(len(member.keys)))
    key = name.keys[0]
    at = member.keys.index(key)
    last = len(member.keys) - 1
    if len(key) == 1 or (key in _PLACES and at != last):
        return False
    if at == 0 and key in GIVEN and name.honorific and _closeness(member, key) < 2:
        return False  # "Mr. John" is nobody's John
    return at in (0, last) or last > 1


def _closeness(member: Member, key: str) -> int:
    """A surname alone is likelier than a given name, a middle name least; some surnames stand first."""
    keys = [k for k in member.keys if k not in SUFFIXES] or [""]  # "II, III" names nobody
    if keys[-1] == key or (keys[0] == key and len(keys) > 2 and keys[0] not in ONLY_GIVEN):
        return 2
    return 1 if keys[0] == key else 0


def _gender(member: Member) -> str | None:
    return member.gender or (gender_of(member.keys[0]) if len(member.keys) == 2 else None)


def _gender_fits(member: Member, name: Printed) -> bool:
    return name.gender is None or _gender(member) in (None, name.gender)
