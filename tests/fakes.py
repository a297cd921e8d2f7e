"""Stand-ins for what the archive is handed: a plain store in memory, and articles made in one line."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from threading import RLock
from typing import Any

import numpy as np

from embeddings.duplicates import are_copies, signature
from embeddings.encoder import Encoder, digest
from embeddings.errors import StoreError, UnreadableInput
from embeddings.ingest import Extracts, Ingest, Progress, Receipt
from embeddings.news import (
    Alert,
    Article,
    Change,
    Coverage,
    Extraction,
    Filters,
    Judgement,
    Kind,
    Named,
    NameUse,
    Nature,
    Notice,
    Paragraph,
    Quotation,
    Span,
    Statement,
    Status,
)
from embeddings.store import (
    Awaited,
    Candidate,
    Candidates,
    Description,
    Dossier,
    Encoded,
    Entry,
    Filed,
    Head,
    Logbook,
    Names,
    Page,
    Placement,
    Store,
    Vector,
    made,
)
from embeddings.store.codes import rounded
from embeddings.words import handles, id_handle, words

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


def span_of(one: Article, words: str) -> Span:
    """Where these words first stand in the article."""
    start = one.text.index(words)
    return Span(start, start + len(words))


def named(one: Article, name: str, *roles: str, nature: Nature = Nature.PERSON, mention: str | None = None) -> Named:
    """A speaker whom the article names."""
    mentioned = span_of(one, mention or name)
    return Named(name=name, nature=nature, mention=mentioned, proof=span_of(one, name), roles=roles)


def quotation(
    one: Article,
    words: str | Sequence[str],
    *speakers: str | Named,
    **fields: Any,  # noqa: ANN401 - any field of a quotation
) -> Quotation:
    """These words of the article, credited to these speakers."""
    parts = [words] if isinstance(words, str) else words
    return Quotation(
        content=tuple(span_of(one, part) for part in parts),
        speakers=tuple(named(one, each) if isinstance(each, str) else each for each in speakers),
        **{"kind": Kind.DIRECT, "cue": None} | fields,
    )


@dataclass(frozen=True, slots=True)
class ColonExtractor:
    """Whoever stands before a colon at the head of a paragraph said what follows; Latin is left alone."""

    seen: list[str] = field(default_factory=list)

    def extract(self, article: Article) -> Extraction:
        """The quotations of an article."""
        self.seen.append(article.id)
        if article.language == "la":
            return Extraction(skipped="language 'la'")
        return Extraction(quotations=tuple(_after_colon(article)))


def _after_colon(article: Article) -> Iterator[Quotation]:
    for paragraph in article.paragraphs:
        name, colon, words = paragraph.span.cut(article.text).partition(": ")
        if colon and words:
            mention = Span(paragraph.start, paragraph.start + len(name))
            speaker = Named(name=name, nature=Nature.PERSON, mention=mention, proof=mention)
            content = Span(paragraph.end - len(words), paragraph.end)
            yield Quotation(
                content=(content,), kind=Kind.INDIRECT, cue=Span(mention.end, mention.end + 1), speakers=(speaker,)
            )


def served(one: Article, *quotations: Quotation, dimension: int = DIMENSION) -> Entry:
    """The entry that makes this version searched, each paragraph with one window."""
    texts = [paragraph.span.cut(one.text) for paragraph in one.paragraphs]
    return Entry(
        article=one,
        placement=Placement.SERVE,
        vectors=np.array([vector(text, dimension) for text in texts], dtype=np.float32).reshape(-1, dimension),
        ordinals=[paragraph.ordinal for paragraph in one.paragraphs],
        digests=[digest(text) for text in texts],
        words=[" ".join(words(text)) for text in texts],
        headline_words=" ".join(words(one.headline or "")),
        quotations=quotations,
        signature=signature(one.text),
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


@dataclass(frozen=True, slots=True)
class Kept:
    """A version on file; ``lifted`` tells that a person has revived the article since it came.

    ``formerly`` is the fingerprint that it had before its article became one with another.
    """

    article: Article
    generation: int = 0
    lifted: bool = False
    formerly: str | None = None

    @property
    def binds(self) -> bool:
        """Whether it still says what may be searched."""
        return self.article.status is Status.USABLE or not self.lifted


class MemoryStore:
    """The store's interface in its plainest form: lists, loops and no index."""

    def __init__(self, *, encoder: str = "fake", dimension: int = DIMENSION) -> None:
        self._encoder, self._dimension = encoder, dimension
        self._versions: dict[str, list[Kept]] = {}
        self._aliases: dict[str, str] = {}
        self._changes: list[Change] = []
        self._alerts: list[Alert] = []
        self._numbers = count(1)
        self._served: dict[str, Entry] = {}
        self._judgements: dict[frozenset[str], Judgement] = {}
        self._last_write: datetime | None = None
        self._arrivals: dict[str | None, datetime] = {}
        self._alone = RLock()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """No other thread writes."""
        with self._alone:
            yield

    def _own(self, article_id: str) -> str | None:
        """The article's own id."""
        return article_id if article_id in self._versions else self._aliases.get(article_id)

    def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        """What is on file under these ids."""
        with self._alone:
            return {article_id: self._head(own) for article_id in article_ids if (own := self._own(article_id))}

    def _head(self, own: str) -> Head:
        every = self._newest_first(own)
        newest = [one.article for one in every if one.binds]
        killed = any(version.status is Status.CANCELED for version in newest)
        ids = frozenset(self._ids(own))
        return Head(
            id=own,
            ids=ids,
            awaited=ids - {one.article.guid or own for one in every},
            superseded=frozenset(one.article.replaces for one in every if one.article.replaces),
            guid=newest[0].guid or own,
            generation=next(one.generation for one in every if one.binds),
            newest=newest[0].fingerprint,
            killed=killed,
            let_in=any(one.lifted for one in every),
            provider=next((version.provider for version in newest if version.provider), None),
            version=newest[0].version,
            version_created=newest[0].version_created,
            status=Status.CANCELED if killed else newest[0].status,
            fingerprints=frozenset(one.article.fingerprint for one in every),
            headline=next((version.headline for version in newest if version.headline is not None), None),
            opening=next((one.article.text[:400] for one in every if one.article.text), ""),
            wordless=not newest[0].text,
            served=own in self._served,
        )

    def _ids(self, own: str) -> list[str]:
        """Its own id, then the others."""
        return [own, *sorted((alias for alias, id in self._aliases.items() if id == own), key=_in_bytes)]

    def _newest_first(self, own: str | None) -> list[Kept]:
        def rank(numbered: tuple[int, Kept]) -> tuple[int, float, float, int]:
            arrival, one = numbered
            version, at = one.article.version, one.article.version_created
            created = at.timestamp() if at else -math.inf
            return (one.generation, -math.inf if version is None else version, created, arrival)

        ranked = sorted(enumerate(self._versions.get(own or "", [])), key=rank, reverse=True)
        return [version for _, version in ranked]

    def versions(self, article_id: str) -> Sequence[Article]:
        """Every version of an article."""
        with self._alone:
            return [one.article for one in self._newest_first(self._own(article_id))]

    def put(self, entries: Iterable[Entry]) -> None:
        """Write each entry."""
        for entry in entries:
            with self._alone:
                self._put(entry)

    def _put(self, entry: Entry) -> None:
        if entry.apart:
            self._aliases.pop(entry.article.id, None)
        known = self._own(entry.article.id)
        own = known or entry.article.id
        if own != entry.article.id:
            raise ValueError(f"{entry.article.id}: leads to {own}")
        self._keep(own, entry)
        if entry.placement is not Placement.KEEP:
            self._served.pop(own, None)
            if known:
                self._note_change(own)
        if entry.placement in (Placement.SERVE, Placement.REVIVE):
            self._served[own] = entry
        self._last_write = datetime.now(UTC)

    def _keep(self, own: str, entry: Entry) -> None:
        versions = self._versions.setdefault(own, [])
        if entry.article.fingerprint not in {one.article.fingerprint for one in versions}:
            versions.append(Kept(entry.article, entry.generation))
        other = self._own(entry.joins) if entry.joins else None
        if other is not None and other != own:
            self._join(other, own, before=entry.generation)
        for alias in (entry.article.guid, entry.article.replaces):
            if alias and not self._own(alias):
                self._aliases[alias] = own
        if entry.placement is Placement.REVIVE:
            self._versions[own] = [replace(one, lifted=True) for one in versions]

    def _join(self, other: str, own: str, *, before: int) -> None:
        """Make the versions of one article those of another, older than this generation."""
        self._note_change(other)
        self._served.pop(other, None)
        moved = self._versions.pop(other)
        newest = max(one.generation for one in moved)
        for one in moved:
            version = replace(one.article, id=own, guid=one.article.guid or other)
            formerly, generation = one.formerly or one.article.fingerprint, one.generation - newest + before - 1
            self._versions[own].append(replace(one, article=version, generation=generation, formerly=formerly))
        self._aliases = {alias: own if id == other else id for alias, id in self._aliases.items()} | {other: own}

    def _note_change(self, own: str) -> None:
        for id in self._ids(own):
            self._changes.append(Change(sequence=len(self._changes) + 1, article=id, at=datetime.now(UTC)))

    def changes(self, after: int, *, limit: int) -> Sequence[Change]:
        """What changed after this sequence."""
        return self._changes[after : after + limit]

    def bearing(self, names: Collection[str]) -> Sequence[Article]:
        """The newest version of every article with one of these handles."""
        with self._alone:
            borne = {own: self._handles(own) for own in self._versions}
            return [one for own, theirs in borne.items() if theirs & set(names) and (one := self.article(own))]

    def _handles(self, own: str) -> frozenset[str]:
        return frozenset(name for one in self._versions[own] for name in _handles(one.article))

    def copies(self, article_ids: Collection[str], *, filters: Filters) -> Mapping[str, tuple[Article, ...]]:
        """The others that carry the same copy."""
        return {article_id: tuple(self._carrying(self._own(article_id), filters)) for article_id in article_ids}

    def _carrying(self, own: str | None, filters: Filters) -> Iterator[Article]:
        mine = self._served[own].article if own in self._served else None
        mine = mine or next((one.article for one in self._newest_first(own) if one.article.text), None)
        for other in self._visible(filters):
            desks = {mine.outlet, other.article.outlet} if mine else set()
            one_desk = len(desks) == 1 and desks != {None}
            if mine is None or mine.id == other.article.id:
                continue
            if are_copies(signature(mine.text), other.signature, one_desk=one_desk):
                yield other.article

    def alert(self, alerts: Iterable[Alert]) -> None:
        """Write alerts down, the same once."""
        for one in alerts:
            if not any(
                (o.concern, o.articles, o.words) == (one.concern, one.articles, one.words) for o in self._alerts
            ):
                self._alerts.append(replace(one, number=next(self._numbers)))

    def alerts(self, *, after: int = 0, settled: bool = False) -> Sequence[Alert]:
        """What is to be decided."""
        return [one for one in self._alerts if one.number > after and (settled or one.settled is None)]

    def settle(self, number: int, *, at: datetime) -> bool:
        """Note that a person has decided."""
        place = next((n for n, one in enumerate(self._alerts) if one.number == number and one.settled is None), None)
        if place is None:
            return False
        self._alerts[place] = replace(self._alerts[place], settled=at)
        return True

    def arrived(self, outlets: Iterable[str], *, at: datetime) -> None:
        """Remember when articles of these outlets were taken in."""
        for outlet in (None, *outlets):
            self._arrivals[outlet] = max(at, self._arrivals.get(outlet, at))

    def remove(self, article_ids: Sequence[str]) -> int:
        """Forget these articles."""
        known = list(dict.fromkeys(own for article_id in article_ids if (own := self._own(article_id))))
        for own in known:
            self._note_change(own)
            ids = set(self._ids(own))
            self._alerts = [one for one in self._alerts if not one.articles or not ids.issuperset(one.articles)]
            del self._versions[own]
            self._served.pop(own, None)
            self._aliases = {alias: id for alias, id in self._aliases.items() if id != own}
        return len(known)

    def coverage(self, filters: Filters) -> Coverage:
        """What a search under these filters looks at."""
        seen = [entry.article for entry in self._visible(filters)]
        days = [one.day for one in seen if one.day]
        return Coverage(
            articles=len(seen),
            outlets=Counter(one.outlet for one in seen if one.outlet is not None),
            sources=frozenset(name for one in seen for name in parties(one)),
            first=min(days, default=None),
            last=max(days, default=None),
        )

    def candidates(
        self, vector: Awaited, words: Sequence[str], phrases: Sequence[Sequence[str]], *, filters: Filters, limit: int
    ) -> Candidates:
        """The nearest by vector and by words, and those holding a phrase."""
        everywhere = [place for entry in self._served.values() for place in places(entry)]
        seen = [place for entry in self._visible(filters) for place in places(entry)]
        scores = {id(place): bm25(place, words, everywhere) for place in seen}
        with_vectors = [place for place in seen if len(place.vectors)]
        matching = [place for place in seen if any(map(place.weight, words))]
        chosen = [
            *sorted(with_vectors, key=lambda place: -place.cosine(made(vector)))[:limit],
            *sorted(matching, key=lambda place: -scores[id(place)])[:limit],
            *[place for place in seen if any(phrase and place.holds(phrase) for phrase in phrases)],
        ]
        items = [
            Candidate(place.article, place.ordinal, place.cosine(made(vector)), scores[id(place)])
            for place in {id(place): place for place in chosen}.values()
        ]
        return Candidates(
            items=sorted(items, key=lambda item: -item.cosine),
            frequencies={word: sum(word in place.body for place in everywhere) for word in words},
            paragraphs=len(everywhere),
            mean_words=sum(len(place.body) for place in everywhere) / max(len(everywhere), 1),
            coverage=self.coverage(filters),
        )

    def _visible(self, filters: Filters) -> list[Entry]:
        return [entry for entry in self._served.values() if allowed(entry, filters)]

    def names(self, filters: Filters) -> Names:
        """Every name that is credited, with what people said about names."""
        credits = [
            (number, speaker)
            for number, quotation in enumerate(q for entry in self._visible(filters) for q in entry.quotations)
            for speaker in quotation.speakers
        ]
        names = sorted({speaker.name for _, speaker in credits}, key=_in_bytes)
        return Names(
            uses=tuple(_use(name, [each for each in credits if each[1].name == name]) for name in names),
            judgements=tuple(self._judgements.values()),
            coverage=self.coverage(filters),
        )

    def quotations(
        self,
        names: Collection[str],
        *,
        filters: Filters,
        kinds: Collection[Kind] = (),
        vector: Vector | None = None,
        limit: int,
        offset: int = 0,
    ) -> Page:
        """What is credited to one of these names."""
        found = [
            Statement(article=entry.article, quotation=quotation, score=_nearness(entry, quotation, vector))
            for entry in reversed(self._visible(filters))
            for quotation in sorted(entry.quotations, key=lambda one: one.span)
            if any(speaker.name in names for speaker in quotation.speakers) and (not kinds or quotation.kind in kinds)
        ]
        found.sort(key=lambda one: (-round(one.score, 5), -one.article.day.toordinal() if one.article.day else 0))
        return Page(statements=tuple(found[offset : offset + limit]), total=len(found))

    def quotations_in(self, places: Sequence[tuple[Article, int]]) -> Sequence[tuple[Quotation, ...]]:
        """What begins in each of these paragraphs, if its version is the one that is searched."""
        return [tuple(self._beginning_in(article, ordinal)) for article, ordinal in places]

    def _beginning_in(self, article: Article, ordinal: int) -> Iterator[Quotation]:
        entry = self._served.get(article.id)
        if entry is not None and entry.article.fingerprint == article.fingerprint:
            for quotation in sorted(entry.quotations, key=lambda one: one.span):
                if ordinal_of(entry.article, quotation) == ordinal:
                    yield quotation

    def sentences(self, places: Sequence[tuple[Article, int]]) -> Sequence[bytes]:
        """What is known of the sentences of each of these paragraphs."""
        return [self._sentences(article, ordinal) for article, ordinal in places]

    def _sentences(self, article: Article, ordinal: int) -> bytes:
        entry = self._served.get(article.id)
        if entry is None or entry.article.fingerprint != article.fingerprint:
            return b""
        known = [codes for its, codes in zip(entry.ordinals, entry.sentences, strict=False) if its == ordinal]
        return known[0] if len(known) == 1 else b""

    def judge(self, judgements: Iterable[Judgement]) -> None:
        """Remember these."""
        for each in judgements:
            pair = frozenset((each.one, each.other))
            self._judgements.pop(pair, None)
            one, other = sorted((each.one, each.other), key=_in_bytes)
            self._judgements[pair] = Judgement(one, other, each.same)
        self._last_write = datetime.now(UTC)

    def article(self, article_id: str, version: int | None = None, *, fingerprint: str | None = None) -> Article | None:
        """One article, the newest version that binds unless one is named."""
        named = version is not None or fingerprint is not None
        with self._alone:
            found = [one for one in self._newest_first(self._own(article_id)) if named or one.binds]
        wanted = [one for one in found if version is None or one.article.version == version]
        if fingerprint is not None:
            wanted = [one for one in wanted if fingerprint in (one.article.fingerprint, one.formerly)]
        return wanted[0].article if wanted else None

    def served(self) -> Iterator[Article]:
        """Every version that is searched."""
        return iter([entry.article for entry in self._served.values()])

    def encoded(self, digests: Collection[int]) -> Mapping[int, Encoded]:
        """What texts that are searched were encoded to."""
        with self._alone:
            searched = {
                one: Encoded(vector, sentences)
                for entry in self._served.values()
                for one, vector, sentences in zip(
                    entry.digests, entry.vectors, entry.sentences or [b""] * len(entry.vectors), strict=False
                )
            }
        return {one: searched[one] for one in digests if one in searched}

    def dossiers(self) -> Iterator[Dossier]:
        """Every article, those of which nothing is searched first."""
        yield from (self._dossier(own) for own in self._versions if own not in self._served)
        yield from (self._dossier(own) for own in self._served)

    def _dossier(self, own: str) -> Dossier:
        entry = self._served.get(own)
        return Dossier(
            id=own,
            aliases=tuple(self._ids(own)[1:]),
            handles=tuple(sorted(self._handles(own), key=_in_bytes)),
            versions=tuple(
                Filed(article=one.article, generation=one.generation, lifted=one.lifted, formerly=one.formerly)
                for one in self._versions[own]
            ),
            entry=replace(entry, placement=Placement.SERVE, generation=0, joins=None, apart=False) if entry else None,
        )

    def logbook(self) -> Logbook:
        """What there is beside the articles."""
        written = self._last_write is not None
        return Logbook(
            encoder=self._encoder if written else None,
            dimension=self._dimension if written else None,
            changes=tuple(self._changes),
            alerts=tuple(self._alerts),
            judgements=tuple(self._judgements.values()),
            arrivals={outlet: at for outlet, at in self._arrivals.items() if outlet is not None},
            last_ingest=self._arrivals.get(None),
        )

    def restore(self, dossiers: Iterable[Dossier], logbook: Logbook) -> int:
        """Keep all of this, if nothing is kept yet."""
        if self._versions or self._changes or self._alerts or self._judgements or self._arrivals:
            raise StoreError("the target holds something already: name one that is empty, or is not there yet")
        for one in dossiers:
            self._versions[one.id] = [
                Kept(filed.article, filed.generation, filed.lifted, filed.formerly) for filed in one.versions
            ]
            self._aliases |= dict.fromkeys(one.aliases, one.id)
            if one.entry is not None:
                self._served[one.id] = one.entry
        self._changes, self._alerts = list(logbook.changes), list(logbook.alerts)
        self._numbers = count(max((one.number for one in self._alerts), default=0) + 1)
        self._judgements = {frozenset((each.one, each.other)): each for each in logbook.judgements}
        self._arrivals = dict(logbook.arrivals) | ({None: logbook.last_ingest} if logbook.last_ingest else {})
        self._last_write = datetime.now(UTC) if logbook.encoder is not None else None
        return len(self._versions)

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
            quotations=sum(len(entry.quotations) for entry in self._served.values()),
            withdrawn=len(self._versions) - len(self._served),
            last_write=self._last_write,
            last_ingest=max(self._arrivals.values(), default=None),
            sources={outlet: at for outlet, at in self._arrivals.items() if outlet is not None},
        )

    def close(self) -> None:
        """Nothing is open."""


def _handles(one: Article) -> frozenset[str]:
    return handles(one.slug, one.headline, one.number) | {id_handle(one.guid or one.id)}


def _in_bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")


def _use(name: str, credits: Sequence[tuple[int, Named]]) -> NameUse:
    """How one name is used."""
    natures = Counter(speaker.nature for _, speaker in credits)
    return NameUse(
        name=name,
        nature=min(natures, key=lambda nature: (-natures[nature], nature)),
        roles=frozenset(role for _, speaker in credits for role in speaker.roles),
        quotations=len({number for number, _ in credits}),
    )


def _nearness(entry: Entry, quotation: Quotation, question: Vector | None) -> float:
    """The cosine of the paragraph in which it begins."""
    ordinal = ordinal_of(entry.article, quotation)
    return 0.0 if question is None else places(entry)[ordinal - 1].cosine(question)


def ordinal_of(one: Article, quotation: Quotation) -> int:
    """The paragraph in which a quotation begins."""
    start = quotation.span.start
    return next(p.ordinal for p in one.paragraphs if p.start <= start < p.end)


def allowed(entry: Entry, filters: Filters) -> bool:
    """Whether a search under these filters may look at this article."""
    quoted = {speaker.name for quotation in entry.quotations for speaker in quotation.speakers}
    return allowed_article(entry.article, filters) and (not filters.speakers or bool(filters.speakers & quoted))


def allowed_article(one: Article, filters: Filters) -> bool:
    """Whether filters that look at the article alone let it through."""
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
    halves = rounded(entry.vectors)
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


def taken_in(
    readings: Iterable[Article | Notice | UnreadableInput],
    *,
    encoder: Encoder,
    extractor: Extracts | None = None,
    store: Store,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> Receipt:
    """The receipt of what a store takes in."""
    return Ingest(encoder=encoder, extractor=extractor, store=store, clock=clock).take(readings, progress=progress)
