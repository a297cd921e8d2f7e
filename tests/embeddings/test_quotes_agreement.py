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
    return agreed(TEXT, settled(TEXT, ruled, RUNS), ruled, tagged, RUNS)


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
    assert agreed(text, settled(text, [relayed], ()), [relayed], [agencys], ()) == [relayed]


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
    (one,) = agreed(text, [], [ruled], [broken], ())
    assert one.mention is not None
    assert one.mention.cut(text) == "Orr and Pell"


def test_words_between_marks_go_to_whoever_spoke_last() -> None:
    text = "It is shut, the board said, and Orr said that he agreed. “I would have shut it.”"
    runs = quoted(text, [Span(0, len(text))])
    place = {words: Span(text.index(words), text.index(words) + len(words)) for words in _PARTS}
    shut, agreed_to, more = place["It is shut"], place["that he agreed"], place["“I would have shut it.”"]
    board, orr = place["the board"], place["Orr"]
    boards, orrs = Span(board.end + 1, board.end + 5), Span(orr.end + 1, orr.end + 5)
    ruled = [
        Attribution(content=(shut,), cue=boards, mention=board),
        Attribution(content=(agreed_to, more), cue=orrs, mention=orr),
    ]
    tagged = [
        Attribution(content=(shut, more), cue=boards, mention=board),
        Attribution(content=(agreed_to,), cue=orrs, mention=orr),
    ]
    assert agreed(text, [], ruled, tagged, runs) == ruled


_PARTS = ("It is shut", "that he agreed", "“I would have shut it.”", "the board", "Orr")


def test_the_taggers_words_begin_where_the_rules_find_that() -> None:
    text = "Orr said after the vote that the quay was shut."
    that = Span(text.index("that"), len(text) - 1)
    ruled = Attribution(content=(that,), cue=Span(4, 8), mention=Span(0, 3))
    long = Attribution(content=(Span(text.index("the vote"), that.end),), cue=Span(4, 8), mention=Span(0, 3))
    assert agreed(text, [], [ruled], [long], ()) == [ruled]


def test_words_that_break_off_or_miss_some_are_less_sure() -> None:
    text = "Orr asked the board to drain the old quay of the town where nobody lives."
    cue, orr = Span(4, 9), Span(0, 3)

    def confidence(*parts: str) -> float:
        content = tuple(Span(text.index(part), text.index(part) + len(part)) for part in parts)
        (one,) = agreed(text, [], [], [Attribution(content=content, cue=cue, mention=orr, confidence=0.8)], ())
        return one.confidence

    assert confidence("the board to drain the old quay") == 0.8
    assert confidence("the board to drain the old quay of the town where") < 0.5
    assert confidence("the board", "the old quay of the town") == 0.8
    assert confidence("the board", "of the town where nobody lives") < 0.5


def test_words_of_the_next_sentence_and_words_that_lead_to_a_verb_are_less_sure() -> None:
    text = "Orr said that the quay, which was built in May, would close. Their plans failed."
    cue, orr = Span(4, 8), Span(0, 3)
    whole = Span(9, text.index(". Their"))
    short = Span(9, text.index(", would"))
    stray = Span(text.index("Their plans"), text.index(" failed"))
    given = [Attribution(content=parts, cue=cue, mention=orr) for parts in ((whole,), (short,), (whole, stray))]
    confidences = [agreed(text, [], [], [one], ())[0].confidence for one in given]
    assert confidences[0] == 1.0
    assert max(confidences[1:]) < 1.0


def test_another_ones_cue_is_cut_off_the_end() -> None:
    text = "Pell, who said that she was ill told the court that it was late."
    ill = Span(text.index("that she"), text.index(" the court"))
    late = Span(text.index("that it"), len(text) - 1)
    told = Span(text.index("told"), text.index(" the court"))
    ones = [
        Attribution(content=(ill,), cue=Span(10, 14), mention=Span(6, 9)),
        Attribution(content=(late,), cue=told, mention=Span(0, 4)),
    ]
    assert [one.content[0].cut(text) for one in agreed(text, [], [], ones, ())] == [
        "that she was ill",
        "that it was late",
    ]
