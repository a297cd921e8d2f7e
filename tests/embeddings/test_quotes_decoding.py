"""From figures to attributions: what the figures say is what comes out, and never a part of a word."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.news import Span
from embeddings.quotes.decoding import SPEECH, Figures, Limits, attributions
from embeddings.quotes.marks import quoted
from embeddings.quotes.windows import Window

TEXT = "Ann Orr said that the quay isn't open. “It is late,” Pell told the board."
PIECES = [Span(0, 0), *(Span(*match.span()) for match in re.finditer(r"\w+|[^\w\s]", TEXT))]
WINDOW = Window([0] * len(PIECES), PIECES, [0] * len(PIECES), [0] * len(PIECES), [0] * len(PIECES))
RUNS = quoted(TEXT, [Span(0, len(TEXT))])
CONTENT, CUE, MENTION = 0, 3, 6
SURE = 9.0


class Told:
    """Figures in which nothing is anything until it is said to be."""

    def __init__(self) -> None:
        size = len(PIECES)
        self.tags = np.zeros((size, 10), dtype=np.float32)
        self.tags[:, [CONTENT, CUE, MENTION]] = SURE
        self.to_cue, self.to_mention = (np.zeros((size, size), dtype=np.float32) for _ in range(2))

    def says(self, layer: int, words: str) -> int:
        """Tag these words; returns their first piece."""
        start = TEXT.index(words)
        places = [i for i, span in enumerate(PIECES) if start <= span.start < span.end <= start + len(words)]
        self.tags[places, layer] = -SURE
        self.tags[places[0], layer + 1] = SURE
        self.tags[places[1:], layer + 2] = SURE
        return places[0]

    def attribute(self, content: str, cue: str, mention: str | None, *, speech: float = SURE) -> None:
        """All that an attribution needs."""
        start = TEXT.index(content)
        first_of_cue = self.says(CUE, cue)
        self.says(CONTENT, content)
        inside = [i for i, span in enumerate(PIECES) if start <= span.start < span.end <= start + len(content)]
        self.to_cue[inside, first_of_cue] = SURE
        self.to_mention[first_of_cue, self.says(MENTION, mention) if mention else 0] = SURE
        self.tags[first_of_cue, SPEECH] = speech

    @property
    def figures(self) -> tuple[Figures, Figures, Figures]:
        """What the network would have given."""
        return self.tags, self.to_cue, self.to_mention


def shown(told: Told) -> list[tuple[list[str], str | None, str | None]]:
    found = attributions(TEXT, WINDOW, told.figures, RUNS, Limits())
    return [
        (
            [part.cut(TEXT) for part in one.content],
            one.cue.cut(TEXT) if one.cue else None,
            one.mention.cut(TEXT) if one.mention else None,
        )
        for one in found
    ]


def test_content_goes_to_the_cue_and_the_mention_that_its_arcs_point_to() -> None:
    told = Told()
    told.attribute("that the quay isn't open", "said", "Ann Orr")
    told.attribute("“It is late,”", "told", "Pell")
    assert shown(told) == [
        (["that the quay isn't open"], "said", "Ann Orr"),
        (["“It is late,”"], "told", "Pell"),
    ]


def test_a_belief_is_no_report() -> None:
    told = Told()
    told.attribute("that the quay isn't open", "said", "Ann Orr", speech=-SURE)
    assert shown(told) == []


def test_nobody_is_credited_where_the_arc_points_to_nobody() -> None:
    told = Told()
    told.attribute("that the quay isn't open", "said", None)
    told.says(MENTION, "Pell")
    assert shown(told) == [(["that the quay isn't open"], "said", None)]


def test_most_of_what_stands_between_marks_is_all_of_it() -> None:
    told = Told()
    told.attribute("It is late", "told", "Pell")
    assert shown(told) == [(["“It is late,”"], "told", "Pell")]


def test_marks_that_no_cue_claims_are_kept_and_credited_to_nobody() -> None:
    told = Told()
    told.says(CONTENT, "“It is late,”")
    told.says(CONTENT, "the quay")
    assert shown(told) == [(["“It is late,”"], None, None)]


def test_a_stretch_that_only_parts_two_quotations_is_no_empty_place() -> None:
    text = "“It is late,” “Go home,” Orr said."
    pieces = [Span(0, 0), *(Span(*match.span()) for match in re.finditer(r"\w+|[^\w\s]", text))]
    zeros = [0] * len(pieces)
    tags = np.zeros((len(pieces), 10), dtype=np.float32)
    tags[:, [CONTENT, CUE, MENTION]] = SURE
    between = [i for i, span in enumerate(pieces) if text[span.start : span.end] in "”“" and 10 < span.start < 17]
    tags[between, CONTENT] = -SURE
    tags[between[0], CONTENT + 1] = tags[between[1], CONTENT + 2] = SURE
    said = next(i for i, span in enumerate(pieces) if span.cut(text) == "said")
    tags[said, CUE], tags[said, CUE + 1], tags[said, SPEECH] = -SURE, SURE, SURE
    to_cue = np.zeros((len(pieces), len(pieces)), dtype=np.float32)
    to_cue[between, said] = SURE
    window = Window(zeros, pieces, zeros, zeros, zeros)
    runs = quoted(text, [Span(0, len(text))])
    found = attributions(text, window, (tags, to_cue, np.zeros_like(to_cue)), runs, Limits())
    assert found
    assert all(part.start < part.end for one in found for part in one.content)


def test_sure_figures_give_a_sure_attribution_and_shaky_ones_a_shaky_one() -> None:
    told, shaky = Told(), Told()
    for one in (told, shaky):
        one.attribute("that the quay isn't open", "said", "Ann Orr")
    shaky.to_mention /= 4
    sure, unsure = (attributions(TEXT, WINDOW, one.figures, RUNS, Limits())[0] for one in (told, shaky))
    assert sure.confidence > 0.9 > unsure.confidence


def test_nothing_in_a_window_without_words() -> None:
    empty = Window([1, 2], [Span(0, 0), Span(0, 0)], [0, 0], [0, 0], [0, 0])
    nothing = np.zeros((2, 2), dtype=np.float32)
    assert attributions(TEXT, empty, (np.zeros((2, 10), dtype=np.float32), nothing, nothing), RUNS, Limits()) == []


@pytest.mark.parametrize("scale", [0.5, 4.0])
@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_whatever_the_figures_places_are_whole_words_in_order(seed: int, scale: float) -> None:
    draw = np.random.default_rng(seed)
    size = len(PIECES)
    figures = tuple(
        draw.normal(0, scale, shape).astype(np.float32) for shape in ((size, 10), (size, size), (size, size))
    )
    for one in attributions(TEXT, WINDOW, (figures[0], figures[1], figures[2]), RUNS, Limits()):
        assert 0 <= one.confidence <= 1
        places = [*one.content, *filter(None, (one.cue, one.mention))]
        assert all(0 <= start < end <= len(TEXT) for start, end in places)
        assert all(a.end <= b.start for a, b in pairwise(one.content))
        for start, end in places:
            assert not re.fullmatch(r"\w\w", TEXT[max(0, start - 1) : start + 1])
            assert not re.fullmatch(r"\w\w", TEXT[end - 1 : end + 1])
