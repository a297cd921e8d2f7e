"""Forms in a terminal: how an input is asked for, and what Slack would send for what is typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from bot.errors import BadCommand
from bot.forms import initial, kept, question_of, state_of

TODAY = date(2031, 5, 3)


def field_of(name: str, label: str, element: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "input", "block_id": name, "label": {"type": "plain_text", "text": label}, "element": element}


def option(name: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": name}, "value": name.upper()}


OUTLETS = [option("Harbour Post"), option("Vale Radio"), option("Vale, Sons and Daughters")]


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
        ({"type": "static_select", "options": OUTLETS}, "2", {"selected_option": OUTLETS[1]}),
        ({"type": "static_select", "options": OUTLETS}, "[2]", {"selected_option": OUTLETS[1]}),
        ({"type": "radio_buttons", "options": [option("3"), *OUTLETS]}, "3", {"selected_option": option("3")}),
        ({"type": "radio_buttons", "options": OUTLETS}, "HARB", {"selected_option": OUTLETS[0]}),
        ({"type": "checkboxes", "options": OUTLETS}, "3, 1", {"selected_options": [OUTLETS[2], OUTLETS[0]]}),
        ({"type": "checkboxes", "options": OUTLETS}, "3 1 1", {"selected_options": [OUTLETS[2], OUTLETS[0]]}),
        (
            {"type": "checkboxes", "options": OUTLETS},
            "vale,  sons and daughters; harb,2",
            {"selected_options": [OUTLETS[2], OUTLETS[0], OUTLETS[1]]},
        ),
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
        ({"type": "checkboxes", "initial_options": OUTLETS[:2]}, "Harbour Post; Vale Radio"),
    ],
)
def test_what_stands_in_a_field_is_what_an_empty_line_sends(element: dict[str, Any], stands: str) -> None:
    block = field_of("x", "X", {**element, "options": OUTLETS})

    assert initial(block) == stands
    before = element.get("initial_options") or element.get("initial_option") or stands or None
    assert next(value for name, value in kept(block).items() if name != "type") == before
    assert state_of(block, stands, asked=TODAY) == kept(block)
