"""Block Kit in a terminal: every block that the bot uses, on invented messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from bot import messages
from bot.blocks import Frame, Message, parts
from bot.blocks.answers import answer_message
from bot.talk import Ask, Freshness, Press, Verb
from bot.terminal import Choice, Rendered, form_of, rendered, rendered_view
from embeddings import Coverage, Found, NotOnFile, Passage
from tests.fakes import article, quotation, span_of

PAGE = Press(Verb.PAGE, "ABCD", 1)


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def plain(text: str, **more: object) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, **more}


def rich_text(*elements: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def section_of(*pieces: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(pieces)}


def quote(*pieces: Mapping[str, Any]) -> dict[str, Any]:
    return rich_text({"type": "rich_text_quote", "elements": list(pieces)})


def words(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def button(label: str, value: str) -> dict[str, Any]:
    return {"type": "button", "action_id": "x", "text": plain(label), "value": value}


def option(label: str, value: str) -> dict[str, Any]:
    return {"text": plain(label), "value": value}


def of(*blocks: Mapping[str, Any]) -> Rendered:
    return rendered(Message("invented", tuple(blocks)))


def printed(shown: Rendered, *, width: int = 100) -> str:
    console = Console(file=StringIO(), width=width, highlight=False)
    for line in shown.lines:
        console.print(line)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def text_of(block: Mapping[str, Any]) -> Text:
    (line,) = of(block).lines
    assert isinstance(line, Text)
    return line


def styled(text: Text, style: str) -> list[str]:
    """The stretches that bear a style, as rich names it."""
    return [text.plain[span.start : span.end] for span in text.spans if style in str(span.style).split()]


def test_a_header_is_bold() -> None:
    shown = of({"type": "header", "text": plain("Quotes by Ada Venn")})

    assert shown.lines == (Text("Quotes by Ada Venn", style="bold"),)


@pytest.mark.parametrize(
    ("source", "seen", "style", "bearing"),
    [
        ("the *whole* of it", "the whole of it", "bold", ["whole"]),
        ("the _whole of_ it", "the whole of it", "italic", ["whole of"]),
        ("the ~whole~ of it", "the whole of it", "strike", ["whole"]),
        ("write `/quotes *Venn*`", "write /quotes *Venn*", "yellow", ["/quotes *Venn*"]),
        ("```\na = *b*\nc\n```", "a = *b*\nc", "yellow", ["a = *b*\nc"]),
        ("*_both_*", "both", "bold", ["both"]),
        ("*_both_*", "both", "italic", ["both"]),
        ("snake_case_name 2*3*4 a~b~c", "snake_case_name 2*3*4 a~b~c", "bold", []),
        ("* no * bold *", "* no * bold *", "bold", []),
    ],
)
def test_markup_becomes_style(source: str, seen: str, style: str, bearing: list[str]) -> None:
    text = text_of(mrkdwn(source))

    assert text.plain == seen
    assert styled(text, style) == bearing


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("<https://h.example/a?b=1&amp;c=2|Ferry &lt;halted&gt;>", "Ferry <halted> (https://h.example/a?b=1&c=2)"),
        ("<https://h.example/a>", "https://h.example/a"),
        ("asked by <@U01>", "asked by @U01"),
        ("asked by <@U01|ada>", "asked by @ada"),
        ("in <#C01|harbour>", "in #harbour"),
        ("<!date^1700000000^{date}|14 November 2023>", "14 November 2023"),
        ("<!date^1792000000^{date_short_pretty} at {time}|14 Oct 2026, 09:46 UTC>", "14 Oct 2026, 09:46 UTC"),
        ("<!date^1792000000^{date_short} {time}^https://h.example/a|14 Oct>", "14 Oct"),
        ("_last ingest <!date^1792000000^{date_short_pretty} at {time}|14 Oct 2026>_", "last ingest 14 Oct 2026"),
        ("*<!date^1792000000^{date_short_pretty}|14 Oct 2026>*", "14 Oct 2026"),
        ("*a <https://h.example/a_b*c|b> c* _d_", "a b (https://h.example/a_b*c) c d"),
        ("<!here> <!subteam^S1|@desk>", "@here @desk"),
        ("&amp;lt; is not &lt;", "&lt; is not <"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("<|nothing>", "nothing"),
        (":mag: found at 12:30:45", "🔍 found at 12:30:45"),
    ],
)
def test_links_mentions_and_entities_read_as_in_slack(source: str, seen: str) -> None:
    assert text_of(mrkdwn(source)).plain == seen


def test_only_web_addresses_can_be_followed() -> None:
    followed = text_of(mrkdwn("<https://h.example/a|one> <javascript:alert(1)|two>"))

    assert [span.style.link for span in followed.spans if not isinstance(span.style, str) and span.style.link] == [
        "https://h.example/a"
    ]


@pytest.mark.parametrize("sign", ["*", "_", "~"])
def test_markup_that_never_ends_takes_no_time(sign: str) -> None:
    source = sign + "<a><b" * 20_000

    assert text_of(mrkdwn(source)).plain.startswith(sign)


def test_quoted_lines_of_markup_stand_behind_a_bar() -> None:
    shown = printed(of(mrkdwn("before\n&gt; the words\n&gt;*and* more\nafter")))

    assert shown == "before\n▎ the words\n▎ and more\nafter\n"


# Words without what Slack's markup reads, and without emoji names.
UNMARKED = st.text(st.characters(exclude_characters="*_~`:>∗ˍ∼ˋ∶", exclude_categories=["C"]), max_size=60)


@given(UNMARKED)
def test_escaped_words_come_back_as_they_were(original: str) -> None:
    escaped = original.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert text_of({"type": "context", "elements": [{"type": "mrkdwn", "text": f"{escaped}."}]}).plain == f"{original}."


@given(st.text(st.sampled_from("ab *_~`:>&<|\\[]/ bold smile"), max_size=40))
@example("[bold]x[/bold] :smile: *stars* _under_ `code` ~no~ <@U1> &lt;")
def test_signs_that_slack_would_read_come_back_as_they_were_typed(typed: str) -> None:
    said = f"- {typed} -"

    assert text_of(mrkdwn(parts.plain(said))).plain == parts.tidy(said)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_markup_at_all_can_be_shown(source: str) -> None:
    printed(of(mrkdwn(source)))


@given(st.text(), st.integers(12, 140))
def test_exact_words_stay_the_same_words_at_any_width(original: str, width: int) -> None:
    shown = printed(of(quote(words(original))), width=width)

    behind_the_bar = "".join(line.removeprefix("▎ ") for line in shown.split("\n"))
    assert all(line.startswith("▎ ") for line in shown.split("\n") if line)
    assert solid(behind_the_bar) == solid(pictured(original))


def pictured(original: str) -> str:
    """Control characters as the terminal shows them, one by one."""
    seen = []
    for character in original:
        code = ord(character)
        if code < 32 and character not in "\n\t":
            seen.append(chr(0x2400 + code))
        elif 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000:
            seen.append("\N{REPLACEMENT CHARACTER}")
        else:
            seen.append(character)
    return "".join(seen)


def solid(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_an_article_cannot_drive_the_terminal() -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\x9b31m \ud800"
    link = {"type": "link", "url": f"https://h.example/{evil}", "text": evil}

    shown = printed(of(quote(words(evil), link), mrkdwn(evil), {"type": "header", "text": plain(evil)}))

    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
    assert "␛]0;owned␇␛[2J" in shown
    shown.encode()


def test_long_words_wrap_behind_the_bar() -> None:
    shown = printed(
        of(quote(words("The ferry sails again "), words("on Monday at dawn", bold=True), words("."))), width=24
    )

    assert shown == "\n".join(["▎ The ferry sails again", "▎ on Monday at dawn.", ""])


def test_the_sentence_that_answers_is_bold_behind_the_bar() -> None:
    console = Console(file=StringIO(), width=60, highlight=False, force_terminal=True, color_system="standard")
    for line in of(quote(words("No. "), words("Never.", bold=True, italic=True, strike=False), words(" Or so."))).lines:
        console.print(line)

    assert isinstance(console.file, StringIO)
    assert console.file.getvalue() == "\x1b[36m▎ \x1b[0mNo. \x1b[1;3mNever.\x1b[0m Or so.\n"


def test_rich_text_of_every_sort() -> None:
    items = [section_of(words("one")), section_of(words("two", strike=True))]
    shown = printed(
        of(
            rich_text(
                section_of(
                    words("1  ", bold=True),
                    {"type": "link", "url": "https://h.example/a", "text": "Ferry halted"},
                    words(" "),
                    {"type": "emoji", "name": "anchor"},
                    {"type": "user", "user_id": "U1"},
                    {"type": "channel", "channel_id": "C1"},
                    {"type": "broadcast", "range": "here"},
                    {"type": "usergroup", "usergroup_id": "S1"},
                    {"type": "date", "timestamp": 1, "format": "{date}", "fallback": " 1 May"},
                ),
                {"type": "rich_text_list", "style": "bullet", "elements": items},
                {"type": "rich_text_list", "style": "ordered", "indent": 1, "offset": 2, "elements": items},
                {"type": "rich_text_preformatted", "elements": [words("Venn, A.\n2031")]},
                {"type": "rich_text_quote", "elements": [words("exact\n\nwords")]},
            )
        )
    )

    assert [line.rstrip() for line in shown.split("\n")] == [
        "1  Ferry halted (https://h.example/a) ⚓@U1#C1@here@S1 1 May",
        "  • one",
        "  • two",
        "    3. one",
        "    4. two",
        "  Venn, A.",
        "  2031",
        "▎ exact",
        "▎",
        "▎ words",
        "",
    ]


def test_context_is_one_dim_line() -> None:
    elements = [{"type": "mrkdwn", "text": "*Harbour Post*"}, plain("3 May"), {"type": "image", "alt_text": "seal"}]
    text = text_of({"type": "context", "elements": elements})

    assert text.plain == "Harbour Post  3 May  seal"
    assert styled(text, "dim") == ["Harbour Post  3 May  seal"]


def test_fields_of_a_section_are_lines() -> None:
    block = {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Articles*"}, plain("1,204")]}

    assert printed(of(block)) == "Articles\n1,204\n"


def test_everything_that_can_be_pressed_has_a_number_in_order() -> None:
    context, cite = Press(Verb.CONTEXT, "ABCD", 0), Press(Verb.CITE, "ABCD", 0)
    up, down = Press(Verb.RATE, "ABCD", 1), Press(Verb.RATE, "ABCD", 0)
    menu = {"type": "overflow", "options": [option("Show in context", context.value), option("Cite", cite.value)]}
    groups = [{"label": plain("A"), "options": [option("Ada Venn", Press(Verb.CHOOSE, "ABCD", 7).value)]}]
    feedback = {
        "type": "feedback_buttons",
        "positive_button": option("Useful", up.value),
        "negative_button": option("Not right", down.value),
    }
    shown = of(
        {**mrkdwn("Ferry halted"), "accessory": menu},
        {"type": "divider"},
        {"type": "actions", "elements": [button("More passages", PAGE.value), {"option_groups": groups}]},
        {"type": "context_actions", "elements": [feedback]},
    )

    assert shown.choices == (
        Choice("Show in context", context),
        Choice("Cite", cite),
        Choice("More passages", PAGE),
        Choice("Ada Venn", Press(Verb.CHOOSE, "ABCD", 7)),
        Choice("Useful", up),
        Choice("Not right", down, reason=True),
    )
    assert printed(shown, width=60).split("\n") == [
        "Ferry halted",
        "  [1] context   [2] cite",
        "─" * 60,
        "",
        "  [3] More passages   [4] Ada Venn",
        "  [5] Useful   [6] Not right",
        "",
    ]


def test_what_is_no_press_of_ours_has_no_number() -> None:
    away = {"type": "button", "text": plain("Open the article"), "url": "https://h.example/a"}
    elements = [away, button("Odd", "page|ABCD"), button("Odder", "dance|ABCD|1"), button("More", PAGE.value)]
    shown = of({"type": "actions", "elements": elements})

    assert shown.choices == (Choice("More", PAGE),)
    assert printed(shown) == "  Open the article (https://h.example/a)   Odd   Odder   [1] More\n"


def test_an_accessory_that_cannot_be_pressed_leaves_no_empty_line() -> None:
    assert printed(of({**mrkdwn("words"), "accessory": {"type": "image", "alt_text": "seal"}})) == "words\n"


@given(st.lists(st.text("ab ", min_size=1, max_size=30), min_size=1, max_size=20), st.integers(8, 120))
def test_a_line_of_entries_ends_between_two_of_them(labels: list[str], width: int) -> None:
    elements = [button(f"x{label}x", PAGE.value) for label in labels]
    lines = printed(of({"type": "actions", "elements": elements}), width=width).rstrip("\n").split("\n")
    entries = [f"[{number}] x{label}x" for number, label in enumerate(labels, 1)]

    assert max(map(len, lines)) <= width
    assert solid("".join(lines)) == solid("".join(entries))
    assert all(line == line.rstrip() and line.startswith("  ") for line in lines)
    for entry in entries:
        assert len(entry) > width - 2 or any(entry in line for line in lines)


def test_the_menu_beside_a_passage_is_short_and_dim() -> None:
    verbs = (Verb.CONTEXT, Verb.CITE, Verb.SPEAKER, Verb.REPORT)
    options = [option(f"A long name for {verb}", Press(verb, "ABCD", 0).value) for verb in verbs]
    console = Console(file=StringIO(), width=60, highlight=False, force_terminal=True, color_system="standard")
    menu = of({**mrkdwn("Ferry"), "accessory": {"type": "overflow", "options": options}})
    console.print(menu.lines[-1])

    assert isinstance(console.file, StringIO)
    assert console.file.getvalue().replace("\x1b[2m", "").replace("\x1b[0m", "") == (
        "  [1] context   [2] cite   [3] more by speaker   [4] report\n"
    )
    assert console.file.getvalue().count("\x1b[2m") >= 1
    assert [choice.label for choice in menu.choices] == [f"A long name for {verb}" for verb in verbs]


def test_a_form_is_read_field_by_field() -> None:
    since = {"type": "input", "block_id": "s", "label": plain("Since"), "element": {"type": "datepicker"}}
    outlets = {
        "type": "input",
        "block_id": "o",
        "label": plain("Outlets"),
        "hint": plain("Any number."),
        "optional": True,
        "element": {"type": "checkboxes", "options": [option("Harbour Post", "H"), option("Vale Radio", "V")]},
    }
    view = {"title": plain("T"), "blocks": [mrkdwn("*Only* these:"), since, outlets, mrkdwn("So far.")]}
    parts = [(printed(Rendered(lines, ())), block) for lines, block in form_of(view)]

    assert parts == [
        ("\nOnly these:\n", since),
        ("\nOutlets (optional)\n  Any number.\n  [1] Harbour Post   [2] Vale Radio\n", outlets),
        ("\nSo far.\n", None),
    ]


def test_numbers_go_on_where_they_are_told_to() -> None:
    message = Message("invented", ({"type": "actions", "elements": [button("More", PAGE.value)]},))

    assert printed(rendered(message, first=8)) == "  [8] More\n"


def test_a_message_without_blocks_shows_its_text() -> None:
    assert printed(rendered(Message("*Nothing* &amp; nobody", ()))) == "Nothing & nobody\n"


def test_an_unknown_block_is_told_and_not_dropped() -> None:
    assert printed(of({"type": "carousel"})) == "(A block of type carousel cannot be shown here.)\n"


def test_a_modal_lists_its_inputs_with_their_labels() -> None:
    outlets = [option("Harbour Post", "Harbour Post"), option("Vale Radio", "Vale Radio")]
    view = {
        "type": "modal",
        "title": plain("Narrow it"),
        "blocks": [
            mrkdwn("*Only* these:"),
            {
                "type": "input",
                "block_id": "outlets",
                "label": plain("Outlets"),
                "optional": True,
                "element": {"type": "multi_static_select", "action_id": "outlets", "options": outlets},
            },
            {
                "type": "input",
                "block_id": "since",
                "label": plain("Since"),
                "hint": plain("This day is included."),
                "element": {"type": "datepicker", "action_id": "since"},
            },
            {"type": "actions", "elements": [button("More", PAGE.value)]},
        ],
    }
    shown = rendered_view(view, first=3)

    assert shown.choices == (Choice("More", PAGE),)
    assert printed(shown).split("\n") == [
        "Narrow it",
        "Only these:",
        "",
        "Outlets (optional)",
        "  [1] Harbour Post   [2] Vale Radio",
        "",
        "Since",
        "  This day is included.",
        "",
        "  [3] More",
        "",
    ]


def test_a_home_has_no_title() -> None:
    assert printed(rendered_view({"type": "home", "blocks": [mrkdwn("Welcome")]})) == "Welcome\n"


# What Slack gets, in a terminal.

SAID = "“We sail on *Monday*, <not> before,” Ada Venn said."
FERRY = article(
    "hp-1",
    "PORT VENN, May 2 - The ferry stays in port.",
    f"{SAID} Nobody else spoke_up :anchor: & so on.",
    headline="Ferry *halted* <again>",
    outlet="Harbour Post",
    byline="Tom Reed",
    published=date(2031, 5, 2),
    url="https://h.example/a?x=1&y=2",
)
PASSAGE = Passage(
    article=FERRY,
    paragraph=FERRY.paragraphs[1],
    score=1.0,
    marks=(span_of(FERRY, SAID),),
    quotations=(quotation(FERRY, "We sail on *Monday*, <not> before,", "Ada Venn"),),
)
COVERAGE = Coverage(
    articles=3,
    outlets={"Harbour Post": 3},
    sources=frozenset({"Harbour Post"}),
    first=date(2031, 1, 1),
    last=date(2031, 5, 2),
)
FRAME = Frame(answer="ABCD", freshness=Freshness(ingested=datetime(2031, 5, 3, tzinfo=UTC)))
SAILS = Ask(question="When does the ferry sail?")


def test_a_found_answer_has_the_exact_words_the_source_and_a_number_for_each_button() -> None:
    found = Found(passages=(PASSAGE, PASSAGE), confidence=0.9, coverage=COVERAGE)
    shown = rendered(answer_message(SAILS, found, frame=FRAME, size=1))
    lines = printed(shown, width=120).split("\n")

    assert SAILS.question in lines[0]
    assert f"▎ {PASSAGE.text}" in lines
    (source,) = (line for line in lines if "(https://h.example/a?x=1&y=2)" in line)
    assert "<again>" in source
    (facts,) = (line for line in lines if "by Tom Reed" in line)
    assert "Harbour Post" in facts
    assert "2 May 2031" in facts
    assert [choice.press.verb for choice in shown.choices if choice.press.verb is not Verb.RATE] == [
        Verb.CONTEXT,
        Verb.CITE,
        Verb.SPEAKER,
        Verb.REPORT,
        Verb.PAGE,
        Verb.NARROW,
    ]
    assert {choice.press.answer for choice in shown.choices} == {"ABCD"}
    assert [line for line in lines if "cannot be shown" in line] == []


def test_the_judgements_of_an_answer_ask_for_a_reason_when_it_is_not_useful() -> None:
    found = Found(passages=(PASSAGE,), confidence=0.9, coverage=COVERAGE)
    choices = rendered(answer_message(SAILS, found, frame=FRAME, size=1)).choices

    assert [choice for choice in choices if choice.press.verb is Verb.RATE] == [
        Choice(messages.USEFUL, Press(Verb.RATE, "ABCD", 1)),
        Choice(messages.NOT_USEFUL, Press(Verb.RATE, "ABCD", 0), reason=True),
    ]


def test_nothing_found_keeps_what_came_near_behind_a_number() -> None:
    nothing = NotOnFile(near_misses=(PASSAGE,), confidence=0.1, coverage=COVERAGE)
    shown = rendered(answer_message(SAILS, nothing, frame=FRAME, size=1))

    assert messages.NOT_ON_FILE in printed(shown)
    assert SAID not in printed(shown)
    assert shown.choices[0].press == Press(Verb.NEAR, "ABCD", 0)
