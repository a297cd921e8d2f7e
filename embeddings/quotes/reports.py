"""What the cues of one sentence report, and who they credit it to; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from embeddings.quotes import contents, subjects
from embeddings.quotes.clauses import Sentence
from embeddings.quotes.contents import Part
from embeddings.quotes.cues import VERBS, Cue, Form, Frame
from embeddings.quotes.subjects import Phrase


@dataclass(frozen=True, slots=True)
class Report:
    """An attribution in tokens of its sentence; ``rule`` names the pattern that found it."""

    content: tuple[Part, ...]
    cue: Part
    mention: Phrase | None
    rule: str


@dataclass(frozen=True, slots=True)
class _Group:
    """A reporting verb with its auxiliaries, from ``start`` up to and without ``end``.

    ``floor`` is where the part of the sentence begins that no earlier cue has taken, ``last`` whom that cue credits.
    """

    start: int
    end: int
    cue: Cue
    floor: int
    last: Phrase | None
    participle: bool


_BE = frozenset("is are was were be been being am it's it’s he's he’s she's she’s they're they’re".split())
_ON_TO = frozenset((("went", "on"), ("goes", "on"), ("going", "on")))
_ASKING = frozenset("asked pressed questioned".split())
_WRITINGS = frozenset("statement letter tweet email e-mail message post memo note release speech interview".split())
"""What "saying" may follow while the one who speaks is the one who gave it out."""
QUOTING = frozenset("quote quotes quoted quoting cite cites cited citing".split())
"""Verbs by which one passes on another's words: "quoted Orr as saying"."""
_AS_SAYING = {("saying",), ("telling",), ("warning",), ("stating",)}
_OBJECTS = frozenset("him her them".split())
_RELAY_ROOM = 16
_PREDICATES = frozenset("XVvM")
_AFTER_PAUSE = frozenset("NDGKw#YSPXVvMCA")
_COLON_ROOM = 8


def reports(sentence: Sentence) -> Iterator[Report]:
    """What is reported in a sentence, from left to right."""
    floor, last = 0, None
    for at, (tag, word) in enumerate(zip(sentence.tags, sentence.words, strict=True)):
        if at < floor:
            continue
        found = None
        if tag == "V":
            found = _relayed(sentence, at, floor) or _by_verb(sentence, at, floor, last) or _asked(sentence, at)
        elif word == "according" and sentence.words[at + 1 : at + 2] == ("to",):
            found = _according(sentence, at, floor)
        if found:
            yield found
            last = found.mention or _answers(sentence, found, floor) or last
            floor = max(found.cue[1], found.content[-1][1] if found.content else 0)


def _answers(sentence: Sentence, found: Report, floor: int) -> Phrase | None:
    """Who is asked between commas and then says something: "Orr, asked whether the plan would hold, said"."""
    at = found.cue[0]
    if found.rule != "asked" or at <= floor:
        return None
    when = sentence.words[at - 1] == "when"
    comma = at - 1 - when
    return subjects.before(sentence, comma, floor) if sentence.tags[comma : comma + 1] == "," else None


def _by_verb(sentence: Sentence, verb: int, floor: int, last: Phrase | None) -> Report | None:
    for cue in VERBS[sentence.words[verb]]:
        group = _group(sentence, verb, floor, last, cue)
        found = group and (_inverted(sentence, group) or _straight(sentence, group))
        if found:
            return found
    return None


def _group(sentence: Sentence, verb: int, floor: int, last: Phrase | None, cue: Cue) -> _Group | None:
    """The verb with its auxiliaries, or None where it is passive, negated, to come or lacks its particle."""
    tags, words = sentence.tags, sentence.words
    end = verb + 1
    if cue.particles:
        if words[end : end + 1] not in {(particle,) for particle in cue.particles}:
            return None
        end += 1
    start = verb
    while start > floor and tags[start - 1] in "XAM":
        start -= 1
    being = not _BE.isdisjoint(words[start:verb]) or words[start - 1 : start] in {(word,) for word in _BE}
    if "M" in tags[start:verb] or (cue.form is Form.PAST and (being or _is_adjective(sentence, verb, floor))):
        return None
    if start > floor and tags[start - 1] == "t":
        if words[max(0, start - 3) : start - 1] not in _ON_TO:
            return None
        start -= 3
    return _Group(start, end, cue, floor, last, participle=cue.form is Form.PARTICIPLE and not being)


def _is_adjective(sentence: Sentence, verb: int, floor: int) -> bool:
    """Whether it is a participle before a noun, which reports nothing: "the alleged", "their pledged"."""
    return verb > floor and sentence.tags[verb - 1] in "D#GPVv" and sentence.words[verb] not in ("said", "told")


def _straight(sentence: Sentence, group: _Group) -> Report | None:
    """What is reported after the speaker is named: "Orr said that …", "…, Orr said", "…, adding that …"."""
    tags = sentence.tags
    mention, adjacent = _subject(sentence, group)
    if mention is None:
        return None
    after = contents.following(
        sentence, group.end, group.cue.frames, to_comma=_is_enclosed(tags, group, mention, adjacent=adjacent)
    )
    first = None
    if adjacent and Frame.BEFORE in group.cue.frames and not group.participle and tags[mention[0]] != "R":
        head = mention[0] - (mention[0] > group.floor and sentence.words[mention[0] - 1] == "as")
        first = _before(sentence, group, head, followed=after is not None)
        after = after or _resumed(sentence, group, head, first)
    parts = tuple(part for part in (first, after) if part)
    if not parts and not _announces(tags, group.end):
        return None
    rule = _rule(group, adjacent=adjacent, first=first is not None, then=tags[after[0]] if after else "")
    return Report(parts, (group.start, group.end), mention, rule)


def _rule(group: _Group, *, adjacent: bool, first: bool, then: str) -> str:
    """A name for the pattern: where the speaker stands, where the content, and how the cue takes it."""
    stands = "participle" if group.participle else "beside" if adjacent else "elided"
    where = "around" if first and then else "before" if first else "after"
    if first:
        return f"{stands} {where}"
    takes = "object" if Frame.OBJECT in group.cue.frames else "clause"
    begins = {"T": "that", "Q": "marks", "Y": "whether", "t": "to"}.get(then, "words")
    return f"{stands} {where} {takes} {begins}"


def _before(sentence: Sentence, group: _Group, head: int, *, followed: bool) -> Part | None:
    """The content before a cue; where an earlier cue has taken all of it, the sentence with that cue."""
    tags = sentence.tags
    parted = tags[head - 1 : head] == "," and tags[group.end : group.end + 1] == ","
    if parted and tags[group.end + 1 : group.end + 2] in _PREDICATES:
        return contents.parted_subject(sentence, head - 1, group.floor)
    part = contents.preceding(sentence, head, group.floor, followed=followed)
    if part or followed or tags[head - 1] != "," or tags[head - 2] == "Q":
        return part
    return contents.preceding(sentence, head, 0, followed=followed)


def _is_enclosed(tags: str, group: _Group, mention: Phrase, *, adjacent: bool) -> bool:
    """Whether the cue stands in a clause that a comma ends: "who said …, …", "when he said …, …", "Saying …, …"."""
    if (adjacent and tags[mention[0]] == "R") or (group.participle and group.start == 0):
        return True
    opening = tags[: group.start]
    return opening.lstrip("CA")[:1] == "S" and "," not in opening


def _announces(tags: str, end: int) -> bool:
    """Whether the cue leads to a colon that ends the sentence, so that the next paragraph holds what is said."""
    return tags.endswith(":") and end >= len(tags) - _COLON_ROOM and "V" not in tags[end:]


def _resumed(sentence: Sentence, group: _Group, head: int, first: Part | None) -> Part | None:
    """What goes on after "…, he said, …" or "As he said, …"."""
    tags, at = sentence.tags, group.end
    following = tags[at + 1 : at + 2]
    parted = first is not None or (head > 0 and tags[head - 1] == ",") or sentence.words[head] == "as"
    if first and tags[first[1] - 1] == "Q":
        return contents.resumed(sentence, at)
    if _is_turning(sentence, at):
        return None
    if tags[at : at + 1] == "," and following in _AFTER_PAUSE and (parted or following in set("YSP")):
        end = contents.clause_end(sentence, at + 1)
        if end - at > 3 or tags[at + 1 : end] in ("CQ", "CAQ"):
            return (at + 1, end)
    return contents.resumed(sentence, at) if first else None


def _is_turning(sentence: Sentence, at: int) -> bool:
    """Whether somebody else is credited after a cue: "…, Orr said, and the mayor added that …"."""
    if sentence.tags[at : at + 1] != "," or sentence.words[at + 1 : at + 2] not in {("and",), ("but",), ("while",)}:
        return False
    other = subjects.after(sentence, at + 2)
    verb = other[1] if other else len(sentence)
    return sentence.tags[verb : verb + 1] == "V" and sentence.tags[verb + 1 : verb + 2] in ("T", "Q")


def _subject(sentence: Sentence, group: _Group) -> tuple[Phrase | None, bool]:
    """Who says it, and whether they stand right before the verb."""
    start = group.start
    left = sentence.tags[start - 1] if start > group.floor else ""
    if group.participle and start == 0:
        comma = sentence.tags.find(",")
        return (subjects.after(sentence, comma + 1) if comma > 0 else None), False
    written = group.participle and sentence.words[start - 1] in _WRITINGS
    if left == "C" and group.cue.form is Form.BASE and "t" in sentence.tags[group.floor : start]:
        return None, False
    if left not in ("C", "") and not written and not (group.participle and left in ",-QPSA"):
        found = subjects.before(sentence, start, group.floor)
        if found:
            return found, True
    return group.last or subjects.main(sentence, start), False


def _inverted(sentence: Sentence, group: _Group) -> Report | None:
    """What is reported before the verb where its subject follows: "…," said Orr."""
    tags = sentence.tags
    frames = group.cue.frames
    if Frame.BEFORE not in frames or Frame.ADDRESSEE in frames or group.cue.form is Form.PARTICIPLE:
        return None
    if tags[group.end : group.end + 1] not in set("NDGKw#"):
        return None
    mention = subjects.after(sentence, group.end)
    if mention is None:
        return None
    cue = (group.start, group.end)
    if group.start == group.floor:
        return _opening(sentence, cue, mention)
    left = tags[group.start - 1]
    if left not in ",Q-" or (left != "Q" and not _is_turned(sentence, group, mention)):
        return None
    part = _before(sentence, group, group.start, followed=False)
    if part is None:
        return None
    rest = contents.resumed(sentence, mention[1])
    return Report((part, rest) if rest else (part,), cue, mention, "inverted")


def _opening(sentence: Sentence, cue: Part, mention: Phrase) -> Report | None:
    """What follows a verb and subject that open the sentence: "Said Orr: …"."""
    if sentence.tags[mention[1] : mention[1] + 1] not in (":", ","):
        return None
    after = contents.following(sentence, mention[1], Frame.QUOTE | Frame.CLAUSE)
    return Report((after,), cue, mention, "inverted") if after else None


def _is_turned(sentence: Sentence, group: _Group, mention: Phrase) -> bool:
    """Whether the phrase after a verb that follows a comma is its subject and no clause begins there."""
    following = sentence.tags[mention[1] : mention[1] + 1]
    if (following and following not in ",.PZ(-S") or any(sign in sentence.words[mention[0]] for sign in "'’"):
        return False
    before = subjects.before(sentence, group.start, group.floor)
    return before is None or before[0] > group.floor + 2


def _according(sentence: Sentence, at: int, floor: int) -> Report | None:
    """What stands after or before "according to the survey"."""
    tags = sentence.tags
    first = not tags[floor:at].strip(",-CA.")
    mention = subjects.after(sentence, at + 2, long=True, enclosed=first)
    if mention is None:
        return None
    cue = (at, at + 2)
    if first:
        start = mention[1]
        while tags[start : start + 1] and tags[start] not in ",:Q":
            start += 1
        start += tags[start : start + 1] in (",", ":")
        end = contents.clause_end(sentence, start)
        return (
            Report(((start, end),), cue, mention, "according first")
            if end - start > 2 or tags[start:end] == "Q"
            else None
        )
    start = contents.past_signs(tags, floor)
    stop = at - 1 if tags[at - 1] in ",-" else at
    worthy = stop - start >= 3 or "Q" in tags[start:stop]
    return Report(((start, stop),), cue, mention, "according") if worthy else None


def _relayed(sentence: Sentence, at: int, floor: int) -> Report | None:
    """Orr's words, not the agency's: "the agency quoted Orr as saying …", "Orr was quoted as saying …"."""
    tags, words = sentence.tags, sentence.words
    if words[at] not in QUOTING:
        return None
    end = next((to for to in range(at + 1, min(at + _RELAY_ROOM, len(tags))) if words[to] == "as"), None)
    if end is None or words[end + 1 : end + 2] not in _AS_SAYING:
        return None
    passive = at > floor and words[at - 1] in _BE
    if words[at + 1] in _OBJECTS:
        mention: Phrase | None = (at + 1, at + 2)
    else:
        mention = subjects.before(sentence, at - 1, floor) if passive else subjects.after(sentence, at + 1, long=True)
    agency = None if passive else subjects.before(sentence, at, floor)
    if mention is None:
        return None
    head = min(phrase[0] for phrase in (mention, agency) if phrase)
    after = contents.following(sentence, end + 2, VERBS["saying"][0].frames)
    first = contents.preceding(sentence, head, floor, followed=after is not None)
    parts = tuple(part for part in (first, after) if part)
    return Report(parts, (at, at + 1), mention, "relayed") if parts else None


def _asked(sentence: Sentence, at: int) -> Report | None:
    """A question that nobody is credited with: "Asked whether …, she said"."""
    if sentence.words[at] not in _ASKING:
        return None
    start = at + 1
    if sentence.words[start : start + 1] == ("about",):
        start += 1
    if sentence.tags[start : start + 1] not in (set("YDKNGw") if start > at + 1 else {"Y"}):
        return None
    end = contents.clause_end(sentence, start, to_comma=True)
    return Report(((start, end),), (at, start), None, "asked")
