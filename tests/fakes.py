"""Stand-ins for what the archive is handed: a plain store in memory, and articles made in one line."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from embeddings.news import Article, Coverage, Filters, Paragraph, Status
from embeddings.store import Candidate, Candidates, Description, Entry, Head, Placement, Vector
from embeddings.words import words

DIMENSION = 8
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOW = Filters(at=NOON)


def article(article_id: str, *texts: str, **fields: Any) -> Article:  # noqa: ANN401 - any field of an article
    """An article whose paragraphs are these texts, parted by a blank line."""
    paragraphs, start = [], 0
    for ordinal, text in enumerate(texts, 1):
        paragraphs.append(Paragraph(ordinal, start, start + len(text)))
        start += len(text) + 2
    return Article(id=article_id, text="\n\n".join(texts), paragraphs=tuple(paragraphs), **fields)


def vector(text: str, dimension: int = DIMENSION) -> Vector:
    """A unit vector that depends on nothing but the text."""
    seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    numbers = np.random.default_rng(seed).normal(size=dimension)
    return np.asarray(numbers / np.linalg.norm(numbers), dtype=np.float32)


def none_at_all(dimension: int = DIMENSION) -> Vector:
    """The vectors of an entry that is not searched."""
    return np.zeros((0, dimension), dtype=np.float32)


def served(one: Article, *, dimension: int = DIMENSION) -> Entry:
    """The entry that makes this version searched, each paragraph with one window."""
    texts = [paragraph.span.cut(one.text) for paragraph in one.paragraphs]
    return Entry(
        article=one,
        placement=Placement.SERVE,
        vectors=np.array([vector(text, dimension) for text in texts], dtype=np.float32).reshape(-1, dimension),
        ordinals=[paragraph.ordinal for paragraph in one.paragraphs],
        words=[" ".join(words(text)) for text in texts],
        headline_words=" ".join(words(one.headline or "")),
    )


def kept(one: Article) -> Entry:
    """The entry that only keeps this version."""
    return Entry(article=one, placement=Placement.KEEP, vectors=none_at_all())


def withdrawn(one: Article) -> Entry:
    """The entry that keeps this version and takes the article out of search."""
    return Entry(article=one, placement=Placement.WITHDRAW, vectors=none_at_all())


@dataclass(frozen=True, slots=True)
class Place:
    """A paragraph that is searched, with all that decides on its rank."""

    article: Article
    ordinal: int
    body: Sequence[str]
    headline: Sequence[str]
    vectors: Vector

    def weight(self, word: str) -> float:
        """How often the word stands here, in a headline for half."""
        return self.body.count(word) + 0.5 * self.headline.count(word)

    def holds(self, phrase: Sequence[str]) -> bool:
        """Whether the body holds these words in a row."""
        return any(list(self.body[i : i + len(phrase)]) == list(phrase) for i in range(len(self.body)))

    def cosine(self, question: Vector) -> float:
        """The best of its windows."""
        return max((float(row @ question) for row in self.vectors), default=0.0)


class MemoryStore:
    """The store's interface in its plainest form: lists, loops and no index."""

    def __init__(self, *, encoder: str = "fake", dimension: int = DIMENSION) -> None:
        self._encoder, self._dimension = encoder, dimension
        self._versions: dict[str, list[Article]] = {}
        self._served: dict[str, Entry] = {}
        self._last_write: datetime | None = None

    def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        """What is on file under these ids."""
        return {article_id: self._head(article_id) for article_id in article_ids if article_id in self._versions}

    def _head(self, article_id: str) -> Head:
        newest = self._newest_first(article_id)
        killed = any(version.status is Status.CANCELED for version in newest)
        return Head(
            version=newest[0].version,
            version_created=newest[0].version_created,
            status=Status.CANCELED if killed else newest[0].status,
            fingerprints=frozenset(version.fingerprint for version in newest),
            headline=next((version.headline for version in newest if version.headline is not None), None),
            opening=next((version.text[:400] for version in newest if version.text), ""),
            served=article_id in self._served,
        )

    def _newest_first(self, article_id: str) -> list[Article]:
        def rank(numbered: tuple[int, Article]) -> tuple[float, float, int]:
            arrival, version = numbered
            created = version.version_created.timestamp() if version.version_created else -math.inf
            return (-math.inf if version.version is None else version.version, created, arrival)

        ranked = sorted(enumerate(self._versions.get(article_id, [])), key=rank, reverse=True)
        return [version for _, version in ranked]

    def put(self, entries: Iterable[Entry]) -> None:
        """Write each entry."""
        for entry in entries:
            article_id = entry.article.id
            versions = self._versions.setdefault(article_id, [])
            if entry.article.fingerprint not in {version.fingerprint for version in versions}:
                versions.append(entry.article)
            if entry.placement is not Placement.KEEP:
                self._served.pop(article_id, None)
            if entry.placement is Placement.SERVE:
                self._served[article_id] = entry
            self._last_write = datetime.now(UTC)

    def remove(self, article_ids: Sequence[str]) -> int:
        """Forget these articles."""
        known = [article_id for article_id in dict.fromkeys(article_ids) if article_id in self._versions]
        for article_id in known:
            del self._versions[article_id]
            self._served.pop(article_id, None)
        return len(known)

    def coverage(self, filters: Filters) -> Coverage:
        """What a search under these filters looks at."""
        seen = [entry.article for entry in self._served.values() if allowed(entry.article, filters)]
        days = [one.day for one in seen if one.day]
        return Coverage(
            articles=len(seen),
            outlets=Counter(one.outlet for one in seen if one.outlet is not None),
            sources=frozenset(name for one in seen for name in parties(one)),
            first=min(days, default=None),
            last=max(days, default=None),
        )

    def candidates(
        self, vector: Vector, words: Sequence[str], phrases: Sequence[Sequence[str]], *, filters: Filters, limit: int
    ) -> Candidates:
        """The nearest by vector and by words, and those holding a phrase."""
        everywhere = [place for entry in self._served.values() for place in places(entry)]
        seen = [place for place in everywhere if allowed(place.article, filters)]
        scores = {id(place): bm25(place, words, everywhere) for place in seen}
        with_vectors = [place for place in seen if len(place.vectors)]
        matching = [place for place in seen if any(map(place.weight, words))]
        chosen = [
            *sorted(with_vectors, key=lambda place: -place.cosine(vector))[:limit],
            *sorted(matching, key=lambda place: -scores[id(place)])[:limit],
            *[place for place in seen if any(phrase and place.holds(phrase) for phrase in phrases)],
        ]
        items = [
            Candidate(place.article, place.ordinal, place.cosine(vector), scores[id(place)])
            for place in {id(place): place for place in chosen}.values()
        ]
        return Candidates(
            items=sorted(items, key=lambda item: -item.cosine),
            frequencies={word: sum(word in place.body for place in everywhere) for word in words},
            paragraphs=len(everywhere),
            mean_words=sum(len(place.body) for place in everywhere) / max(len(everywhere), 1),
            coverage=self.coverage(filters),
        )

    def article(self, article_id: str, version: int | None = None) -> Article | None:
        """One article, the newest version unless one is named."""
        found = self._newest_first(article_id)
        return next((one for one in found if version is None or one.version == version), None)

    def served(self) -> Iterator[Article]:
        """Every version that is searched."""
        return iter([entry.article for entry in self._served.values()])

    def describe(self) -> Description:
        """Counts and encoder."""
        written = self._last_write is not None
        return Description(
            location="memory",
            encoder=self._encoder if written else None,
            dimension=self._dimension if written else None,
            schema=0,
            articles=len(self._versions),
            versions=sum(map(len, self._versions.values())),
            paragraphs=sum(len(entry.words) for entry in self._served.values()),
            vectors=sum(len(entry.vectors) for entry in self._served.values()),
            withdrawn=len(self._versions) - len(self._served),
            last_write=self._last_write,
        )

    def close(self) -> None:
        """Nothing is open."""


def allowed(one: Article, filters: Filters) -> bool:
    """Whether a search under these filters may look at this article."""
    embargoed = one.held or (one.embargoed_until is not None and one.embargoed_until > filters.at)
    return (
        (not embargoed or filters.viewer.embargo_group)
        and (not filters.outlets or bool(filters.outlets & parties(one)))
        and (not filters.languages or one.language in filters.languages)
        and (not filters.sections or one.section in filters.sections)
        and (filters.since is None or (one.day is not None and one.day >= filters.since))
        and (filters.before is None or (one.day is not None and one.day < filters.before))
    )


def parties(one: Article) -> set[str]:
    """All the names that an article came through."""
    agency = one.dateline.agency if one.dateline else None
    return {name for name in (one.outlet, agency) if name} | set(one.carriers)


def places(entry: Entry) -> list[Place]:
    """The paragraphs of an entry."""
    headline = entry.headline_words.split()
    halves = entry.vectors.astype(np.float16).astype(np.float32)
    return [
        Place(entry.article, n, body.split(), headline, halves[[ordinal == n for ordinal in entry.ordinals]])
        for n, body in enumerate(entry.words, 1)
    ]


def bm25(place: Place, asked: Sequence[str], everywhere: Sequence[Place]) -> float:
    """Okapi BM25 over headline and body as SQLite's FTS5 computes it."""
    mean = sum(len(other.body) + len(other.headline) for other in everywhere) / len(everywhere)
    length = 1.2 * (1 - 0.75 + 0.75 * (len(place.body) + len(place.headline)) / max(mean, 1e-9))
    score = 0.0
    for word in asked:
        holding = sum(bool(other.weight(word)) for other in everywhere)
        rarity = max(math.log((len(everywhere) - holding + 0.5) / (holding + 0.5)), 1e-6)
        score += rarity * place.weight(word) * 2.2 / (place.weight(word) + length)
    return score
