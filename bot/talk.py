"""The words that everybody in the bot speaks: what is asked, where, by whom, and what was shown; frozen, no I/O.

Ids of teams, channels and users, and the ``ts`` of messages, are Slack's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zlib import crc32

from embeddings import Kind

TERMINAL = "terminal"
"""The workspace of those who talk to the archive in a terminal, where nothing can be posted or changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What a request is narrowed to; ``since`` is included, ``before`` is not, as in the archive's own filters."""

    outlets: tuple[str, ...] = ()
    since: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question to the archive."""

    question: str
    narrowing: Narrowing = Narrowing()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotesBy:
    """What somebody is on file with; ``exactly`` is a choice among several bearers of the name."""

    name: str
    about: str | None = None
    kinds: tuple[Kind, ...] = ()
    narrowing: Narrowing = Narrowing()
    exactly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOf:
    """Words whose source on file is looked for."""

    text: str
    narrowing: Narrowing = Narrowing()


Request = Ask | QuotesBy | SourceOf


class Errand(StrEnum):
    """What a job has to do."""

    ASK = "ask"
    """Words addressed to the bot: a mention, a direct message, a message in a thread of its own, ``/ask``."""
    QUOTES = "quotes"
    """``/quotes``."""
    SOURCE = "source"
    """The shortcut "Find the source of this"."""
    HELP = "help"
    STATUS = "status"
    PRESSED = "pressed"
    """A button on an answer."""
    NARROWED = "narrowed"
    """The modal that narrows an answer was sent."""
    RATED = "rated"
    """An answer was found useful or not, with or without a reason."""
    REPORTED = "reported"
    """A quotation was reported as wrong."""
    SETTINGS = "settings"
    """The modal of settings was sent."""
    HOME = "home"
    """Somebody opened the app's home."""
    AMEND = "amend"
    """An article that a message shows has changed: the message has to follow."""
    TELL = "tell"
    """Whoever read the message has to be told what has changed."""
    ALERT = "alert"
    """Those who run the archive have something to decide."""


class Verb(StrEnum):
    """What a button or a menu entry does; the value is also its action id."""

    PAGE = "page"
    NEAR = "near"
    NARROW = "narrow"
    SHARE = "share"
    CHOOSE = "choose"
    SPEAKER = "speaker"
    CONTEXT = "context"
    CITE = "cite"
    REPORT = "report"
    RATE = "rate"
    SETTINGS = "settings"
    AGAIN = "again"
    """A recent question of the home page, asked again."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed: what it does, on which answer, and at which place (a passage, a page, a choice).

    Passages are counted through all pages, from 0.
    """

    verb: Verb
    answer: str
    place: int = 0

    @property
    def value(self) -> str:
        """As Slack carries it, well under 150 characters."""
        return f"{self.verb}|{self.answer}|{self.place}"

    @classmethod
    def read(cls, value: str) -> Press:
        """The press that a value stands for; raises ValueError for anything else."""
        verb, answer, place = value.split("|")
        return cls(Verb(verb), answer, int(place))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One thing to do for one person, as it is written down before Slack is told that it arrived.

    ``key`` is the event's id, or what stands for it: no two jobs bear the same. ``thread`` is the ``ts`` of the
    thread to reply in. ``respond`` is the response URL of a private answer; ``message`` the ``ts`` of the message
    that a button stands on, or of the one that asks. ``value`` is a Press, or what a modal holds, as JSON.
    """

    key: str
    errand: Errand
    team: str
    user: str
    channel: str | None = None
    enterprise: str | None = None
    thread: str | None = None
    message: str | None = None
    text: str = ""
    value: str = ""
    respond: str | None = None
    direct: bool = False
    """Whether the channel is a direct message with the bot."""
    external: bool = False
    """Whether Slack says that the channel is shared with another organisation."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A paragraph of a version that a message shows; ``fingerprint`` tells versions apart that have no number.

    ``span`` are the words shown where it is not the paragraph: from the first to the last, in the article's text.
    ``start`` is where the paragraph begins there, and ``marks`` are the words in bold.
    """

    article: str
    version: int | None
    paragraph: int
    fingerprint: str
    span: tuple[int, int] | None = None
    start: int | None = field(default=None, compare=False)
    marks: tuple[tuple[int, int], ...] = field(default=(), compare=False)

    def is_of(self, other: Shown) -> bool:
        """Whether both are of the same paragraph of the same version."""
        return (self.article, self.paragraph, self.fingerprint) == (other.article, other.paragraph, other.fingerprint)


class Became(StrEnum):
    """What became of words that a message shows."""

    STANDS = "stands"
    """They stand in a newer version of the article, too."""
    CORRECTED = "corrected"
    GONE = "gone"
    """The article has no paragraph like them any more; the message still shows them, struck through."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """That words which a message shows, or once showed, read otherwise by now.

    ``before`` is what was shown; ``place`` counts the message's passages through all pages, from 0, and is None for
    words of a page that was turned. ``reason`` is the archive's word for why an article may not be shown.
    """

    place: int | None
    became: Became
    at: datetime
    before: Shown
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer that was given: what was asked, by whom, and the message that shows it.

    ``ts`` is None while it has not been posted and for private answers, which Slack lets nobody edit. ``request`` is
    None when the time for keeping questions is over. ``page`` counts from 0. ``amendments`` are what this message says
    of changed words. A word in the thread of another answer names that in ``about``.
    """

    id: str
    team: str
    user: str
    request: Request | None
    at: datetime
    channel: str | None = None
    thread: str | None = None
    ts: str | None = None
    private: bool = False
    page: int = 0
    shown: tuple[Shown, ...] = ()
    enterprise: str | None = None
    amendments: tuple[Amendment, ...] = ()
    about: str | None = None


class Citing(StrEnum):
    """How a citation is written."""

    AP = "AP"
    REUTERS = "Reuters"
    CHICAGO = "Chicago"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSettings:
    """What one person prefers."""

    citing: Citing = Citing.AP
    narrowing: Narrowing = Narrowing()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """How the bot behaves in one channel; no ``outlets`` means all."""

    follow_ups: bool = False
    """Whether questions in a thread of the bot's are answered without a mention."""
    private: bool = False
    """Whether mentions are answered to the asker alone."""
    outlets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks, as far as it decides what they may see and do."""

    id: str
    guest: bool = False
    external: bool = False
    admin: bool = False
    utc_offset: int = 0
    """Seconds."""
    embargo_group: bool = False
    """Whether they may see copy under embargo, where nobody else reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Where it was asked; ``known`` is False where Slack does not let the bot look."""

    id: str
    external: bool = False
    """Shared with another organisation (Slack Connect)."""
    known: bool = True
    cleared: bool = False
    """Whether nobody reads it but people of the embargo group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How fresh the archive is: the last successful ingest, and whether that is longer ago than it should be."""

    ingested: datetime | None
    stale: bool = False


def place_of(name: str) -> int:
    """A number that stands for a speaker's name on a button, whatever order the choices come in later."""
    return crc32(name.encode(errors="surrogatepass"))
