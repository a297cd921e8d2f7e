"""The conversation in a terminal: what each line brings to the desk, and what is shown for it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot import chat, forms, messages
from bot.blocks import Message, View, modals
from bot.chat import Chat, errand_of, line_reader, somebody_here
from bot.desk import Home, Manner, Reply, answer_id
from bot.errors import BadCommand, Refused
from bot.settings import Settings
from bot.talk import Answered, Ask, Citing, Errand, Job, Narrowing, Person, PersonSettings, Press, Room, Verb
from bot.terminal import label_of, options_of
from bot.wiring import converse, open_bot_memory
from embeddings import BadQuestion, Coverage
from embeddings import Settings as ArchiveSettings

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


def talk(
    lines: Iterable[str],
    *replies: Reply | Home | Exception,
    views: Mapping[Verb, View] | None = None,
    sources: frozenset[str] = frozenset(),
) -> Talk:
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
        desk=desk,
        ask=ask,
        console=console,
        remember=remembered.append,
        person=ADA,
        today=lambda: TODAY,
        sources=lambda: sources,
        thread="T1",
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
        ("/onrecord help", Errand.HELP, "help"),
        ("/onrecord dance", Errand.HELP, "dance"),
        ("/onrecord home alone", Errand.HELP, "home alone"),
        ("/help", Errand.HELP, ""),
        ("/HELP", Errand.HELP, ""),
        ("help", Errand.HELP, ""),
        ("?", Errand.HELP, ""),
        ("/ask", Errand.HELP, ""),
        ("help for the harbour", Errand.ASK, "help for the harbour"),
        ("/onrecord status", Errand.STATUS, ""),
        ("/ONRECORD stats", Errand.STATUS, ""),
        ("/onrecord home", Errand.HOME, ""),
        ("more boats", Errand.ASK, "more boats"),
        ("[bold]Venn[/bold] :anchor: *x* \x1b[31m\x07?", Errand.ASK, "[bold]Venn[/bold] :anchor: *x* \x1b[31m\x07?"),
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
    aloud, private = answered(job), replace(answered(job), id="B", private=True)
    replies = [Reply(message=says("Found."), manner=Manner.POST, answered=one) for one in (aloud, private)]
    told = talk(["a ferry?", "a port?", "/help"], *replies, answer("Help."))

    assert told.remembered == [replace(aloud, ts="T1.1"), private]
    assert told.seen.index("Found.") < told.seen.index("Help.")


def test_an_answer_that_cannot_be_shown_is_not_remembered() -> None:
    job = Job(key="K", errand=Errand.ASK, team="terminal", user="ada", text="a ferry?")
    broken = Message("Found.", ({"type": "section", "text": None, "fields": [{"nothing": "here"}]},))

    told = talk(["a ferry?"], Reply(message=broken, manner=Manner.POST, answered=answered(job)))

    assert told.remembered == []
    assert answer_id("T1.1") in told.seen


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
        (["/wuotes Venn"], "“/wuotes” is not known here: there are /ask,"),
        (["/check"], "There are no words to look for. Write them after it, as in: /check The ferry"),
        (["/check  “ ”"], "There are no words to look for."),
        (["more"], chat.NO_PAGES),
        (["/back"], chat.NO_PAGES),
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
    assert "Outlets (optional)\n  [1] Harbour Post   [2] Vale Radio   [3] Vale, Sons and Daughters\n" in told.seen
    assert "Narrowed." in told.seen


def test_a_slip_is_told_and_asked_again() -> None:
    lines = ["a?", "1", "some day", "-", "", "Vale Times", "Vale", "4", "help", "-"]
    told = talk(lines, answer("Found.", Press(Verb.NARROW, "A", 0)), answer("Ok."), views={Verb.NARROW: NARROW})

    assert "“some day” is no day: write it as 31 March 2026 or 2026-03-31" in told.seen
    assert "“Vale Times” is not offered: write a number from 1 to 3" in told.seen
    assert "“4” is not offered: write a number from 1 to 3" in told.seen
    assert "“Vale” may be Vale Radio or Vale, Sons and Daughters: write more of it, or the number." in told.seen
    assert forms.HOW_TO_FILL_IN.split(". ")[0] in told.seen
    values = json.loads(told.desk.jobs[1].value)["values"]
    assert values["since"]["since_typed"]["selected_date"] is None
    assert values["outlets"]["outlets_typed"]["selected_options"] == []


@pytest.mark.parametrize("leaves", ["/quit", " QUIT", "exit", "/Exit", "cancel", "/cancel"])
@pytest.mark.parametrize("filled", [[], ["", "2031-06-01"]])
def test_a_form_can_be_left_in_every_field_and_the_conversation_goes_on(leaves: str, filled: list[str]) -> None:
    lines = ["a?", "1", *filled, leaves, "b?"]
    told = talk(lines, answer("Found.", NARROW_A), answer("Next."), views={Verb.NARROW: NARROW})

    assert [job.text for job in told.desk.jobs] == ["a?", "b?"]
    assert told.seen.index(chat.FORM_LEFT) < told.seen.index("Next.")


def test_input_that_ends_in_a_form_leaves_it_and_ends_the_conversation() -> None:
    told = talk(["a?", "1", ""], answer("Found.", NARROW_A), views={Verb.NARROW: NARROW})

    assert len(told.desk.jobs) == 1
    assert told.seen.endswith(f"\n{chat.FORM_LEFT}\n\n{chat.GOODBYE}\n")
    assert "EOFError" not in told.seen


def test_control_c_leaves_a_form_only() -> None:
    lines = iter(["a?", "1", None, "b?", "/quit"])

    def ask(_: str) -> str:
        line = next(lines)
        if line is None:
            raise KeyboardInterrupt
        return line

    out, desk = StringIO(), FakeDesk([answer("F.", NARROW_A), answer("Next.")], {Verb.NARROW: NARROW})
    Chat(desk=desk, ask=ask, console=Console(file=out, width=100), remember=print, person=ADA).run()

    assert [job.text for job in desk.jobs] == ["a?", "b?"]
    assert f"\n\n{chat.FORM_LEFT}\n" in out.getvalue()


def test_a_command_in_a_form_is_neither_an_answer_nor_obeyed() -> None:
    lines = ["a?", "1", "/quotes Ada Venn", "/nearly everything"]
    told = talk(lines, answer("F.", REPORT_A), answer("Thanks."), views={Verb.REPORT: REASON})

    assert "A form is open, and /quotes has to wait" in told.seen
    assert json.loads(told.desk.jobs[1].value)["values"]["why"]["why_typed"]["value"] == "/nearly everything"


def test_what_stands_in_a_form_is_kept_as_it_is_even_names_with_commas() -> None:
    element = {"type": "multi_static_select", "options": OUTLETS, "initial_options": [OUTLETS[2], OUTLETS[0]]}
    view: View = {"type": "modal", "title": plain("Narrow"), "blocks": [field_of("outlets", "Outlets", element)]}
    told = talk(["a?", "1", ""], answer("F.", NARROW_A), answer("N."), views={Verb.NARROW: view})

    assert told.prompts[2] == "Outlets [Vale, Sons and Daughters; Harbour Post]: "
    values = json.loads(told.desk.jobs[1].value)["values"]
    assert values["outlets"]["outlets_typed"]["selected_options"] == [OUTLETS[2], OUTLETS[0]]


def test_a_report_asks_for_one_line() -> None:
    press = Press(Verb.REPORT, "A", 3)
    told = talk(["a?", "1", "not her words"], answer("F.", press), answer("Thanks."), views={Verb.REPORT: REASON})

    sent = told.desk.jobs[1]
    assert sent.errand is Errand.REPORTED
    assert json.loads(sent.value) == {
        "press": press.value,
        "values": {"why": {"why_typed": {"type": "plain_text_input", "value": "not her words"}}},
    }


def test_what_has_to_be_said_is_asked_for_until_it_is() -> None:
    press = Press(Verb.REPORT, "A", 3)
    told = talk(["a?", "1", "", "-", "not hers"], answer("F.", press), answer("T."), views={Verb.REPORT: REASON})

    assert told.seen.count("Reason needs an answer: give one, or write /quit to leave the form.") == 2
    assert json.loads(told.desk.jobs[1].value)["values"]["why"]["why_typed"]["value"] == "not hers"


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


@pytest.mark.parametrize("typed", ["useful", "Useful", "USEFUL"])
def test_the_words_of_a_button_press_it(typed: str) -> None:
    told = talk(["a?", typed], feedback(UP, DOWN), answer("Thanks."))

    assert json.loads(told.desk.jobs[1].value) == {"press": UP.value}


def test_words_that_several_buttons_begin_with_are_a_question() -> None:
    presses = [Press(Verb.AGAIN, "A", 0), Press(Verb.AGAIN, "B", 0)]
    told = talk(["a?", "again"], answer("F.", *presses), answer("Found."))

    assert (told.desk.jobs[1].errand, told.desk.jobs[1].text) == (Errand.ASK, "again")


def paged(page: int, last: int) -> Reply:
    """One page of an answer, with buttons as the bot has them."""
    presses = [Press(Verb.PAGE, "A", place) for place in (page + 1, page - 1) if 0 <= place <= last]
    job = Job(key="K", errand=Errand.ASK, team="terminal", user="ada", text="a?")
    return replace(answer(f"Page {page}.", *presses), answered=replace(answered(job), page=page))


def test_more_and_back_turn_pages() -> None:
    lines = ["a?", "back", "more", "Next page", "/more", "more", "BACK", "/back", "go back"]
    told = talk(lines, paged(0, 2), paged(1, 2), paged(2, 2), paged(1, 2), paged(0, 2))

    places = [Press.read(job.value).place for job in told.desk.jobs[1:]]
    assert places == [1, 2, 1, 0]
    assert told.seen.count(chat.FIRST_PAGE) == 2
    assert told.seen.count(chat.LAST_PAGE) == 2


def test_the_home_has_no_pages() -> None:
    home = Home({"type": "home", "blocks": says("1,204 articles", Press(Verb.AGAIN, "A", 0)).blocks})
    told = talk(["a?", "/onrecord home", "more"], paged(0, 2), home)

    assert chat.NO_PAGES in told.seen
    assert len(told.desk.jobs) == 2


@pytest.mark.parametrize("typed", ["post", "/post", "Share", "post to channel"])
def test_posting_says_that_there_is_nobody(typed: str) -> None:
    told = talk(["a?", typed], answer("Found."))

    assert chat.NOBODY_TO_SHARE_WITH in told.seen
    assert len(told.desk.jobs) == 1


def test_help_tells_what_only_the_terminal_has() -> None:
    told = talk(["help"], answer("Help."))

    assert told.seen.index("Help.") < told.seen.index(chat.HERE_TITLE)
    for what in ("/check TEXT", "more, back", "/onrecord home", "/quit"):
        assert f"\n{what}: " in told.seen


def test_settings_are_filled_in_too() -> None:
    styles = [option("AP"), option("Chicago")]
    element = {"type": "static_select", "options": styles, "initial_option": styles[0]}
    view: View = {"type": "modal", "title": plain("Settings"), "blocks": [field_of("citing", "Citations", element)]}
    home = Home({"type": "home", "blocks": says("1,204 articles").blocks})
    told = talk(["/onrecord settings", "chi"], home, views={Verb.SETTINGS: view})

    (sent,) = told.desk.jobs
    assert messages.SETTINGS_KEPT in told.seen
    assert "1,204 articles" not in told.seen
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


@pytest.mark.parametrize("error", [Refused("Not here."), BadCommand("Not [b]so[/b]."), BadQuestion("Not :ok: that.")])
def test_errors_that_people_can_mend_are_told_and_the_talk_goes_on(error: Exception) -> None:
    told = talk(["a?", "b?"], error, answer("Found."))

    assert f"{error}\n" in told.seen
    assert "Found." in told.seen


def test_what_is_to_be_typed_stands_without_its_marks_and_control_characters_as_pictures() -> None:
    told = talk(["a?"], BadCommand("No “\x1b[31m”. This works: `/quotes *Venn*`"))

    assert "No “␛[31m”. This works: /quotes *Venn*\n" in told.seen


def test_any_other_error_is_one_line_with_a_reference_and_its_trail_is_in_the_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        told = talk(["a secret question?", "b?"], KeyError("a secret key"), answer("Found."))

    reference = answer_id("T1.1")
    assert " ".join(told.seen.split()).count(f"(KeyError, reference {reference})") == 1
    assert "Found." in told.seen
    assert "Traceback" not in told.seen
    assert [record.levelno for record in caplog.records if reference in record.getMessage()] == [logging.DEBUG]
    assert "bot/chat.py" in caplog.text
    assert "secret" not in caplog.text
    assert capfd.readouterr().err == ""


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


def test_what_a_pipe_brings_cannot_drive_the_terminal_and_comes_to_the_desk_unharmed() -> None:
    out, typed = StringIO(), "\x1b[2J [bold]x[/bold] :smile: \x07 ok?"
    console = Console(file=out, width=100, highlight=False)
    desk = FakeDesk([answer("Found.")])
    Chat(
        desk=desk, ask=line_reader(StringIO(f"{typed}\r\n"), console), console=console, remember=print, person=ADA
    ).run()

    assert "› ␛[2J [bold]x[/bold] :smile: ␇ ok?\n" in out.getvalue()
    assert desk.jobs[0].text == typed


def test_bytes_that_are_no_text_do_not_end_the_conversation() -> None:
    read = line_reader(TextIOWrapper(BytesIO(b"a \xff ferry?\nb?\n"), encoding="utf-8"), Console(file=StringIO()))

    assert (read(""), read("")) == ("a \N{REPLACEMENT CHARACTER} ferry?\n", "b?\n")


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal_or_than_is_read_well(width: int) -> None:
    out = StringIO()
    lines = iter(["help", "a?", "1", "", "", "/quit", "/wuotes", "/quit"])
    many = [option(f"The Gazette of Port Number {number}") for number in range(30)]
    narrow: View = {
        **NARROW,
        "blocks": [*NARROW["blocks"][:2], field_of("o", "Outlets", {"type": "checkboxes", "options": many})],
    }
    desk = FakeDesk([answer("Help. " * 40), answer("Found. " * 90, NARROW_A, REPORT_A)], {Verb.NARROW: narrow})
    console = Console(file=out, width=width, highlight=False)
    Chat(desk=desk, ask=lambda _: next(lines), console=console, remember=print, person=ADA).run()

    seen = out.getvalue().split("\n")
    assert max(map(len, seen)) <= min(width, 100)
    assert [line for line in seen if line != line.rstrip()] == []
    assert not re.search(r"\[\d+\]$", out.getvalue(), re.MULTILINE)


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


def test_what_cannot_be_is_told_at_once_and_asked_again() -> None:
    view = modals.narrow_view("A", Narrowing(before=date(2031, 4, 1)), COVERAGE)
    days = ["30 April 2031", "", "1 May 2031"]
    told = talk(
        ["a?", "1", *days, "-", "Harbour Gazette", "harbour post"],
        answer("F.", NARROW_A),
        answer("N."),
        views={Verb.NARROW: view},
        sources=COVERAGE.sources,
    )

    assert told.seen.count(messages.WRONG_ORDER) == 1
    assert "“Harbour Gazette” is on file: did you mean Harbour Post" in told.seen
    assert [prompt.partition(" [")[0].rstrip(": ") for prompt in told.prompts[2:8]] == [
        *(messages.SINCE, messages.UNTIL, messages.UNTIL),
        *(messages.OUTLETS, messages.OTHER_OUTLETS, messages.OTHER_OUTLETS),
    ]
    assert modals.read_narrowing(json.loads(told.desk.jobs[1].value)["values"], sources=COVERAGE.sources) == Narrowing(
        outlets=("Harbour Post",), since=date(2031, 4, 30), before=date(2031, 5, 2)
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
    asked = next(block for block in report["blocks"] if block["type"] == "input")
    wrong = label_of(options_of(asked["element"])[0]["text"])
    told = talk(
        ["a?", "1", wrong, "she was misheard"], answer("F.", REPORT_A), answer("T."), views={Verb.REPORT: report}
    )
    unsaid = talk(
        ["a?", "2", "", ""], feedback(UP, DOWN), answer("T."), answer("T."), views={Verb.RATE: modals.reason_view("A")}
    )

    assert "▎ “The ferry sails.”" in told.seen
    assert modals.read_reason(json.loads(told.desk.jobs[1].value)["values"]) == f"{wrong}: she was misheard"
    assert modals.read_reason(json.loads(unsaid.desk.jobs[2].value)["values"]) == ""


def test_errands_are_read_without_a_conversation() -> None:
    assert errand_of("/quotes  Ada Venn ") == (Errand.QUOTES, "Ada Venn")


@pytest.mark.parametrize("line", ["/onrecord settings", "/onrecord SETTING", "/onrecord prefs"])
def test_settings_are_no_errand_but_a_form(line: str) -> None:
    assert errand_of(line) is None


CRANE = "How many people were injured when the crane fell at Pier Seven?"


@pytest.fixture
def settings(wire: ArchiveSettings, tmp_path: Path) -> Settings:
    environ = {"ONRECORD_DATABASE": f"sqlite:///{tmp_path / 'bot.db'}", "ONRECORD_WORKSPACES": "T1"}
    return replace(Settings.from_environ(environ), archive=wire)


def conversed(settings: Settings, *lines: str) -> str:
    """What a real conversation shows, over the sample wire and the bot's own memory."""
    out = StringIO()
    converse(
        settings, Console(file=out, width=100, highlight=False), typed=StringIO("".join(f"{line}\n" for line in lines))
    )
    return out.getvalue()


def test_the_bots_own_memory_has_what_was_said_and_shown_in_the_terminal(settings: Settings) -> None:
    conversed(settings, CRANE, "useful", "4", "1", "not her words", "/onrecord settings", "chicago", "", "", "", "")

    with open_bot_memory(settings) as memory:
        report, useful = memory.answers.feedback()
        (answered,) = memory.answers.recent("terminal", somebody_here().id, limit=9)
        assert (useful.useful, useful.user, useful.answer) == (True, somebody_here().id, answered.id)
        assert (report.place, report.answer) == (0, answered.id)
        assert (report.reason or "").endswith(": not her words")
        shown = {one.ts for one in memory.answers.messages_showing(answered.shown[0].article) if not one.private}
        assert shown == {answered.ts} != {None}
        assert memory.preferences.person("terminal", somebody_here().id).citing is Citing.CHICAGO
    assert CRANE in conversed(settings, "/onrecord home")


def test_a_real_form_knows_which_outlets_are_on_file(settings: Settings) -> None:
    shown = conversed(settings, "/onrecord settings", "", "", "", "", "The Gazette of Nowhere", "/quit")

    assert "“The Gazette of Nowhere” is on file" in shown
    assert chat.FORM_LEFT in shown


def test_the_bot_may_serve_meanwhile_and_its_inbox_is_left_alone(settings: Settings) -> None:
    job = Job(key="Ev1", errand=Errand.ASK, team="T1", user="U1", channel="C1", text="a ferry?")
    with open_bot_memory(settings) as serving:
        serving.inbox.put(job)
        taken = serving.inbox.take(now=datetime.now(UTC))

        assert "Thank you." in conversed(settings, CRANE, "useful")

        assert taken is not None
        assert taken.job == job
        assert serving.inbox.take(now=datetime.now(UTC)) is None
        assert serving.inbox.sending(job.key)
        assert len(serving.answers.feedback()) == 1


def test_what_was_asked_is_forgotten_when_its_time_is_over(settings: Settings) -> None:
    old = Answered(id="OLD", team="terminal", user="ada", request=Ask(question="an old ferry?"), at=NOON)
    ages = {"OLD": 31, "NEW": 29}
    with open_bot_memory(settings) as memory:
        for name, days in ages.items():
            memory.answers.record(replace(old, id=name, at=datetime.now(UTC) - timedelta(days=days)))

        conversed(settings)

        found = [memory.answers.answer(name) for name in ages]
    assert [(one.request, one.user) for one in found if one is not None] == [(None, ""), (old.request, "ada")]
