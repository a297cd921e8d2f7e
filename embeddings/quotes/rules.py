"""Quotations found by rules: a reporting word, who stands beside it, and the words that it reports; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from embeddings.news import Attribution, Span
from embeddings.quotes import subjects
from embeddings.quotes.clauses import Sentence, read
from embeddings.quotes.cues import VERBS
from embeddings.quotes.marks import Run
from embeddings.quotes.reports import Report, reports
from embeddings.quotes.subjects import Phrase

_NAME = r"(?P<name>[^\W\d_a-z][^:\n.?!\"“”]{0,60}?)"
_LABEL = re.compile(rf"[\"“”]?{_NAME}(?P<cue>:)\s+(?=\S)")
_CREDIT = re.compile(r"\s*(?P<cue>[-–—―]{1,2})\s*(?P<name>[^\W\d_a-z][^\n\"“”]{1,80}?)[.\s]*\Z")
_LABEL_WORDS, _CREDIT_WORDS = 6, 8
_SMALL_WORDS = frozenset("of the and on for de van von al".split())
_NO_SPEAKERS = frozenset(
    """
    byline dateline contributing correction corrections note notice paid photo photos credit source sources contact
    updated update related watch read copyright section length graphic highlight headline subject date revealed
    exclusive breaking opinion analysis video editor's editor’s
    """.split()
)
_RIGHT = {
    "beside before": 0.91,
    "inverted": 0.91,
    "credit": 0.90,
    "relayed": 0.9,
    "turn": 0.9,
    "beside after clause marks": 0.83,
    "beside after clause whether": 0.81,
    "beside after clause that": 0.80,
    "participle after clause that": 0.79,
    "beside after object whether": 0.79,
    "participle after clause marks": 0.75,
    "beside after clause words": 0.74,
    "beside after object that": 0.74,
    "beside around": 0.74,
    "according": 0.71,
    "asked": 0.67,
    "participle after object that": 0.64,
    "colon": 0.62,
    "elided after clause marks": 0.60,
    "according first": 0.59,
    "elided after clause that": 0.59,
    "beside after object words": 0.57,
    "beside after object to": 0.56,
    "beside after object marks": 0.55,
    "participle after clause words": 0.55,
    "elided after clause words": 0.55,
    "beside after clause to": 0.51,
    "label": 0.46,
    "participle after object words": 0.45,
    "elided after object words": 0.46,
}
"""The share of each rule's finds that annotators agree with, counted over PolNeAR's training articles.

It holds too few credits and transcripts to count, and names the medium where words are relayed: those three were read
one by one.
"""
_RIGHT_ELSE = 0.5


@dataclass(frozen=True, slots=True)
class Heard:
    """An attribution in the text's offsets, the rule that found it and the paragraph that it was last heard in."""

    content: tuple[Span, ...]
    cue: Span
    mention: Span | None
    rule: str
    ordinal: int


class RulesFinder:
    """Finds attributions without trained weights."""

    name = "rules"

    def find(self, text: str, paragraphs: Sequence[Span], runs: Sequence[Run]) -> list[Attribution]:
        """All attributions of reported words, in order."""
        return [
            Attribution(content=one.content, cue=one.cue, mention=one.mention, confidence=confidence(one.rule))
            for one in heard(text, paragraphs, runs)
        ]


def confidence(rule: str) -> float:
    """How often what this rule finds has the right words and the right speaker."""
    return _RIGHT.get(rule, _RIGHT_ELSE)


def heard(text: str, paragraphs: Sequence[Span], runs: Sequence[Run]) -> list[Heard]:
    """All attributions of a text with the rules that found them."""
    found: list[Heard] = []
    for ordinal, (paragraph, inside) in enumerate(_with_runs(paragraphs, runs)):
        line = _labelled(text, paragraph, ordinal) or _credited(text, paragraph, inside, ordinal)
        if line:
            found.append(line)
            continue
        for sentence in read(text, paragraph, inside):
            _take(found, sentence, ordinal)
    return _transcribed([one for one in found if one.content])


def _transcribed(found: Sequence[Heard]) -> list[Heard]:
    """What was heard, with lines that begin with a name and follow upon another such line told as a transcript's."""
    labelled = {one.ordinal for one in found if one.rule == "label"}
    return [
        replace(one, rule="turn") if one.rule == "label" and labelled & {one.ordinal - 1, one.ordinal + 1} else one
        for one in found
    ]


def _with_runs(paragraphs: Sequence[Span], runs: Sequence[Run]) -> Iterator[tuple[Span, list[Run]]]:
    """Each paragraph with the outermost stretches between marks that begin in it."""
    outermost: list[Run] = []
    for run in runs:
        if run.depth == 0 and (not outermost or run.outer.start >= outermost[-1].outer.end):
            outermost.append(run)
    at = 0
    for paragraph in paragraphs:
        first = at
        while at < len(outermost) and outermost[at].outer.start < paragraph.end:
            at += 1
        yield paragraph, outermost[first:at]


def _labelled(text: str, paragraph: Span, ordinal: int) -> Heard | None:
    """A paragraph of a transcript, or a headline: "NAME: …"."""
    match = _LABEL.match(text, *paragraph)
    if not match or not _is_label(match.group("name").split()):
        return None
    content = Span(match.end(), paragraph.end)
    return Heard((content,), Span(*match.span("cue")), Span(*match.span("name")), "label", ordinal)


def _is_label(words: Sequence[str]) -> bool:
    named = all(word[0].isupper() or word[0].isdigit() or word in _SMALL_WORDS for word in words)
    reporting = any(word.lower() in VERBS and not VERBS[word.lower()][0].noun for word in words)
    return named and not reporting and len(words) <= _LABEL_WORDS and words[0].lower() not in _NO_SPEAKERS


def _credited(text: str, paragraph: Span, runs: Sequence[Run], ordinal: int) -> Heard | None:
    """A paragraph of quoted words that a dash credits: "…" — Name."""
    if not runs or runs[0].outer.start != paragraph.start:
        return None
    match = _CREDIT.match(text, runs[-1].outer.end, paragraph.end)
    if not match or len(match.group("name").split()) > _CREDIT_WORDS:
        return None
    content = Span(paragraph.start, runs[-1].outer.end)
    return Heard((content,), Span(*match.span("cue")), Span(*match.span("name")), "credit", ordinal)


def _take(found: list[Heard], sentence: Sentence, ordinal: int) -> None:
    """Adds what a sentence reports, to what was found before or of its own."""
    own = list(reports(sentence))
    spoken = _spoken(sentence, own)
    last = _speaking(found, ordinal)
    if spoken and last is not None:
        whole = spoken[1] >= len(sentence.tags.rstrip("."))
        if found[last].ordinal == ordinal or whole:
            content = (*found[last].content, sentence.span(*spoken))
            found[last] = replace(found[last], content=content, ordinal=ordinal)
    found += [_placed(sentence, one, ordinal) for one in own]
    if sentence.tags.endswith(":") and not (own and own[-1].cue[1] >= len(sentence) - 3):
        mention = subjects.main(sentence, len(sentence))
        if mention:
            found.append(_placed(sentence, Report((), (len(sentence) - 1, len(sentence)), mention, "colon"), ordinal))


def _spoken(sentence: Sentence, own: Sequence[Report]) -> tuple[int, int] | None:
    """The stretch between marks that opens a sentence which names no speaker for it."""
    tags = sentence.tags
    if tags[:1] != "Q":
        return None
    end = len(tags) - len(tags.lstrip("Q."))
    if tags.rstrip(".").endswith("Q") and "V" not in tags and len(tags) < 30:
        end = len(tags)
    return None if any(part[0] < end for one in own for part in one.content) else (0, end)


def _speaking(found: Sequence[Heard], ordinal: int) -> int | None:
    """Which attribution marks without a speaker of their own go on with: the last that is no aside."""
    at = len(found) - 1
    if at < 0 or found[at].ordinal < ordinal - 1:
        return None
    while at > 0 and found[at].rule.startswith("participle") and _is_aside(found[at], found[at - 1]):
        at -= 1
    return at


def _is_aside(one: Heard, before: Heard) -> bool:
    return before.ordinal == one.ordinal and before.rule.endswith(("before", "around", "inverted"))


def _placed(sentence: Sentence, report: Report, ordinal: int) -> Heard:
    return Heard(
        tuple(sentence.span(*part) for part in report.content),
        sentence.span(*report.cue),
        _printed(sentence, report.mention) if report.mention else None,
        report.rule,
        ordinal,
    )


def _printed(sentence: Sentence, phrase: Phrase) -> Span:
    """Where a speaker is printed, a pronoun without the verb that hangs on it."""
    span = sentence.span(*phrase)
    word = re.match(r"\w+", span.cut(sentence.text))
    if word and phrase[1] - phrase[0] == 1 and sentence.tags[phrase[0]] == "N":
        return Span(span.start, span.start + word.end())
    return span
