"""What a program reads: answers, articles, receipts and counts as plain JSON values; pure."""

from __future__ import annotations

from typing import Any

from embeddings.ingest import Receipt
from embeddings.news import Answer, Article, Coverage, Found, Hop, Moment, NotOnFile, Passage
from embeddings.store import Description

Record = dict[str, Any]


def answer_record(answer: Answer) -> Record:
    """An answer with what was searched; near misses stand apart from passages."""
    return {
        "answered": isinstance(answer, Found),
        "confidence": round(answer.confidence, 4),
        "passages": [passage_record(p) for p in answer.passages] if isinstance(answer, Found) else [],
        "near_misses": [passage_record(p) for p in answer.near_misses] if isinstance(answer, NotOnFile) else [],
        "searched": coverage_record(answer.coverage),
    }


def batch_record(query_id: str, answer: Answer, *, most: int) -> Record:
    """A line of a batch run: at most so many passages, whether or not the archive abstained."""
    passages = answer.passages if isinstance(answer, Found) else answer.near_misses
    return {
        "query_id": query_id,
        "abstained": isinstance(answer, NotOnFile),
        "confidence": round(answer.confidence, 6),
        "passages": [passage_record(passage) for passage in passages[:most]],
    }


def passage_record(passage: Passage) -> Record:
    """The exact words and where they stand; ``start``, ``end`` and ``marks`` count code points of the article."""
    article, paragraph = passage.article, passage.paragraph
    return {
        "article_id": article.id,
        "version": article.version,
        "paragraph": paragraph.ordinal,
        "start": paragraph.start,
        "end": paragraph.end,
        "text": passage.text,
        "marks": [list(mark) for mark in passage.marks],
        "score": round(passage.score, 6),
        "headline": article.headline,
        "byline": article.byline,
        "outlet": article.outlet,
        "published": moment_record(article.published),
        "url": article.url,
        "rights": article.rights,
        "chain": [hop_record(hop) for hop in article.chain],
        "also": [{"article_id": other.id, "outlet": other.outlet} for other in passage.also],
    }


def article_record(article: Article) -> Record:
    """A whole version of an article, its paragraphs as spans of its text."""
    return {
        "id": article.id,
        "version": article.version,
        "version_created": moment_record(article.version_created),
        "status": article.status.value,
        "embargoed_until": moment_record(article.embargoed_until),
        "held": article.held,
        "headline": article.headline,
        "byline": article.byline,
        "dateline": article.dateline.span.cut(article.text) if article.dateline else None,
        "outlet": article.outlet,
        "carriers": list(article.carriers),
        "chain": [hop_record(hop) for hop in article.chain],
        "published": moment_record(article.published),
        "language": article.language,
        "section": article.section,
        "url": article.url,
        "rights": article.rights,
        "note": article.note,
        "text": article.text,
        "paragraphs": [{"ordinal": p.ordinal, "start": p.start, "end": p.end} for p in article.paragraphs],
    }


def coverage_record(coverage: Coverage) -> Record:
    """How many articles of which outlets, from when to when."""
    return {
        "articles": coverage.articles,
        "outlets": dict(coverage.outlets),
        "first": moment_record(coverage.first),
        "last": moment_record(coverage.last),
    }


def receipt_record(receipt: Receipt) -> Record:
    """Counts by outcome, and each input that a person should know of."""
    return {
        "read": receipt.read,
        "outcomes": {outcome.value: count for outcome, count in sorted(receipt.outcomes.items())},
        "paragraphs": receipt.paragraphs,
        "incidents": [
            {"place": i.place, "article_id": i.article_id, "outcome": i.outcome.value, "reason": i.reason}
            for i in receipt.incidents
        ],
    }


def status_record(description: Description, coverage: Coverage) -> Record:
    """What the archive holds and which encoder it belongs to."""
    return {
        "location": description.location,
        "encoder": description.encoder,
        "dimension": description.dimension,
        "schema": description.schema,
        "articles": description.articles,
        "versions": description.versions,
        "withdrawn": description.withdrawn,
        "paragraphs": description.paragraphs,
        "vectors": description.vectors,
        "last_write": moment_record(description.last_write),
        "open_to_all": coverage_record(coverage),
    }


def hop_record(hop: Hop) -> Record:
    """One hand of a chain, with its proof: a span of the text or a metadata field."""
    return {
        "party": hop.party,
        "role": hop.role.value,
        "proof": list(hop.proof) if hop.proof else None,
        "field": hop.field,
    }


def moment_record(moment: Moment | None) -> str | None:
    """ISO 8601: a date stays a date, a moment keeps its time zone."""
    return moment.isoformat() if moment is not None else None
