from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import messages
from bot.blocks.parts import (
    ELLIPSIS,
    address,
    blank,
    bold,
    code,
    context,
    cut,
    fallback,
    harmless,
    header,
    label,
    link,
    marked,
    mention,
    plain,
    sentence,
    shares,
    text,
    tidy,
    timed,
    units,
    weight,
    window,
)
from embeddings import Span
from tests.bot import generated as made

unhurried = settings(deadline=None)


def test_nothing_in_a_text_pings_links_or_formats() -> None:
    assert plain("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert plain("*bold* _slanted_ ~struck~ `code`") == "∗bold∗ ˍslantedˍ ∼struck∼ ˋcodeˋ"
    assert plain(":smile: at 12:30:45") == "∶smile: at 12:30:45"
    assert plain("> quoted") == "› quoted"


def test_only_what_is_to_be_typed_stands_out_in_a_sentence_of_the_bot_and_is_exactly_that() -> None:
    told = sentence("Set `ONRECORD_ALLOW_GUESTS=yes`, or *this* <!channel>.")
    assert told == [
        text("Set "),
        text("ONRECORD_ALLOW_GUESTS=yes", "code"),
        text(", or *this* <!channel>."),
    ]
    assert sentence("one ` alone") == [text("one ` alone")]
    assert sentence(" ") == [text(ELLIPSIS)]


def test_what_is_to_be_typed_keeps_its_signs() -> None:
    assert code("/quotes A_B *since* 2026 <X>") == "`/quotes A_B *since* 2026 &lt;X&gt;`"
    assert code("a`b") == "`aˋb`"


def test_a_moment_is_told_by_the_readers_clock_and_else_in_utc() -> None:
    one, other = datetime(2026, 10, 14, 9, 40, tzinfo=UTC), datetime(2026, 10, 15, 9, 40, tzinfo=UTC)
    line = f"last ingest {messages.minute(one)}; the one before {messages.minute(other)}"
    token = "<!date^{}^{{date_short_pretty}} at {{time}}|{}>".format
    told = timed(line, one, None, other, one)
    assert told == (
        f"last ingest {token(int(one.timestamp()), messages.minute(one))}; "
        f"the one before {token(int(other.timestamp()), messages.minute(other))}"
    )
    assert timed(line, None) == line


def test_direction_signs_do_not_leave_the_words_that_they_came_with() -> None:
    assert tidy("a\u202eb\u2066c\n\n d\x00") == "abc d\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("words", ["", " \n\t", "\u200b\u2060\ufeff", "\u3164", "\u202e\u00ad"])
def test_what_cannot_be_seen_is_blank(words: str) -> None:
    assert blank(words)
    assert bold(words) == ""
    assert label(words)["text"] == ELLIPSIS
    assert header(words)["text"]["text"] == ELLIPSIS
    assert fallback(words)


def test_what_can_be_seen_is_not_blank() -> None:
    assert not blank(" . ")
    assert not blank("\ud83d")


@unhurried
@given(made.texts)
def test_harmless_words_are_the_same_words_character_for_character(words: str) -> None:
    sent = harmless(words)
    assert len(sent) == len(words)
    sent.encode()
    assert all(one == other or other == "\N{REPLACEMENT CHARACTER}" for one, other in zip(words, sent, strict=True))
    changed = {one for one, other in zip(words, sent, strict=True) if one != other}
    assert all(unicodedata.category(one) in ("Cc", "Cs") for one in changed)


@unhurried
@given(made.texts, st.integers(1, 400))
def test_a_cut_text_fits_and_says_that_it_goes_on(words: str, limit: int) -> None:
    shown = cut(words, limit)
    assert units(shown) <= limit
    assert shown == words or (shown.endswith(ELLIPSIS) and words.startswith(shown[:-1]))


@unhurried
@given(made.texts, st.integers(10, 400))
def test_escaped_text_fits_as_it_is_sent(words: str, limit: int) -> None:
    assert units(plain(words, limit)) <= limit


@pytest.mark.parametrize(
    ("words", "limit", "shown"),
    [
        ("The crane stays shut", 12, "The crane…"),
        ("The crane", 9, "The crane"),
        ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 20, "👩‍👩‍👧‍👦…"),
        ("🇫🇷🇩🇪", 6, "🇫🇷…"),
        ("abcde\u0301f", 6, "abcd…"),
        ("👍🏽👍🏽", 7, "👍🏽…"),
    ],
)
def test_a_cut_falls_between_words_or_else_between_characters_as_people_see_them(
    words: str, limit: int, shown: str
) -> None:
    assert cut(words, limit) == shown


@unhurried
@given(made.texts, st.data())
def test_a_window_shows_the_focus_as_far_as_it_fits(words: str, data: st.DataObject) -> None:
    words += "."
    focus = data.draw(made.spans(Span(0, len(words))))
    limit = data.draw(st.integers(60, 500))
    shown = window(words, focus, limit)
    assert units(shown.cut(words)) <= limit
    assert 0 <= shown.start < shown.end <= len(words)
    first, last = words[focus.start], words[focus.end - 1]
    if units(focus.cut(words)) <= limit // 2 and not (first.isspace() or last.isspace()):
        assert shown.start <= focus.start
        assert len(words) < limit or focus.start < shown.end


def test_a_window_begins_and_ends_between_words() -> None:
    words = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    focus = Span(words.index("seven"), words.index("eight"))
    shown = window(words, focus, 30).cut(words)
    assert "seven" in shown
    assert set(shown.split()) <= set(words.split())


@unhurried
@given(st.lists(st.integers(0, 5000), max_size=8), st.integers(-10, 9000))
def test_shares_are_fair(wanted: list[int], room: int) -> None:
    given_out = shares(wanted, room)
    assert sum(given_out) <= max(0, room)
    assert all(0 <= got <= want for got, want in zip(given_out, wanted, strict=True))
    short = [got for got, want in zip(given_out, wanted, strict=True) if got < want]
    if short:
        assert max(short) - min(short) <= len(wanted)
        assert max(given_out) <= max(short) + len(wanted)
        assert sum(given_out) >= room - len(wanted)


@unhurried
@given(made.texts, st.data())
def test_marked_words_are_all_the_words_once(words: str, data: st.DataObject) -> None:
    words += "."
    within = data.draw(made.spans(Span(0, len(words))))
    marks = data.draw(st.lists(made.spans(Span(0, len(words))), max_size=4))
    pieces = marked(words, within, marks, "bold")
    assert "".join(piece["text"] for piece in pieces) == harmless(within.cut(words))
    under = sum(any(mark.start <= at < mark.end for mark in marks) for at in range(*within))
    assert sum(len(piece["text"]) for piece in pieces if "style" in piece) == under
    assert all(piece["text"] for piece in pieces)


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://ledger.example/a", "https://ledger.example/a"),
        ('HTTP://Ledger.example/a|b<c>"d', "http://Ledger.example/a%7Cb%3Cc%3E%22d"),
        ("javascript:alert(1)", None),
        ("mailto:a@b.example", None),
        ("https://", None),
        ("https:///path", None),
        ("https://a.example/\u202egpj", None),
        ("https://a.example/" + "x" * 400, None),
        ("", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_are_linked(url: str | None, sent: str | None) -> None:
    assert address(url) == sent


def test_a_link_is_escaped() -> None:
    assert link("https://a.example/?x=1&y=2", "*A* | <b>") == "<https://a.example/?x=1&amp;y=2|∗A∗ | &lt;b&gt;>"


def test_only_a_user_id_is_mentioned() -> None:
    assert mention("U01ALICE") == "<@U01ALICE>"
    assert mention("!channel") == "!channel"
    assert mention("U1> <!here") == "U1&gt; &lt;!here"


def test_a_line_that_does_not_fit_is_left_out_whole() -> None:
    assert context("*a*", "b" * 5000, "c")["elements"][0]["text"] == "*a*\nc"


def test_what_weighs_is_what_is_read_sent_and_linked() -> None:
    assert (
        weight([{"text": "😀a", "url": "bb", "title": "c", "value": "d", "type": "never"}, ({"x": {"text": "e"}},)])
        == 8
    )
