"""Who said what: quotations of an article, their speakers, and the hands that the words came through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from embeddings.naming import Naming, name_speakers
from embeddings.news import Article, Attribution, Extraction, Nature, Quotation, Span
from embeddings.provenance import chains
from embeddings.quotes.finder import Finder
from embeddings.quotes.inner import inner
from embeddings.quotes.language import language_of
from embeddings.quotes.marks import Run, kind_of, quoted

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
        paragraphs = _told_paragraphs(article)
        runs = quoted(article.text, paragraphs)
        stated = [one for one in self.finder.find(article.text, paragraphs, runs) if not _cites(article.text, one)]
        retold = _with_retold(article.text, stated, runs)
        found = [one.attribution for one in retold]
        namings = name_speakers(
            article.text,
            paragraphs,
            [one.mention for one in found],
            contents=[one.content for one in found],
            headline=article.headline,
        )
        kept = [place for place, one in enumerate(retold) if one.by is None or _retells(namings[one.by])]
        found, namings = [found[place] for place in kept], [namings[place] for place in kept]
        provenances = chains(article, found, [naming.speakers for naming in namings])
        return Extraction(
            quotations=tuple(
                Quotation(
                    content=one.content,
                    kind=kind_of(article.text, one.content, runs),
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
    return [Span(max(one.start, filed), one.end) for one in article.paragraphs if one.end > filed]


_CITING = frozenset(("citing", "cites", "cited"))
_CITATION_WORDS = 12


def _cites(text: str, one: Attribution) -> bool:
    """Whether it names where somebody has words from, and none of the words: "citing a statement of the day before"."""
    if one.cue is None or one.cue.cut(text).lower() not in _CITING or len(one.content) > 1:
        return False
    cited = one.content[0].cut(text)
    return len(cited.split()) <= _CITATION_WORDS and not cited.startswith(("that ", '"', "“"))


@dataclass(frozen=True, slots=True)
class _Retold:
    """An attribution, and the place of the one whose speaker retells it, if any."""

    attribution: Attribution
    by: int | None


def _with_retold(text: str, found: Sequence[Attribution], runs: Sequence[Run]) -> list[_Retold]:
    """What was found, each followed by what it would retell if its speaker were a medium or a document."""
    known = {one.cue for one in found}
    retold: list[_Retold] = []
    for one in found:
        retold.append(_Retold(one, None))
        by = len(retold) - 1
        retold += [_Retold(within, by) for within in _within(text, one, runs) if within.cue not in known]
    return retold


def _within(text: str, one: Attribution, runs: Sequence[Run]) -> Iterator[Attribution]:
    for part in one.content:
        within = inner(text, part, runs)
        if within is not None:
            yield within


def _retells(naming: Naming) -> bool:
    return any(one.nature in (Nature.MEDIUM, Nature.DOCUMENT) for one in naming.speakers)
