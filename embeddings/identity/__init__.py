"""Which printed names are one speaker's, across articles: told by the names alone and by people's word; pure.

Nothing of it is stored: the same uses and judgements give the same speakers, in whatever order they come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from embeddings.identity.printed import Form, Name, contradict, fits, parse
from embeddings.news import Judgement, NameUse, Nature, Speaker


def same(one: str, other: str) -> bool:
    """Whether two printed names mean one speaker, as far as the names alone can tell."""
    first, second = parse(one), parse(other)
    if Form.LOOSE in (first.form, second.form):
        return False
    if first.form is not second.form and Form.BODY in (first.form, second.form):
        first, second = parse(one, Nature.GROUP), parse(other, Nature.GROUP)
    return bool(first.keys & second.keys) and fits(first, second)


def speakers(uses: Iterable[NameUse], judgements: Iterable[Judgement] = ()) -> list[Speaker]:
    """Everybody who is quoted, each with all their printed names, most often quoted first.

    Those whom no article names are nobody in particular and left out, unless somebody has said who they are.
    """
    found = {use.name: use for use in uses}
    judged = _Judged(judgements, found)
    named = sorted(name for name, use in found.items() if use.nature is not Nature.UNNAMED or name in judged.names)
    groups = _Groups(named, judged)
    for one, other in judged.same:
        groups.unite(one, other)
    names = {printed: parse(printed, found[printed].nature) for printed in named}
    for one, other in _links(names):
        groups.unite(one, other)
    made = [_speaker([found[name] for name in group], names) for group in groups.all()]
    return sorted(made, key=lambda each: (-each.quotations, each.name))


class _Judged:
    """People's word on pairs of names: the last on each pair."""

    def __init__(self, judgements: Iterable[Judgement], known: Mapping[str, NameUse]) -> None:
        last = {(min(j.one, j.other), max(j.one, j.other)): j.same for j in judgements}
        pairs = sorted(pair for pair in last if pair[0] in known and pair[1] in known)
        self.same = [pair for pair in pairs if last[pair]]
        self.apart = [pair for pair in pairs if not last[pair]]
        self.names = {name for pair in pairs for name in pair}


class _Groups:
    """Names in groups that grow by uniting two, unless somebody has said that they are not the same."""

    def __init__(self, names: Sequence[str], judged: _Judged) -> None:
        self._group = {name: [name] for name in names}
        self._apart: dict[str, set[str]] = defaultdict(set)
        for one, other in judged.apart:
            self._apart[one].add(other)
            self._apart[other].add(one)

    def unite(self, one: str, other: str) -> None:
        """Make one group of the groups of two names, if nothing keeps them apart."""
        less, more = sorted((self._group[one], self._group[other]), key=len)
        if less is more or (self._apart and self._kept_apart(less, more)):
            return
        more += less
        self._group.update(dict.fromkeys(less, more))

    def _kept_apart(self, less: Sequence[str], more: Sequence[str]) -> bool:
        barred = set[str]().union(*(self._apart[name] for name in less if name in self._apart))
        return bool(barred) and not barred.isdisjoint(more)

    def all(self) -> Iterable[list[str]]:
        """Each group once."""
        return {id(group): group for group in self._group.values()}.values()


def _links(names: Mapping[str, Name]) -> Iterable[tuple[str, str]]:
    """Pairs of printed names that are one speaker's, the surest first: the same in all parts, then those that fit."""
    printed: dict[Name, list[str]] = defaultdict(list)
    for text, name in names.items():
        if name.form is not Form.LOOSE:
            printed[name].append(text)
    yield from ((texts[0], text) for texts in printed.values() for text in texts[1:])
    fitting = _fitting(printed)
    torn = {name for name, others in fitting.items() if _is_torn(others)}
    for one, others in fitting.items():
        for other in others:
            # A name that fits George W. as well as George H. W. is neither, and goes with what is as undecided.
            sure = not torn & {one, other} or {one, *others} == {other, *fitting[other]}
            if sure and printed[one][0] < printed[other][0]:
                yield printed[one][0], printed[other][0]


def _fitting(names: Iterable[Name]) -> dict[Name, dict[Name, None]]:
    """For each name those that share a key with it and fit."""
    blocks: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        for key in name.keys:
            blocks[key].append(name)
    found: dict[Name, dict[Name, None]] = defaultdict(dict)
    for block in blocks.values():
        for one, other in combinations(block, 2):
            if fits(one, other):
                found[one][other] = found[other][one] = None
    return found


def _is_torn(fitting: Iterable[Name]) -> bool:
    """Whether these are more than one speaker's."""
    return any(contradict(one, other) for one, other in combinations(fitting, 2))


def _speaker(uses: Sequence[NameUse], names: Mapping[str, Name]) -> Speaker:
    ordered = sorted(uses, key=lambda use: (-use.quotations, use.name))
    natures: dict[Nature, int] = defaultdict(int)
    roles: dict[str, int] = defaultdict(int)
    for use in uses:
        natures[use.nature] += use.quotations
        for role in use.roles:
            roles[role] += use.quotations
    name = min(ordered, key=lambda use: _plainness(use.name, names[use.name])).name if len(uses) > 1 else uses[0].name
    return Speaker(
        name=name,
        nature=min(natures, key=lambda nature: (-natures[nature], nature)),
        aliases=tuple(use.name for use in ordered if use.name != name),
        roles=tuple(sorted(roles, key=lambda role: (-roles[role], role))),
        quotations=sum(use.quotations for use in uses),
    )


def _plainness(printed: str, name: Name) -> tuple[bool, bool]:
    """What names best sorts first: a name in full, without titles and shouting."""
    words = printed.split()
    shouted = len(words) > 1 and printed.isupper()
    adorned = len(words) != len(name.words) or words[-1].endswith(("'s", "’s", ","))
    return name.form is Form.BARE, adorned or shouted
