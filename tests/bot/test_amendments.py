"""What becomes of messages when the archive changes: in Block Kit, in the answer log, and in words to people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import messages
from bot.amending import Amended, Amending, amend
from bot.blocks.amendments import Place, alert_message, amended_message, note_message
from bot.blocks.parts import blank
from bot.blocks.passages import of_passage
from bot.desk import Desk, Policy, Reply
from bot.follower import Following
from bot.ledger import Ledger
from bot.memory import Memory, open_memory
from bot.talk import Amendment, Answered, Ask, Became, Errand, Job, Person, Request, Room, Shown, Verb
from embeddings import Alert, Archive, Article, Barred, Concern, Corrected, Viewer
from embeddings.fates import difference
from tests.bot import generated as made
from tests.bot.archives import small_archive, story
from tests.bot.checkers import wrong_with
from tests.bot.memories import NOON, Clock
from tests.bot.reading import all_text, buttons, menus, quoted, styled

many = settings(
    max_examples=int(os.environ.get("ONRECORD_EXAMPLES", "25")), deadline=None, suppress_health_check=list(HealthCheck)
)
SHOWN = Shown("pel-1", 1, 1, "f" * 64)


# As Block Kit.


@st.composite
def amendments(draw: st.DrawFn, place: int | None, became: Became) -> Amendment:
    return Amendment(
        place=place,
        became=became,
        at=draw(made.moments),
        before=SHOWN,
        reason=draw(st.sampled_from([*(one.value for one in Barred), None])) if became is Became.WITHDRAWN else None,
    )


@st.composite
def changes(draw: st.DrawFn, *, gone: bool = False) -> Corrected:
    """A paragraph that took the place of another, or none that did."""
    before, now = draw(made.passages()), draw(made.passages())
    steps = difference(before.article.text, before.paragraph.span, now.article.text, now.paragraph.span)
    return Corrected(before=before, passage=None if gone else now, now=now.article, steps=() if gone else tuple(steps))


@st.composite
def places(draw: st.DrawFn, at: int) -> Place:
    became = draw(st.sampled_from([None, *Became]))
    amendment = None if became is None else draw(amendments(at, became))
    if became is Became.WITHDRAWN:
        return Place(cited=None, amendment=amendment, origin=draw(made.words))
    if became in (Became.CORRECTED, Became.GONE):
        change = draw(changes(gone=became is Became.GONE))
        cited = None if change.passage is None else of_passage(change.passage)
        return Place(cited=cited, amendment=amendment, change=change)
    return Place(cited=of_passage(draw(made.passages())), amendment=amendment)


def answered(request: Request | None, *, page: int = 0) -> Answered:
    return Answered(id="Q7F3A", team="T1", user="U1", request=request, at=NOON, channel="C1", ts="1.5", page=page)


@many
@given(st.data(), st.one_of(st.none(), made.asks, made.quotes_by, made.sources_of), made.frames, st.integers(1, 5))
def test_an_amended_message_passes_whatever_it_shows(data: st.DataObject, request: Any, frame: Any, count: int) -> None:  # noqa: ANN401
    first = frame.page * 5
    shown = [data.draw(places(first + at)) for at in range(count)]
    about = ["About my answer of noon."] if data.draw(st.booleans()) else []
    message = amended_message(answered(request, page=frame.page), shown, frame=frame, about=about)
    assert wrong_with(message) == []
    assert len(menus(message.blocks)) == sum(one.cited is not None for one in shown)
    banner = all_text(message.blocks)
    for one in shown:
        if one.amendment is not None and one.amendment.became is not Became.STANDS:
            assert messages.became(one.amendment.became) in banner


@many
@given(st.data(), st.integers(1, 5), made.users)
def test_a_note_passes_whatever_it_tells(data: st.DataObject, count: int, asker: str | None) -> None:
    told = [one for one in (data.draw(places(at)) for at in range(count)) if one.amendment]
    told = [one for one in told if one.amendment and one.amendment.became is not Became.STANDS]
    if told:
        assert wrong_with(note_message(asker, told)) == []


@many
@given(st.sampled_from(Concern), st.lists(made.texts, max_size=9).map(tuple), made.texts)
def test_an_alert_passes_and_says_what_to_do(concern: Concern, articles: tuple[str, ...], words: str) -> None:
    message = alert_message(Alert(concern=concern, articles=articles, words=words, at=NOON, number=3))
    assert wrong_with(message) == []
    assert "onrecord review" in all_text(message.blocks)


@many
@given(st.one_of(changes(), changes(gone=True)))
def test_a_difference_shows_all_words_of_both_sides_where_they_fit(change: Corrected) -> None:
    place = Place(
        cited=of_passage(change.passage) if change.passage else None,
        amendment=Amendment(place=0, became=Became.CORRECTED, at=NOON, before=SHOWN),
        change=change,
    )
    blocks = note_message(None, [place]).blocks
    new = change.passage.text if change.passage else ""
    if len(change.before.text) + len(new) > 300 or "\0" in new or blank(new) or blank(change.before.text):
        return
    [pieces] = quoted(blocks)
    kept = "".join(one["text"] for one in pieces if "style" not in one or "bold" in one["style"])
    was = "".join(one["text"] for one in pieces if "style" not in one or "strike" in one["style"])
    if change.passage is not None:
        assert same_words(kept, new)
    assert same_words(was, change.before.text)


def same_words(shown: str, on_file: str) -> bool:
    made_harmless = on_file.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return len(shown.split()) == len(made_harmless.split()) or "\ufffd" in shown


# From the archive to messages.

MOORED = "PORT ELLERY - Eleven boats stay moored, harbour master Ada Merrow said. “We will not sail,” she added."
BAKED = "The bakery on the quay sold out by nine, its owner said."


@dataclass
class Newsroom:
    """An archive, a memory, and a Slack that takes what it is sent unless it is told to refuse."""

    archive: Archive
    memory: Memory
    clock: Clock
    refuses: bool = False
    slack: dict[str, Any] = field(default_factory=dict)
    notes: list[Reply] = field(default_factory=list)
    edits: list[Amended] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)
    viewer: Viewer = field(default_factory=Viewer)

    def __post_init__(self) -> None:
        self.desk = Desk(archive=self.archive, memory=self.memory, policy=Policy(), clock=self.clock)
        self.amending = Amending(
            archive=self.archive, memory=self.memory, freshness=self.desk.freshness, clock=self.clock
        )
        self.following = Following(archive=self.archive, memory=self.memory)
        self.following.begin()

    def ask(self, text: str, *, errand: Errand = Errand.ASK, person: Person | None = None, **fields: Any) -> str:  # noqa: ANN401
        """Have a question answered and posted; the answer's id."""
        number = len(self.slack) + 1
        given = {
            "team": "T1",
            "user": "U1",
            "channel": "C1",
            "thread": f"{number}.0",
            "message": f"{number}.0",
        } | fields
        job = Job(key=f"job-{number}", errand=errand, text=text, **given)
        reply = self.desk.answer(job, person=person or Person(id="U1"), room=Room(id="C1"))
        assert isinstance(reply, Reply)
        assert reply.answered is not None
        self.memory.answers.record(replace(reply.answered, ts=None if reply.manner.private else f"{number}.5"))
        self.slack[reply.answered.id] = reply.message
        return reply.answered.id

    def change(self, *articles: Article) -> None:
        """Take versions in, and have what follows done."""
        self.archive.ingest(list(articles))
        self.follow()

    def follow(self) -> None:
        """Do all that is to be done."""
        self.clock.pass_by(minutes=1)
        while self.following.look():
            pass
        while (taken := self.memory.inbox.take(now=self.clock())) is not None:
            self.work(taken.job)

    def work(self, job: Job) -> None:
        if job.errand is Errand.AMEND:
            amended = self.amending.amended(job, viewer=lambda: self.viewer)
            if amended is None:
                self.memory.inbox.done(job.key)
                return
            edited = amended.stays or (amended.message is not None and not self.refuses)
            if amended.message is not None and edited:
                self.slack[amended.before.id] = amended.message
                self.edits.append(amended)
            elif amended.message is not None and any(one.became is Became.WITHDRAWN for one in amended.news):
                self.slack.pop(amended.before.id, None)
                self.taken_back.append(amended.before.id)
            self.memory.answers.record(
                amended.logged(edited=edited), finishes=job.key, amended=amended.news, then=amended.jobs(edited=edited)
            )
            return
        there = job if job.channel else replace(job, channel="D1")
        reply = self.amending.told(there, viewer=lambda: self.viewer)
        if reply is None:
            self.memory.inbox.done(job.key)
            return
        assert reply.answered is not None
        self.notes.append(reply)
        self.slack[reply.answered.id] = reply.message
        self.memory.answers.record(replace(reply.answered, ts=f"{len(self.slack)}.7"), finishes=job.key)
        assert self.amending.overtaken(reply.answered) == ()

    def said(self, answer: str) -> str:
        return all_text(self.slack[answer].blocks)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    clock = Clock()
    with (
        small_archive(tmp_path, clock) as archive,
        open_memory(f"sqlite:///{tmp_path / 'b.db'}", clock=clock) as memory,
    ):
        archive.ingest([boats(1), story("pel-bread", 1, BAKED, outlet="The Mercury")])
        yield Newsroom(archive, memory, clock)


def boats(version: int, *texts: str, **fields: Any) -> Article:  # noqa: ANN401
    return story("pel-boats", version, *(texts or (MOORED,)), **fields)


def test_nothing_new_changes_nothing(room: Newsroom) -> None:
    room.ask("How many boats stay moored?")
    room.change(boats(1))
    room.archive.ingest([story("pel-new", 1, "Another story.")])
    room.follow()
    assert (room.edits, room.notes) == ([], [])


def test_a_change_that_is_brought_twice_is_told_once(room: Newsroom) -> None:
    answer = room.ask("How many boats stay moored?")
    room.change(boats(2, MOORED.replace("Eleven", "Twelve")))
    [note] = room.notes
    # The same once more, as after an archive was put back.
    again = room.memory.answers.answer(answer)
    assert again is not None
    late = room.amending.overtaken(replace(again, shown=(replace(again.shown[0], fingerprint="old"),)))
    room.memory.inbox.put(late[0])
    room.follow()
    assert room.notes == [note]
    assert len(room.edits) == 1


def test_words_in_bold_stay_bold_where_nothing_else_changed(room: Newsroom) -> None:
    answer = room.ask("How many boats stay moored, and who sold out?")
    before = room.slack[answer]
    room.change(story("pel-bread", 2, BAKED.replace("nine", "ten"), outlet="The Mercury"))
    after = room.slack[answer]
    bold = set(styled(before.blocks, "bold")) - {one for one in styled(before.blocks, "bold") if "nine" in one}
    assert bold <= set(styled(after.blocks, "bold"))
    assert "ten" in styled(after.blocks, "bold")[-1] or "ten" in " ".join(styled(after.blocks, "bold"))


def test_a_quotation_is_corrected_only_if_its_own_words_are(room: Newsroom) -> None:
    answer = room.ask("Ada Merrow", errand=Errand.QUOTES)
    assert quoted(room.slack[answer].blocks)
    shown = [["".join(one["text"] for one in pieces)] for pieces in quoted(room.slack[answer].blocks)]
    room.change(boats(2, MOORED.replace("harbour master", "harbour chief")))
    assert [["".join(one["text"] for one in pieces)] for pieces in quoted(room.slack[answer].blocks)] == shown
    assert room.notes == []
    room.change(boats(3, MOORED.replace("harbour master", "harbour chief").replace("will not", "shall not")))
    assert "CORRECTED" in room.said(answer)
    assert styled(room.slack[answer].blocks, "strike") == ["will"]
    assert len(room.notes) == 1


def test_a_quotation_that_goes_on_in_the_next_paragraph_is_watched_there_too(room: Newsroom) -> None:
    article = boats(2, MOORED, "“Not today.”")
    room.archive.ingest([article])
    [first, second] = article.paragraphs
    start = article.text.index("“We will")
    span = (start, second.end)
    shown = Shown(article.id, 2, 1, article.fingerprint, span, start=first.start)
    room.memory.answers.record(replace(answered(Ask(question="what?")), shown=(shown,)))
    room.change(boats(3, MOORED, "“Not tomorrow.”"))
    assert "CORRECTED" in room.said("Q7F3A")
    assert "tomorrow.”" not in styled(room.slack["Q7F3A"].blocks, "strike")


def test_a_paragraph_that_is_gone_is_struck_through_once_and_taken_away_with_its_story(room: Newsroom) -> None:
    answer = room.ask("How many boats stay moored?")
    room.change(boats(2, "Nothing of the kind was ever said by anybody in this town."))
    assert styled(room.slack[answer].blocks, "strike") == [MOORED]
    edits, notes = len(room.edits), len(room.notes)
    room.change(boats(3, "Nothing of the kind was ever said by anybody in that town."))
    assert (len(room.edits), len(room.notes)) == (edits, notes)
    room.archive.kill("pel-boats", words="Kill it.")
    room.follow()
    assert not any("moored" in room.said(one).replace("How many boats stay moored?", "") for one in room.slack)


def test_buttons_of_an_amended_message_work_or_are_gone(room: Newsroom) -> None:
    answer = room.ask("How many boats stay moored?")
    room.change(boats(2, MOORED.replace("Eleven", "Twelve")))
    job = Job(key="press", errand=Errand.PRESSED, team="T1", user="U2", channel="C1")
    for menu in menus(room.slack[answer].blocks):
        for press in menu.values():
            if press.verb in (Verb.CONTEXT, Verb.CITE, Verb.REPORT):
                assert room.desk.view(press, job, person=Person(id="U2"), room=Room(id="C1"))["blocks"]
    narrow = buttons(room.slack[answer].blocks)[messages.NARROW]
    assert room.desk.view(narrow, job, person=Person(id="U2"), room=Room(id="C1"))["blocks"]
    room.archive.kill("pel-boats", words="Kill it.")
    room.archive.kill("pel-bread", words="Kill it.")
    room.follow()
    assert menus(room.slack[answer].blocks) == []


def test_whoever_was_forgotten_is_not_mentioned_and_what_they_saw_alone_is_told_to_nobody(room: Newsroom) -> None:
    answer = room.ask("How many boats stay moored?")
    room.ask("How many boats stay moored?", respond="https://hooks.example/1")
    room.memory.answers.forget(room.clock() + timedelta(days=1))
    room.change(boats(2, MOORED.replace("Eleven", "Twelve")))
    [note] = room.notes
    assert "U1" not in room.said(answer) + all_text(note.message.blocks)
    assert "CORRECTED" in room.said(answer)
    assert messages.NARROW not in buttons(room.slack[answer].blocks)


def test_what_a_private_answer_shows_is_watched_until_it_was_told(room: Newsroom) -> None:
    room.ask("How many boats stay moored, and who sold out?", respond="https://hooks.example/1")
    room.change(boats(2, MOORED.replace("Eleven", "Twelve")))
    room.change(boats(3, MOORED.replace("Eleven", "Thirteen")))
    first, second = room.notes
    assert first.channel == "D1"
    assert first.answered is not None
    # The direct message shows the newest now, and a note under it tells so.
    assert styled(room.slack[first.answered.id].blocks, "bold") == ["Thirteen"]
    assert second.answered is not None
    assert second.answered.about == first.answered.id
    room.change(story("pel-bread", 2, BAKED.replace("nine", "ten"), outlet="The Mercury"))
    assert styled(room.notes[-1].message.blocks, "strike") == ["nine,"]
    assert len(room.notes) == 3


def test_a_message_that_cannot_be_changed_hands_its_words_over_to_one_that_can(room: Newsroom) -> None:
    answer = room.ask("How many boats stay moored?")
    before = room.said(answer)
    room.refuses = True
    room.change(boats(2, MOORED.replace("Eleven", "Twelve")))
    [stand_in] = room.notes
    assert messages.CANNOT_BE_CHANGED in all_text(stand_in.message.blocks)
    room.refuses = False
    room.change(boats(3, MOORED.replace("Eleven", "Thirteen")))
    assert room.said(answer) == before
    assert len(room.notes) == 2
    assert stand_in.answered is not None
    assert styled(room.slack[stand_in.answered.id].blocks, "bold") == ["Thirteen"]


def test_only_the_embargo_group_reads_a_version_under_embargo(room: Newsroom) -> None:
    room.viewer = Viewer()
    answer = room.ask("How many boats stay moored?")
    secret = boats(2, MOORED.replace("Eleven", "Ninety"), embargoed_until=room.clock() + timedelta(days=1))
    room.change(secret)
    assert "WITHDRAWN" in room.said(answer)
    assert not any("Ninety" in room.said(one) for one in room.slack)


def test_to_the_embargo_group_a_new_version_under_embargo_is_a_correction(room: Newsroom) -> None:
    room.viewer = Viewer(embargo_group=True)
    later = room.clock() + timedelta(days=1)
    room.archive.ingest([boats(2, MOORED, embargoed_until=later)])
    insider = Person(id="U1", embargo_group=True)
    room.ask("How many boats stay moored?", person=insider, respond="https://hooks.example/1")
    room.follow()
    assert room.notes == []
    room.change(boats(3, MOORED.replace("Eleven", "Ninety"), embargoed_until=later))
    [note] = room.notes
    assert "Ninety" in styled(note.message.blocks, "bold")


def test_a_page_that_was_turned_is_told_of_and_not_put_back(room: Newsroom) -> None:
    answer = room.ask("How many boats stay moored?")
    turned = room.memory.answers.answer(answer)
    assert turned is not None
    room.memory.answers.record(replace(turned, page=1, shown=()))
    before = room.slack[answer]
    room.change(boats(2, MOORED.replace("Eleven", "Twelve")))
    [note] = room.notes
    assert messages.ELSEWHERE in all_text(note.message.blocks)
    assert messages.CANNOT_BE_CHANGED not in all_text(note.message.blocks)
    assert room.slack[answer] is before


def test_an_answer_that_was_overtaken_while_it_was_posted_is_amended(room: Newsroom) -> None:
    answer = room.ask("How many boats stay moored?")
    given = room.memory.answers.answer(answer)
    assert given is not None
    assert room.amending.overtaken(given) == ()
    room.archive.ingest([boats(2, MOORED.replace("Eleven", "Twelve"))])
    [job] = room.amending.overtaken(given)
    room.archive.purge("pel-boats")
    assert len(room.amending.overtaken(given)) == 1
    room.memory.inbox.put(job)
    room.follow()
    assert len(room.edits) == 1


def test_the_audit_tells_what_became_of_each_message(room: Newsroom) -> None:
    room.ask("How many boats stay moored?")
    room.change(boats(2, MOORED.replace("Eleven", "Twelve")))
    room.archive.kill("pel-boats", words="Kill it.")
    room.follow()
    records = Ledger(room.memory.answers).showing_records("pel-boats")
    assert [one["became"] for one in records].count("corrected") == 1
    assert {one["became"] for one in records} == {"corrected", "withdrawn"}
    assert all(one["amended"] for one in records)


def test_an_alert_about_copy_under_embargo_names_nothing_in_the_channel_for_reports(room: Newsroom) -> None:
    later = room.clock() + timedelta(days=1)
    room.archive.ingest([story("pel-secret", 1, MOORED, embargoed_until=later)])
    for number, ids in enumerate((["pel-boats"], ["pel-boats", "pel-secret"]), 1):
        room.archive.raise_alert(Concern.COPIES_OF_KILLED, ids, "The boats sank, says the Secret Herald.")
        alert = Job(key=f"alert {number}", errand=Errand.ALERT, team="T1", user="", channel="C9", value=str(number))
        warned = room.amending.warned(alert)
        assert warned is not None
        said = all_text(warned.message.blocks) + warned.message.text
        assert "onrecord review" in said
        assert [words in said for words in ("pel-boats", "pel-secret", "Herald", "mbargo")] == [
            number == 1,
            False,
            number == 1,
            False,
        ]


# What stands in Slack after a kill.


@pytest.mark.parametrize("errand", [Errand.ASK, Errand.SOURCE])
def test_words_whose_source_was_looked_for_are_not_repeated_on_the_home_page_when_they_are_killed(
    room: Newsroom, errand: Errand
) -> None:
    room.ask(MOORED, errand=errand)
    job = Job(key="home", errand=Errand.HOME, team="T1", user="U1")

    def asked() -> bool:
        home = room.desk.answer(job, person=Person(id="U1"), room=None)
        return "Eleven boats stay moored" in all_text(home.view["blocks"])  # type: ignore[union-attr]  # a home

    assert asked()
    room.archive.kill("pel-boats", words="Kill it.")
    room.follow()
    # A question is the person's own.
    assert asked() is (errand is Errand.ASK)


@pytest.mark.parametrize("again", ["another correction", "another headline"])
def test_notes_lose_their_words_with_the_story_however_often_it_was_changed_before(room: Newsroom, again: str) -> None:
    room.ask("How many boats stay moored?")
    twelve = MOORED.replace("Eleven", "Twelve")
    room.change(boats(2, twelve))
    third = twelve.replace("Twelve", "Ninety") if again == "another correction" else twelve
    room.change(boats(3, third, headline="Boats, again"))
    room.archive.kill("pel-boats", words="Kill it.")
    room.follow()
    assert len(room.notes) >= 2
    assert left_of(room, "harbour master", "Boats, again", "Twelve", "Ninety") == []


def left_of(room: Newsroom, *words: str) -> list[str]:
    """Which words are to be read in any message."""
    return [one for one in words if any(one in all_text(sent.blocks) + sent.text for sent in room.slack.values())]


def test_what_could_not_be_corrected_is_taken_back_with_its_story_and_nobody_told_twice(room: Newsroom) -> None:
    answer = room.ask("How many boats stay moored?")
    room.refuses = True
    room.change(boats(2, MOORED.replace("Eleven", "Twelve")))
    [stand_in] = room.notes
    room.archive.kill("pel-boats", words="Kill it.")
    room.follow()
    assert answer in room.taken_back
    assert stand_in.answered is not None
    # The stand-in is taken back, too, and one note says why.
    assert stand_in.answered.id in room.taken_back
    assert len(room.notes) == 2
    assert "WITHDRAWN" in all_text(room.notes[-1].message.blocks)
    room.change(story("pel-new", 1, "Another story."))
    assert len(room.notes) == 2


# The signs of rights and embargoes, and which words are meant.


def test_what_is_amended_keeps_the_sign_that_nobody_knows_the_rights(room: Newsroom) -> None:
    answer = room.ask("How many boats stay moored, and who sold out?")
    places = [one.article for one in room.slack[answer].shown]
    assert messages.RIGHTS_UNKNOWN in room.said(answer)
    room.change(boats(2, MOORED.replace("Eleven", "Twelve"), rights="Ledger Group"))
    assert f"{messages.RIGHTS_UNKNOWN} ({places.index('pel-bread') + 1})" in room.said(answer)
    room.archive.kill("pel-bread", words="Kill it.")
    room.follow()
    assert messages.RIGHTS_UNKNOWN not in room.said(answer)


@pytest.mark.parametrize("now", [MOORED.replace("Eleven", "Ninety"), "Nothing of the kind was ever said by anybody."])
def test_words_under_embargo_are_marked_as_that_in_what_is_amended_and_told(room: Newsroom, now: str) -> None:
    room.viewer = Viewer(embargo_group=True)
    later = room.clock() + timedelta(days=1)
    room.archive.ingest([boats(2, MOORED, embargoed_until=later)])
    insider = Person(id="U1", embargo_group=True)
    room.ask("How many boats stay moored?", person=insider, respond="https://hooks.example/1")
    room.change(boats(3, MOORED.replace("Eleven", "Twelve"), embargoed_until=later))
    [stand_in] = room.notes
    assert stand_in.answered is not None
    assert "UNDER EMBARGO until" in all_text(stand_in.message.blocks)
    room.change(boats(4, now, embargoed_until=later))
    [_, note] = room.notes
    for said in (room.said(stand_in.answered.id), all_text(note.message.blocks)):
        assert "CORRECTED" in said
        assert "UNDER EMBARGO until" in said


def test_what_stands_in_for_an_answer_tells_which_of_its_words_are_withdrawn(room: Newsroom) -> None:
    room.ask("How many boats stay moored, and who sold out?", respond="https://hooks.example/1")
    room.archive.kill("pel-bread", words="Kill it.")
    room.follow()
    [note] = room.notes
    said = all_text(note.message.blocks)
    assert "The Mercury, 6 May 2031" in said
    assert "numbers of its own" in said


def test_of_what_came_under_embargo_not_even_the_new_day_is_told(room: Newsroom) -> None:
    answer = room.ask("How many boats stay moored?")
    later = room.clock() + timedelta(days=1)
    room.change(boats(2, MOORED, outlet="The Secret Herald", embargoed_until=later))
    for said in (room.said(answer), all_text(room.notes[0].message.blocks)):
        assert "The Ledger, 6 May 2031" in said
        assert "Secret" not in said


def test_the_lines_of_an_alert_stand_apart() -> None:
    alert = Alert(concern=Concern.TERMS, articles=("pel-1",), words="No archives.", at=NOON, number=3)
    blocks = [block for block in alert_message(alert).blocks if block["type"] == "rich_text"]
    assert [len(block["elements"]) for block in blocks] == [1, 1, 1]


def test_every_amendment_says_what_to_do(room: Newsroom) -> None:
    for became in (Became.CORRECTED, Became.GONE, Became.WITHDRAWN):
        assert "o not use" in messages.advice(became)
    room.ask("How many boats stay moored?")
    room.change(boats(2, MOORED.replace("Eleven", "Twelve")))
    [note] = room.notes
    assert messages.advice(Became.CORRECTED) in all_text(note.message.blocks)


@pytest.mark.parametrize("then", ["kill", "correction"])
def test_a_message_that_can_be_changed_no_more_is_stood_in_for_once(room: Newsroom, then: str) -> None:
    answer = room.ask("How many boats stay moored?")
    room.change(boats(2, MOORED.replace("Eleven", "Twelve")))
    assert "CORRECTED" in room.said(answer)
    room.refuses = True
    if then == "kill":
        room.archive.kill("pel-boats", words="Kill it.")
        room.follow()
    else:
        room.change(boats(3, MOORED.replace("Eleven", "Thirteen")))
    told = len(room.notes)
    given = room.memory.answers.answer(answer)
    assert given is not None
    # Something else makes it be looked at once more.
    room.memory.inbox.put(amend(given, at=room.clock(), cause="again"))
    room.follow()
    assert len(room.notes) == told
