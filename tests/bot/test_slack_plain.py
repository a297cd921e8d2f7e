from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.plain import addressed, mentions, plain, words
from tests.bot.webapi import BOT


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("fish &amp; chips &lt;cold&gt;", "fish & chips <cold>"),
        ("&amp;lt; stays as typed", "&lt; stays as typed"),
        ("see <https://gazette.example/a?b=1&amp;c=2>", "see https://gazette.example/a?b=1&c=2"),
        ("see <https://gazette.example/a|the story>", "see the story"),
        ("write to <mailto:desk@gazette.example|desk@gazette.example>", "write to desk@gazette.example"),
        ("ask <@U0NORA|nora> or <@U0PAVEL>", "ask @nora or @U0PAVEL"),
        ("in <#C0NEWS|newsroom> and <#C0DESK>", "in #newsroom and #C0DESK"),
        ("<!here> and <!subteam^S0DESK|@desk>", "@here and @desk"),
        ("since <!date^1790000000^{date}|14 September>", "since 14 September"),
        ("1 &lt; 2 and 3 &gt; 2", "1 < 2 and 3 > 2"),
        ("  around  ", "around"),
    ],
)
def test_markup_is_read_as_people_see_it(text: str, read: str) -> None:
    assert plain(text) == read


@given(st.text())
def test_what_a_person_types_comes_back(typed: str) -> None:
    sent = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert plain(sent) == typed.strip()


@pytest.mark.parametrize(
    ("text", "bot", "asked"),
    [
        (f"<@{BOT}> what did she say?", BOT, "what did she say?"),
        (f"<@{BOT}>, what did she say?", BOT, "what did she say?"),
        (f"<@{BOT}|onrecord>: what?", BOT, "what?"),
        (f"what did she say, <@{BOT}>", BOT, "what did she say,"),
        (f"<@{BOT}> what did <@U0NORA|nora> say?", BOT, "what did @nora say?"),
        (f"<@{BOT}>", BOT, ""),
        ("<@U0OTHER> what?", None, "what?"),
        ("what did <@U0OTHER> say?", None, "what did @U0OTHER say?"),
    ],
)
def test_the_bots_own_mention_is_left_out(text: str, bot: str | None, asked: str) -> None:
    assert addressed(text, bot=bot) == asked


def test_a_mention_is_of_the_bot_or_of_anybody() -> None:
    assert mentions(f"hey <@{BOT}>", BOT)
    assert mentions(f"hey <@{BOT}|onrecord>", BOT)
    assert not mentions(f"hey <@{BOT}2>", BOT)
    assert not mentions("hey <@U0NORA>", BOT)
    assert mentions("hey <@U0NORA>", None)
    assert not mentions("hey nora", None)


def test_rich_text_is_read_without_its_formatting() -> None:
    section = {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "“The "},
            {"type": "text", "text": "harbour", "style": {"bold": True}},
            {"type": "text", "text": " stays open,” says "},
            {"type": "link", "url": "https://gazette.example", "text": "the mayor"},
            {"type": "emoji", "name": "ship"},
        ],
    }
    points = {
        "type": "rich_text_list",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]},
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "two"}]},
        ],
    }
    message = {
        "text": "“The *harbour* stays open,” says <https://gazette.example|the mayor>:ship:",
        "blocks": [{"type": "rich_text", "elements": [section, points]}],
    }

    assert words(message) == "“The harbour stays open,” says the mayor\none\ntwo"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"text": "&gt; “Never,” she said.\n&gt; “Not once.”"}, "“Never,” she said.\n“Not once.”"),
        ({"text": "", "attachments": [{"text": "a forwarded word", "fallback": "x"}]}, "a forwarded word"),
        ({"text": "see", "attachments": [{"fallback": "only this"}]}, "see\nonly this"),
        ({"text": "", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "a &amp; b"}}]}, "a & b"),
        ({"text": "kept", "blocks": [{"type": "divider"}]}, "kept"),
        ({}, ""),
    ],
)
def test_every_kind_of_message_has_its_words(message: dict[str, object], said: str) -> None:
    assert words(message) == said
