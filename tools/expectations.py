"""Whether what a reader made of a sample is what the samples' manifest expects; nothing but white space is forgiven."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from embeddings import Article, UnreadableInput
from embeddings.fields import moment
from embeddings.news import Moment, Notice, Status
from embeddings.readers.pieces import Reading

ALIKE = 0.9
"""Bodies are alike from here on: the share of runs of four words that both have."""

_UNSEEN = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;|/&]|\band\b|\bund\b|\bet\b)\s*")
_BEFORE_NAMES = re.compile(r"\A(?:by|von|par)\s+", re.IGNORECASE)
_MIDNIGHT = re.compile(r"[T ]00:00:00\Z")


def line(said: str | None) -> str:
    """Words with single spaces, without marks that nobody sees."""
    return " ".join(_UNSEEN.sub("", said or "").split())


def names(said: object) -> frozenset[str]:
    """The names in a byline."""
    listed = said if isinstance(said, list) else [said]
    parts = [part for one in listed for part in _BETWEEN_NAMES.split(line(one if isinstance(one, str) else ""))]
    return frozenset(name for part in parts if (name := _BEFORE_NAMES.sub("", part)))


@dataclass(frozen=True, slots=True)
class Seen:
    """What can be compared with an expectation, whoever read it."""

    headline: str | None = None
    byline: str | None = None
    published: Moment | None = None
    language: str | None = None
    paragraphs: Sequence[str] = ()
    articles: Sequence[Article] = ()
    notices: Sequence[Notice] = ()
    refusals: Sequence[UnreadableInput] = field(default=())

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> Seen:
        """What a reader gave; the first article stands for all."""
        articles = [reading for reading in readings if isinstance(reading, Article)]
        notices = [reading for reading in readings if isinstance(reading, Notice)]
        refusals = [reading for reading in readings if isinstance(reading, UnreadableInput)]
        if not articles:
            return cls(notices=notices, refusals=refusals)
        first = articles[0]
        paragraphs = [line(paragraph.span.cut(first.text)) for paragraph in first.paragraphs]
        return cls(
            headline=first.headline,
            byline=first.byline,
            published=first.published,
            language=first.language,
            paragraphs=paragraphs,
            articles=articles,
            notices=notices,
            refusals=refusals,
        )

    @property
    def text(self) -> str:
        """All words."""
        return " ".join(self.paragraphs)

    def any(self, holds: Callable[[Article], bool]) -> bool:
        """Whether it holds for an article."""
        return any(map(holds, self.articles))


Check = Callable[[Any, Seen], float]
"""How far an expectation is met, from 0 to 1."""


def check(name: str, expected: object, seen: Seen) -> float:
    """How far ``seen`` is what is expected of this field."""
    return float(_CHECKS[name](expected, seen))


def known(name: str) -> bool:
    """Whether anything is known of a field that the manifest names."""
    return name in _CHECKS


def same_day(expected: str, found: Moment | None) -> bool:
    """Whether it is the day expected, as its zone has it."""
    return found is not None and _in_zone_of(expected, found).isoformat()[:10] == expected[:10]


def same_instant(expected: str, found: Moment | None) -> bool:
    """Whether it is the instant expected; one without a zone is what the clock showed there, midnight is a day."""
    if len(expected) <= len("2026-09-30") or _MIDNIGHT.search(expected):
        return same_day(expected, found)
    wanted = datetime.fromisoformat(expected)
    if not isinstance(found, datetime):
        return False
    if wanted.tzinfo is None:
        return wanted.replace(microsecond=0) in (
            found.replace(tzinfo=None, microsecond=0),
            found.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        )
    return abs((wanted - found).total_seconds()) < 1


def _in_zone_of(expected: str, found: Moment) -> date:
    wanted = moment(expected.replace(" ", "T")) if len(expected) > len("2026-09-30") else None
    if isinstance(wanted, datetime) and isinstance(found, datetime):
        return found.astimezone(wanted.tzinfo).date() if datetime.fromisoformat(expected).tzinfo else found.date()
    return found.date() if isinstance(found, datetime) else found


def alike(one: str, other: str) -> float:
    """The share of runs of four words that two texts have in common (F1)."""
    runs = [set(zip(*(line(text).split()[i:] for i in range(4)), strict=False)) for text in (one, other)]
    return 2 * len(runs[0] & runs[1]) / max(1, len(runs[0]) + len(runs[1]))


def _status(expected: str, seen: Seen) -> bool:
    wanted = expected.split()[0].removeprefix("stat:")
    return seen.any(lambda article: article.status == wanted)


def _published(expected: str, seen: Seen) -> bool:
    live = expected == "publish"
    return seen.any(lambda article: (article.status is Status.USABLE) == live)


def _id(expected: str, seen: Seen) -> bool:
    """The id, also where the manifest writes the version behind it."""
    return seen.any(lambda article: expected in (article.id, article.guid, f"{article.id}:{article.version}"))


def _embargo(expected: Mapping[str, Any], seen: Seen) -> bool:
    return seen.any(lambda article: same_instant(expected["end_time"], article.embargoed_until))


def _hands(expected: str, seen: Seen) -> bool:
    return seen.any(lambda article: expected in (article.outlet, article.provider, *article.carriers))


def _within(*found: str | None) -> str:
    return line(" ".join(filter(None, found)))


def _place(expected: str, seen: Seen) -> bool:
    return seen.any(
        lambda article: expected.lower() in line(article.dateline.place if article.dateline else None).lower()
    )


def _responses(expected: Sequence[Mapping[str, str]], seen: Seen) -> float:
    found = {article.url: line(article.headline) for article in seen.articles}
    return sum(found.get(one["url"]) == line(one["headline"]) for one in expected) / len(expected)


def _share(expected: Sequence[str], seen: Seen, *, wanted: bool) -> float:
    return sum((line(one) in seen.text) == wanted for one in expected) / len(expected)


def _changed(expected: str, seen: Seen) -> bool:
    return seen.any(lambda article: same_instant(expected, article.version_created))


def _first_published(expected: str, seen: Seen) -> bool:
    return seen.any(lambda article: same_instant(expected, article.published))


def _dateline(expected: str, seen: Seen) -> bool:
    """Whether the text begins so, or a dateline kept outside the text names the place that this one begins with."""
    places = [line(article.dateline.place) for article in seen.articles if article.dateline]
    return _begins(expected, seen) or any(place and line(expected).startswith(place) for place in places)


def _bare(url: str) -> str:
    """An address without what only tells where its reader came from."""
    return re.split(r"[?#]", url)[0].rstrip("/")


def _begins(expected: str, seen: Seen) -> bool:
    """Whether the text begins so, a dateline before it left aside."""
    return line(expected) in seen.text[: len(line(expected)) + 80]


_CHECKS: Mapping[str, Check] = {
    "abstract": lambda expected, seen: line(expected) in _within(seen.text, seen.headline),
    "article_body": lambda expected, seen: alike(expected, seen.text),
    "body_contains": lambda expected, seen: seen.any(lambda article: line(expected) in line(article.text)),
    "body_starts": _begins,
    "byline": lambda expected, seen: names(expected) == names(seen.byline),
    "cancels_guid": lambda expected, seen: any(notice.target == expected for notice in seen.notices),
    "copyrightholder": lambda expected, seen: seen.any(lambda article: expected in (article.rights or "")),
    "date": lambda expected, seen: expected is None or same_instant(str(expected), seen.published),
    "date_text": lambda expected, seen: line(expected) in seen.text,
    "dateline": _dateline,
    "dateline_city": _place,
    "day": lambda expected, seen: same_day(str(expected), seen.published),
    "distributor": lambda expected, seen: _hands(expected["name"], seen),
    "ednote": lambda expected, seen: seen.any(
        lambda article: line(expected) in _within(article.note, article.correction)
    ),
    "embargo": _embargo,
    "embargoed": lambda expected, seen: seen.any(lambda article: same_instant(expected, article.embargoed_until)),
    "encrypted": lambda expected, seen: not (expected and seen.articles),
    "evolvedfrom": lambda expected, seen: seen.any(lambda article: article.replaces == expected),
    "expires": lambda expected, seen: seen.any(lambda article: same_instant(expected, article.expires)),
    "first_paragraph": lambda expected, seen: bool(seen.paragraphs) and line(expected) == seen.paragraphs[0],
    "first_sentence": _begins,
    "first_sentence_starts": _begins,
    "firstcreated": _first_published,
    "firstpublished": _first_published,
    "format": lambda expected, seen: bool(seen.articles),
    "guid": _id,
    "has_soft_hyphen": lambda expected, seen: not seen.any(lambda article: "\u00ad" in article.text),
    "headline": lambda expected, seen: (
        seen.any(lambda article: line(expected) == line(article.headline)) or line(expected) == line(seen.headline)
    ),
    "headline_pa": lambda expected, seen: line(expected) == line(seen.headline),
    "issued": _changed,
    "items": lambda expected, seen: expected == len(seen.articles) + len(seen.refusals),
    "language": lambda expected, seen: (seen.language or "").lower().startswith(expected),
    "last_paragraph": lambda expected, seen: bool(seen.paragraphs) and line(expected) == seen.paragraphs[-1],
    "located": _place,
    "modified_gmt": _changed,
    "must_contain": lambda expected, seen: _share(expected, seen, wanted=True),
    "must_not_contain": lambda expected, seen: _share(expected, seen, wanted=False),
    "n_paragraphs": lambda expected, seen: expected == len(seen.paragraphs),
    "pages": lambda expected, seen: bool(seen.articles),
    "pubstatus": _status,
    "responses": _responses,
    "slugline": lambda expected, seen: seen.any(lambda article: line(expected) == line(article.slug)),
    "source": _hands,
    "status": _published,
    "take_key": lambda expected, seen: seen.any(lambda article: line(expected) == line(article.take)),
    "type": lambda expected, seen: bool(seen.articles),
    "uri": _id,
    "url": lambda expected, seen: seen.any(lambda article: _bare(expected) == _bare(article.url or article.id)),
    "usageterms": lambda expected, seen: seen.any(lambda article: expected in _within(article.usage, article.rights)),
    "valid": lambda expected, seen: bool(seen.articles) or not expected,
    "version": lambda expected, seen: seen.any(lambda article: str(article.version) == str(expected)),
    "versioncreated": _changed,
    "wordcount": lambda expected, seen: seen.any(
        lambda article: abs(len(article.text.split()) - expected) <= expected // 50
    ),
}
