"""Rules and tagger make one list: marks are the rules', the rest is the tagger's."""

from __future__ import annotations

from embeddings.news import Attribution, Span
from embeddings.quotes.agreement import agreed, open_paragraphs, settled
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


def both(ruled: list[Attribution], tagged: list[Attribution]) -> list[Attribution]:
    return agreed(settled(TEXT, ruled, RUNS), ruled, tagged, RUNS)


SPLIT = at("“It is open,”", "“Come in.”", cue="said", mention="Orr")
HALF = at("“It is open,”", cue="said", mention="Orr")
INDIRECT = at("that the board was late", cue="said that", mention="Pell")
SHAME = at("it “a shame”", cue="called", mention="She")


def test_what_stands_wholly_between_marks_is_the_rules() -> None:
    assert both([SPLIT], [HALF]) == [SPLIT]


def test_indirect_speech_is_the_taggers() -> None:
    longer = at("the board was late", cue="said that", mention="Pell")
    assert both([longer], [INDIRECT]) == [INDIRECT]
    assert both([INDIRECT], []) == []


def test_marks_that_the_tagger_missed_are_taken_from_the_rules() -> None:
    assert both([SPLIT, SHAME], [INDIRECT]) == [SPLIT, INDIRECT, SHAME]


def test_nothing_from_nothing() -> None:
    assert both([], []) == []


def test_a_medium_that_quotes_somebody_is_not_credited_with_the_words() -> None:
    text = "The agency quoted Orr as saying that the quay was open."
    said = (Span(text.index("that"), len(text) - 1),)
    quoted_as, orr = Span(11, 17), Span(18, 21)
    relayed = Attribution(content=said, cue=quoted_as, mention=orr)
    agencys = Attribution(content=said, cue=quoted_as, mention=Span(0, 10))
    assert (quoted_as.cut(text), orr.cut(text)) == ("quoted", "Orr")
    assert agreed(settled(text, [relayed], ()), [relayed], [agencys], ()) == [relayed]


def test_only_paragraphs_that_hold_more_than_what_is_settled_are_left_to_the_tagger() -> None:
    spoken = "“It is open,” said Orr."
    text = f"{spoken}\n\nPell said that the board was late again."
    settled_here = at("“It is open,”", cue="said", mention="Orr")
    paragraphs = [Span(0, len(spoken)), Span(len(spoken) + 2, len(text))]
    assert open_paragraphs(text, paragraphs, [settled_here], RUNS[:1]) == paragraphs[1:]
    assert open_paragraphs(text, paragraphs, [], RUNS[:1]) == paragraphs


def test_a_paragraph_without_marks_or_a_word_that_can_report_is_left_out() -> None:
    text = "The ferry left the harbour at noon and came back in the evening."
    assert open_paragraphs(text, [Span(0, len(text))], [], ()) == []


def test_a_speaker_that_the_tagger_breaks_off_is_taken_whole_from_the_rules() -> None:
    text = "Orr and Pell confirmed that the quay was open."
    said, cue = (Span(text.index("that"), len(text) - 1),), Span(13, 22)
    ruled = Attribution(content=said, cue=cue, mention=Span(0, 12))
    broken = Attribution(content=said, cue=cue, mention=Span(0, 7))
    (one,) = agreed([], [ruled], [broken], ())
    assert one.mention is not None
    assert one.mention.cut(text) == "Orr and Pell"
