"""What a program reads: answers, articles, receipts and counts as plain JSON values; pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from embeddings.ingest import Pace, Receipt
from embeddings.news import (
    Answer,
    Article,
    Checked,
    Coverage,
    Extraction,
    Found,
    Hop,
    Likeness,
    Moment,
    Named,
    NoSpeaker,
    NotOnFile,
    Passage,
    Quotation,
    Quoted,
    Quotes,
    Speaker,
    Statement,
    WhichSpeaker,
)
from embeddings.quotes import SURE
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
        **terms_record(article),
        "chain": [hop_record(hop) for hop in article.chain],
        "also": [{"article_id": other.id, "outlet": other.outlet} for other in passage.also],
        "quotations": [said_record(Statement(article=article, quotation=one)) for one in passage.quotations],
    }


def checked_record(checked: Checked) -> Record:
    """The words on file nearest to a text, the nearest first, and the quotations in it that nothing is like."""
    return {
        "asked": checked.asked,
        "likenesses": [likeness_record(one) for one in checked.likenesses],
        "missing": [list(span) for span in checked.missing],
        "searched": coverage_record(checked.coverage),
    }


def likeness_record(likeness: Likeness) -> Record:
    """Where like words stand, how they differ; ``asked`` counts in the text asked for, ``on_file`` in the article."""
    return {
        "exact": likeness.exact,
        "score": round(likeness.score, 4),
        "disputed": likeness.disputed,
        "start": likeness.span.start,
        "end": likeness.span.end,
        "text": likeness.text,
        "steps": [{"asked": list(s.asked), "on_file": list(s.on_file), "same": s.same} for s in likeness.steps],
        "passage": passage_record(likeness.passage),
    }


def quotes_record(quotes: Quotes) -> Record:
    """What somebody is on file with; or the speakers to choose from; or nobody, and the names that look alike."""
    return {
        "speaker": speaker_record(quotes.speaker) if isinstance(quotes, Quoted) else None,
        "about": quotes.about if isinstance(quotes, Quoted) else None,
        "total": quotes.total if isinstance(quotes, Quoted) else 0,
        "statements": [statement_record(one) for one in quotes.statements] if isinstance(quotes, Quoted) else [],
        "choices": [speaker_record(one) for one in quotes.choices] if isinstance(quotes, WhichSpeaker) else [],
        "nearest": [speaker_record(one) for one in quotes.nearest] if isinstance(quotes, NoSpeaker) else [],
        "searched": coverage_record(quotes.coverage),
    }


def speaker_record(speaker: Speaker) -> Record:
    """One speaker across the archive, with every name that is printed for it."""
    return {
        "name": speaker.name,
        "nature": speaker.nature.value,
        "aliases": list(speaker.aliases),
        "roles": list(speaker.roles),
        "quotations": speaker.quotations,
    }


def statement_record(statement: Statement) -> Record:
    """What was said, in which article it stands, and how near it comes to what was asked about."""
    article = statement.article
    return {
        "article_id": article.id,
        "version": article.version,
        **said_record(statement),
        "score": round(statement.score, 6),
        "headline": article.headline,
        "byline": article.byline,
        "outlet": article.outlet,
        "published": moment_record(article.published),
        "url": article.url,
        **terms_record(article),
    }


def terms_record(article: Article) -> Record:
    """What has to be known before words are used: embargo, expiry, correction, rights."""
    return {
        "embargoed_until": moment_record(article.embargoed_until),
        "held": article.held,
        "expires": moment_record(article.expires),
        "correction": article.correction,
        "rights": article.rights,
        "usage": article.usage,
    }


def said_record(statement: Statement) -> Record:
    """The exact words, a text for each part, who said them and through whom; all spans count code points."""
    quotation = statement.quotation
    return {
        "paragraph": statement.paragraph.ordinal,
        "content": [list(span) for span in quotation.content],
        "texts": list(statement.texts),
        "kind": quotation.kind.value,
        "cue": list(quotation.cue) if quotation.cue else None,
        "speakers": [named_record(one) for one in quotation.speakers],
        "chain": [hop_record(hop) for hop in quotation.chain],
        "narrated": quotation.narrated,
        "confidence": round(quotation.confidence, 4),
        "sure": quotation.confidence >= SURE,
    }


def named_record(named: Named) -> Record:
    """A speaker as one article names it: where it is credited, and where its fullest name stands."""
    return {
        "name": named.name,
        "nature": named.nature.value,
        "roles": list(named.roles),
        "mention": list(named.mention),
        "proof": list(named.proof),
    }


def extraction_record(article_id: str, extraction: Extraction, *, seconds: float) -> Record:
    """A line of a batch run: one article's quotations, and the processor's seconds that finding them took."""
    record = {
        "id": article_id,
        "quotes": [quotation_record(one) for one in extraction.quotations],
        "seconds": round(seconds, 6),
    }
    return record | ({"skipped": extraction.skipped} if extraction.skipped else {})


def quotation_record(quotation: Quotation) -> Record:
    """A quotation by its spans; the chain is the speaker's name, then those of the hands that it came through."""
    names = [speaker.name for speaker in quotation.speakers]
    return {
        "content": [list(span) for span in quotation.content],
        "kind": quotation.kind.value,
        "cue": [list(quotation.cue)] if quotation.cue else None,
        "speaker": [list(speaker.mention) for speaker in quotation.speakers] or None,
        "speaker_name": names[0] if names else None,
        "chain": [*names[:1], *(hop.party for hop in quotation.chain)],
        "confidence": round(quotation.confidence, 4),
    }


def article_record(article: Article, statements: Iterable[Statement]) -> Record:
    """A whole version of an article, its paragraphs as spans of its text, and what is quoted in it."""
    return {
        "id": article.id,
        "version": article.version,
        "version_created": moment_record(article.version_created),
        "status": article.status.value,
        "guid": article.guid,
        "replaces": article.replaces,
        "provider": article.provider,
        "slug": article.slug,
        "take": article.take,
        "headline": article.headline,
        "byline": article.byline,
        "dateline": (article.dateline.span.cut(article.text) or article.dateline.place) if article.dateline else None,
        "outlet": article.outlet,
        "carriers": list(article.carriers),
        "chain": [hop_record(hop) for hop in article.chain],
        "published": moment_record(article.published),
        "language": article.language,
        "section": article.section,
        "url": article.url,
        **terms_record(article),
        "note": article.note,
        "text": article.text,
        "paragraphs": [{"ordinal": p.ordinal, "start": p.start, "end": p.end} for p in article.paragraphs],
        "quotations": [said_record(one) for one in statements],
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
        "quotations": receipt.quotations,
        "quotations_not_looked_for": dict(receipt.skipped),
        "incidents": [
            {"place": i.place, "article_id": i.article_id, "outcome": i.outcome.value, "reason": i.reason}
            for i in receipt.incidents
        ],
    }


def pace_record(pace: Pace) -> Record:
    """Where the time of an ingest went: by the clock, and summed over all that was done side by side."""
    return {
        "seconds": round(pace.elapsed, 3),
        "waited": round(pace.waited, 3),
        "stages": {stage.value: round(seconds, 3) for stage, seconds in pace.seconds.items()},
        "texts": {"encoded": pace.encoded, "taken": pace.taken},
    }


def status_record(description: Description, coverage: Coverage, recall: tuple[float, int] | None = None) -> Record:
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
        "exact": description.exact,
        "recall": {"least": recall[0], "vectors": recall[1]} if recall else None,
        "quotations": description.quotations,
        "last_write": moment_record(description.last_write),
        "last_ingest": moment_record(description.last_ingest),
        "sources": {outlet: moment_record(at) for outlet, at in sorted(description.sources.items())},
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
