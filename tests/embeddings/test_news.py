"""The words that everybody speaks, where they are more than their fields."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.news import Paragraph, Paragraphs
from embeddings.store.packing import article_fields, article_of
from tests.fakes import article

_EDGES = st.lists(st.integers(0, 10_000), max_size=12)


def both(edges: list[int]) -> tuple[Paragraphs, tuple[Paragraph, ...]]:
    made = tuple(Paragraph(n, edge, edge + n) for n, edge in enumerate(edges, 1))
    return Paragraphs(json.dumps(made, separators=(",", ":"))), made


@given(_EDGES, st.slices(14))
def test_paragraphs_that_are_made_when_looked_at_are_those_of_a_tuple(edges: list[int], part: slice) -> None:
    lazy, made = both(edges)
    assert lazy == made
    assert made == lazy
    assert hash(lazy) == hash(made)
    assert len(lazy) == len(made)
    assert list(lazy) == list(made)
    assert [lazy[n] for n in range(-len(made), len(made))] == [made[n] for n in range(-len(made), len(made))]
    assert lazy[part] == made[part]
    assert repr(lazy) == repr(made)
    assert pickle.loads(pickle.dumps(lazy)) == made
    assert lazy != both([*edges, 3])[0]
    assert lazy != "paragraphs"
    with pytest.raises(IndexError):
        lazy[len(made)]


def test_an_article_is_read_from_its_fields_whatever_they_hold() -> None:
    for one in (article("a", "One.", "Two.", note='[[1,2]],"paragraphs":[[9,9,9]],'), article("b")):
        fields = article_fields(one)
        read = article_of(one.id, one.version, one.status, fields, one.text.encode())
        assert read == one
        # As a version of the program with another order of fields would have written them.
        assert article_of(one.id, one.version, one.status, fields.replace('{"', '{ "', 1), one.text.encode()) == one
