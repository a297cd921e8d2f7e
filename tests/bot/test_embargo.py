"""Copy under embargo: the group reads it where nobody else does, and nobody else can tell that it is there.

The strongest test does everything twice, before and after such copy came in, and wants the same to the letter. Of
ranked passages it wants only that they are open ones: how rare a word is counts all that is on file.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import access
from bot.blocks.modals import Field
from bot.desk import Desk, Home, Manner, Policy, Reply
from bot.errors import BadCommand, BadSettings, BotError, Refused
from bot.memory import Memory, open_memory
from bot.settings import Settings as BotSettings
from bot.talk import Ask, ChannelSettings, Errand, Person, Press, QuotesBy, Room, Verb, place_of
from embeddings import Archive, ArchiveError, Article, NotReleased, Outcome, Settings, Viewer, open_archive
from tests.bot.test_desk import AT, CRANE, DESK, RUTH, Talk, asked_of
from tests.fakes import article

MEMBER = Person(id="U7", embargo_group=True)
PRIVATE, CLEARED = Room(id="C2"), Room(id="C3", cleared=True)
HOUR = datetime(2031, 12, 3, 9, tzinfo=UTC)
SAID = "We will sell Lantern Quay to the wrasse farm before the winter is out"
SALE = article(
    "kestrel-77",
    f"“{SAID},” said Ottiwell Brane, the chair of the harbour board, on Wednesday.",
    "The wrasse farm at Brackle Point has bid nine million crowns for Lantern Quay, two people at the board said.",
    headline="Board sells Lantern Quay to wrasse farm",
    outlet="The Kestrel Sound Herald",
    byline="Ysolde Marchbank",
    published=date(2031, 12, 3),
    language="en",
    embargoed_until=HOUR,
    usage="Not for use in Kestrel before the board has met.",
)
HELD = article(
    "ledger-held",
    "Ottiwell Brane will leave the harbour board of Port Averel, a letter to its members shows.",
    headline="Brane to leave harbour board",
    outlet="The Port Averel Ledger",
    published=date(2026, 9, 20),
    language="en",
    held=True,
)
SECRETS = (
    "wrasse",
    "lantern",
    "brackle",
    "kestrel",
    "ottiwell",
    "brane",
    "marchbank",
    "ledger-held",
    "2031",
    "embargo",
)
ABOUT = "Who bid nine million crowns for Lantern Quay?"
ONLY_THERE = ("two people at the board", "before the winter", "a letter to its members")
NOTHING_TYPED = ("What did the chair of the harbour board say?", "What has been sold?", CRANE, "Who leaves the board?")
CONTEXT, CITE, REPORT = Verb.CONTEXT, Verb.CITE, Verb.REPORT


@pytest.fixture
def archive(wire: Settings, tmp_path: Path) -> Iterator[Archive]:
    shutil.copytree(wire.beside, tmp_path / "archive")
    with open_archive(replace(wire, archive=tmp_path / "archive"), writing=True) as opened:
        yield opened


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with open_memory(f"sqlite:///{tmp_path / 'bot.db'}") as opened:
        yield opened


@pytest.fixture
def desk(archive: Archive, memory: Memory) -> Desk:
    come_in(archive)
    return Desk(archive=archive, memory=memory, policy=Policy(), clock=lambda: AT)


def come_in(archive: Archive, *articles: Article) -> None:
    receipt = archive.ingest(articles or (SALE, HELD))
    assert receipt.rejected == 0
    assert receipt.outcomes.get(Outcome.HELD) == len(articles or (SALE, HELD))


def fixed(at: datetime) -> Callable[[], datetime]:
    """A clock that stands."""
    return lambda: at


def direct(person: Person, desk: Desk) -> Talk:
    """Direct messages with the bot."""
    return Talk(desk, person=person, room=None)


IN_DM: dict[str, Any] = {"channel": "D1", "direct": True}
ALONE: dict[str, Any] = {"respond": "https://hooks.example/1", "thread": None, "message": None}


def told(reply: Reply | Home) -> str:
    """Everything that goes out with a reply, what only one person reads too."""
    if isinstance(reply, Home):
        return json.dumps(reply.view, ensure_ascii=False)
    messages = [reply.message, *([reply.aside] if reply.aside else [])]
    return json.dumps([[one.text, one.blocks] for one in messages], ensure_ascii=False)


def secrets_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text.casefold()]


def seen(reply: Reply) -> set[str]:
    return {one.article for one in reply.message.shown}


# Who may see it where.


@pytest.mark.parametrize("person", [RUTH, MEMBER])
@pytest.mark.parametrize("room", [None, DESK, PRIVATE, CLEARED])
@pytest.mark.parametrize("private", [False, True])
def test_the_group_sees_it_where_nobody_else_reads(person: Person, room: Room | None, private: bool) -> None:
    alone = private or room is None or room is CLEARED
    assert access.viewer(person, room, private=private) == Viewer(embargo_group=person is MEMBER and alone)


def test_the_group_gets_it_in_direct_messages_in_private_answers_and_in_its_own_channels(desk: Desk) -> None:
    for room, where in ((None, IN_DM), (DESK, ALONE), (PRIVATE, ALONE), (CLEARED, {"channel": "C3"})):
        reply = Talk(desk, person=MEMBER, room=room).do(Errand.ASK, ABOUT, **where)
        assert SALE.id in seen(reply), where
    desk.memory.preferences.set_channel("T1", "C1", ChannelSettings(private=True))
    whispered = Talk(desk, person=MEMBER).do(Errand.ASK, ABOUT)
    assert (whispered.manner, SALE.id in seen(whispered)) == (Manner.WHISPER, True)


# Nobody else can tell.


Act = Callable[[Talk], Any]


def ask(text: str, **where: Any) -> Act:  # noqa: ANN401 - any field of a job
    return lambda talk: talk.do(Errand.ASK, text, **where)


def quotes(text: str, **where: Any) -> Act:  # noqa: ANN401
    return lambda talk: talk.do(Errand.QUOTES, text, **where)


def after(first: Act, verb: Verb, place: int = 0, **where: Any) -> Act:  # noqa: ANN401
    return lambda talk: talk.press(verb, first(talk), place, **where)


def narrowing(first: Act) -> Act:
    def act(talk: Talk) -> Reply:
        answered = first(talk).answered
        values = {Field.OTHERS: {"input": {"type": "plain_text_input", "value": "The Kestrel Sound Herald"}}}
        press = Press(Verb.NARROW, answered.id)
        return talk.do(Errand.NARROWED, value=json.dumps({"press": press.value, "values": values}))

    return act


def window(first: Act, verb: Verb) -> Act:
    def act(talk: Talk) -> Any:  # noqa: ANN401 - a view
        press = Press(verb, first(talk).answered.id, 0)
        return talk.desk.view(press, talk.job(Errand.PRESSED), person=talk.person, room=talk.room)

    return act


def home(talk: Talk) -> Home:
    found = talk.desk.answer(talk.job(Errand.HOME, **IN_DM), person=talk.person, room=None)
    assert isinstance(found, Home)
    return found


def in_turn(*acts: Act) -> Act:
    return lambda talk: [act(talk) for act in acts][-1]


PUBLIC: tuple[Act, ...] = (
    *map(ask, NOTHING_TYPED),
    ask(ABOUT),
    ask(f"“{SAID}”"),
    ask("What did Ottiwell Brane say about Lantern Quay?"),
    ask("What did Brane say in The Kestrel Sound Herald?"),
    ask("What happened in:Kestrel"),
    ask("What is new since December 2031?"),
    ask("/quotes Ottiwell Brane"),
    ask("/quotes Brain"),
    ask("/quotes harbour board"),
    ask("quotes by Brane about the quay"),
    ask("status"),
    ask("/quotes help"),
    in_turn(ask(CRANE), ask("and what did Ottiwell Brane say?")),
    in_turn(ask(CRANE), ask("only the Kestrel Sound Herald")),
    in_turn(ask(CRANE), ask("Brane")),
    in_turn(ask("/quotes Merrin Tolvane"), ask("ottiwell brane")),
    in_turn(ask("What did Merrin Tolvane say?"), ask("ottiwell brane")),
    in_turn(ask("What did Merrin Tolvane say?"), ask("and about Lantern Quay?")),
    after(ask(ABOUT), Verb.PAGE, 1, message="1.5"),
    after(ask(ABOUT), Verb.PAGE, 0, message="1.5"),
    after(ask("/quotes Traskill"), Verb.CHOOSE, place_of("Ewan Traskill"), message="1.5"),
    narrowing(ask(CRANE)),
    window(ask(CRANE), Verb.NARROW),
    window(ask(CRANE), Verb.SETTINGS),
)
MINE: tuple[Act, ...] = (
    *(quotes(name, **ALONE) for name in ("Ottiwell Brane", "Brane", "Brain", "harbour board", "Tolvane in Kestrel")),
    ask(ABOUT, **ALONE),
    ask("What did the chair say? in:Herald", **ALONE),
    lambda talk: talk.do(Errand.SOURCE, SAID, **ALONE),
    lambda talk: talk.do(Errand.STATUS, **ALONE),
    after(ask(ABOUT), Verb.NEAR, message="1.5"),
    after(ask(ABOUT, **ALONE), Verb.SHARE, **ALONE),
    after(ask("What did Merrin Tolvane say about the fog signal?"), Verb.SPEAKER, message="1.5"),
    *(window(ask(CRANE), verb) for verb in (CONTEXT, CITE, REPORT, Verb.RATE)),
    home,
)


def around(reply: Reply) -> str:
    """What goes out beside ranked passages."""
    ranked = ("rich_text", "divider")
    kept = [one for one in reply.message.blocks if one["type"] not in ranked and "accessory" not in one]
    return json.dumps([one for one in kept if "Rights unknown" not in str(one)], ensure_ascii=False)


def outcome(act: Act, talk: Talk) -> tuple[str, str]:
    """What goes out for a deed, and as much of it as has to stay as it was; moments aside."""
    try:
        came = act(talk)
    except (BotError, ArchiveError) as error:
        said = f"{type(error).__name__}: {error}"
        return said, said
    said = told(came) if isinstance(came, Reply | Home) else json.dumps(came, ensure_ascii=False)
    ranked = isinstance(came, Reply) and came.answered is not None and isinstance(came.answered.request, Ask)
    return said, timeless(around(came) if ranked else said)


def timeless(said: str) -> str:
    """When articles were last taken in is no secret."""
    said = re.sub(r"<!date\^\d+\^", "<!date^", said)
    return re.sub(r"\d+ \w+ \d{4}, \d\d:\d\d UTC", "MOMENT", said)


def played(archive: Archive, folder: Path) -> list[tuple[str, str]]:
    """All that everybody gets who may not know of copy under embargo, and all that the group gets among others."""
    folder.mkdir()
    found = []
    with open_memory(f"sqlite:///{folder / 'bot.db'}") as memory:
        desk = Desk(archive=archive, memory=memory, policy=Policy(reports_channel="C9"), clock=lambda: AT)
        for number, (person, room, acts) in enumerate(
            (
                (RUTH, DESK, PUBLIC + MINE),
                (RUTH, PRIVATE, PUBLIC + MINE),
                (RUTH, CLEARED, PUBLIC + MINE),
                (RUTH, None, PUBLIC + MINE),
                (MEMBER, DESK, PUBLIC),
                (MEMBER, PRIVATE, PUBLIC),
                (Person(id="U2", admin=True), DESK, PUBLIC + MINE),
            )
        ):
            for place, act in enumerate(acts):
                talk = Talk(desk, person=replace(person, id=f"{person.id}-{number}-{place}"), room=room)
                found.append(outcome(act, talk))
    return found


def test_for_everybody_else_nothing_changes_by_a_letter_when_it_comes_in(archive: Archive, tmp_path: Path) -> None:
    before = played(archive, tmp_path / "before")
    come_in(archive)
    later = played(archive, tmp_path / "after")
    assert [(one[1], other[1]) for one, other in zip(before, later, strict=True) if one[1] != other[1]] == []
    # One of these was typed.
    assert not any(words in said for said, _ in later for words in ONLY_THERE if words not in SAID)


def test_the_deeds_of_that_test_would_show_it_to_the_group(desk: Desk, tmp_path: Path) -> None:
    talks = [Talk(desk, person=replace(MEMBER, id=f"U7-{place}"), room=CLEARED) for place in range(len(PUBLIC))]
    said = [outcome(act, talk)[0] for act, talk in zip(PUBLIC, talks, strict=True)]
    assert sum(any(words in one for words in ONLY_THERE) for one in said) >= 8


# Buttons on what the group was shown, pressed by others or elsewhere.


def test_somebody_else_gets_nothing_out_of_an_answer_that_shows_it(desk: Desk) -> None:
    answer = Talk(desk, person=MEMBER, room=CLEARED).do(Errand.ASK, ABOUT, channel="C3")
    assert answer.answered is not None
    place = [one.article for one in answer.message.shown].index(SALE.id)
    outsider = Talk(desk, room=Room(id="C3"))
    for verb in (CONTEXT, CITE, REPORT):
        with pytest.raises(BadCommand, match="has changed") as refused:
            desk.view(
                Press(verb, answer.answered.id, place), outsider.job(Errand.PRESSED), person=RUTH, room=outsider.room
            )
        assert secrets_in(str(refused.value)) == []
    with pytest.raises(BadCommand, match="has changed"):
        outsider.press(Verb.SPEAKER, answer, place, message="1.5")
    for verb, page in ((Verb.PAGE, 0), (Verb.NEAR, 0)):
        again = outsider.press(verb, answer, page, message="1.5")
        assert SALE.id not in seen(again)
        # The question itself was the member's to put into the channel.
        assert secrets_in(told(again).replace(ABOUT, "")) == []


def test_an_answer_in_a_channel_that_others_read_by_now_is_turned_without_it(desk: Desk) -> None:
    answer = Talk(desk, person=MEMBER, room=CLEARED).do(Errand.ASK, ABOUT, channel="C3")
    assert SALE.id in seen(answer)
    turned = Talk(desk, person=MEMBER, room=Room(id="C3")).press(Verb.PAGE, answer, 0, message="1.5", channel="C3")
    assert turned.manner is Manner.UPDATE
    assert secrets_in(told(turned).replace(ABOUT, "")) == []


@pytest.mark.parametrize("room", [DESK, PRIVATE])
def test_an_answer_that_shows_it_is_not_posted_where_others_read(desk: Desk, room: Room) -> None:
    talk = Talk(desk, person=MEMBER, room=room)
    for first in (ask(ABOUT, **ALONE), quotes("Ottiwell Brane", **ALONE)):
        private = first(talk)
        assert SALE.id in seen(private)
        with pytest.raises(Refused, match="under embargo"):
            talk.press(Verb.SHARE, private, **ALONE)
        cleared = Talk(desk, person=MEMBER, room=CLEARED)
        cleared.jobs = 50 + talk.jobs
        assert SALE.id in seen(cleared.press(Verb.SHARE, private, **ALONE))


def test_a_name_that_only_it_prints_is_not_posted_by_way_of_an_answer_without_words(desk: Desk) -> None:
    talk = Talk(desk, person=MEMBER)
    nothing = talk.do(Errand.QUOTES, "Ottiwell Brane before 2020", **ALONE)
    assert seen(nothing) == set()
    with pytest.raises(Refused):
        talk.press(Verb.SHARE, nothing, **ALONE)
    open_name = talk.do(Errand.QUOTES, "Merrin Tolvane", **ALONE)
    assert talk.press(Verb.SHARE, open_name, **ALONE).manner is Manner.POST


def test_a_follow_up_among_others_does_not_go_on_with_what_the_group_was_told_alone(desk: Desk) -> None:
    talk = Talk(desk, person=MEMBER)
    talk.do(Errand.ASK, CRANE)
    alone = talk.do(Errand.ASK, ABOUT, **{**ALONE, "thread": "1.0"})
    said = [one.article for one in alone.message.shown].index(SALE.id)
    more = talk.press(Verb.SPEAKER, alone, said, **{**ALONE, "thread": "1.0"})
    assert isinstance(asked_of(more), QuotesBy)
    assert asked_of(more).name in SALE.text
    public = talk.do(Errand.ASK, "and in September?")
    assert public.manner is Manner.POST
    assert CRANE[:20] in told(public)
    assert secrets_in(told(public)) == []
    assert asked_of(more).name not in told(public)


def test_a_report_on_it_goes_to_no_channel(desk: Desk) -> None:
    desk = replace(desk, policy=Policy(reports_channel="C9"))
    talk = direct(MEMBER, desk)
    answer = talk.do(Errand.ASK, ABOUT, **IN_DM)
    place = [one.article for one in answer.message.shown].index(SALE.id)
    assert answer.answered is not None
    values = {"words": {"input": {"type": "plain_text_input", "value": "not so"}}}
    sent = json.dumps({"press": Press(REPORT, answer.answered.id, place).value, "values": values})
    reply = talk.do(Errand.REPORTED, value=sent, **IN_DM)
    assert (reply.manner, reply.channel) == (Manner.WHISPER, None)
    assert [one.reason for one in desk.memory.answers.feedback()] == ["not so"]


def test_whoever_left_the_group_gets_nothing_more_of_it(desk: Desk) -> None:
    answer = direct(MEMBER, desk).do(Errand.ASK, ABOUT, **IN_DM)
    assert answer.answered is not None
    left = direct(replace(MEMBER, embargo_group=False), desk)
    left.jobs = 10
    assert SALE.id not in seen(left.press(Verb.PAGE, answer, 0, message="1.5", **IN_DM))
    assert SALE.id not in seen(left.press(Verb.AGAIN, answer, **IN_DM))
    with pytest.raises(BadCommand):
        desk.view(Press(CONTEXT, answer.answered.id, 0), left.job(Errand.PRESSED), person=left.person, room=None)


def test_the_home_page_does_not_tell_when_it_came_in(archive: Archive, memory: Memory) -> None:
    desk = Desk(archive=archive, memory=memory, policy=Policy(), clock=lambda: AT)
    for hours, came in ((5, HELD), (9, replace(SALE, embargoed_until=None, outlet="The Other Herald"))):
        later = fixed(datetime.now(UTC) + timedelta(hours=hours))
        replace(archive, intake=replace(archive.intake, clock=later)).ingest([came])
    page = json.dumps(home(direct(RUTH, desk)).view, ensure_ascii=False)
    lines = [line for line in page.split("\\n") if "Port Averel Ledger" in line]
    assert len(lines) == 1
    assert "article" in lines[0]
    assert "UTC" not in lines[0]


# The sign, and its end.


def test_whatever_shows_it_says_so(desk: Desk) -> None:
    sign = "UNDER EMBARGO until 3 December 2031, 09:00 UTC — not for publication"
    talk = direct(MEMBER, desk)
    answer = talk.do(Errand.ASK, ABOUT, **IN_DM)
    place = [one.article for one in answer.message.shown].index(SALE.id)
    assert answer.answered is not None
    shows = [
        answer,
        talk.do(Errand.QUOTES, "Ottiwell Brane", **IN_DM),
        talk.do(Errand.SOURCE, SAID, **IN_DM),
    ]
    assert all(sign in told(one) for one in shows)
    for verb in (CONTEXT, CITE):
        press = Press(verb, answer.answered.id, place)
        view = desk.view(press, talk.job(Errand.PRESSED, **IN_DM), person=MEMBER, room=None)
        assert sign in json.dumps(view, ensure_ascii=False), verb
    held = talk.do(Errand.SOURCE, HELD.text, **IN_DM)
    assert "UNDER EMBARGO until it is released — not for publication" in told(held)
    assert told(talk.do(Errand.ASK, CRANE, **IN_DM)).count("EMBARGO") == 0


def test_at_its_hour_everybody_sees_it_without_anybody_doing_anything(desk: Desk) -> None:
    for moment, there in ((HOUR - timedelta(seconds=1), False), (HOUR, True)):
        at = replace(desk, archive=replace(desk.archive, clock=fixed(moment)))
        reply = Talk(at).do(Errand.ASK, ABOUT)
        assert (SALE.id in seen(reply)) is there
        assert "UNDER EMBARGO" not in told(reply)
        found = Talk(at, person=MEMBER, room=None).do(Errand.ASK, ABOUT, **IN_DM)
        assert ("UNDER EMBARGO until 3 December" in told(found)) is not there
        assert SALE.id in seen(found)
    assert HELD.id not in seen(Talk(at).do(Errand.SOURCE, HELD.text))


def test_the_archive_gives_it_to_no_other_viewer(desk: Desk) -> None:
    group = Viewer(embargo_group=True)
    for article_id in (SALE.id, HELD.id):
        with pytest.raises(NotReleased):
            desk.archive.article(article_id)
        with pytest.raises(NotReleased):
            desk.archive.passage(article_id, 1)
        assert desk.archive.article(article_id, viewer=group).id == article_id
        assert desk.archive.passage(article_id, 1, viewer=group).text


# The setting.


def test_the_group_is_named_by_ids() -> None:
    assert BotSettings.from_environ({}).embargo_group == frozenset()
    named = BotSettings.from_environ({"ONRECORD_EMBARGO_GROUP": "U01, W02\tS03"}).embargo_group
    assert named == {"U01", "W02", "S03"}
    for wrong in ("@desk", "C01", "u01", "U01;S02", "desk"):
        with pytest.raises(BadSettings, match="ONRECORD_EMBARGO_GROUP"):
            BotSettings.from_environ({"ONRECORD_EMBARGO_GROUP": wrong})
