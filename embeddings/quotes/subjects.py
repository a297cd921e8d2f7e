"""Who stands before or after a verb: noun phrases read off a sentence's tags; pure."""

from __future__ import annotations

import re

from embeddings.quotes.clauses import Sentence

Phrase = tuple[int, int]
"""A half-open range of tokens."""

_HEADS = frozenset("KwNG#ORD")
_PLAIN = frozenset("KwG#D")
_LINKING = frozenset("of for from at in with on to by".split())
_TAIL = frozenset("of for from at with".split())
"""Prepositions that go on with a phrase after its verb, where "in" and "on" mostly tell time and place."""
_OPENING = frozenset("the a an his her its their our my this these those".split())
"""A noun before one of these belongs to another phrase: "in reply the president", but "the daily The Courier"."""
_ABBREVIATION = 4
_ROOM = 40
"""No phrase is longer than so many tokens."""

_AFTER = re.compile(r"(?:N|(?:[DG]*A?[vg]?[Kw#G~]+|D)(?:(?:P[DG]*|C[DG]*|,(?=[Kw]+C)[DG]*)[vg]?[Kw#G]+)*)")
_APPOSED = re.compile(r",[DGw#KAvg][^,QV:.]*(?=[,.]|$)|,R[^,QV:.]*(?=[,.]|$)|\([^)]*\)")
_ENCLOSED = re.compile(r",[DGRw#KAvg][^,QV:.]*(?=,)|\([^)]*\)")
_LEADING = re.compile(r"(?:[PSgvAY][^,:Q.]*,|[CA~]|Z+,?|-)*")


def before(sentence: Sentence, end: int, floor: int) -> Phrase | None:
    """The noun phrase that ends at token ``end``, with the appositions that it holds."""
    tags = sentence.tags
    floor = max(floor, end - _ROOM)
    end = _before_time(tags, end, floor)
    if end <= floor:
        return None
    if tags[end - 1] == "T" or sentence.words[end - 1] == "which":
        return end - 1, end
    if tags[end - 1] == "O" and sentence.words[end - 1].endswith("self") and end - 1 > floor:
        end -= 1
    if tags[end - 1] in ",-)":
        return _with_apposition(sentence, end, floor)
    return _trimmed(tags, _walk(sentence, end, floor), end)


def _before_time(tags: str, end: int, floor: int) -> int:
    """The end of the phrase that "on Friday" or "last week" parts from its verb."""
    at = end
    while at > floor and tags[at - 1] in "Z#":
        at -= 1
    if "Z" not in tags[at:end]:
        return end
    return at - 1 if at > floor and tags[at - 1] in "PD" else at


def _with_apposition(sentence: Sentence, end: int, floor: int) -> Phrase | None:
    """A name and all that is set between commas before its verb: "Ann Orr, a lawyer from Velmora,"."""
    tags = sentence.tags
    opener = {")": "(", "-": "-"}.get(tags[end - 1], ",")
    opening = tags.rfind(opener, floor, end - 1)
    while opening > floor and not _is_apposition(tags, opening, end):
        opening = tags.rfind(opener, floor, opening)
    if opening <= floor:
        return None
    head = before(sentence, opening, floor)
    return (head[0], end) if head else None


def _is_apposition(tags: str, opening: int, end: int) -> bool:
    inner = tags[opening + 1 : end - 1]
    return inner[:1] in set("RSDGKw#PAvgZ") and "Q" not in inner and tags[opening - 1] in "KwG)#"


def _walk(sentence: Sentence, end: int, floor: int) -> int:
    """Where the phrase that ends at ``end`` begins."""
    tags = sentence.tags
    at = end - 1
    if tags[at] in "NR":
        return at
    if tags[at] == "g" and at > floor and tags[at - 1] in "DGKw":
        at -= 1
    while at >= floor and (tags[at] in _PLAIN or (floor < at < end - 1 and _links(sentence, at))):
        if at > floor and tags[at - 1] == "w" and sentence.spans[at].cut(sentence.text) in _OPENING:
            return at
        at -= 1
        if tags[at] == ")" and 0 <= at - tags.rfind("(", floor, at) <= _ABBREVIATION:
            at = tags.rfind("(", floor, at) - 1
    return at + 1


def _links(sentence: Sentence, at: int) -> bool:
    """Whether the token holds what is left and right of it together in one phrase."""
    tags = sentence.tags
    left, tag, right = tags[at - 1], tags[at], tags[at + 1]
    word = sentence.words[at]
    if tag == "P":
        return word in _LINKING and (left in "Kw#G" or (left == "v" and tags[at - 2 : at - 1] in ("K", "w")))
    if tag == "C":
        return word in ("and", "or") and left in "Kw)"
    if tag == "Q":
        return left in "DK" and right in "Kw" and _is_epithet(sentence, at)
    if tag == "Z":
        return left == "D" and right in "Kw"
    if tag in "vgAV":
        if tag == "v" and (right == "P" and left in "Kw"):
            return True  # "a boat held by Corvania"
        return (left in "DGA#w" and right in "Kwg#v") or (tag == "v" and left in ",Q" and right in "Kw")
    return tag == "~" and word in "&/'’‑"


def _is_epithet(sentence: Sentence, at: int) -> bool:
    """Whether marks within a name hold a nickname, and no words of anybody."""
    start, end = sentence.spans[at]
    return end - start <= 24 and sentence.text[end - 2].isalnum()


def _trimmed(tags: str, start: int, end: int) -> Phrase | None:
    while start < end and tags[start] in "PC~A":
        start += 1
    return (start, end) if _HEADS.intersection(tags[start:end]) else None


def after(sentence: Sentence, start: int, *, long: bool = False, enclosed: bool = False) -> Phrase | None:
    """The noun phrase that begins at ``start``, with its apposition.

    A ``long`` one may go on with any preposition; the apposition of an ``enclosed`` one ends with a comma.
    """
    tags, words = sentence.tags, sentence.words
    match = _AFTER.match(tags, start, start + _ROOM)
    if not match:
        return None
    end = match.end()
    if not long:
        end = next((at for at in range(start + 1, end) if tags[at] == "P" and words[at] not in _TAIL), end)
    apposition = _ENCLOSED if enclosed else _APPOSED
    while (apposed := apposition.match(tags, end)) and apposed.end() - end <= _ROOM:
        end = apposed.end()
    return (start, end)


def main(sentence: Sentence, end: int) -> Phrase | None:
    """The subject of the sentence's first verb before ``end``, past an opening adverbial."""
    tags = sentence.tags
    leading = _LEADING.match(tags, 0, min(end, 3 * _ROOM))
    start = leading.end() if leading else 0
    for at in range(start, min(end, start + 3 * _ROOM)):
        if tags[at] in "XVvM":
            group = at
            while group > start and tags[group - 1] in "AXM":
                group -= 1
            found = before(sentence, group, start)
            if found:
                return found
    return None
