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
from embeddings.encoder import Encoder
from embeddings.errors import NotReleased, UnknownArticle, UnreadableInput
from embeddings.ingest import Extracts, Progress, Receipt, ingest
from embeddings.lookup import Lookup
from embeddings.news import (
    Answer,
    Article,
    Checked,
    Coverage,
    Filters,
    Kind,
    Passage,
    Quotes,
    Speaker,
    Statement,
    Status,
)
from embeddings.readers import read
from embeddings.search import Search, on_file
from embeddings.store import Description, Store

SHOWN = 5
"""So many passages, or statements, make an answer unless another number is asked for."""
LIKENESSES = 3
"""So many places on file are given for a pasted text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A newsroom's articles, to be added to and asked. Made by ``open_archive``; close it, or use ``with``."""

    store: Store
    encoder: Encoder
    extractor: Extracts | None
    search: Search
    lookup: Lookup
    checking: Checking
    clock: Callable[[], datetime]

    def ingest(
        self, sources: Iterable[Path | Article | UnreadableInput], *, progress: Progress | None = None
    ) -> Receipt:
        """Take in files, folders and articles; everything in the receipt is safely on file. Raises StoreError."""
        readings = (reading for source in sources for reading in _readings(source))
        return ingest(
            readings,
            encoder=self.encoder,
            extractor=self.extractor,
            store=self.store,
            clock=self.clock,
            progress=progress,
        )

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

    def article(self, article_id: str, *, version: int | None = None, audit: bool = False) -> Article:
        """One article as it is on file, the newest version unless one is named.

        Raises UnknownArticle, and NotReleased for what is killed, withheld or under embargo unless it is for ``audit``.
        """
        article = self.store.article(article_id, version)
        if article is None:
            of_version = "" if version is None else f" in version {version}"
            raise UnknownArticle(f"No article {article_id!r}{of_version} on file: answers give the ids in brackets")
        reason = None if audit else self._barred(article)
        if reason:
            raise NotReleased(f"{article_id} is {reason}: it is on file and not to be shown")
        return article

    def passage(self, article_id: str, ordinal: int, *, version: int | None = None) -> Passage:
        """One paragraph as it is on file, with its quotations where its version is the one that is searched.

        Raises UnknownArticle, also for a paragraph that there is not, and NotReleased as ``article`` does.
        """
        article = self.article(article_id, version=version)
        paragraph = next((each for each in article.paragraphs if each.ordinal == ordinal), None)
        if paragraph is None:
            raise UnknownArticle(f"{article_id} has no paragraph {ordinal}: they are 1 to {len(article.paragraphs)}")
        [quotations] = self.store.quotations_in([(article, ordinal)])
        return Passage(article=article, paragraph=paragraph, score=0.0, quotations=quotations)

    def statements(self, article: Article) -> tuple[Statement, ...]:
        """All that is quoted in this very version, as printed; nothing where it is not the one that is searched."""
        found = self.store.quotations_in([(article, paragraph.ordinal) for paragraph in article.paragraphs])
        return tuple(Statement(article=article, quotation=one) for quotations in found for one in quotations)

    def _barred(self, article: Article) -> str | None:
        head = self.store.heads([article.id])[article.id]
        if head.status is not Status.USABLE:
            return "killed" if head.status is Status.CANCELED else "withheld"
        until = article.embargoed_until
        if article.held or (until and until > self.clock()):
            return f"under embargo until {until.isoformat() if until else 'it is released'}"
        return None

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


def _readings(source: Path | Article | UnreadableInput) -> Iterable[Article | UnreadableInput]:
    return read(source) if isinstance(source, Path) else (source,)
