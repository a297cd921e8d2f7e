"""Who said what: quotations of an article, their speakers, and the hands that the words came through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.naming import Naming, name_speakers
from embeddings.naming.phrases import phrase_of
from embeddings.naming.titles import is_role
from embeddings.news import Article, Attribution, Extraction, Kind, Named, Nature, Quotation, Span
from embeddings.paragraphs import sentences
from embeddings.provenance import chains
from embeddings.quotes.finder import Finder
from embeddings.quotes.inner import retold
from embeddings.quotes.language import language_of
from embeddings.quotes.lines import lines
from embeddings.quotes.marks import Run, kind_of, quoted
from embeddings.quotes.said import is_said, said_by

LANGUAGE = "en"
SURE = 0.5
"""What is less likely to be right is shown as unsure."""


@dataclass(frozen=True, slots=True)
class Extractor:
    """Reads quotations out of articles; the finder is rules or a trained tagger."""

    finder: Finder

    def extract(self, article: Article) -> Extraction:
        """Every quotation of the article; an article in a language that cannot be read has none, and says so."""
        language = language_of(article.text) or (article.language or LANGUAGE)[:2].lower()
        if language != LANGUAGE:
            return Extraction(quotations=(), skipped=f"its language is {language}")
        text, paragraphs = article.text, _told_paragraphs(article)
        runs = quoted(text, paragraphs)
        found = self.finder.find(text, paragraphs, runs)
        stated = [said_by(text, one) for one in found if is_said(text, one)]
        found, namings = _with_retold(article, paragraphs, stated, runs)
        provenances = chains(article, found, [naming.speakers for naming in namings])
        return Extraction(
            quotations=tuple(
                Quotation(
                    content=one.content,
                    kind=kind_of(text, one.content, runs),
                    cue=one.cue,
                    speakers=naming.speakers,
                    chain=provenance.hops,
                    narrated=provenance.narrated,
                    confidence=one.confidence * naming.confidence,
                )
                for one, naming, provenance in zip(found, namings, provenances, strict=True)
            )
        )


def _told_paragraphs(article: Article) -> list[Span]:
    """The paragraphs without the dateline, which is nobody's words."""
    filed = article.dateline.span.end if article.dateline else 0
    spans = (Span(max(one.start, filed), one.end) for one in article.paragraphs if one.end > filed)
    return [line for span in spans for line in lines(article.text, span)]


def _named(article: Article, paragraphs: Sequence[Span], found: Sequence[Attribution]) -> list[Naming]:
    return name_speakers(
        article.text,
        paragraphs,
        [one.mention for one in found],
        contents=[one.content for one in found],
        headline=article.headline,
    )


def _with_retold(
    article: Article, paragraphs: Sequence[Span], stated: Sequence[Attribution], runs: Sequence[Run]
) -> tuple[list[Attribution], list[Naming]]:
    """What was found and whom it names, with what persons and bodies say in what a medium or a document tells."""
    namings = _named(article, paragraphs, stated)
    within = _retold(article.text, paragraphs, list(zip(stated, namings, strict=True)), runs)
    if not within:
        return list(stated), namings
    found = sorted([*stated, *within], key=lambda one: one.content[0])
    namings = _named(article, paragraphs, found)
    told = set(within)
    kept = [place for place, one in enumerate(found) if one not in told or _has_voice(namings[place])]
    return [found[place] for place in kept], [namings[place] for place in kept]


def _retold(
    text: str, paragraphs: Sequence[Span], stated: Sequence[tuple[Attribution, Naming]], runs: Sequence[Run]
) -> list[Attribution]:
    known = {place for one, _ in stated if one.cue for place in range(*one.cue)}
    within: list[Attribution] = []
    for one, naming in stated:
        if not _retells(naming) or kind_of(text, one.content, runs) is Kind.DIRECT:
            continue
        for part in one.content:
            for other in retold(text, part, _sentence(text, paragraphs, part), runs):
                if other.cue and is_said(text, other) and known.isdisjoint(range(*other.cue)):
                    within.append(other)
                    known.update(range(*other.cue))
    return within


def _sentence(text: str, paragraphs: Sequence[Span], part: Span) -> Span:
    """The sentences of its paragraphs that a part stands in."""
    around = [one for line in paragraphs if line.meets(part) for one in sentences(text, line) if one.meets(part)]
    return Span(around[0].start, around[-1].end)


def _retells(naming: Naming) -> bool:
    return any(one.nature in (Nature.MEDIUM, Nature.DOCUMENT) for one in naming.speakers)


def _has_voice(naming: Naming) -> bool:
    """Whether it is a person or a body, and no meeting or law that "reaffirmed" something."""
    return any(one.nature in (Nature.PERSON, Nature.GROUP) or _is_somebody(one) for one in naming.speakers)


def _is_somebody(speaker: Named) -> bool:
    """Whether it is a person without a name: "the skipper"."""
    return speaker.nature is Nature.UNNAMED and is_role(phrase_of(speaker.name).head)
