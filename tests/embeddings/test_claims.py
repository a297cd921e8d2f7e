"""Words given to somebody whom the article does not credit with them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from embeddings.claims import with_disputed
from embeddings.identity import speakers
from embeddings.identity.whois import Directory
from embeddings.news import (
    Article,
    Checked,
    Coverage,
    Kind,
    Likeness,
    Named,
    NameUse,
    Nature,
    Passage,
    Quotation,
    Span,
    Step,
)
from tests.fakes import article

WORDS = "a good neighbour knocks"
DIRECTORY = Directory(
    speakers(
        NameUse(name=name, nature=nature, quotations=2)
        for name, nature in (
            ("Sorvei Al Denna", Nature.PERSON),
            ("Al Denna", Nature.PERSON),
            ("Merrin Tolvane", Nature.PERSON),
            ("Bastian Corrowe", Nature.PERSON),
            ("Brida Corrowe", Nature.PERSON),
            ("Vessel Inquiry", Nature.GROUP),
        )
    )
)


def named(text: str, name: str, nature: Nature) -> Named:
    start = text.index(name)
    return Named(name=name, nature=nature, mention=Span(start, start + len(name)), proof=Span(start, start + len(name)))


def disputed(
    pasted: str, *, by: Iterable[str] = ("Sorvei Al Denna",), nature: Nature = Nature.PERSON, confidence: float = 0.9
) -> str | None:
    """What is told of a message that holds the words, which the article credits to these speakers."""
    credited = tuple(by)
    on_file: Article = article("a", f"“{WORDS},” said {' and '.join(credited) or 'nobody'}.")
    span = Span(1, 1 + len(WORDS))
    quotation = Quotation(
        content=(span,),
        kind=Kind.DIRECT,
        cue=None,
        speakers=tuple(named(on_file.text, name, nature) for name in credited),
        confidence=confidence,
    )
    passage = Passage(article=on_file, paragraph=on_file.paragraphs[0], score=1.0, quotations=(quotation,))
    start = pasted.index(WORDS)
    step = Step(Span(start, start + len(WORDS)), span, True)
    coverage = Coverage(articles=1, outlets={}, sources=frozenset(), first=None, last=None)
    likeness = Likeness(passage=passage, span=span, steps=(step,), score=1.0)
    checked = Checked(asked=pasted, likenesses=(likeness,), coverage=coverage)
    return with_disputed(checked, DIRECTORY).likenesses[0].disputed


@pytest.mark.parametrize(
    ("around", "claimed"),
    [
        ("“{},” said Merrin Tolvane", "Merrin Tolvane"),
        ("“{},” said Harbour Minister Tolvane on Monday", "Merrin Tolvane"),
        ("Did Merrin Tolvane really say “{}”?", "Merrin Tolvane"),
        ("merrin tolvane said {} and left", "Merrin Tolvane"),
        ("Tolvane: “{}”", "Merrin Tolvane"),
        ("“{}” — Merrin Tolvane", "Merrin Tolvane"),
        ("“{}” (by Merrin Tolvane)", "Merrin Tolvane"),
        ("According to Tolvane, “{}”", "Merrin Tolvane"),
        ("“{},” said Corrowe", "Corrowe"),
        ("“We sail on,” Tolvane said. “{},” said Bastian Corrowe.", "Bastian Corrowe"),
    ],
)
def test_somebody_else_is_disputed(around: str, claimed: str) -> None:
    assert disputed(around.format(WORDS)) == claimed


@pytest.mark.parametrize(
    "around",
    [
        "“{},” said Sorvei Al Denna",
        "“{},” said Sorvei Aldenna",
        "“{},” said Al Denna",
        "“{},” said Sorvei",
        "“{}” - who said that?",
        "“{},” she said",
        "“{},” Al Denna told Merrin Tolvane",
        "Tolvane was in town. “{}” was heard there.",
        "“{},” said Somebody Tolvane",
        "“{},” said Nobody Known",
        "“{},” said the Vessel Inquiry of Al Denna",
    ],
)
def test_nobody_is_disputed_who_may_be_meant_or_to_whom_nothing_is_given(around: str) -> None:
    assert disputed(around.format(WORDS)) is None


@pytest.mark.parametrize("nature", [Nature.GROUP, Nature.DOCUMENT, Nature.MEDIUM, Nature.UNNAMED])
def test_only_a_person_who_is_credited_speaks_against_another(nature: Nature) -> None:
    assert disputed(f"“{WORDS},” said Merrin Tolvane", nature=nature) is None


def test_neither_nobody_nor_somebody_unsure_speaks_against_another() -> None:
    assert disputed(f"“{WORDS},” said Merrin Tolvane", by=()) is None
    assert disputed(f"“{WORDS},” said Merrin Tolvane", confidence=0.3) is None


def test_one_of_several_who_are_credited_is_enough() -> None:
    both = ("Sorvei Al Denna", "Merrin Tolvane")
    assert disputed(f"“{WORDS},” said Merrin Tolvane", by=both) is None
    assert disputed(f"“{WORDS},” said Bastian Corrowe", by=both) == "Bastian Corrowe"
