"""What a cue reports, before it and after it, read off a sentence's tags; pure.

A part is a half-open range of tokens. The boundaries were chosen by how often annotators end a quotation there.
"""

from __future__ import annotations

import re

from embeddings.quotes import subjects
from embeddings.quotes.clauses import Sentence
from embeddings.quotes.cues import VERBS, Form, Frame

Part = tuple[int, int]

_CLOSING = "\"“”„‟«»'’‘`›‹"
_ADVERBIAL_ROOM = 18
_BREAKS = frozenset("which who while where although though according but per".split())
"""After a comma these mostly end what is reported."""
_TRAILING = re.compile(r",(?:N|[DG]*A?[vg]?[Kw#G]+(?:P[DG]*[Kw#G]+)*)[AX]*V(?:[AZ]|P[DGKwZ#]+)*[.]?\Z")
""" "…, the paper reported on Friday." """
_PREDICATED = re.compile(r"[Xv][^SRTYCQV,:-]*[Kw#O]\Z")
"""A clause that has its verb, so that another verb belongs to the one around: "who said she was ill told …"."""
_FITTING = {
    Frame.THAT: "T",
    Frame.QUOTE: "Q",
    Frame.QUESTION: "Y",
    Frame.TO: "t",
    Frame.CLAUSE: "NDGKw#gvOMA",
    Frame.OBJECT: "NDGKw#gvOYA",
}


def following(sentence: Sentence, at: int, frames: Frame, *, to_comma: bool = False) -> Part | None:
    """The content that stands after a cue which ends at ``at``."""
    start = _begin(sentence, at, frames)
    if start is None or not _fits(sentence.tags[start], frames):
        return None
    end = clause_end(sentence, start, to_comma=to_comma)
    return (start, end) if end > start else None


def _begin(sentence: Sentence, at: int, frames: Frame) -> int | None:
    """Where content may begin after the addressee and adverbials of a cue."""
    tags = sentence.tags
    at = _past_time(tags, at)
    if Frame.ADDRESSEE in frames:
        at = _past_time(tags, _past_addressee(tags, at))
    if tags[at : at + 1] in ("P", "(") and Frame.OBJECT not in frames:
        past = _past_adverbials(tags, at)
        if past is None:
            return None
        at = past
    if sentence.words[at : at + 1] in {("after",), ("before",)}:
        past = _past_adverbials(tags, at)
        at = past if past is not None and _opens_report(tags, past) else at
    if tags[at : at + 1] == ":" or (tags[at : at + 1] in (",", "-") and tags[at + 1 : at + 2] in ("Q", "T")):
        at += 1
    return at if at < len(tags) else None


def _opens_report(tags: str, at: int) -> bool:
    """Whether marks open there, or "that" with a subject: no relative clause, as in "the vote that was lost"."""
    return tags[at] == "Q" or (tags[at] == "T" and tags[at + 1 : at + 2] not in set("XVvMA"))


def _past_time(tags: str, at: int) -> int:
    while tags[at : at + 1] == "Z" or (tags[at : at + 1] == "A" and tags[at + 1 : at + 2] in set("TQ,:PZA")):
        at += 1
    if tags[at : at + 1] == "#" and tags[at - 1] == "Z":
        at += 1
    return at


def _past_addressee(tags: str, at: int) -> int:
    """Past whom it was said to: "reporters", "him", "the crowd at the harbour", "Ann Orr"."""
    if tags[at : at + 1] == "O":
        return at + 1
    while tags[at : at + 1] in ("D", "G"):
        at += 1
    while tags[at : at + 1] and tags[at] in "KwG#v":
        at += 1
    return at


def _past_adverbials(tags: str, at: int) -> int | None:
    """The first place after "in an interview on Friday" where content begins."""
    for place in range(at, min(len(tags), at + _ADVERBIAL_ROOM)):
        tag = tags[place]
        if tag in "TN:":
            return place
        if tag == "Q" and tags[place - 1] in "Z,":
            return place
        if tag == "," and tags[place + 1 : place + 2] in ("Q", "T"):
            return place
        if tag in ".V,":
            return None
    return None


def _fits(tag: str, frames: Frame) -> bool:
    return any(tag in fitting for frame, fitting in _FITTING.items() if frame in frames)


def clause_end(sentence: Sentence, start: int, *, to_comma: bool = False) -> int:
    """Where the clause that begins at ``start`` ends."""
    tags = sentence.tags
    for at in range(start, len(tags)):
        tag = tags[at]
        if tag == "Q" and _closes(sentence, at):
            return at + 1
        if tag in ",-C" and at > start and _breaks(sentence, at, start=start, to_comma=to_comma):
            return at
        if to_comma and tag == "V" and _PREDICATED.search(tags, start, at) and tags[at - 1] not in "XAMtC":
            return at
        if tag == "." and at == len(tags) - 1:
            return at
    return len(tags)


def _closes(sentence: Sentence, at: int) -> bool:
    """Whether the stretch between marks ends its clause: by a comma or stop inside that nothing goes on from."""
    last = sentence.spans[at].cut(sentence.text).rstrip(_CLOSING)[-1:]
    if last not in (",", ".", "?", "!"):
        return False
    return sentence.tags[at + 1 : at + 2] not in ("C", "Q")


def _breaks(sentence: Sentence, at: int, *, start: int, to_comma: bool) -> bool:
    tags, words = sentence.tags, sentence.words
    following = tags[at + 1 : at + 2]
    if tags[at] == "C":
        return following == "V"
    if tags[at] == "-":
        return following == "D"
    if to_comma or _TRAILING.match(tags, at):
        return True
    after = at + 1
    while tags[after : after + 1] == "A":
        after += 1
    joined = tags[after : after + 1] == "C"
    word = words[after] if after < len(tags) else ""
    if joined:
        then = tags[after + 1 : after + 2]
        return then in ("V", "N") or (word == "but" and then not in ("M", "A"))
    if tags[after : after + 1] == "V":
        return any(cue.form is Form.PARTICIPLE for cue in VERBS[word]) or not _is_enclosing(sentence, start, at)
    return word in _BREAKS


def _is_enclosing(sentence: Sentence, start: int, comma: int) -> bool:
    """Whether a comma closes what another one opened after the subject: "that Orr, on a visit, said …"."""
    return "," in sentence.tags[start:comma] and subjects.before(sentence, comma + 1, start) is not None


def preceding(sentence: Sentence, end: int, floor: int, *, followed: bool) -> Part | None:
    """The content that stands before a cue or its subject at ``end``; ``followed`` says that some stands after it."""
    tags = sentence.tags
    start, stop = past_signs(tags, floor), end
    if stop <= start or tags[stop - 1] not in ",Q-":
        return None
    if tags[stop - 1] in ",-":
        stop -= 1
    region = tags[start:stop]
    if followed and region[0] in "PZgSAVv":
        return None
    if region.endswith("Q"):
        return (_quoted_start(tags, start, stop), stop)
    if followed or len(region) < 3 or not any(tag in "XVvMQN" for tag in region):
        return None
    return None if tags[start] in "PS" and "," not in region else (start, stop)


def parted_subject(sentence: Sentence, end: int, floor: int) -> Part | None:
    """The first part of "The bill, he said, would …"."""
    start = past_signs(sentence.tags, floor)
    return (start, end) if start < end and sentence.tags[start] not in "PSZA" else None


def past_signs(tags: str, start: int) -> int:
    """The first token from ``start`` on that content may begin with."""
    while tags[start : start + 1] and tags[start] in ",C-:.~)":
        start += 1
    return start


def _quoted_start(tags: str, start: int, stop: int) -> int:
    """Where content that ends between marks begins: after a dash or colon that leads to the marks, if there is one."""
    first = tags.index("Q", start, stop)
    return first if first > start and tags[first - 1] in "-:" else start


def resumed(sentence: Sentence, at: int) -> Part | None:
    """What goes on between marks after a cue that splits its content."""
    tags = sentence.tags
    quote = tags.find("Q", at)
    if quote < 0 or tags[quote - 1] not in ",:ZCA" or "V" in tags[at:quote] or tags[at:quote].count(",") > 3:
        return None
    return (quote, clause_end(sentence, quote))
