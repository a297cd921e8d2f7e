"""What a story says of itself that was put right, in a paragraph at its beginning or its end; pure.

Stories about prisons, markets and corrections use the same words. Only what speaks of itself is believed: a label with
a day, a label with words of error behind it, or an earlier version of "this article".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from embeddings.news import Paragraph

_FIRST, _LAST = 2, 4
"""So many paragraphs at the beginning and at the end may say it."""
_REACH = 600

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = rf"(?:{_MONTH} \d{{1,2}}(?:,? \d{{4}})?|\d{{1,2}} {_MONTH}(?: \d{{4}})?|\d{{1,4}}([./-])\d{{1,2}}\1\d{{1,4}})"
_MARK = r"\s*(?::|--+|[–—]| - )\s*"
_LABEL = r"(?:corrections?|clarifications?)(?: (?:and|&) (?:corrections?|clarifications?))?"
_STORY = r"(?:article|story|report|post|column|piece|dispatch|obituary|review|headline|newsletter)"
_EARLIER = rf"(?:(?:an?|the) )?(?:earlier|previous|prior|original|initial) versions? of (?:this|our) {_STORY}\b"
_SAID = (
    r"(?:gave|said|stated|named|identified|referred|reported|quoted|included|omitted|contained|had|listed"
    r"|attributed|mis[a-z]+|incorrectly|erroneously|mistakenly|wrongly)\b"
)
_ERROR = (
    r"\b(?:incorrect|wrong|erroneous|inaccurate|mistaken|misst|missp|misna|misid|misat|misqu|misre|in error\b"
    rf"|should have\b|corrects\b|earlier version|previous version|(?:this|our) {_STORY} (?:was|has been)\b)"
    r"|, not |\bnot .{1,60}\bas (?:first |originally |previously )?(?:stated|reported)\b"
)
_RIGHTED = (
    rf"(?:this|our) {_STORY} (?:was|has been)"
    r" (?:(?:amended|corrected)(?=\s*[.:;,]| (?:on|to|at|in order|after|because)\b)|[a-z]+ed\b[^.]{0,60}? to correct\b)"
)
_GERMAN = (
    r"(?:korrektur|berichtigung|richtigstellung|anmerkung der redaktion)\b[^:\n]{0,30}:\s"
    r"[\s\S]{0,400}?\b(?:frühere|ursprünglich|irrtümlich|fälschlich|fehler|falsch|korrigiert|richtig ist)",
    r"in eine[rm] (?:früheren|ersten|vorigen|ursprünglichen) (?:version|fassung)"
    r" (?:dieses|des) (?:artikels|beitrags|textes|berichts)\b",
)
_FRENCH = (
    r"(?:rectificatif|erratum|correction)\b[^:\n]{0,30}:\s"
    r"[\s\S]{0,400}?\b(?:erreur|erroné|à tort|et non|version (?:antérieure|précédente|initiale))",
    r"une (?:première|précédente) version de (?:cet article|cette dépêche)\b",
)
_SHAPES = tuple(
    re.compile(rf"[\W_]*(?:(?:(?:editor['’]?s['’]? )?note|update|{_LABEL}){_MARK})?{shape}", re.IGNORECASE)
    for shape in (
        rf"{_LABEL},? \(?{_DAY}\)?[^:\n]{{0,20}}{_MARK}\w",
        rf"{_LABEL}{_MARK}(?=\w)[\s\S]{{0,400}}?(?:{_ERROR})",
        rf"corrected on {_DAY}(?:{_MARK}\w|\s*\.|,? to \w)",
        rf"an? (?:correction|clarification) was made on {_DAY}",
        rf"{_EARLIER},? (?:published [^.]{{0,40}} )?{_SAID}",
        _RIGHTED,
        *_GERMAN,
        *_FRENCH,
    )
)


def told_in(text: str, found: Sequence[Paragraph]) -> Iterator[str]:
    """The paragraphs at either end of a story that say what was put right in it; one that is all there is says none."""
    ends = found if len(found) <= _FIRST + _LAST else (*found[:_FIRST], *found[-_LAST:])
    words = (one.span.cut(text) for one in ends if len(found) > 1)
    yield from (said for said in words if any(shape.match(said[:_REACH]) for shape in _SHAPES))
