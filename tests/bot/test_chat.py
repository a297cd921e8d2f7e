"""The conversation in a terminal: what each line brings to the desk, and what is shown for it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from bot import chat
from bot.blocks import Message, View, modals
from bot.chat import Chat, errand_of, initial, inputs, line_reader, question_of, somebody_here, state_of
from bot.desk import Home, Manner, Reply
from bot.errors import BadCommand, Refused
from bot.talk import Answered, Ask, Citing, Errand, Job, Narrowing, Person, PersonSettings, Press, Room, Verb
from bot.terminal import label_of, options_of
from embeddings import BadQuestion, Coverage

NOON = datetime(2031, 5, 3, 12, tzinfo=UTC)
TODAY = NOON.date()
ADA = Person(id="ada", utc_offset=3600)


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def says(words: str, *presses: Press) -> Message:
    """A message with a button for each of these presses, called after what it does."""
    section = {"type": "section", "text": {"type": "mrkdwn", "text": words}}
    buttons = [{"type": "button", "text": plain(press.verb), "value": press.value} for press in presses]
    return Message(words, (section, *([{"type": "actions", "elements": buttons}] if buttons else [])))


def answered(job: Job) -> Answered:
    return Answered(id=f"A{job.key}", team=job.team, user=job.user, request=Ask(question=job.text), at=NOON)


def answer(words: str, *presses: Press) -> Reply:
    return Reply(message=says(words, *presses), manner=Manner.POST)


def field_of(name: str, label: str, element: Mapping[str, Any], *, optional: bool = True) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "optional": optional,
        "element": {**element, "action_id": f"{name}_typed"},
    }


def option(name: str) -> dict[str, Any]:
    return {"text": plain(name), "value": name.upper()}


OUTLETS = [option("Harbour Post"), option("Vale Radio"), option("Vale, Sons and Daughters")]
NARROW: View = {
    "type": "modal",
    "title": plain("Narrow it"),
    "blocks": [
        field_of("since", "Since", {"type": "datepicker", "initial_date": "2031-01-01"}),
        field_of("before", "Before", {"type": "datepicker"}),
        field_of("outlets", "Outlets", {"type": "multi_static_select", "options": OUTLETS}),
    ],
}
REASON: View = {
    "type": "modal",
    "title": plain("What is wrong?"),
    "blocks": [field_of("why", "Reason", {"type": "plain_text_input"}, optional=False)],
}


@dataclass
class FakeDesk:
    """Answers in the order given, each answer or error once, and keeps what it was asked."""

    replies: list[Reply | Home | Exception]
    views: Mapping[Verb, View] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    viewed: list[tuple[Press, Job]] = field(default_factory=list)
    people: list[tuple[Person, Room | None]] = field(default_factory=list)

    def answer(self, job: Job, *, person: Person, room: Room | None) -> Reply | Home:
        self.jobs.append(job)
        self.people.append((person, room))
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def view(self, press: Press, job: Job, *, person: Person, room: Room | None) -> View:
        self.viewed.append((press, job))
        self.people.append((person, room))
        return self.views[press.verb]


@dataclass
class Talk:
    """What came of a conversation."""

    desk: FakeDesk
    seen: str
    remembered: list[Answered]
    prompts: list[str]


def talk(lines: Iterable[str], *replies: Reply | Home | Exception, views: Mapping[Verb, View] | None = None) -> Talk:
    """Type these lines, one after the other, and then end the input."""
    left, prompts = iter(lines), []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    desk = FakeDesk(list(replies), views or {})
    remembered: list[Answered] = []
    out = StringIO()
    console = Console(file=out, width=100, highlight=False)
    Chat(
        desk=desk, ask=ask, console=console, remember=remembered.append, person=ADA, today=lambda: TODAY, thread="T1"
    ).run()
    return Talk(desk, out.getvalue(), remembered, prompts)


@pytest.mark.parametrize(
    ("line", "errand", "text"),
    [
        ("What did Ada Venn say?", Errand.ASK, "What did Ada Venn say?"),
        ("  and in June?  ", Errand.ASK, "and in June?"),
        ("1989", Errand.ASK, "1989"),
        ("/ask the ferry", Errand.ASK, "the ferry"),
        ("/ASK the ferry", Errand.ASK, "the ferry"),
        ("/quotes Ada Venn about ferries", Errand.QUOTES, "Ada Venn about ferries"),
        ("/quotes", Errand.QUOTES, ""),
        ("/check “The ferry sails”", Errand.SOURCE, "“The ferry sails”"),
        ("/onrecord", Errand.HELP, ""),
        ("/onrecord help quotes", Errand.HELP, "quotes"),
        ("/help", Errand.HELP, ""),
        ("/onrecord status", Errand.STATUS, ""),
        ("/onrecord home", Errand.HOME, ""),
    ],
)
def test_a_line_becomes_a_job_as_slack_would_make_it(line: str, errand: Errand, text: str) -> None:
    (job,) = talk([line], answer("Found.")).desk.jobs

    assert job == Job(
        key="T1.1",
        errand=errand,
        team="terminal",
        user="ada",
        channel="terminal",
        thread="T1",
        message="T1.1",
        text=text,
        direct=True,
    )


def test_the_desk_hears_who_asks_in_a_direct_message() -> None:
    view: View = {"type": "modal", "title": plain("Context"), "blocks": []}
    told = talk(["a ferry?", "1"], answer("Found.", Press(Verb.CONTEXT, "A", 0)), views={Verb.CONTEXT: view})

    assert told.desk.people == [(ADA, None), (ADA, None)]


def test_all_jobs_stand_in_one_thread_under_keys_of_their_own() -> None:
    jobs = talk(["a ferry?", "/quotes Venn", "only Vale Radio"], *[answer("Found.")] * 3).desk.jobs

    assert {(job.thread, job.channel, job.direct) for job in jobs} == {("T1", "terminal", True)}
    assert len({job.key for job in jobs}) == len({job.message for job in jobs}) == 3
    assert "T1" not in {job.message for job in jobs}


def test_two_conversations_have_two_threads() -> None:
    def one() -> Chat:
        return Chat(desk=FakeDesk([]), ask=input, console=Console(), remember=print, person=ADA)

    assert one().thread != one().thread


def test_every_answer_is_remembered_after_it_is_shown() -> None:
    job = Job(key="K", errand=Errand.ASK, team="terminal", user="ada", text="a ferry?")
    reply = Reply(message=says("Found."), manner=Manner.POST, answered=answered(job))
    told = talk(["a ferry?", "/help"], reply, answer("Help."))

    assert told.remembered == [answered(job)]
    assert told.seen.index("Found.") < told.seen.index("Help.")


def test_an_answer_that_cannot_be_shown_is_not_remembered(caplog: pytest.LogCaptureFixture) -> None:
    job = Job(key="K", errand=Errand.ASK, team="terminal", user="ada", text="a ferry?")
    broken = Message("Found.", ({"type": "section", "text": None, "fields": [{"nothing": "here"}]},))

    assert talk(["a ferry?"], Reply(message=broken, manner=Manner.POST, answered=answered(job))).remembered == []
    assert "T1.1" in caplog.text


def test_a_number_presses_what_bears_it() -> None:
    page, near = Press(Verb.PAGE, "A", 1), Press(Verb.NEAR, "A", 0)
    told = talk(["a ferry?", "2"], answer("Found.", page, near), answer("Near."))

    assert "[1] page   [2] near" in told.seen
    pressed = told.desk.jobs[1]
    assert (pressed.errand, pressed.value, pressed.message) == (Errand.PRESSED, near.value, "T1.1")
    assert "Near." in told.seen


@pytest.mark.parametrize("verb", [Verb.PAGE, Verb.NEAR, Verb.CHOOSE, Verb.SPEAKER, Verb.AGAIN])
def test_buttons_that_bring_an_answer_are_jobs(verb: Verb) -> None:
    press = Press(verb, "A", 4)
    jobs = talk(["a ferry?", "1"], answer("Found.", press), answer("More.")).desk.jobs

    assert (jobs[1].errand, jobs[1].value) == (Errand.PRESSED, press.value)


def test_new_numbers_take_the_place_of_the_old_ones() -> None:
    first, second = Press(Verb.PAGE, "A", 1), Press(Verb.PAGE, "A", 2)
    told = talk(["a?", "1", "1"], answer("1.", first), answer("2.", second), answer("3."))

    assert [job.value for job in told.desk.jobs] == ["", first.value, second.value]
    assert told.desk.jobs[2].message == told.desk.jobs[1].key


def test_numbers_stand_until_there_are_new_ones() -> None:
    first = Press(Verb.PAGE, "A", 1)
    told = talk(["a?", "/help", "1"], answer("1.", first), answer("Help."), answer("2."))

    assert told.desk.jobs[2].value == first.value


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["1"], chat.NO_NUMBERS),
        (["a?", "0"], "There is no 0 here: the numbers go from 1 to 2."),
        (["a?", "3"], "There is no 3 here: the numbers go from 1 to 2."),
        (["/wuotes Venn"], "There is no /wuotes here: write /ask,"),
        (["/onrecord dance"], "There is no “/onrecord dance”: write /onrecord help,"),
    ],
)
def test_what_cannot_be_understood_is_told_with_what_would_work(lines: list[str], told: str) -> None:
    two = answer("Found.", Press(Verb.PAGE, "A", 1), Press(Verb.PAGE, "A", 2))
    after = talk(lines, *[two] * (len(lines) - 1))

    assert told in after.seen
    assert len(after.desk.jobs) == len(lines) - 1


@pytest.mark.parametrize("verb", [Verb.CONTEXT, Verb.CITE])
def test_views_to_look_at_are_printed_and_their_numbers_go_on(verb: Verb) -> None:
    look, more = Press(verb, "A", 0), Press(Verb.CONTEXT, "A", 9)
    blocks = says("The whole paragraph.", more).blocks
    view: View = {"type": "modal", "title": plain("Here"), "blocks": blocks}
    told = talk(["a?", "1", "2", "1"], answer("Found.", look), views={verb: view, Verb.CONTEXT: view})

    assert "Here\nThe whole paragraph.\n\n  [2] context\n" in told.seen
    assert [press for press, _ in told.desk.viewed] == [look, more, look]
    assert {job.message for _, job in told.desk.viewed} == {"T1.1"}
    assert [job.errand for job in told.desk.jobs] == [Errand.ASK]


def test_narrowing_is_filled_in_line_by_line_and_sent_as_slack_sends_it() -> None:
    press = Press(Verb.NARROW, "A", 0)
    lines = ["a?", "1", "", "2031-06-01", "vale radio, harbour"]
    told = talk(lines, answer("Found.", press), answer("Narrowed."), views={Verb.NARROW: NARROW})

    sent = told.desk.jobs[1]
    assert sent.errand is Errand.NARROWED
    assert json.loads(sent.value) == {
        "press": press.value,
        "values": {
            "since": {"since_typed": {"type": "datepicker", "selected_date": "2031-01-01"}},
            "before": {"before_typed": {"type": "datepicker", "selected_date": "2031-06-01"}},
            "outlets": {
                "outlets_typed": {
                    "type": "multi_static_select",
                    "selected_options": [option("Vale Radio"), option("Harbour Post")],
                }
            },
        },
    }
    assert told.prompts[2:5] == ["Since [2031-01-01]: ", "Before: ", "Outlets: "]
    assert "Narrowed." in told.seen


def test_a_slip_is_told_and_asked_again() -> None:
    lines = ["a?", "1", "some day", "-", "", "Vale Times", "Vale", ""]
    told = talk(lines, answer("Found.", Press(Verb.NARROW, "A", 0)), answer("Ok."), views={Verb.NARROW: NARROW})

    assert "“some day” is no day: write it as 31 March 2026 or 2026-03-31." in told.seen
    assert told.seen.count("is not offered: write one of Harbour Post, Vale Radio, Vale, Sons and Daughters.") == 2
    values = json.loads(told.desk.jobs[1].value)["values"]
    assert values["since"]["since_typed"]["selected_date"] is None
    assert values["outlets"]["outlets_typed"]["selected_options"] == []


def test_a_report_asks_for_one_line() -> None:
    press = Press(Verb.REPORT, "A", 3)
    told = talk(["a?", "1", "not her words"], answer("F.", press), answer("Thanks."), views={Verb.REPORT: REASON})

    sent = told.desk.jobs[1]
    assert sent.errand is Errand.REPORTED
    assert json.loads(sent.value) == {
        "press": press.value,
        "values": {"why": {"why_typed": {"type": "plain_text_input", "value": "not her words"}}},
    }


def test_what_has_to_be_said_and_is_not_leaves_all_as_it_was() -> None:
    told = talk(["a?", "1", ""], answer("F.", Press(Verb.REPORT, "A", 3)), views={Verb.REPORT: REASON})

    assert "Left as it was: Reason needs an answer." in told.seen
    assert len(told.desk.jobs) == 1


def feedback(up: Press, down: Press) -> Reply:
    element = {
        "type": "feedback_buttons",
        "positive_button": {"text": plain("Useful"), "value": up.value},
        "negative_button": {"text": plain("Not right"), "value": down.value},
    }
    blocks = ({"type": "context_actions", "elements": [element]},)
    return Reply(message=Message("Found.", blocks), manner=Manner.POST)


NARROW_A, REPORT_A = Press(Verb.NARROW, "A", 0), Press(Verb.REPORT, "A", 2)
UP, DOWN = Press(Verb.RATE, "A", 1), Press(Verb.RATE, "A", 0)


def test_a_useful_answer_is_rated_without_a_question() -> None:
    told = talk(["a?", "1"], feedback(UP, DOWN), answer("Thanks."))

    assert (told.desk.jobs[1].errand, json.loads(told.desk.jobs[1].value)) == (Errand.RATED, {"press": UP.value})
    assert told.desk.viewed == []


def test_an_answer_that_is_not_right_counts_before_the_reason_is_asked_for() -> None:
    lines = ["a?", "2", "about another Venn"]
    told = talk(lines, feedback(UP, DOWN), answer("T."), answer("Noted."), views={Verb.RATE: REASON})

    assert [job.errand for job in told.desk.jobs] == [Errand.ASK, Errand.RATED, Errand.RATED]
    assert json.loads(told.desk.jobs[1].value) == {"press": DOWN.value}
    assert json.loads(told.desk.jobs[2].value)["values"]["why"]["why_typed"]["value"] == "about another Venn"
    assert len({job.key for job in told.desk.jobs}) == 3


def test_input_that_ends_in_the_middle_of_a_reason_keeps_the_judgement() -> None:
    told = talk(["a?", "2"], feedback(UP, DOWN), answer("Thanks."), views={Verb.RATE: REASON})

    assert len(told.desk.jobs) == 2
    assert told.seen.endswith(f"\n{chat.GOODBYE}\n")


def test_settings_are_filled_in_too() -> None:
    styles = [option("AP"), option("Chicago")]
    element = {"type": "static_select", "options": styles, "initial_option": styles[0]}
    view: View = {"type": "modal", "title": plain("Settings"), "blocks": [field_of("citing", "Citations", element)]}
    told = talk(["/onrecord settings", "chi"], answer("Kept."), views={Verb.SETTINGS: view})

    (sent,) = told.desk.jobs
    assert sent.errand is Errand.SETTINGS
    assert json.loads(sent.value)["values"]["citing"]["citing_typed"]["selected_option"] == option("Chicago")
    assert "Citations [AP]: " in told.prompts


def test_there_is_nobody_to_share_with() -> None:
    told = talk(["a?", "1"], answer("Found.", Press(Verb.SHARE, "A", 0)))

    assert chat.NOBODY_TO_SHARE_WITH in told.seen
    assert len(told.desk.jobs) == 1


def test_what_goes_to_another_channel_is_not_shown_but_what_is_said_to_the_person_is() -> None:
    reply = Reply(message=says("A report."), manner=Manner.POST, aside=says("Thank you."), channel="C9")
    told = talk(["a?"], reply)

    assert "A report." not in told.seen
    assert "Thank you." in told.seen


def test_the_home_is_printed_and_can_be_pressed() -> None:
    again = Press(Verb.AGAIN, "A", 0)
    home = Home({"type": "home", "blocks": says("1,204 articles", again).blocks})
    told = talk(["/onrecord home", "1"], home, answer("Found."))

    assert "1,204 articles\n\n  [1] again\n" in told.seen
    assert (told.desk.jobs[1].errand, told.desk.jobs[1].value) == (Errand.PRESSED, again.value)


@pytest.mark.parametrize("error", [Refused("Not here."), BadCommand("Not [b]so[/b]."), BadQuestion("Not that.")])
def test_errors_that_people_can_mend_are_told_and_the_talk_goes_on(error: Exception) -> None:
    told = talk(["a?", "b?"], error, answer("Found."))

    assert f"{error}\n" in told.seen
    assert "Found." in told.seen


def test_any_other_error_is_told_with_a_reference_that_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        told = talk(["a secret question?", "b?"], KeyError("gone"), answer("Found."))

    assert "under T1.1." in told.seen
    assert "Found." in told.seen
    assert "T1.1" in caplog.text
    assert "a secret question" not in caplog.text


@pytest.mark.parametrize("end", ["/quit", " /QUIT ", "exit", "quit"])
def test_a_word_ends_it(end: str) -> None:
    told = talk([end, "a?"])

    assert told.seen.endswith(f"{chat.GOODBYE}\n")
    assert told.desk.jobs == []


def test_control_c_ends_it_politely_even_at_work() -> None:
    @dataclass
    class Interrupted(FakeDesk):
        def answer(self, job: Job, *, person: Person, room: Room | None) -> Reply | Home:
            raise KeyboardInterrupt

    out = StringIO()
    console = Console(file=out, width=100)
    Chat(desk=Interrupted([]), ask=lambda _: "a?", console=console, remember=print, person=ADA).run()

    assert out.getvalue().endswith(f"\n{chat.GOODBYE}\n")


def test_an_empty_line_is_no_turn() -> None:
    assert talk(["", "  ", "a?"], answer("Found.")).desk.jobs[0].text == "a?"


def test_a_pipe_is_read_line_by_line_and_shown_with_the_answers() -> None:
    out = StringIO()
    console = Console(file=out, width=100, highlight=False)
    read = line_reader(StringIO("a [b]ferry?\n/quit"), console)
    desk = FakeDesk([answer("Found.")])
    Chat(desk=desk, ask=read, console=console, remember=print, person=ADA).run()

    assert out.getvalue().split("\n")[-7:] == ["", "› a [b]ferry?", "Found.", "", "› /quit", chat.GOODBYE, ""]


def test_a_terminal_is_asked_with_the_readers_own_keys() -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    assert line_reader(Terminal(), Console()) is input


def test_whoever_sits_here_has_a_name_and_a_clock() -> None:
    person = somebody_here()

    assert person.id
    assert not person.guest
    assert not person.external
    assert abs(person.utc_offset) <= 14 * 3600


@pytest.mark.parametrize(
    ("element", "typed", "state"),
    [
        ({"type": "plain_text_input"}, "", {"value": None}),
        ({"type": "number_input"}, "3", {"value": "3"}),
        ({"type": "datepicker"}, "2031-06-01", {"selected_date": "2031-06-01"}),
        ({"type": "datepicker"}, "1 April 2031", {"selected_date": "2031-04-01"}),
        ({"type": "datepicker"}, "yesterday", {"selected_date": "2031-05-02"}),
        ({"type": "static_select", "options": OUTLETS}, "", {"selected_option": None}),
        ({"type": "radio_buttons", "options": OUTLETS}, "HARBOUR POST", {"selected_option": OUTLETS[0]}),
        ({"type": "checkboxes", "options": OUTLETS}, "", {"selected_options": []}),
        ({"type": "radio_buttons", "options": [*OUTLETS, option("Vale")]}, "vale", {"selected_option": option("Vale")}),
        ({"type": "checkboxes", "options": OUTLETS}, "vale, sons", {"selected_options": [OUTLETS[2]]}),
        (
            {"type": "multi_static_select", "option_groups": [{"options": OUTLETS[:1]}, {"options": OUTLETS[1:]}]},
            "Harbour Post, Vale Radio",
            {"selected_options": OUTLETS[:2]},
        ),
    ],
)
def test_what_is_typed_becomes_what_slack_sends(
    element: dict[str, Any], typed: str, state: Mapping[str, object]
) -> None:
    assert state_of(field_of("x", "X", element), typed, asked=TODAY) == {"type": element["type"], **state}


@pytest.mark.parametrize("typed", ["March", "last week", "since March", "31 February 2031", "a ferry"])
def test_what_is_not_one_day_is_no_day(typed: str) -> None:
    with pytest.raises(BadCommand, match=f"^“{typed}” is no day: write it as 31 March 2026"):
        state_of(field_of("x", "X", {"type": "datepicker"}), typed, asked=TODAY)


@pytest.mark.parametrize(
    ("label", "before", "asked"),
    [
        ("Since", "", "Since: "),
        ("Since", "2031-01-01", "Since [2031-01-01]: "),
        ("What is wrong?", "", "What is wrong? "),
        ("Other outlets", "Vale Radio\nHarbour Post", "Other outlets [Vale Radio; Harbour Post]: "),
    ],
)
def test_an_input_is_asked_for_in_one_line(label: str, before: str, asked: str) -> None:
    assert question_of(label, before) == asked


COVERAGE = Coverage(
    articles=3,
    outlets={"Harbour Post": 2, "Vale & Sons <Radio>": 1},
    sources=frozenset({"Harbour Post", "Vale & Sons <Radio>"}),
    first=date(2031, 1, 1),
    last=date(2031, 5, 2),
)


def test_a_real_narrowing_modal_is_filled_in_and_read_back() -> None:
    before = Narrowing(outlets=("Harbour Post",), since=date(2031, 2, 1), before=date(2031, 4, 1))
    view = modals.narrow_view("A", before, COVERAGE)
    kept = talk(["a?", "1"] + [""] * 4, answer("F.", NARROW_A), answer("N."), views={Verb.NARROW: view})
    lines = ["a?", "1", "-", "30 April 2031", "vale", "Dune Gazette; Northern Wire"]
    changed = talk(lines, answer("F.", NARROW_A), answer("N."), views={Verb.NARROW: view})

    assert modals.read_narrowing(json.loads(kept.desk.jobs[1].value)["values"]) == before
    assert modals.read_narrowing(json.loads(changed.desk.jobs[1].value)["values"]) == Narrowing(
        outlets=("Vale & Sons <Radio>", "Dune Gazette", "Northern Wire"), before=date(2031, 5, 1)
    )


def test_real_settings_are_filled_in_and_read_back() -> None:
    prefers = PersonSettings(citing=Citing.REUTERS, narrowing=Narrowing(outlets=("Dune Gazette", "Northern Wire")))
    view = modals.settings_view(prefers, coverage=COVERAGE)
    kept = talk(["/onrecord settings"] + [""] * 5, answer("Kept."), views={Verb.SETTINGS: view})
    changed = talk(["/onrecord settings", "Chicago", *[""] * 4], answer("Kept."), views={Verb.SETTINGS: view})

    assert modals.read_settings(json.loads(kept.desk.jobs[0].value)["values"]) == (prefers, None)
    assert modals.read_settings(json.loads(changed.desk.jobs[0].value)["values"])[0].citing is Citing.CHICAGO


def test_a_real_report_and_a_real_reason_are_filled_in_and_read_back() -> None:
    report = modals.report_view("A", 2, "“The ferry sails.”")
    wrong = label_of(options_of(next(inputs(report))["element"])[0]["text"])
    told = talk(
        ["a?", "1", wrong, "she was misheard"], answer("F.", REPORT_A), answer("T."), views={Verb.REPORT: report}
    )
    unsaid = talk(
        ["a?", "2", "", ""], feedback(UP, DOWN), answer("T."), answer("T."), views={Verb.RATE: modals.reason_view("A")}
    )

    assert "▎ “The ferry sails.”" in told.seen
    assert modals.read_reason(json.loads(told.desk.jobs[1].value)["values"]) == f"{wrong}: she was misheard"
    assert modals.read_reason(json.loads(unsaid.desk.jobs[2].value)["values"]) == ""


def test_a_field_that_a_terminal_does_not_have_says_so() -> None:
    with pytest.raises(BadCommand, match=r"^Channel cannot be filled in in a terminal: do it in Slack"):
        state_of(field_of("x", "Channel", {"type": "conversations_select"}), "general", asked=TODAY)


@pytest.mark.parametrize(
    ("element", "stands"),
    [
        ({"type": "plain_text_input"}, ""),
        ({"type": "plain_text_input", "initial_value": "ferries"}, "ferries"),
        ({"type": "datepicker", "initial_date": "2031-06-01"}, "2031-06-01"),
        ({"type": "static_select", "initial_option": OUTLETS[1]}, "Vale Radio"),
        ({"type": "checkboxes", "initial_options": OUTLETS[:2]}, "Harbour Post, Vale Radio"),
    ],
)
def test_what_stands_in_a_field_is_what_an_empty_line_sends(element: dict[str, Any], stands: str) -> None:
    block = field_of("x", "X", {**element, "options": OUTLETS})

    assert initial(block) == stands
    state = state_of(block, stands, asked=TODAY)
    before = element.get("initial_options") or element.get("initial_option") or stands or None
    assert next(value for name, value in state.items() if name != "type") == before


def test_errands_are_read_without_a_conversation() -> None:
    assert errand_of("/quotes  Ada Venn ") == (Errand.QUOTES, "Ada Venn")
