"""The members of an article's cast: persons by their full names, bodies by theirs, all forms of one together; pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from embeddings.naming.bodies import BODIES, KNOWN_MEDIA, MEDIA
from embeddings.naming.forenames import GIVEN, same_given
from embeddings.naming.grammar import SUFFIXES
from embeddings.naming.names import Printed, folded
from embeddings.naming.places import STATES
from embeddings.naming.titles import PARTIES, SHORT_TITLES
from embeddings.news import Nature, Span

Keys = tuple[str, ...]

_BODY_NOUNS = BODIES | MEDIA
_SURE_MEDIA = MEDIA - frozenset(["agency", "network", "site", "review", "mercury", "daily"])
_WORD = re.compile(r"[^\W_](?:[\w.'’-]*\w)?")


@dataclass(slots=True, eq=False)
class Member:
    """One person or body: its fullest printed ``name`` at ``proof``, and what the article calls it beside."""

    keys: Keys
    name: str
    proof: Span
    nature: Nature = Nature.PERSON
    gender: str | None = None
    roles: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    weight: float = 0.0

    @property
    def is_person(self) -> bool:
        """Whether it is a human being as far as the article shows."""
        return self.nature is Nature.PERSON


def person_forms(names: Sequence[Printed]) -> frozenset[Keys]:
    """The forms of two words and more that are persons' names, by all the places where they stand."""
    weights: defaultdict[Keys, float] = defaultdict(float)
    for name in names:
        weights[name.keys] += name.weight
    alone = {keys[0] for keys in weights if len(keys) == 1}
    last = {keys[-1] for keys in weights if len(keys) == 1 or weights[keys] > 1}
    # "Rivera Tower" is named after somebody whom the article calls by the surname alone.
    named_after = {
        keys
        for keys, weight in weights.items()
        if len(keys) == 2 and weight <= 1 and keys[0] in alone - GIVEN and keys[1] not in last
    }
    strong = {keys for keys, weight in weights.items() if len(keys) > 1 and weight > 2}
    surnames = {keys[-1] for keys in strong}
    weak = {
        keys
        for keys, weight in weights.items()
        if weight <= 1 and keys[0] not in GIVEN and keys[-1] in surnames
        if not any(keys == longer[-len(keys) :] for longer in strong)
    }
    return frozenset(keys for keys, weight in weights.items() if len(keys) > 1 and weight > 0) - named_after - weak


def full_members(text: str, names: Sequence[Printed]) -> dict[Keys, Member]:
    """A member for each full name; shorter and longer forms of one lead to the same."""
    first: dict[Keys, Printed] = {}
    for name in names:
        first.setdefault(name.keys, name)
    members: dict[Keys, Member] = {}
    for keys in sorted(first, key=len, reverse=True):
        name = first[keys]
        same = [m for other, m in members.items() if is_same(other, keys)]
        told = Member(keys, name.span.cut(text), name.span)
        members[keys] = same[0] if same else told
    return members


def is_same(longer: Keys, shorter: Keys) -> bool:
    """Whether two full names printed in one article may be one person's."""
    junior = (longer[-1] in SUFFIXES) != (shorter[-1] in SUFFIXES)
    longer, shorter = (tuple(k for k in keys if k not in SUFFIXES) for keys in (longer, shorter))
    if not longer or not shorter:
        return False  # "II, III": nobody's name
    if junior and longer[0] == shorter[0] and longer[1:-1] != shorter[1:-1]:
        return False
    if junior and longer == shorter and len(longer) == 2:
        return False  # father and son
    if "".join(longer) == "".join(shorter):
        return True
    if min(len(longer), len(shorter)) < 2:
        return False
    if longer[-1] == shorter[-1] and same_given(longer[0], shorter[0]):
        return len(shorter) == 2 or shorter[1][0] == longer[1][0]
    return longer[-len(shorter) :] == shorter or (
        longer[0] == shorter[0] and longer[1] == shorter[-1] and len(longer) == 3
    )


def bodies(text: str, names: Sequence[Printed], shorts: dict[str, str]) -> dict[Keys, Member]:
    """A member for each body; acronyms and shortened forms lead to the fullest."""
    first: dict[Keys, Printed] = {}
    for name in names:
        first.setdefault(name.keys, name)
    full_of: dict[Keys, Keys] = {
        (folded(s),): tuple(folded(word) for word in full.split()) for s, full in shorts.items()
    }
    members: dict[Keys, Member] = {}
    for keys in sorted(first, key=len, reverse=True):
        name = first[keys]
        wanted = full_of.get(keys)
        same = [m for other, m in members.items() if _same_body(other, keys) or (wanted and _ends_alike(other, wanted))]
        member = same[0] if same else Member(keys, name.span.cut(text), name.span, nature=_nature(keys))
        if name.medium:
            member.nature = Nature.MEDIUM
        members[keys] = member
    return members


def _same_body(longer: Keys, shorter: Keys) -> bool:
    """Whether the short form is how a text takes up a body's name: "the Post", "the Intelligence Committee"."""
    return longer[-len(shorter) :] == shorter and shorter[-1] in _BODY_NOUNS


def _ends_alike(one: Keys, other: Keys) -> bool:
    return "".join(one).endswith("".join(other)) or ("".join(other).endswith("".join(one)) and len(one) > 1)


def _nature(keys: Keys) -> Nature:
    medium = keys[-1] in _SURE_MEDIA or keys[-2:] in (("news", "agency"), ("press", "agency"))
    known = "-".join(keys) in KNOWN_MEDIA or keys[0] in KNOWN_MEDIA
    return Nature.MEDIUM if medium or known else Nature.GROUP


def role_words(printed: str) -> frozenset[str]:
    """The words of a title, short ones in full, with pairs of neighbours as one: "foreign-minister"."""
    if re.fullmatch(r"[RDI]\b.{0,12}|(?:Republican|Democrat)\b.*", printed):
        return _party_words(printed)
    words = [_title_word(word) for word in _WORD.findall(printed)]
    pairs = (f"{one}-{two}" for one, two in pairwise(words))
    triples = (f"{a}-{b}-{c}" for a, b, c in zip(words, words[1:], words[2:], strict=False))
    return frozenset((*words, *pairs, *triples))


def _title_word(word: str) -> str:
    plain = word.lower()
    return SHORT_TITLES.get(plain.rstrip("."), plain)


def _party_words(printed: str) -> frozenset[str]:
    party, _, place = re.sub(r"[–—,]\s*", "-", printed, count=1).partition("-")
    state = STATES.get(re.sub(r"[^a-z]", "", place.lower()), place.lower())
    return frozenset((PARTIES.get(party.strip().lower(), party.strip().lower()), *state.split()))
