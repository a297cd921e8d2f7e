"""By which words a sentence says that something came through a medium; pure.

"told Reuters" and "in an interview with Reuters" are a venue: the words were first said there. "Reuters reported",
"according to Reuters", "carried by Reuters" are a report. A report that itself goes back on another one ("citing",
"quoting") names its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from embeddings.news import Span
from embeddings.provenance.media import KIND, Form, Medium


class Way(StrEnum):
    """How the words came to the medium."""

    VENUE = "venue"
    REPORT = "report"
    CITED = "cited"
    """Named by a report as where it has the words from."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A medium with the words that say it handed something on; ``trigger`` is the verb or noun among them."""

    way: Way
    medium: Medium
    trigger: Span
    proof: Span
    subject: bool = False
    """Whether the medium is what does the saying: "Reuters reported"."""
    passes: bool = False
    """Whether it hands on what is named right before it: "carried by Reuters"."""


_STOP = (
    r"(?!(?:polls?|surveys?|count|tally|data|request|that|who|whom|which|when|where|he|she|they|it|said|says|was|were|is"
    r"|has|had|but|because|if)\b)"
)
_GAP = rf"(?:{_STOP}[\w’'./&-]+ ){{0,6}}?"
"""What may stand between trigger and name: "Russian state news agency", "host Chris Wallace of"."""
_TIGHT = rf"(?:(?!(?:to|by|in|with|for|from|about|on)\b){_STOP}[\w’'./&-]+ ){{0,5}}?"
_SAY = (
    r"said|says|saying|added|adds|argued|declared|asked|stated|claimed|insisted|explained|warned|announced|appeared"
    r"|spoke"
)
_NOUN = (
    r"interviews?|meeting|conversation|Q&A|appearances?|segment|podcast|chat|sit-down|broadcast|discussion|panel"
    r"|town hall|show|op-ed|column|essay|commentary|opinion piece|article|piece|address|speech"
)
_PASSED = (
    r"reported|quoted|cited|carried|published|broadcast|aired|released|distributed|issued|relayed|translated|monitored"
    r"|posted|reprinted|obtained|seen|reviewed|viewed|recorded|printed|circulated|transcribed|shown|read out"
    r"|read|run|heard"
)
_REPORT_NOUN = (
    r"reports?|article|articles|account|story|stories|dispatch|dispatches|accounts|coverage|summary|translation"
)

_VENUES = (
    rf"\b(?P<t>told|tells|telling|informed|assured) {_GAP}",
    rf"\b(?P<t>{_NOUN})s? (?:[\w’']+ ){{0,4}}?(?:with|to|on|for|in|by|at) {_GAP}",
    rf"\b(?P<t>[Ss]peaking|[Tt]alking|spoke|[Aa]ppearing|appeared|interviewed) (?:[\w’']+ ){{0,4}}?"
    rf"(?:to|on|with|by) {_GAP}",
    rf"\b(?P<t>statement|comments?|remarks?|e-?mail|letter|response|reply|text message|answer)s? "
    rf"(?:[\w’']+ ){{0,3}}?to {_GAP}",
    rf"\b(?P<t>confirmed|said|admitted|complained|insisted|stated|boasted|explained) (?:[\w’']+ ){{0,2}}?to {_GAP}",
    rf"\b(?P<t>{_SAY}) (?:[\w’']+ ){{0,4}}?on {_GAP}",
    rf"(?:\A|[.!?”\"] )(?P<t>On) {_TIGHT}",
    rf"\b(?P<t>wrote|writes|[Ww]riting|written) (?:[\w’']+ ){{0,3}}?(?:in|for|on) {_GAP}",
)
_REPORTS = (
    rf"\b(?P<t>[Aa]ccording to) (?:[\w’']+ ){{0,5}}?"
    rf"(?:(?:{_REPORT_NOUN}) (?:[\w’']+ ){{0,3}}?(?:by|from|in|on|of) )?{_TIGHT}",
    rf"\b[Ii]n (?:an?|the|its|another) (?:[\w’'-]+ ){{0,3}}?(?P<t>{_REPORT_NOUN}) (?:[\w’']+ ){{0,2}}?"
    rf"(?:by|from|in|on) {_TIGHT}",
    r"(?:^|[,;(—–-] ?)(?P<t>[Aa]s|[Pp]er|[Vv]ia) (?:the )?",
    r"[,”\"'’] ?(?P<t>reported|reports|said|says|wrote|writes|added|adds|noted) (?:the )?",
)
_PASSES = (rf"\b(?P<t>{_PASSED}) (?:[\w’']+ ){{0,3}}?(?:by|in|on|via|through) {_TIGHT}",)
_CITES = (
    rf"\b(?P<t>[Cc]iting|[Qq]uoting|cited|quoted|cites|quotes) (?!by\b|from\b){_TIGHT}",
    rf"\b(?P<t>{_REPORT_NOUN}) of {_TIGHT}",
)
_PLATFORM_WAYS = (
    r"\b(?P<t>[Oo]n|took to|posted to|turned to|went to|via|over) (?:[\w’']+ ){0,4}?",
    r"\b(?P<t>[Ii]n) (?:an?|the|another|his|her|its|their|one|two|several) (?:[\w’'-]+ ){0,4}?",
)


def _behind(patterns: Sequence[str]) -> re.Pattern[str]:
    numbered = [re.sub(r"\?P<t>", f"?P<t{i}>", pattern) for i, pattern in enumerate(patterns)]
    return re.compile("(?:" + "|".join(numbered) + r")(?:the |The )?[\"“‘']?\Z")


_CITING = re.compile(r"\b(?:citing|quoting|cited|quoted)\b")
_PASSING = re.compile(_PASSED)
_BEFORE = (
    (Way.CITED, _behind(_CITES)),
    (Way.REPORT, _behind(_PASSES)),
    (Way.VENUE, _behind(_VENUES)),
    (Way.REPORT, _behind(_REPORTS)),
)
_BEFORE_PLATFORM = _behind(_PLATFORM_WAYS)
_ADVERBS = (
    r"(?:(?:also|later|earlier|then|has|have|had|first|previously|separately|in turn|on [A-Z]?\w+|[A-Z]\w+day|this week"
    r"|last \w+) )"
)
_VERB = (
    r"reported|reports|said|says|saying|wrote|writes|quoted|quotes|cited|cites|carried|carries|published|aired|broadcast|"
    r"added|adds|noted|revealed|claimed|disclosed|reporting|relayed|recalled"
)
_AFTER = re.compile(
    rf"(?: (?:{KIND}))?(?:,[^,.;:“”\"]{{1,70}},)?(?:['’]s?(?: [A-Z][\w.’'-]+){{1,3}})? "
    rf"{_ADVERBS}{{0,3}}(?P<verb>{_VERB})\b"
)
_OWN_REPORT = re.compile(rf"['’]s? (?:[\w’'-]+ ){{0,2}}?(?P<verb>{_REPORT_NOUN})\b")
_GOVERNED = re.compile(r"\b(?:for|of|at|from|with|in|by|to|on|against)(?: [Tt]he)? \Z")
_REPORT_BY = re.compile(rf"\b(?:{_REPORT_NOUN}) (?:by|from|in|of|on)(?: [Tt]he)? \Z")
_NO_REPORT = re.compile(
    r"(?:['’]s?)?(?:[/-][\w/ ]+?)? (?:(?!(?:and|that|which|on|by|in|as|after)\b)[\w-]+ ){0,3}?"
    r"(?:database|analysts?|hosts?|anchors?|contributors?|polls?|polling|surveys?|exit|source|sources|data|projections?|executives?|chief|spokes\w+|reporters?|correspondents?|journalists?|presenter"
    r"|columnist|editors?|tally|count|ratings?|analysis|director|debate|employees?|staff|headquarters|building)\b"
)
_IN_ITS = re.compile(r"\b(?:[Ii]n|[Dd]uring|[Oo]n|from) (?:an?|the|another|his|her|their|its) (?:[\w-]+ ){0,3}\Z")
_ITS_VENUE = re.compile(
    r"(?:['’]s?)? (?:[\w-]+ ){0,2}?"
    r"(?P<noun>interview|op-ed|essay|column|commentary|appearance|podcast|broadcast|opinion piece)\b"
)
_TWEETS = re.compile(r"[Tt]weet(?:ed|ing)\b|[Tt]weets?(?: (?:\w+ ){0,3}?(?:that|saying|reading)\b|[:,]? ?[“\"'‘])")
_REACH = 110


def frames(text: str, sentence: Span, media: Sequence[Medium]) -> list[Frame]:
    """The frames of one sentence in order; ``media`` are the mentions inside it."""
    found: list[Frame] = []
    for medium in media:
        frame = _frame(text, sentence, medium, found)
        if frame:
            found.append(frame)
    return found


def _frame(text: str, sentence: Span, medium: Medium, before: Sequence[Frame]) -> Frame | None:
    if medium.form is Form.PLATFORM:
        return _on_platform(text, sentence, medium)
    frame = _object(text, sentence, medium, before)
    if frame and not (frame.way is not Way.VENUE and _NO_REPORT.match(text, medium.span.end, sentence.end)):
        return frame
    return None if frame else _subject(text, sentence, medium)


def _object(text: str, sentence: Span, medium: Medium, before: Sequence[Frame]) -> Frame | None:
    """The medium as what somebody told, cited or is reported by."""
    start = max(sentence.start, medium.span.start - _REACH, *(frame.medium.span.end for frame in before), 0)
    stretch = text[start : medium.span.start]
    for way, pattern in _BEFORE:
        if match := pattern.search(stretch):
            trigger = _trigger(match, start)
            frame = Frame(way, medium, trigger, Span(trigger.start, medium.span.end))
            cites = way is Way.CITED or _cites_handed_on(text, frame, before)
            found = _cited(text, frame, before) if cites else _handed_on(text, frame, before)
            if found:
                return found
    return None


def _trigger(match: re.Match[str], start: int) -> Span:
    name = next(name for name, value in match.groupdict().items() if value)
    return Span(start + match.start(name), start + match.end(name))


def _cites_handed_on(text: str, frame: Frame, before: Sequence[Frame]) -> bool:
    """Whether a report cites what the medium handed on: "citing a letter seen by Le Monde"."""
    passes = _PASSING.fullmatch(frame.trigger.cut(text)) is not None
    return passes and bool(before) and _CITING.search(text, before[-1].proof.end, frame.trigger.start) is not None


def _handed_on(text: str, frame: Frame, before: Sequence[Frame]) -> Frame:
    """The frame, told apart where it hands on what the medium before it says, not what a third one said."""
    between = text[before[-1].medium.span.end : frame.trigger.start] if before else " that "
    passes = _PASSING.fullmatch(frame.trigger.cut(text)) is not None and " that " not in between
    return replace(frame, passes=passes)


def _cited(text: str, frame: Frame, before: Sequence[Frame]) -> Frame | None:
    """A medium that the report before it cites; somebody who cites a paper has not spoken through it."""
    if not before or before[-1].way is Way.VENUE or _parted(text[before[-1].proof.end : frame.trigger.start]):
        return None
    return Frame(Way.CITED, frame.medium, frame.trigger, Span(before[-1].proof.start, frame.proof.end))


def _parted(between: str) -> bool:
    return len(between) > 90 or bool(re.search(r"[.;“”\"]", between))


def _subject(text: str, sentence: Span, medium: Medium) -> Frame | None:
    """The medium as what reports, or as whose interview it is."""
    before = text[max(sentence.start, medium.span.start - 40) : medium.span.start]
    venue = _ITS_VENUE.match(text, medium.span.end, sentence.end) if _IN_ITS.search(before) else None
    if venue:
        noun = Span(*venue.span("noun"))
        return Frame(Way.VENUE, medium, noun, Span(medium.span.start, noun.end))
    if _GOVERNED.search(before) and not _REPORT_BY.search(before):
        return None
    for pattern in (_AFTER, _OWN_REPORT):
        match = pattern.match(text, medium.span.end, sentence.end)
        if match:
            trigger = Span(*match.span("verb"))
            return Frame(Way.REPORT, medium, trigger, Span(medium.span.start, trigger.end), subject=True)
    return None


def _on_platform(text: str, sentence: Span, medium: Medium) -> Frame | None:
    span = medium.span
    if _TWEETS.match(text, span.start):
        return Frame(Way.VENUE, medium, span, span)
    start = max(sentence.start, span.start - 60)
    match = _BEFORE_PLATFORM.search(text[start : span.start])
    if not match:
        return None
    proof = Span(_trigger(match, start).start, span.end)
    return Frame(Way.VENUE, medium, proof, proof)


_DOCUMENTS = (
    r"statement|communiqu[eé]|declaration|memorandum|memo|letter|transcript|document|press release|release|readout"
    r"|message|note|bulletin|text|commentary|editorial|recording|audio|report|article|dispatch|account|story|interview"
)
_OF = r"(?:(?!of\b|to\b|in\b|from\b)[\w-]+ )"
_DOCUMENT_SAYS = (
    r"said|says|read|reads|saying|added|adds|quoted|text as saying|stated|states|calls|called|reaffirmed|went on"
)
_THE_DOCUMENT = re.compile(
    rf"\b(?P<before>(?:[Ii]n|[Aa]ccording to|[Ff]rom|said|says|quoting|citing|[Pp]er|quoted|added) )?"
    rf"(?:[Tt]he|[Tt]his|[Tt]hat) {_OF}{{0,2}}?(?P<noun>{_DOCUMENTS})\b(?P<after> (?:{_DOCUMENT_SAYS})\b)?"
)
_A_DOCUMENT = re.compile(rf"\b(?:[Aa]n?|[Aa]nother|[Oo]ne|separate|new) {_OF}{{0,3}}?(?P<noun>{_DOCUMENTS})\b")


def documents(text: str, span: Span) -> Iterator[tuple[str, Span]]:
    """The documents that a stretch goes back to for its words ("the statement said"), each by its noun."""
    for match in _THE_DOCUMENT.finditer(text, *span):
        if match.group("before") or match.group("after"):
            yield match.group("noun"), Span(*match.span())


def introduced(text: str, span: Span) -> Iterator[tuple[str, Span]]:
    """The documents that a stretch names for the first time ("a press statement")."""
    return ((match.group("noun"), Span(*match.span())) for match in _A_DOCUMENT.finditer(text, *span))
