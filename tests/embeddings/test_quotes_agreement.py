"""Rules and tagger make one list: marks are the rules', the rest is the tagger's."""

from __future__ import annotations

from embeddings.news import Attribution, Span
from embeddings.quotes.agreement import agreed
from embeddings.quotes.marks import quoted

TEXT = "“It is open,” said Orr. “Come in.” Pell said that the board was late. She called it “a shame”."
RUNS = quoted(TEXT, [Span(0, len(TEXT))])


def at(*contents: str, cue: str, mention: str | None) -> Attribution:
    def place(words: str) -> Span:
        start = TEXT.index(words)
        return Span(start, start + len(words))

    return Attribution(
        content=tuple(map(place, contents)), cue=place(cue), mention=place(mention) if mention else None, confidence=0.5
    )


SPLIT = at("“It is open,”", "“Come in.”", cue="said", mention="Orr")
HALF = at("“It is open,”", cue="said", mention="Orr")
INDIRECT = at("that the board was late", cue="said that", mention="Pell")
SHAME = at("it “a shame”", cue="called", mention="She")


def test_what_stands_wholly_between_marks_is_the_rules() -> None:
    assert agreed(TEXT, [SPLIT], [HALF], RUNS) == [SPLIT]


def test_indirect_speech_is_the_taggers() -> None:
    longer = at("the board was late", cue="said that", mention="Pell")
    assert agreed(TEXT, [longer], [INDIRECT], RUNS) == [INDIRECT]
    assert agreed(TEXT, [INDIRECT], [], RUNS) == []


def test_marks_that_the_tagger_missed_are_taken_from_the_rules() -> None:
    assert agreed(TEXT, [SPLIT, SHAME], [INDIRECT], RUNS) == [SPLIT, INDIRECT, SHAME]


def test_nothing_from_nothing() -> None:
    assert agreed(TEXT, [], [], RUNS) == []
