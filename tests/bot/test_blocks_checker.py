"""The checker itself: what Slack refuses must not pass it, and what Slack takes must."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.blocks.parts import actions, button, context, feedback, header, line, menu, quote, rich, section, text
from bot.talk import Press, Verb
from tests.bot.blockkit import check_message, check_view
from tests.bot.checkers import SHARED

PRESS = Press(Verb.PAGE, "Q7F3A", 1)
MESSAGE: dict[str, Any] = {
    "text": "One passage",
    "blocks": [
        header("Quotes by Ada Merrow"),
        context("*Will it lift?* · asked by <@U01ALICE>"),
        rich(quote([text("It will not.", "bold")]), line(text("… cut here", "italic"))),
        section("<https://ledger.example/a|Crane>", "a &amp; b", accessory=menu([("Show", PRESS)])),
        *actions(button("More", PRESS, primary=True), button("Back", PRESS, suffix="back")),
        feedback("Q7F3A"),
    ],
}
VIEW: dict[str, Any] = {
    "type": "modal",
    "callback_id": "narrow",
    "title": {"type": "plain_text", "text": "Narrow"},
    "submit": {"type": "plain_text", "text": "Search"},
    "private_metadata": "Q7F3A",
    "blocks": [
        {
            "type": "input",
            "block_id": "since",
            "label": {"type": "plain_text", "text": "Since"},
            "element": {"type": "datepicker", "action_id": "input", "initial_date": "2026-09-01"},
        },
        {
            "type": "input",
            "block_id": "outlets",
            "label": {"type": "plain_text", "text": "Outlets"},
            "element": {
                "type": "multi_static_select",
                "action_id": "input",
                "options": [{"text": {"type": "plain_text", "text": "Ledger"}, "value": "Ledger"}],
            },
        },
    ],
}
Change = Callable[[dict[str, Any]], object]


def test_what_slack_takes_passes() -> None:
    assert check_message(MESSAGE) == []
    assert check_message({"text": "Only words"}) == []
    moment = "<!date^1791970800^{date_short_pretty} at {time}|14 October 2026, 09:40 UTC>"
    assert check_message({"text": "One", "blocks": [section(f"*{moment}*"), context(moment)]}) == []
    assert check_view(VIEW) == []
    assert check_view({"type": "home", "blocks": MESSAGE["blocks"][:2]}) == []


def at(*path: str | int, put: object) -> Change:
    """Something else at a place of a message."""

    def change(thing: dict[str, Any]) -> None:
        place: Any = thing
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = put

    return change


def without(*path: str | int) -> Change:
    """Nothing at a place of a message."""

    def change(thing: dict[str, Any]) -> None:
        place: Any = thing
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


SECTION, ROW = ("blocks", 3, "text", "text"), ("blocks", 4, "elements")
WORDS = ("blocks", 2, "elements", 0, "elements", 0)


@pytest.mark.parametrize(
    "change",
    [
        at("text", put=" "),
        at("text", put="x" * 4001),
        at("text", put="<!channel>"),
        without("text"),
        at("blocks", put=[]),
        at("blocks", put=[{"type": "divider"}] * 51),
        at("blocks", 0, put={"type": "markdown", "text": "**bold**"}),
        at("blocks", 0, put={"type": "alert"}),
        at("blocks", 0, "text", "text", put="x" * 151),
        at("blocks", 0, "text", "type", put="mrkdwn"),
        at("blocks", 0, "extra", put=1),
        at("blocks", 0, "block_id", put="x" * 256),
        at(*SECTION, put=""),
        at(*SECTION, put="x" * 3001),
        at(*SECTION, put="<!here>"),
        at(*SECTION, put="<@U01ALICE>"),
        at(*SECTION, put="<!date^1791970800^{date_short_pretty} at {time}|>"),
        at(*SECTION, put="<!date^1791970800^{date_short_pretty} at {time}^https://evil.example|now>"),
        at(*SECTION, put="<!date^soon^{date_short_pretty} at {time}|now>"),
        at(*SECTION, put="<!date^1791970800^{date}|<!here>>"),
        at(*SECTION, put="<#C01>"),
        at(*SECTION, put="a < b"),
        at(*SECTION, put="a > b"),
        at(*SECTION, put="a & b"),
        at(*SECTION, put="&quot;"),
        at(*SECTION, put="<javascript:alert(1)|here>"),
        at(*SECTION, put="half \ud83d"),
        at(*SECTION, put="bell \x07"),
        at("blocks", 3, "text", "verbatim", put=False),
        at("blocks", 1, "elements", put=[{"type": "mrkdwn", "text": "x", "verbatim": True}] * 11),
        at("blocks", 1, "elements", 0, "text", put="<!subteam^S1>"),
        at(*WORDS, "text", put=""),
        at(*WORDS, "style", put={}),
        at(*WORDS, "style", put={"bold": False}),
        at(*WORDS, "style", put={"loud": True}),
        at(*WORDS, put={"type": "broadcast", "range": "channel"}),
        at(*WORDS, put={"type": "link", "url": "javascript:alert(1)"}),
        at("blocks", 2, "elements", put=[]),
        at("blocks", 2, "elements", 0, "elements", put=[]),
        at("blocks", 3, "accessory", "options", put=[]),
        at("blocks", 3, "accessory", "options", put=[{"text": {"type": "plain_text", "text": "x"}, "value": "y"}] * 2),
        at("blocks", 3, "accessory", "options", 0, "value", put="x" * 151),
        at("blocks", 3, "accessory", "options", 0, "text", "text", put="x" * 76),
        at(*ROW, put=[]),
        at(*ROW, 1, "action_id", put="page"),
        without(*ROW, 0, "action_id"),
        at(*ROW, 0, "text", "text", put="x" * 76),
        at(*ROW, 0, "text", "text", put="  "),
        at(*ROW, 0, "value", put="x" * 2001),
        at(*ROW, 0, "style", put="loud"),
        at(*ROW, 0, "url", put="ftp://ledger.example"),
        without("blocks", 5, "elements", 0, "negative_button"),
        at("blocks", 5, "elements", 0, "positive_button", "accessibility_label", put="x" * 76),
        at("blocks", put=[section("x" * 2900)] * 4),
        at("blocks", put=[section("😀" * 1400)] * 4),
        at("blocks", 0, put={"type": "input", "label": {"type": "plain_text", "text": "x"}, "element": {}}),
    ],
)
def test_what_slack_refuses_in_a_message_is_found(change: Change) -> None:
    message = copy.deepcopy(MESSAGE)
    change(message)
    assert check_message(message)


def test_a_block_id_stands_once() -> None:
    assert check_message({"text": "x", "blocks": [{"type": "divider", "block_id": "a"}] * 2})


INPUT = ("blocks", 1, "element")


@pytest.mark.parametrize(
    "change",
    [
        at("type", put="page"),
        without("title"),
        at("title", "text", put="x" * 25),
        without("submit"),
        at("private_metadata", put="x" * 3001),
        at("callback_id", put="x" * 256),
        at("blocks", put=[{"type": "divider"}] * 101),
        at("blocks", 0, "block_id", put="outlets"),
        at("blocks", 0, "element", "initial_date", put="1 September"),
        at("blocks", 0, "element", "initial_date", put="20260901"),
        at("blocks", 0, put={"type": "context_actions", "elements": []}),
        at(*INPUT, "options", put=[]),
        at(*INPUT, "initial_options", put=[]),
        at(*INPUT, "initial_options", put=[{"text": {"type": "plain_text", "text": "x"}, "value": "x"}]),
        at(
            *INPUT,
            "options",
            put=[{"text": {"type": "plain_text", "text": "x"}, "value": str(n)} for n in range(101)],
        ),
        at(*INPUT, put={"type": "button", "action_id": "x", "text": {"type": "plain_text", "text": "x"}}),
        at(*INPUT, put={"type": "plain_text_input", "action_id": "x", "initial_value": "abc", "max_length": 2}),
        at(*INPUT, put={"type": "plain_text_input", "action_id": "x", "max_length": 3001}),
    ],
)
def test_what_slack_refuses_in_a_view_is_found(change: Change) -> None:
    view = copy.deepcopy(VIEW)
    change(view)
    assert check_view(view)


def test_messages_that_others_know_to_be_bad_are_found() -> None:
    cases = SHARED / "slack" / "badcases.json"
    if not cases.is_file():
        reason = f"NOT TESTED: no bad messages of others in {cases}"
        pytest.skip(reason)
    known = json.loads(cases.read_text(encoding="utf-8"))
    bad = {name: blocks for name, blocks in known.items() if not (name.startswith("good") or name.endswith("_ok"))}
    assert bad
    assert [name for name, blocks in bad.items() if not check_message({"text": "x", "blocks": blocks})] == []
