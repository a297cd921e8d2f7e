"""Where articles are kept and candidates come from: the interface that every engine keeps.

Ranking stays above the store: an engine returns candidates with their raw figures and the statistics that
scoring needs, so two engines that hold the same articles give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.duplicates import NO_SIGNATURE, Signature
from embeddings.news import (
    Alert,
    Article,
    Change,
    Coverage,
    Filters,
    Judgement,
    Kind,
    NameUse,
    Quotation,
    Statement,
    Status,
)

Vector = NDArray[np.float32]

Awaited = Vector | Callable[[], Vector]
"""A vector, or what makes it: an engine may look for words meanwhile."""


def made(vector: Awaited) -> Vector:
    """The vector, made now if it is not there."""
    return vector() if callable(vector) else vector


class Placement(StrEnum):
    """What putting a version does to the index."""

    SERVE = "serve"
    """This version becomes the one that is searched, and the only one."""
    KEEP = "keep"
    """The version is kept on file; what is searched stays as it was."""
    WITHDRAW = "withdraw"
    """The version is kept on file and no version of the article is searched any more."""
    REVIVE = "revive"
    """As SERVE, by a person's word: kills that are on file by now bind no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One version on its way in.

    ``generation`` orders versions that came under different ids before their numbers do. ``vectors`` has one unit row
    for each window of text, shape ``(windows, dimension)``; ``ordinals[i]`` is the paragraph that row ``i`` belongs
    to, and ``words[j]`` is the analysed text of paragraph ``j + 1`` and ``headline_words`` that of the headline, for
    full text. ``quotations`` each begin in one of the paragraphs, and ``signature`` is what near-duplicates are found
    by. All of these are empty unless ``placement`` is SERVE or REVIVE. ``digests[i]`` is ``encoder.digest`` of the text
    that row ``i`` was made of, so that the same text need not be encoded again; there may be none at all.
    ``sentences[i]`` are the ``sentence_codes`` of the vectors of the sentences of that text, read in its context:
    empty where it has only one, or they are not known.

    ``joins`` is the id of another article on file that becomes one with this one, as what came before this version.
    ``apart`` tells that its id is an article's own, whatever another version says that it takes the place of.
    """

    article: Article
    placement: Placement
    vectors: Vector
    ordinals: Sequence[int] = ()
    digests: Sequence[int] = ()
    sentences: Sequence[bytes] = ()
    words: Sequence[str] = ()
    headline_words: str = ""
    quotations: Sequence[Quotation] = ()
    signature: Signature = field(default_factory=lambda: NO_SIGNATURE)
    generation: int = 0
    joins: str | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a text was encoded to: its vector, and the codes of those of its sentences, as an Entry has them."""

    vector: Vector
    sentences: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is on file under one id: the newest version by rule, and whether a person must revive it.

    ``id`` is the article's own, ``ids`` all that lead to it, ``superseded`` those of which a version says that it takes
    their place and ``awaited`` those under which none has come; ``guid`` is the one that the newest came under.
    ``newest`` is its fingerprint. ``killed`` tells that a kill binds which no person has lifted, and ``let_in`` that a
    person has had it searched, whatever its terms.
    """

    id: str
    ids: frozenset[str]
    awaited: frozenset[str]
    superseded: frozenset[str]
    guid: str
    generation: int
    newest: str
    killed: bool
    let_in: bool
    provider: str | None
    version: int | None
    version_created: datetime | None
    status: Status
    fingerprints: frozenset[str]
    headline: str | None
    opening: str
    """The first words of the text, to tell a correction from another article under the same id."""
    wordless: bool
    """Whether the newest version is an order without a text."""
    served: bool
    """Whether a version is searched. A kill that binds shows as status CANCELED whatever follows."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paragraph that a search came upon: cosine with the question, and the engine's own word score."""

    article: Article
    ordinal: int
    cosine: float
    lexical: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """All that ranking needs: the candidates (each paragraph once) and the statistics of the index.

    ``frequencies`` gives, for every word of the question, how many paragraphs hold it in their text.
    """

    items: Sequence[Candidate]
    frequencies: Mapping[str, int]
    paragraphs: int
    mean_words: float
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """All that telling speakers apart needs: every printed name in order, and what people have said about them."""

    uses: tuple[NameUse, ...]
    judgements: tuple[Judgement, ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the ``total`` statements that were asked for."""

    statements: tuple[Statement, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What an archive holds, which encoder it belongs to, and how fresh it is.

    ``last_ingest`` is when articles were last taken in without a failure, unchanged ones too; ``sources`` says the
    same of every outlet, also of one whose articles not everybody may see. ``exact`` tells whether every vector that
    the filters let through is compared with a question; None where that depends on the question.
    """

    location: str
    encoder: str | None
    dimension: int | None
    schema: int
    articles: int
    versions: int
    paragraphs: int
    vectors: int
    quotations: int
    withdrawn: int
    last_write: datetime | None
    last_ingest: datetime | None
    sources: Mapping[str, datetime]
    exact: bool | None = None


Place = tuple[Article, int]
"""A paragraph of this very version, by its ordinal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One version on file: where it stands among the others, and whether a person lifted what it orders.

    ``formerly`` is the fingerprint that it had under another article's id, before the two became one.
    """

    article: Article
    generation: int = 0
    lifted: bool = False
    formerly: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is on file of one article, as another engine needs it to keep the same.

    ``aliases`` are the other ids that lead to it, ``handles`` what orders find it by, ``versions`` stand in the order
    in which they were filed, and ``entry`` is what is searched, with placement SERVE: its article is one of them.
    """

    id: str
    aliases: tuple[str, ...]
    handles: tuple[str, ...]
    versions: tuple[Filed, ...]
    entry: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logbook:
    """What is on file beside the articles, with the numbers that others remember it by."""

    encoder: str | None
    dimension: int | None
    changes: tuple[Change, ...]
    alerts: tuple[Alert, ...]
    judgements: tuple[Judgement, ...]
    arrivals: Mapping[str, datetime]
    last_ingest: datetime | None


class Store(Protocol):
    """What every engine keeps: reading, searching, writing, and what a person has to know of."""

    def changing(self) -> AbstractContextManager[None]:
        """Nobody else writes until it ends; waits for whoever does, and raises StoreLocked after a while."""

    def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        """What is on file under these ids, or that of an article which took their place; unknown ids are left out."""

    def bearing(self, names: Collection[str]) -> Sequence[Article]:
        """The newest version, of whatever status, of every article that ever had one of these ``words.handles``.

        Its ids count as ``words.id_handle`` spells them.
        """

    def copies(self, article_ids: Collection[str], *, filters: Filters) -> Mapping[str, tuple[Article, ...]]:
        """For each of these articles the others that are searched, under these filters, and carry the same copy.

        Of one that is not searched any more its newest text counts.
        """

    def changes(self, after: int, *, limit: int) -> Sequence[Change]:
        """What came in for articles that were on file, or went, after this sequence; the oldest first."""

    def alert(self, alerts: Iterable[Alert]) -> None:
        """Write down what a person has to decide; the same words of the same articles are written down once."""

    def alerts(self, *, after: int = 0, settled: bool = False) -> Sequence[Alert]:
        """What is to be decided, numbered above ``after``, the oldest first; with ``settled`` what was, too."""

    def settle(self, number: int, *, at: datetime) -> bool:
        """Note that a person has decided; False where there is no such alert to be decided."""

    def put(self, entries: Iterable[Entry]) -> None:
        """Write each entry whole in a transaction of its own; on return all of them survive a crash."""

    def arrived(self, outlets: Iterable[str], *, at: datetime) -> None:
        """Remember that articles of these outlets, new or known, were taken in at this time; the latest counts."""

    def remove(self, article_ids: Sequence[str]) -> int:
        """Forget these articles, every version, and what was to be decided of them; returns how many there were."""

    def coverage(self, filters: Filters) -> Coverage:
        """What a search under these filters looks at."""

    def candidates(
        self, vector: Awaited, words: Sequence[str], phrases: Sequence[Sequence[str]], *, filters: Filters, limit: int
    ) -> Candidates:
        """The nearest ``limit`` paragraphs by vector and by words, and those holding a phrase, filters applied inside.

        ``words`` are analysed, without stop words, without repeats; a phrase is a sequence of analysed words.
        """

    def names(self, filters: Filters) -> Names:
        """Every name that a quotation on file is credited to, counted under these filters."""

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
        """What is credited to one of these printed names, filters applied inside; no ``kinds`` means any.

        Newest first by day of publication, of one day the last served first, as printed; with a ``vector``, what
        stands in the nearest paragraphs first, and a statement's score is the cosine.
        """

    def quotations_in(self, places: Sequence[Place]) -> Sequence[tuple[Quotation, ...]]:
        """For each of these paragraphs the quotations that begin there, as printed.

        None where its version is not the one that is searched: the spans of one text are never given for another.
        """

    def sentences(self, places: Sequence[Place]) -> Sequence[bytes]:
        """For each of these paragraphs the codes of its sentences' vectors, empty where none are kept.

        None where its version is not the one that is searched, or the paragraph was too long to be read at once.
        """

    def judge(self, judgements: Iterable[Judgement]) -> None:
        """Remember these, whatever becomes of the articles; the last word on a pair of names counts."""

    def article(self, article_id: str, version: int | None = None, *, fingerprint: str | None = None) -> Article | None:
        """One article, the newest version on file unless one is named, whatever its status.

        A fingerprint stays good when the article becomes one with another.
        """

    def versions(self, article_id: str) -> Sequence[Article]:
        """Every version of an article on file, the newest first."""

    def served(self) -> Iterable[Article]:
        """Every version that is searched, in no particular order."""

    def encoded(self, digests: Collection[int]) -> Mapping[int, Encoded]:
        """What texts with these digests, which are searched, were encoded to; what is not on file is left out."""

    def dossiers(self) -> Iterable[Dossier]:
        """Every article on file, those of which nothing is searched first, the others in the order of their serving.

        Of a store that nobody writes to meanwhile; one article at a time is in memory.
        """

    def logbook(self) -> Logbook:
        """What is on file beside the articles."""

    def restore(self, dossiers: Iterable[Dossier], logbook: Logbook) -> int:
        """Keep all of this in an empty store; returns how many articles.

        One that was broken off is taken up where it stopped; until it has ended nothing else can be done with the
        store. Raises StoreError where the store holds anything of its own.
        """

    def describe(self) -> Description:
        """Counts, encoder and schema."""

    def close(self) -> None:
        """Let go of files and connections."""
