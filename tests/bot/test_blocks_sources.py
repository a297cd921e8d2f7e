from __future__ import annotations

from dataclasses import replace

from bot import messages
from bot.blocks.sources import checked_message
from bot.talk import SourceOf
from embeddings import Checked, Likeness, Span, Step
from tests.bot.invented import COVERAGE, FRAME, LONG, SAID, SHUT, TOLD
from tests.bot.reading import all_text, menus, quoted, styled
from tests.fakes import span_of

PASTED = "The crane at Pier Six stays shut"
ON_FILE = "The crane at Pier Seven stays shut"
WHERE = span_of(SAID.article, ON_FILE)


def step(asked: str, on_file: str, *, same: bool) -> Step:
    here, there = PASTED.index(asked), SHUT.index(on_file)
    return Step(Span(here, here + len(asked)), Span(there, there + len(on_file)), same)


LIKE = Likeness(
    passage=SAID,
    span=WHERE,
    steps=(
        step("The crane at Pier ", "The crane at Pier ", same=True),
        step("Six", "Seven", same=False),
        step(" stays shut", " stays shut", same=True),
    ),
    score=0.9,
)
EXACT = Likeness(passage=SAID, span=WHERE, steps=(Step(Span(0, len(ON_FILE)), WHERE, True),), score=1.0)


def checked(asked: str, *likenesses: Likeness) -> Checked:
    return Checked(asked=asked, likenesses=likenesses, coverage=COVERAGE)


def test_exact_words_are_said_to_be_on_file() -> None:
    message = checked_message(SourceOf(text=ON_FILE), checked(ON_FILE, EXACT), frame=FRAME)
    assert messages.EXACTLY_ON_FILE in message.text
    assert ["".join(piece["text"] for piece in pieces) for pieces in quoted(message.blocks)] == [ON_FILE]
    assert styled(message.blocks, "bold") == styled(message.blocks, "strike") == []


def test_a_difference_shows_both_word_by_word_with_a_legend() -> None:
    message = checked_message(SourceOf(text=PASTED), checked(PASTED, LIKE), frame=FRAME)
    (pieces,) = quoted(message.blocks)
    assert "".join(piece["text"] for piece in pieces) == ON_FILE
    assert styled(pieces, "bold") == ["Seven"]
    assert styled(message.blocks, "strike") == ["Six"]
    assert messages.SPLIT not in styled(message.blocks, "italic")
    read = all_text(message.blocks)
    assert messages.LIKE_ON_FILE in read
    assert read.index(messages.ON_FILE) < read.index("Seven") < read.index(messages.YOURS) < read.rindex("Six")


def test_only_words_on_file_stand_in_a_quote() -> None:
    blocks = checked_message(SourceOf(text=PASTED), checked(PASTED, LIKE), frame=FRAME).blocks
    assert all("Six" not in piece["text"] for pieces in quoted(blocks) for piece in pieces)


def test_what_was_not_compared_of_the_text_is_signed() -> None:
    longer = f"He wrote: {PASTED}. And more."
    moved = replace(
        LIKE, steps=tuple(Step(Span(s.asked.start + 10, s.asked.end + 10), s.on_file, s.same) for s in LIKE.steps)
    )
    blocks = checked_message(SourceOf(text=longer), checked(longer, moved), frame=FRAME).blocks
    assert styled(blocks, "strike") == ["Six"]
    assert styled(blocks, "italic").count(messages.SPLIT) == 2


def test_at_most_five_are_shown_each_with_its_source_and_the_rest_is_counted() -> None:
    message = checked_message(SourceOf(text=PASTED), checked(PASTED, *[LIKE] * 7), frame=FRAME)
    assert len(quoted(message.blocks)) == len(menus(message.blocks)) == len(message.shown) == 5
    assert messages.more_likenesses(2) in all_text(message.blocks)


def test_a_quotation_that_is_not_on_file_is_named_beside_one_that_is() -> None:
    asked = f"{PASTED} and “we have enough boats for all”"
    start = asked.index("we have")
    found = replace(checked(asked, EXACT), missing=(Span(start, len(asked) - 1),))
    read = all_text(checked_message(SourceOf(text=asked), found, frame=FRAME).blocks)
    assert messages.PARTLY_ON_FILE in read
    assert messages.EXACTLY_ON_FILE not in read
    assert messages.MISSING in read
    assert "we have enough boats for all" in read


def test_words_given_to_somebody_else_are_said_not_to_be_given_to_them_here() -> None:
    message = checked_message(SourceOf(text=PASTED), checked(PASTED, replace(LIKE, disputed="Orla Venn")), frame=FRAME)
    assert messages.disputed("Orla Venn") in all_text(message.blocks)
    assert "never" not in all_text(message.blocks)


def test_nothing_like_it_says_what_was_searched() -> None:
    message = checked_message(SourceOf(text=PASTED), checked(PASTED), frame=FRAME)
    read = all_text(message.blocks)
    assert messages.UNLIKE in read
    assert "Searched 1,778 articles" in read
    assert messages.NO_EVIDENCE in read
    assert quoted(message.blocks) == []


def test_long_words_are_cut_with_a_sign() -> None:
    passage = replace(TOLD, marks=())
    asked = LONG * 9
    whole = Likeness(
        passage=passage,
        span=passage.paragraph.span,
        steps=(Step(Span(0, len(asked)), passage.paragraph.span, False),),
        score=0.5,
    )
    blocks = checked_message(SourceOf(text=asked), checked(asked, *[whole] * 3), frame=FRAME).blocks
    assert all_text(blocks).count(messages.CUT) == 3
    assert all("".join(piece["text"] for piece in pieces) in LONG for pieces in quoted(blocks))


def test_words_that_are_all_on_file_but_parted_are_said_to_be() -> None:
    asked = "The crane stays shut"
    on_file = "The crane at Pier Seven stays shut"
    parted = Likeness(
        passage=SAID,
        span=span_of(SAID.article, on_file),
        steps=(
            Step(Span(0, 9), span_of(SAID.article, "The crane"), True),
            Step(Span(9, 9), span_of(SAID.article, " at Pier Seven"), False),
            Step(Span(9, 20), span_of(SAID.article, " stays shut"), True),
        ),
        score=1.0,
    )
    message = checked_message(SourceOf(text=asked), checked(asked, parted), frame=FRAME)
    read = all_text(message.blocks)
    assert messages.PARTED_ON_FILE in read
    assert messages.PARTED_ON_FILE in message.text
    assert messages.LIKE_ON_FILE not in read
    assert styled(quoted(message.blocks), "bold") == [" at Pier Seven"]
    assert messages.YOURS not in read


def test_words_that_have_marks_get_no_others() -> None:
    asked = "“They will not lift …”"
    read = all_text(checked_message(SourceOf(text=asked), checked(asked), frame=FRAME).blocks)
    assert "““" not in read
    assert f"*{asked}*" in read


def test_what_is_shown_is_told_with_the_place_of_its_words() -> None:
    message = checked_message(SourceOf(text=PASTED), checked(PASTED, LIKE), frame=FRAME)
    assert [one.span for one in message.shown] == [WHERE]
