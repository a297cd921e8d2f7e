"""The hands that quoted words came through: speaker ← medium ← relaying agencies ← outlet ← carrier; pure.

A hop is believed only where words of the text or a field of the metadata say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from embeddings.datelines import opening
from embeddings.news import Article, Attribution, Hop, Named, Nature, Role, Span
from embeddings.paragraphs import sentences
from embeddings.provenance.lineage import Credit, Links, Sentence, lineages
from embeddings.provenance.mastheads import same
from embeddings.provenance.media import in_full, media
from embeddings.provenance.narration import is_narrated, said_by_media
from embeddings.provenance.sourcing import Way, frames


@dataclass(frozen=True, slots=True)
class Provenance:
    """The hops of one quotation, nearest to the speaker first; ``narrated`` words are a medium's about the speaker."""

    hops: tuple[Hop, ...]
    narrated: bool


def chains(
    article: Article, attributions: Sequence[Attribution], namings: Sequence[tuple[Named, ...]]
) -> list[Provenance]:
    """The provenance of each attribution, in order."""
    ending = _ending(article)
    credits = [Credit(i, one, who) for i, (one, who) in enumerate(zip(attributions, namings, strict=True))]
    links = lineages(article.text, _sentences(article, [hop.party for hop in ending]), credits)
    by_media = said_by_media(article.text, credits)
    return [
        Provenance(
            _hops(through, credit.speakers, ending),
            is_narrated(
                article.text, credit, by_media=by_media, reported=bool(through) and through[0].way is not Way.VENUE
            ),
        )
        for credit, through in zip(credits, links, strict=True)
    ]


def _sentences(article: Article, own: Sequence[str]) -> list[Sentence]:
    """The sentences of the article with the frames in each."""
    mentions = in_full(article.text, media(article.text, own), own)
    told: list[Sentence] = []
    at = 0
    for paragraph in article.paragraphs:
        for span in sentences(article.text, paragraph.span):
            first = at
            while at < len(mentions) and mentions[at].span.start < span.end:
                at += 1
            inside = [medium for medium in mentions[first:at] if medium.span.start >= span.start]
            told.append(Sentence(span, paragraph.ordinal, tuple(frames(article.text, span, inside))))
    return told


_HEADED = 4
_BYLINE = re.compile(r"(?:(?:[Ff]rom|[Bb]y|[Vv]ia|[Ss]ource:?) )?(?:[Tt]he )?(?P<agency>[\w&/' -]+?)(?: staff)?$")


def _ending(article: Article) -> tuple[Hop, ...]:
    """What dateline, byline and metadata say, no party twice under two forms."""
    hops = [*_filed(article), *article.chain]
    byline = _BYLINE.match(article.byline or "")
    if (
        byline
        and _is_agency(byline.group("agency"))
        and not any(same(byline.group("agency"), hop.party) for hop in hops)
    ):
        hops.insert(0, Hop(byline.group("agency"), Role.AGENCY, field="byline"))
    kept: list[Hop] = []
    for hop in hops:
        if kept and same(hop.party, kept[-1].party):
            kept[-1] = max(kept[-1], hop, key=lambda one: len(one.party))
        else:
            kept.append(hop)
    return tuple(kept)


def _filed(article: Article) -> Iterator[Hop]:
    """The agency of a dateline that stands in the text, below a headline or beside a place that a field names."""
    printed = article.dateline is not None and article.dateline.span.end > 0
    for paragraph in article.paragraphs[1:_HEADED] if not printed else ():
        dateline = opening(paragraph.span.cut(article.text)).dateline
        if dateline and dateline.agency:
            start = paragraph.start + dateline.span.start
            yield Hop(dateline.agency, Role.AGENCY, proof=Span(start, paragraph.start + dateline.span.end))
            return


def _is_agency(byline: str) -> bool:
    """Whether a byline is the name of an agency rather than a reporter's."""
    named = media(byline)
    return bool(re.fullmatch(r"[A-Z]{2,6}", byline)) or (len(named) == 1 and named[0].span == (0, len(byline)))


def _hops(links: Links, speakers: Sequence[Named], ending: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """The links as hops, up to the first that the ending has."""
    retold = any(one.nature is Nature.MEDIUM for one in speakers)
    told: list[Hop] = []
    for link in links:
        if any(same(link.party, hop.party) for hop in ending):
            break
        if not any(
            same(link.party, other) for other in (*(hop.party for hop in told), *(one.name for one in speakers))
        ):
            told.append(Hop(link.party, Role.AGENCY if told or retold else Role.MEDIUM, proof=link.proof))
    return (*told, *_after(speakers, ending))


def _after(speakers: Sequence[Named], ending: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """The ending without the speaker, where it speaks in its own story."""
    own = [i for i, hop in enumerate(ending) if any(same(hop.party, one.name) for one in speakers)]
    return ending[own[-1] + 1 :] if own else ending
