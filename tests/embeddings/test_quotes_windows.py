"""Windows hold the whole text, each piece with its place and what is known of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from embeddings.encoder.model import DEFAULT_MODEL, find_model
from embeddings.errors import ModelError
from embeddings.news import Span
from embeddings.paragraphs import paragraphs
from embeddings.quotes.marks import CLOSING, DOUBLE, OPENING, OUTSIDE, quoted
from embeddings.quotes.rules import RulesFinder
from embeddings.quotes.windows import (
    BEGUN,
    CAPITAL,
    CAPITALS,
    CUED,
    DIGITS,
    LOWER,
    MENTIONED,
    MOST,
    SAID,
    SIGNS,
    UNSAID,
    Window,
    windows,
)


def load() -> Tokenizer:
    found = Tokenizer.from_file(str(find_model(DEFAULT_MODEL).folder / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


TOKENIZER = load()


def read(text: str, *, aim: int = 128) -> list[Window]:
    spans = [paragraph.span for paragraph in paragraphs(text)]
    runs = quoted(text, spans)
    return windows(text, spans, runs, TOKENIZER, ruled=RulesFinder().find(text, spans, runs), aim=aim)


def pieces(window: Window, text: str) -> list[tuple[str, int, int, int]]:
    told = zip(window.spans, window.shapes, window.states, window.hints, strict=True)
    return [(span.cut(text), shape, state, hint) for span, shape, state, hint in told if span.end > span.start]


def test_each_piece_knows_its_shape_its_marks_and_what_the_rules_make_of_it() -> None:
    text = "“It costs 9,” ORR said."
    (window,) = read(text)
    assert pieces(window, text) == [
        ("“", SIGNS, OPENING, BEGUN),
        ("It", CAPITAL, DOUBLE, SAID),
        ("costs", LOWER, DOUBLE, SAID),
        ("9", DIGITS, DOUBLE, SAID),
        (",", SIGNS, DOUBLE, SAID),
        ("”", SIGNS, CLOSING, SAID),
        ("ORR", CAPITALS, OUTSIDE, MENTIONED),
        ("said", LOWER, OUTSIDE, CUED),
        (".", SIGNS, OUTSIDE, UNSAID),
    ]


def test_paragraphs_share_a_window_until_it_is_full() -> None:
    text = "\n\n".join(["The quay is open again."] * 10)
    assert [len(window) for window in read(text, aim=20)] == [15] * 5
    assert len(read(text)) == 1


def test_what_a_colon_announces_stays_with_it() -> None:
    opening = "The harbour master of Velmora wrote this to the board:"
    text = f"{opening}\n\n“We cannot open the quay before the winter, whatever the minister may say in public.”"
    assert len(read(text, aim=16)) == 1


def test_an_endless_paragraph_is_cut_between_sentences() -> None:
    text = "The quay is open again. " * 200
    found = read(text)
    assert all(len(window) <= MOST + 2 for window in found)
    assert {text[window.spans[1].start : window.spans[1].end] for window in found} == {"The"}


def test_a_tokenizer_of_another_kind_is_refused() -> None:
    from tokenizers.models import WordLevel

    text = "Orr said so."
    with pytest.raises(ModelError, match="reinstall"):
        windows(text, [Span(0, len(text))], (), Tokenizer(WordLevel({"[UNK]": 0}, unk_token="[UNK]")), ruled=())


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("abzÄé日 .,:\n“”\"'’—9ſ\u0301\U0001f600"), max_size=300))
def test_places_are_places_of_the_text_in_order(text: str) -> None:
    last = 0
    for window in read(text):
        assert len(window.ids) == len(window.spans) == len(window.shapes) == len(window.states) == len(window.hints)
        for start, end in window.spans[1:]:
            assert last <= start <= end <= len(text) or start < last <= end
            last = max(last, start)
