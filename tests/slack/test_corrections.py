"""What people see in Slack when a story changes that was quoted to them, with the real process and a real archive."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from embeddings import Archive, Article, Concern, Settings, open_archive
from tests.bot.archives import story
from tests.slack.conftest import Serving
from tests.slack.process import Bot
from tests.slack.test_journeys import answer_to, home_of, modal_of, quoted, well_behaved, whisper_to
from tests.standin import Message, Rules, StandIn

ASKED = "How many dockers did the crane at Pier Nine injure?"
CRANE = (
    "PORT ELLERY - The crane at Pier Nine injured eleven dockers, harbour master Ada Merrow said. "
    "“We will not lift until the brake is mended,” she added."
)
FERRY = "Nobody was hurt on the ferry that lay beside it, its captain said."
HEADLINE = "Crane falls at Pier Nine"


def crane(version: int, *, crane: str = CRANE, ferry: str = FERRY, **fields: Any) -> Article:  # noqa: ANN401
    """A version of the story about the crane."""
    given: dict[str, Any] = {"headline": HEADLINE, "text_id": None} | fields
    given.pop("text_id")
    return story("pel-crane", version, crane, ferry, **given)


OTHER = story(
    "pel-tram",
    1,
    "The tram at Pier Nine ran late for an hour, the tram company said.",
    headline="Tram late",
    outlet="The Mercury",
)


@dataclass
class Newsroom:
    """An archive that is written while a bot answers from it, and the bot."""

    archive: Archive
    settings: Settings
    serving: Serving
    bots: list[Bot] = field(default_factory=list)

    def serve(self, mode: str = "socket", *, rules: Rules | None = None, **environ: str) -> StandIn:
        """A bot in a Slack of its own."""
        bot = self.serving(mode, rules=rules, ONRECORD_ARCHIVE=str(self.settings.archive), **environ)
        self.bots.append(bot)
        return bot.slack

    @property
    def bot(self) -> Bot:
        """The one that was started last."""
        return self.bots[-1]

    def ingest(self, *articles: Article) -> None:
        """Take versions in."""
        self.archive.ingest(list(articles))


@pytest.fixture
def newsroom(tmp_path: Path, real_settings: Callable[[Path], Settings], serving: Serving) -> Iterator[Newsroom]:
    """An archive with two stories."""
    settings = real_settings(tmp_path / "newsroom")
    with open_archive(settings, writing=True) as archive:
        room = Newsroom(archive, settings, serving)
        room.ingest(crane(1), OTHER)
        yield room


def notes(slack: StandIn, asked: Message, count: int) -> list[Message]:
    """The so many words in a thread beside the answer."""
    found = slack.wait_for(
        lambda: there if len(there := slack.messages(asked.channel, thread=asked)) > count else [],
        what=f"{count} notes in the thread",
        timeout=30,
    )
    assert len(found) == count + 1
    return found[1:]


def amended(slack: StandIn, message: Message, words: str) -> None:
    """Wait until a message says something."""
    slack.wait_for(lambda: words in message.said, what=f"{words!r} in the message", timeout=30)


def quiet(slack: StandIn) -> None:
    """Nothing more comes, and nothing that Slack would frown upon."""
    sleep(2.5)
    well_behaved(slack)


def styled(message: Message, style: str) -> list[str]:
    """The words of rich text in a style."""
    return [
        piece["text"].strip()
        for block in message.blocks
        if block["type"] == "rich_text"
        for part in block["elements"]
        for piece in part["elements"]
        if piece.get("style", {}).get(style)
    ]


def name_of(slack: StandIn, who: str = "ruth") -> str:
    """How somebody is mentioned."""
    return f"<@{slack.workspace.person(who).id}>"


def edits(slack: StandIn, message: Message) -> int:
    """How often a message was changed."""
    return len([call for call in slack.called("chat.update") if call.ok and call.params["ts"] == message.ts])


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_a_correction_reaches_the_message_and_the_person_within_seconds(newsroom: Newsroom, mode: str) -> None:
    slack = newsroom.serve(mode)
    asked = slack.people.mention("ruth", "desk", ASKED)
    answer = answer_to(slack, asked)
    assert CRANE in quoted(answer)
    newsroom.ingest(crane(2, crane=CRANE.replace("eleven", "twelve")))
    amended(slack, answer, "CORRECTED")
    assert (styled(answer, "strike"), styled(answer, "bold")) == (["eleven"], ["twelve"])
    [note] = notes(slack, asked, 1)
    assert name_of(slack) in note.said
    assert "CORRECTED" in note.said
    assert (styled(note, "strike"), styled(note, "bold")) == (["eleven"], ["twelve"])
    quiet(slack)
    assert edits(slack, answer) == 1
    slack.people.press("omar", answer, "Copy citation", nth=0).wait()
    [view] = slack.wait_for(lambda: slack.views("omar"), what="a citation", timeout=30)
    assert "twelve dockers" in str(view.body)


def test_a_correction_elsewhere_leaves_the_words_and_the_person_in_peace(newsroom: Newsroom) -> None:
    slack = newsroom.serve()
    asked = slack.people.mention("ruth", "desk", ASKED)
    answer = answer_to(slack, asked)
    shown = quoted(answer)
    newsroom.ingest(crane(2, headline="Crane falls at Pier Nine, ferry unhurt"))
    amended(slack, answer, "stand in it unchanged")
    assert quoted(answer) == shown
    quiet(slack)
    assert len(slack.messages("desk", thread=asked)) == 1
    assert "CORRECTED" not in answer.said


@pytest.mark.parametrize("how", ["kill", "withhold", "purge", "embargo"])
def test_of_a_story_that_may_not_be_shown_neither_words_nor_headline_stay(newsroom: Newsroom, how: str) -> None:
    slack = newsroom.serve()
    asked = slack.people.mention("ruth", "desk", ASKED)
    answer = answer_to(slack, asked)
    assert HEADLINE in answer.said
    if how == "embargo":
        newsroom.ingest(crane(2, crane="SECRET " + CRANE, embargoed_until=datetime.now(UTC) + timedelta(days=1)))
    elif how == "purge":
        newsroom.archive.purge("pel-crane")
    else:
        getattr(newsroom.archive, how)("pel-crane", words="The number is wrong.")
    amended(slack, answer, "WITHDRAWN")
    [note] = notes(slack, asked, 1)
    for message in (answer, note):
        said = message.said + message.text
        assert not any(words in said for words in (HEADLINE, "dockers,", "captain", "SECRET"))
    assert name_of(slack) in note.said
    # What is of another story stays, with its buttons.
    tram = "tram company" in answer.said
    assert len([label for label in slack.labels(answer) if "citation" in label]) == (1 if tram else 0)
    quiet(slack)
    assert edits(slack, answer) == 1


def test_what_is_corrected_and_then_killed_is_gone_from_every_message(newsroom: Newsroom) -> None:
    slack = newsroom.serve()
    asked = slack.people.mention("ruth", "desk", ASKED)
    answer = answer_to(slack, asked)
    newsroom.ingest(crane(2, crane=CRANE.replace("eleven", "twelve")))
    [note] = notes(slack, asked, 1)
    newsroom.archive.kill("pel-crane", words="Kill it.")
    notes(slack, asked, 2)
    amended(slack, note, "WITHDRAWN")
    for message in slack.messages("desk"):
        assert not any(words in message.said for words in (HEADLINE, "eleven", "twelve"))
    assert "WITHDRAWN" in answer.said
    quiet(slack)


def test_a_second_correction_is_compared_with_what_stands_there(newsroom: Newsroom) -> None:
    slack = newsroom.serve()
    asked = slack.people.mention("ruth", "desk", ASKED)
    answer = answer_to(slack, asked)
    for version, number in ((2, "twelve"), (3, "thirteen")):
        newsroom.ingest(crane(version, crane=CRANE.replace("eleven", number)))
        notes(slack, asked, version - 1)
    assert (styled(answer, "strike"), styled(answer, "bold")) == (["twelve"], ["thirteen"])
    quiet(slack)


def test_a_private_answer_is_followed_by_a_direct_message_which_is_amended_later(newsroom: Newsroom) -> None:
    slack = newsroom.serve()
    slack.people.command("ruth", "desk", "/ask", ASKED).wait()
    whisper_to(slack)
    newsroom.ingest(crane(2, crane=CRANE.replace("eleven", "twelve")))
    [told] = slack.wait_for(lambda: slack.dms("ruth"), what="a direct message", timeout=30)
    assert ASKED in told.said
    assert (styled(told, "strike"), styled(told, "bold")) == (["eleven"], ["twelve"])
    newsroom.archive.kill("pel-crane", words="Kill it.")
    amended(slack, told, "WITHDRAWN")
    assert "twelve" not in told.said
    slack.wait_for(lambda: len(slack.dms("ruth")) == 3, what="words on what else was shown", timeout=30)
    quiet(slack)
    assert len(slack.whispers("ruth")) == 1
    assert slack.messages("desk") == []


@pytest.mark.parametrize("trouble", ["edit_window_closed", "cant_update_message", "deleted"])
def test_what_cannot_be_changed_is_said_in_the_thread(newsroom: Newsroom, trouble: str) -> None:
    slack = newsroom.serve()
    asked = slack.people.mention("ruth", "desk", ASKED)
    answer = answer_to(slack, asked)
    if trouble == "deleted":
        answer.deleted = True
    else:
        slack.faults.add("chat.update", trouble)
    newsroom.ingest(crane(2, crane=CRANE.replace("eleven", "twelve")))
    said = slack.wait_for(
        lambda: [one for one in slack.messages("desk", thread=asked) if "CORRECTED" in one.said],
        what="a word in the thread",
        timeout=30,
    )
    assert len(said) == 1
    assert name_of(slack) in said[0].said
    assert "could not change" in said[0].said
    # It stands in for the answer from now on.
    newsroom.archive.kill("pel-crane", words="Kill it.")
    amended(slack, said[0], "WITHDRAWN")
    assert "twelve" not in said[0].said
    sleep(2)
    assert slack.violations_but("message_not_found", trouble) == []


def test_a_message_that_cannot_be_changed_is_taken_back_when_its_story_is_killed(newsroom: Newsroom) -> None:
    slack = newsroom.serve()
    asked = slack.people.mention("ruth", "desk", ASKED)
    answer = answer_to(slack, asked)
    slack.faults.add("chat.update", "edit_window_closed")
    newsroom.archive.kill("pel-crane", words="Kill it.")
    [told] = slack.wait_for(
        lambda: [one for one in slack.messages("desk", thread=asked) if "WITHDRAWN" in one.said],
        what="a word in the thread",
        timeout=30,
    )
    assert answer.deleted
    assert name_of(slack) in told.said
    assert not any(words in told.said for words in (HEADLINE, "dockers,", "captain"))
    sleep(2)
    assert slack.violations_but("edit_window_closed") == []


@pytest.mark.parametrize("trouble", ["channel_not_found", "is_archived"])
def test_where_the_channel_is_gone_the_person_is_told_directly(newsroom: Newsroom, trouble: str) -> None:
    slack = newsroom.serve()
    answer = answer_to(slack, slack.people.mention("ruth", "desk", ASKED))
    if trouble == "is_archived":
        answer.channel.archived = True
    else:
        answer.channel.workspace.channels.pop(answer.channel.id)
    newsroom.ingest(crane(2, crane=CRANE.replace("eleven", "twelve")))
    [told] = slack.wait_for(lambda: slack.dms("ruth"), what="a direct message", timeout=30)
    assert "CORRECTED" in told.said
    assert ASKED in told.said
    assert styled(told, "bold") == ["twelve"]


def test_what_changed_while_the_bot_was_down_is_amended_when_it_is_back(newsroom: Newsroom) -> None:
    slack = newsroom.serve()
    asked = slack.people.mention("ruth", "desk", ASKED)
    answer = answer_to(slack, asked)
    newsroom.bot.kill()
    newsroom.ingest(crane(2, crane=CRANE.replace("eleven", "twelve")))
    newsroom.archive.purge("pel-tram")
    newsroom.bot.start()
    amended(slack, answer, "CORRECTED")
    amended(slack, answer, "WITHDRAWN")
    sleep(3)
    said = [one.said for one in slack.messages("desk", thread=asked) if one is not answer]
    assert [sum(words in one for one in said) for words in ("twelve", "The article was removed")] == [1, 1]


@pytest.mark.parametrize("arrived", [False, True], ids=["not sent", "sent and not told"])
def test_killed_between_the_edit_and_the_note_both_are_there_once(newsroom: Newsroom, arrived: bool) -> None:
    slack = newsroom.serve()
    asked = slack.people.mention("ruth", "desk", ASKED)
    answer = answer_to(slack, asked)
    held = slack.faults.add("chat.postMessage", "timeout", seconds=60, after_effect=arrived)
    newsroom.ingest(crane(2, crane=CRANE.replace("eleven", "twelve")))
    amended(slack, answer, "CORRECTED")
    slack.wait_for(lambda: held.met, what="the note to be under way", timeout=30)
    newsroom.bot.kill()
    newsroom.bot.start()
    notes(slack, asked, 1)
    sleep(3)
    assert len(slack.messages("desk", thread=asked)) == 2
    assert edits(slack, answer) == 1
    # Killed, it acknowledged nothing; said twice was nothing.
    assert slack.violations_but("late", "unacknowledged") == []


def test_at_its_hour_a_story_under_embargo_is_answered_without_a_restart(newsroom: Newsroom) -> None:
    slack = newsroom.serve()
    hour = datetime.now(UTC) + timedelta(seconds=12)
    newsroom.ingest(
        story("pel-vote", 1, "The council voted to buy the Vellisk lighthouse for nine crowns.", embargoed_until=hour)
    )
    question = "What did the council vote to buy for nine crowns?"
    before = answer_to(slack, slack.people.mention("ruth", "desk", question))
    assert "Vellisk" not in before.said
    sleep(max(0.0, (hour - datetime.now(UTC)).total_seconds()) + 0.2)
    after = answer_to(slack, slack.people.mention("ruth", "desk", question))
    assert "Vellisk lighthouse" in after.said
    quiet(slack)


def test_those_who_run_the_archive_are_alerted_once(newsroom: Newsroom) -> None:
    slack = newsroom.serve()
    reports = slack.workspace.channel("sources")
    newsroom.bot.stop()
    newsroom.bot.environ = {**newsroom.bot.environ, "ONRECORD_REPORTS_CHANNEL": reports.id}
    newsroom.bot.start()
    newsroom.archive.raise_alert(Concern.UNKNOWN_STATUS, ["pel-crane"], "The status is stat:gone.")
    [alert] = slack.wait_for(lambda: slack.messages(reports), what="an alert", timeout=30)
    for words in ("pel-crane", "stat:gone", "onrecord review"):
        assert words in alert.said
    newsroom.bot.kill()
    newsroom.bot.start()
    sleep(2)
    assert len(slack.messages(reports)) == 1
    assert slack.violations_but("late", "unacknowledged") == []


def left_in(slack: StandIn, *words: str) -> list[tuple[str, str]]:
    """Which words are to be read in anything of the bot's that can be changed or taken back, and where."""
    people = slack.workspace
    found = [
        (word, f"{channel} {message.ts}")
        for channel in people.channels.values()
        for message in channel.messages.values()
        for word in words
        if message.bot and not (message.deleted or message.whispered)
        if word in json.dumps([message.text, message.blocks, message.metadata], ensure_ascii=False)
    ]
    homes = [(word, f"home of {who.name}") for who, view in slack.homes.items() for word in words if word in view.said]
    return found + homes


def test_after_a_kill_nothing_of_the_story_is_to_be_read_anywhere(newsroom: Newsroom) -> None:
    slack = newsroom.serve()
    people = slack.people
    killed = (HEADLINE, "harbour master", "brake", "eleven dockers", "twelve dockers", "captain", "ferry that lay")
    asked = people.mention("ruth", "desk", ASKED)
    first = answer_to(slack, asked)
    people.dm("ruth", ASKED)
    direct = slack.wait_for(lambda: slack.dms("ruth"), what="an answer", timeout=30)[0]
    pasted = people.say("omar", "desk", "“We will not lift until the brake is mended”")
    people.shortcut("omar", pasted).wait()
    source = whisper_to(slack, "omar")
    people.press("omar", source, "Post to channel").wait()
    people.command("omar", "desk", "/quotes", "Ada Merrow").wait()
    quotes = whisper_to(slack, "omar", count=2)
    people.open_home("omar")
    assert "brake" in home_of(slack, "omar").said
    # Corrected, and changed once more, so that there are notes on both.
    newsroom.ingest(crane(2, crane=CRANE.replace("eleven", "twelve")))
    amended(slack, first, "CORRECTED")
    amended(slack, direct, "CORRECTED")
    notes(slack, asked, 1)
    newsroom.ingest(crane(3, crane=CRANE.replace("eleven", "twelve"), headline=f"{HEADLINE}, again"))
    amended(slack, first, "stand in it unchanged")
    # This one can be changed no more.
    slack.faults.add("chat.update", "edit_window_closed", times=99, when=lambda params: params["ts"] == direct.ts)
    newsroom.archive.kill("pel-crane", words="Kill it.")
    amended(slack, first, "WITHDRAWN")
    slack.wait_for(lambda: direct.deleted, what="the direct message to be taken back", timeout=30)
    notes(slack, asked, 2)
    sleep(6)
    for who in ("omar", "ruth"):
        people.open_home(who)
    sleep(2)
    assert left_in(slack, *killed) == []
    assert slack.violations_but("edit_window_closed") == []
    # What was asked before brings nothing back.
    people.press("omar", quotes, "Show in context", nth=0).wait()
    view = modal_of(slack, "omar")
    assert not any(words in view.said for words in killed)
