"""Speakers named within one article: from "he" or "the senator" to the fullest name that it prints."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.naming import described, pronouns
from embeddings.naming.cast import cast_of
from embeddings.naming.phrases import Sort, sort_of
from embeddings.naming.reading import CONFIDENCE, Naming, Reading, Said, Way
from embeddings.news import Nature, Span

__all__ = ["CONFIDENCE", "Naming", "Way", "name_speakers"]


def name_speakers(
    text: str,
    paragraphs: Sequence[Span],
    mentions: Sequence[Span | None],
    *,
    contents: Sequence[Sequence[Span]] = (),
    headline: str | None = None,
) -> list[Naming]:
    """For each mention the speakers whom it names, with the fullest name that the article prints for them.

    ``contents`` are the places of what each mention's speaker says; ``headline`` tells whom the article is about
    where relatives share a surname.
    """
    reading = Reading(text, paragraphs, contents, cast_of(text, paragraphs, headline))
    namings = [Naming()] * len(mentions)
    present = [(mention, quotation) for quotation, mention in enumerate(mentions) if mention is not None]
    first_persons = []
    for mention, quotation in sorted(present):
        sort = sort_of(mention.cut(text))
        if sort is Sort.I:
            first_persons.append((mention, quotation))
            continue
        said = _read(reading, quotation, mention, sort)
        reading.said.append(said)
        reading.by_quotation[quotation] = said
        namings[quotation] = said.naming
    for mention, quotation in first_persons:
        namings[quotation] = pronouns.first_person(reading, quotation, mention).naming
    return namings


def _read(reading: Reading, quotation: int, mention: Span, sort: Sort) -> Said:
    """Whom one mention names, in the light of those before."""
    match sort:
        case Sort.HE | Sort.SHE:
            return pronouns.person(reading, quotation, mention, "m" if sort is Sort.HE else "f")
        case Sort.WHO | Sort.WHICH:
            return pronouns.relative(reading, mention, of_person=sort is Sort.WHO)
        case Sort.IT:
            return pronouns.it(reading, mention)
        case Sort.THEY:
            return pronouns.they(reading, mention)
        case Sort.WE:
            return reading.described(mention, Nature.GROUP, Way.NOBODY)
        case _:
            return described.phrase(reading, mention)
