"""Whatever arrives in whatever order, whoever dies meanwhile: no way of asking shows what the rules forbid.

The model below knows the rules as one would explain them, and nothing of how the archive keeps them. Each version says
a word that stands nowhere else, so that whatever comes out can be traced to the version that it comes from.
"""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cmp_to_key
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from embeddings.archive import Archive
from embeddings.errors import NotReleased, UnknownArticle
from embeddings.news import (
    Article,
    Filters,
    Found,
    Notice,
    NotOnFile,
    Passage,
    Quoted,
    Stands,
    Statement,
    Status,
    Viewer,
    Withdrawn,
)
from embeddings.paragraphs import paragraphs
from tests.embeddings.writer_process import archive_in

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAMES = ("pier", "mill")
AGAIN = "-again"
"""After a story's id it makes another, under which versions come that say that they take its place, or do not."""
IDS = (*NAMES, NAMES[0] + AGAIN)
PIECE = (
    "Three keepers of the lamp have signed a paper in which they ask the council for coal, two boats, a cook who can "
    "swim, nine yards of rope, fresh paint before Easter and an inquiry into why the harbour clock has been striking "
    "eleven at dusk since a gale took its northern hand; no member of that body has answered them by letter so far."
)
"""Copy that all stories share, long enough for them to be copies of one another."""
GROUP, ANYBODY = Viewer(embargo_group=True), Viewer()
KILLED_MIDWAY = object()


# The model.

Key = tuple[object, ...]


@dataclass
class Story:
    """One article as the rules see it: every version that came, and what a person has lifted."""

    versions: list[Article] = field(default_factory=list)
    lifted: set[Key] = field(default_factory=set)
    let_in: bool = False

    def shown(self, now: datetime, viewer: Viewer) -> Article | None:
        """The only version that this viewer may be shown at this time."""
        binding = [one for one in self.versions if key_of(one) not in self.lifted]
        if not binding or any(one.status is Status.CANCELED for one in binding):
            return None
        newest = max(binding, key=cmp_to_key(later))
        if newest.status is not Status.USABLE or (newest.usage and not self.let_in):
            return None
        embargoed = newest.held or (newest.embargoed_until is not None and newest.embargoed_until > now)
        return newest if viewer.embargo_group or not embargoed else None

    def joined(self, other: Story) -> Story:
        """The one story that two turn out to be."""
        if other is self:
            return self
        return Story(self.versions + other.versions, self.lifted | other.lifted, self.let_in or other.let_in)


def later(one: Article, other: Article) -> int:
    """Above 0 where the first is the later: by the id that it came under, by number, by time."""
    ids, numbers = ([(each.guid or each.id).endswith(AGAIN) for each in (one, other)], (one.version, other.version))
    if ids[0] != ids[1]:
        return ids[0] - ids[1]
    if None not in numbers and one.version != other.version:
        return (one.version or 0) - (other.version or 0)
    times = one.version_created or START, other.version_created or START
    return (times[0] > times[1]) - (times[0] < times[1])


def key_of(one: Article) -> Key:
    """What tells versions apart whatever id they are kept under."""
    return one.note, one.status, one.version, one.version_created


# The writer, in a process of its own.


class Writer:
    """The process that writes; it is started when it is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def do(self, verb: str, *arguments: object, now: datetime, dies_after: int | None = None, **options: object) -> Any:  # noqa: ANN401 - what the archive gives
        """What the archive answers, or KILLED_MIDWAY."""
        process = self._process or self._started()
        assert process.stdin
        pickle.dump((verb, arguments, options, now, dies_after), process.stdin)
        process.stdin.flush()
        try:
            return self._answer(process)
        except EOFError:
            assert dies_after is not None, "the writer died unbidden"
            assert self._gone() == -signal.SIGKILL
            return KILLED_MIDWAY

    def stop(self) -> None:
        if self._process is not None:
            assert self._gone() == 0

    def _gone(self) -> int:
        """How it ended, once its pipes are closed."""
        process, self._process = self._process, None
        assert process
        with process:
            pass
        return process.returncode

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.embeddings.writer_process", str(self._folder)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._answer(self._process) == "ready"
        return self._process

    @staticmethod
    def _answer(process: subprocess.Popen[bytes]) -> Any:  # noqa: ANN401 - what the archive gives
        assert process.stdout
        return pickle.load(process.stdout)


# Everything that comes out.


def ways_out(archive: Archive, filters: Filters, known: list[Article]) -> list[Article]:
    """Every version of which a word comes out, by any way of asking."""
    out: list[Passage | Statement] = []
    for question in ("closing wardens", *(f'"{word_of(one)}"' for one in known)):
        answer = archive.ask(question, filters=filters, limit=50, marked=50)
        assert isinstance(answer, Found | NotOnFile)
        out += answer.passages if isinstance(answer, Found) else answer.near_misses
    for name in ("Warden", "Mayor"):
        quotes = archive.quotes(name, filters=filters, limit=50)
        out += quotes.statements if isinstance(quotes, Quoted) else ()
    for one in known:
        checked = archive.check(f"the {word_of(one)} of the wardens is closing", filters=filters, limit=20)
        out += [likeness.passage for likeness in checked.likenesses]
    return [article for each in out for article in (each.article, *each.also)]


def by_id(archive: Archive, id: str, viewer: Viewer) -> Article | None:
    try:
        return archive.passage(id, 1, viewer=viewer).article
    except (UnknownArticle, NotReleased):
        return None


def word_of(one: Article) -> str:
    return (one.text.split() or ["nothing"])[-1].rstrip(".")


# The machine.


class Newsroom(RuleBasedStateMachine):
    """A wire, a desk and readers, for some steps."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name) / "archive"
        self.writer = Writer(self.folder)
        self.now = START
        self.stories: dict[str, Story] = {id: Story() for id in IDS}
        self.posted: set[tuple[str, str]] = set()
        self.sent: list[Article] = []
        self.reader: Archive | None = None

    @initialize()
    def begin(self) -> None:
        self.writer.do("ingest", [], now=self.now)
        self.reopen()

    @rule(writer=st.booleans())
    def somebody_starts_anew(self, writer: bool) -> None:
        self.writer.stop() if writer else self.reopen()

    def reopen(self) -> None:
        if self.reader:
            self.reader.close()
        self.reader = archive_in(self.folder, lambda: self.now, writing=False)

    @rule(hours=st.integers(1, 5))
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule(
        versions=st.lists(
            st.tuples(
                st.sampled_from(IDS),
                st.integers(1, 6),
                st.sampled_from([None, None, None, None, -1, 2, "held", "terms", Status.CANCELED]),
                st.sampled_from([False, False, True]),
            ),
            min_size=1,
            max_size=4,
        ),
        dies_after=st.none() | st.none() | st.integers(1, 60),
    )
    def versions_come(self, versions: list[tuple[str, int, int | str | None, bool]], dies_after: int | None) -> None:
        """In whatever order; the writer may die over the last."""
        for left, (id, version, embargo, linked) in zip(range(len(versions))[::-1], versions, strict=True):
            status = embargo if isinstance(embargo, Status) else Status.USABLE
            self.arrives(id, version, status, embargo, None if left else dies_after, linked=linked)

    @rule(
        id=st.sampled_from(IDS),
        version=st.integers(1, 6),
        status=st.sampled_from([Status.WITHHELD, Status.CANCELED]),
        dies_after=st.none() | st.integers(1, 30),
    )
    def version_is_taken_back(self, id: str, version: int, status: Status, dies_after: int | None) -> None:
        """By its provider, and in whatever order."""
        self.arrives(id, version, status, None, dies_after, linked=True)

    @rule(
        first=st.sampled_from([Status.USABLE, Status.USABLE, Status.WITHHELD, Status.CANCELED]),
        versions=st.tuples(*[st.integers(1, 6)] * 3),
    )
    def two_turn_out_to_be_one(self, first: Status, versions: tuple[int, int, int]) -> None:
        """A link comes late, whatever became of the first meanwhile."""
        name = NAMES[0]
        self.arrives(name, versions[0], first, None, None, linked=False)
        for version, linked in zip(versions[1:], (False, True), strict=True):
            self.arrives(name + AGAIN, version, Status.USABLE, None, None, linked=linked)

    @precondition(lambda self: self.revivable())
    @rule(data=st.data())
    def a_person_revives(self, data: st.DataObject) -> None:
        """What the rules keep back."""
        id = data.draw(st.sampled_from(self.revivable()))
        story = self.stories[id]
        self.writer.do("revive", id, now=self.now)
        story.lifted |= {key_of(one) for one in story.versions if one.status is not Status.USABLE}
        story.let_in = True

    def revivable(self) -> list[str]:
        return [
            id
            for id, story in self.stories.items()
            if any(one.status is Status.USABLE for one in story.versions) and story.shown(self.now, GROUP) is None
        ]

    def arrives(
        self,
        id: str,
        version: int,
        status: Status,
        embargo: int | str | None,
        dies_after: int | None,
        *,
        linked: bool,
    ) -> None:
        number = len(self.sent)
        name = id.removesuffix(AGAIN)
        opening = f"The {name} is closing, says one of the wardens."
        text = f"{opening}\n\nWarden: We have seen the end of it.\n\n{PIECE}\n\nMayor: word{number}."
        one = Article(
            id=id,
            text="" if status is Status.CANCELED else text,
            paragraphs=() if status is Status.CANCELED else paragraphs(text),
            version=version,
            version_created=START + version * HOUR + number * timedelta(seconds=1),
            status=status,
            held=embargo == "held",
            embargoed_until=self.now + embargo * HOUR if isinstance(embargo, int) else None,
            headline=f"About the {name}",
            replaces=name if linked and id != name else None,
            usage="NO ARCHIVAL USE" if embargo == "terms" else None,
            outlet="Wire",
            published=START.date(),
            note=f"number {number}",
        )
        self.sent.append(one)
        self.take(one, dies_after)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), dies_after=st.none() | st.integers(1, 30))
    def arrives_again(self, data: st.DataObject, dies_after: int | None) -> None:
        """The same once more: a feed that repeats itself, or a folder that is read again."""
        self.take(data.draw(st.sampled_from(self.sent)), dies_after)

    @rule(id=st.sampled_from(IDS), status=st.sampled_from([Status.CANCELED, Status.WITHHELD]))
    def advisory(self, id: str, status: Status) -> None:
        """An order by the provider that names the article, whether it has come yet or not."""
        self.writer.do("ingest", [Notice(status=status, words="Do not use.", target=id, sent=self.now)], now=self.now)
        self.catch_up(id)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), verb=st.sampled_from(["kill", "withhold", "purge"]))
    def desk_decides(self, data: st.DataObject, verb: str) -> None:
        """Of its own; a purge forgets everything, kills too."""
        id = data.draw(st.sampled_from(sorted({one.id for one in self.sent})))
        story = self.stories[id]
        if verb == "purge":
            self.writer.do("purge", id, now=self.now)
            gone = {each for each in IDS if self.stories[each] is story}
            self.stories |= {each: Story() for each in gone}
            self.posted = {(each, version) for each, version in self.posted if each not in gone}
        elif story.versions:
            self.writer.do(verb, id, words="The desk says so.", now=self.now)
            self.catch_up(id)

    def take(self, one: Article, dies_after: int | None) -> None:
        done = self.writer.do("ingest", [one], now=self.now, dies_after=dies_after)
        on_file = {key_of(each) for each in self.on_file(one.id)}
        # What was acknowledged is on file; what was not may be, but then the whole of it, as the invariants see.
        assert done is KILLED_MIDWAY or key_of(one) in on_file
        if key_of(one) in on_file:
            if one.replaces:
                story = self.stories[one.id].joined(self.stories[one.replaces])
                self.stories |= {one.id: story, one.replaces: story}
            if one not in self.stories[one.id].versions:
                self.stories[one.id].versions.append(one)

    def catch_up(self, id: str) -> None:
        """What an order made is known by its words alone; the model takes it as it stands."""
        known = {key_of(one) for one in self.stories[id].versions}
        new = [one for one in self.on_file(id) if key_of(one) not in known]
        assert all(not one.text and one.status is not Status.USABLE for one in new)
        # Two orders of one kind with the same words are one.
        self.stories[id].versions += new

    def on_file(self, id: str) -> tuple[Article, ...]:
        assert self.reader
        try:
            return self.reader.versions(id)
        except UnknownArticle:
            return ()

    @invariant()
    def nothing_forbidden_comes_out_and_nothing_is_lost(self) -> None:
        if self.reader is None:
            return
        for viewer in (ANYBODY, GROUP):
            allowed = {id: story.shown(self.now, viewer) for id, story in self.stories.items()}
            may = {key_of(one) for one in allowed.values() if one}
            filters = Filters(at=self.now, viewer=viewer)
            # One question finds all that is searched; the words of the last are asked for one by one, too.
            known = [one for one in self.sent if one.text][-5:]
            assert {key_of(one) for one in ways_out(self.reader, filters, known)} == may
            assert self.reader.coverage(filters).articles == len(may)
            for id, one in allowed.items():
                found = by_id(self.reader, id, viewer)
                assert (found and key_of(found)) == (one and key_of(one))
                if found:
                    self.posted.add((id, found.fingerprint))
            self.fates_are_told_truly(filters, allowed)

    def fates_are_told_truly(self, filters: Filters, allowed: dict[str, Article | None]) -> None:
        """What a message once showed of any version: it is withdrawn where nothing may be shown."""
        assert self.reader
        for id, fingerprint in self.posted:
            fate, now = self.reader.fate(id, 1, fingerprint, filters=filters), allowed[id]
            assert isinstance(fate, Withdrawn) == (now is None)
            if isinstance(fate, Stands):
                assert now
                assert key_of(fate.passage.article) == key_of(now)

    def teardown(self) -> None:
        if self.reader:
            self.reader.close()
        self.writer.stop()
        self.scratch.cleanup()


Newsroom.TestCase.settings = settings(
    max_examples=16, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
test_newsroom = Newsroom.TestCase
