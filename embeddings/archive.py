"""The archive: one object, one method for each journey."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from embeddings.checking import Checking
from embeddings.claims import with_disputed
from embeddings.errors import BadQuestion, NotReleased, UnknownArticle, UnreadableInput
from embeddings.fates import Standing, barred_by, fate_of
from embeddings.ingest import Ingest, Pace, Progress, Receipt
from embeddings.lookup import Lookup
from embeddings.news import (
    Alert,
    Answer,
    Article,
    Barred,
    Change,
    Checked,
    Concern,
    Coverage,
    Fate,
    Filters,
    Kind,
    Notice,
    Passage,
    Quotes,
    Speaker,
    Statement,
    Status,
    Viewer,
    Withdrawn,
)
from embeddings.readers import read
from embeddings.readers.pieces import Piece
from embeddings.search import Search, on_file
from embeddings.store import Description, Head, Store

SHOWN = 5
"""So many passages, or statements, make an answer unless another number is asked for."""
LIKENESSES = 3
"""So many places on file are given for a pasted text."""


_ANYBODY = Viewer()


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A newsroom's articles, to be added to and asked. Made by ``open_archive``; close it, or use ``with``."""

    store: Store
    intake: Ingest
    search: Search
    lookup: Lookup
    checking: Checking
    clock: Callable[[], datetime]

    def ingest(
        self,
        sources: Iterable[Path | Piece | Article | Notice | UnreadableInput],
        *,
        progress: Progress | None = None,
        pace: Pace | None = None,
    ) -> Receipt:
        """Take in files, folders and articles; everything in the receipt is safely on file. Raises StoreError.

        ``progress`` is told after each batch, and ``pace`` learns where the time goes.
        """
        pace = pace or Pace()
        readings = (reading for source in sources for reading in _readings(source, pace))
        return self.intake.take(readings, progress=progress, pace=pace)

    def kill(self, article_id: str, *, words: str) -> Receipt:
        """Take every version out of every answer, for the reason in these words; raises UnknownArticle."""
        return self._order(article_id, Status.CANCELED, words)

    def withhold(self, article_id: str, *, words: str) -> Receipt:
        """Take every version out of every answer until a newer usable one comes; raises UnknownArticle."""
        return self._order(article_id, Status.WITHHELD, words)

    def _order(self, article_id: str, status: Status, words: str) -> Receipt:
        self._head(article_id)
        return self.ingest([Notice(status=status, words=words, target=article_id, origin="a person's order")])

    def revive(self, article_id: str) -> Article:
        """Search the newest usable version again, by a person's word; raises UnknownArticle, and BadQuestion if none.

        Kills and withholdings that are on file by now bind no more, terms that forbid the archive neither.
        """
        with self.store.changing():
            head = self._head(article_id)
            usable = (one for one in self.store.versions(head.id) if one.status is Status.USABLE and one.text.strip())
            newest = next(usable, None)
            if newest is None:
                raise BadQuestion(f"{article_id} has no usable version on file: ingest one, then revive it")
            if not head.served:
                self.intake.revive(newest)
        return newest

    def purge(self, article_id: str) -> bool:
        """Forget an article, every version of it; whether there was one."""
        return self.store.remove([article_id]) > 0

    def versions(self, article_id: str) -> tuple[Article, ...]:
        """Every version on file, whatever its status, the newest first: for the desk's own eyes."""
        return tuple(self.store.versions(self._head(article_id).id))

    def changes(self, after: int, *, limit: int = 100) -> tuple[Change, ...]:
        """What came in for articles that were on file, or went, after this sequence; the oldest first."""
        return tuple(self.store.changes(after, limit=limit))

    def alerts(self, *, after: int = 0, settled: bool = False) -> tuple[Alert, ...]:
        """What a person has to decide, numbered above ``after``; with ``settled`` what was decided, too."""
        return tuple(self.store.alerts(after=after, settled=settled))

    def raise_alert(self, concern: Concern, articles: Iterable[str], words: str) -> None:
        """Write down what a person has to decide; the same words of the same articles once."""
        self.store.alert([Alert(concern=concern, articles=tuple(articles), words=words, at=self.clock())])

    def settle(self, number: int) -> bool:
        """Note that a person has decided; False where there is no such alert to be decided."""
        return self.store.settle(number, at=self.clock())

    def fate(self, article_id: str, ordinal: int, fingerprint: str, *, filters: Filters | None = None) -> Fate:
        """What became of a paragraph that was shown, of the version with that fingerprint, as these filters see it."""
        filters = filters or self.open_filters()
        head = self.store.heads([article_id]).get(article_id)
        shown, newest = self.store.article(article_id, fingerprint=fingerprint), self.store.article(article_id)
        if head is None or shown is None or newest is None:
            return Withdrawn(article=article_id, reason=Barred.REMOVED)
        barred = barred_by(head, newest, at=filters.at, viewer=filters.viewer)
        if barred is not None:
            return Withdrawn(article=article_id, reason=barred, words=newest.note)
        quotations = self.store.quotations_in([(newest, paragraph.ordinal) for paragraph in newest.paragraphs])
        return fate_of(Standing(shown=shown, ordinal=ordinal, now=newest, quotations=quotations))

    def ask(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        asked: date | None = None,
        limit: int = SHOWN,
        marked: int = SHOWN,
    ) -> Answer:
        """The passages on file that answer, word for word, or ``NotOnFile``; raises BadQuestion.

        ``asked`` is the day of asking, for "last week" and for what is recent; None when it does not matter.
        The first ``marked`` passages carry the sentence that answers in their ``marks``, and their ``quotations``.
        """
        return self.search.ask(
            question, filters=filters or self.open_filters(), asked=asked, limit=limit, marked=marked
        )

    def quotes(  # noqa: PLR0913 - each of them narrows one look-up in its own way
        self,
        asked: str,
        *,
        about: str | None = None,
        filters: Filters | None = None,
        kinds: Collection[Kind] = (),
        limit: int = SHOWN,
        offset: int = 0,
        exactly: bool = False,
    ) -> Quotes:
        """What the bearer of a name is on file with, word for word; or whom the name could mean, or nobody.

        Newest first, or by meaning where it is said what they should be ``about``. ``exactly`` takes the name as it
        is printed, such as one of the choices that were given before. Raises BadQuestion.
        """
        filters = on_file(filters or self.open_filters(), self.store)
        return self.lookup.quotes(
            asked, about=about, filters=filters, kinds=kinds, limit=limit, offset=offset, exactly=exactly
        )

    def check(self, text: str, *, filters: Filters | None = None, limit: int = LIKENESSES) -> Checked:
        """The words on file nearest to a pasted text, with a word-level difference; none where nothing is like it.

        What stands in quotation marks is looked for first, and has its nearest words however small the ``limit`` is.
        Raises BadQuestion.
        """
        filters = on_file(filters or self.open_filters(), self.store)
        checked = self.checking.check(text, filters=filters, limit=limit)
        if not checked.likenesses:
            return checked
        everybody = self.lookup.known(Filters(at=filters.at, viewer=filters.viewer))
        return with_disputed(checked, everybody.directory)

    def speakers(self, asked: str | None = None, *, filters: Filters | None = None) -> tuple[Speaker, ...]:
        """Everybody who is quoted, most often first; with a name, only those whom it may mean."""
        return self.lookup.speakers(asked, filters=filters or self.open_filters())

    def merge_speakers(self, one: str, other: str) -> Speaker:
        """Remember that two names are one speaker's, and return that speaker; raises BadQuestion and StoreError."""
        return self.lookup.judge(one, other, same=True, filters=self.open_filters())[0]

    def split_speakers(self, one: str, other: str) -> tuple[Speaker, ...]:
        """Remember that two printed names are two speakers', and return these; raises BadQuestion and StoreError."""
        return self.lookup.judge(one, other, same=False, filters=self.open_filters())

    def article(
        self, article_id: str, *, version: int | None = None, audit: bool = False, viewer: Viewer = _ANYBODY
    ) -> Article:
        """One article as it is on file, the newest version unless one is named.

        Raises UnknownArticle, and NotReleased for what is killed or withheld, or under embargo for this ``viewer``,
        unless it is for ``audit``.
        """
        article = self.store.article(article_id, version)
        if article is None:
            of_version = "" if version is None else f" in version {version}"
            raise UnknownArticle(f"No article {article_id!r}{of_version} on file: answers give the ids in brackets")
        # An embargo on the newest version is one on all of them (IPTC ninjs 3.1).
        newest = article if version is None else self.store.article(article_id) or article
        barred = None if audit else self._barred(newest, viewer) or self._barred(article, viewer)
        if barred is Barred.EMBARGOED:
            last = max(filter(None, (newest.embargoed_until, article.embargoed_until)), default=None)
            until = last.isoformat() if last else "it is released"
            raise NotReleased(f"{article_id} is under embargo until {until}: it is on file and not to be shown")
        if barred:
            raise NotReleased(f"{article_id} is {barred}: it is on file and not to be shown")
        return article

    def passage(
        self, article_id: str, ordinal: int, *, version: int | None = None, viewer: Viewer = _ANYBODY
    ) -> Passage:
        """One paragraph as it is on file, with its quotations where its version is the one that is searched.

        Raises UnknownArticle, also for a paragraph that there is not, and NotReleased as ``article`` does.
        """
        article = self.article(article_id, version=version, viewer=viewer)
        paragraph = next((each for each in article.paragraphs if each.ordinal == ordinal), None)
        if paragraph is None:
            raise UnknownArticle(f"{article_id} has no paragraph {ordinal}: they are 1 to {len(article.paragraphs)}")
        [quotations] = self.store.quotations_in([(article, ordinal)])
        return Passage(article=article, paragraph=paragraph, score=0.0, quotations=quotations)

    def statements(self, article: Article) -> tuple[Statement, ...]:
        """All that is quoted in this very version, as printed; nothing where it is not the one that is searched."""
        found = self.store.quotations_in([(article, paragraph.ordinal) for paragraph in article.paragraphs])
        return tuple(Statement(article=article, quotation=one) for quotations in found for one in quotations)

    def _barred(self, version: Article, viewer: Viewer) -> Barred | None:
        return barred_by(self._head(version.id), version, at=self.clock(), viewer=viewer)

    def _head(self, article_id: str) -> Head:
        head = self.store.heads([article_id]).get(article_id)
        if head is None:
            raise UnknownArticle(f"No article {article_id!r} on file: answers give the ids in brackets")
        return head

    def coverage(self, filters: Filters | None = None) -> Coverage:
        """What a search looks at."""
        return self.store.coverage(filters or self.open_filters())

    def status(self) -> Description:
        """What the archive holds, and which encoder it belongs to."""
        return self.store.describe()

    def open_filters(self) -> Filters:
        """Everything that anybody may see at this moment."""
        return Filters(at=self.clock())

    def close(self) -> None:
        """Let go of files."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _readings(
    source: Path | Piece | Article | Notice | UnreadableInput, pace: Pace
) -> Iterable[Article | Notice | UnreadableInput]:
    return read(source, passed=pace.passed) if isinstance(source, Path | Piece) else (source,)
