"""Full text at sizes where not all of it is looked at, against a plain reading of all."""

from __future__ import annotations

import math
import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from embeddings.news import Filters
from embeddings.sentence_codes import sentence_codes, sentence_vectors
from embeddings.store import Vector, matching
from embeddings.store.catalogue import Catalogue
from embeddings.store.codes import packed, rounded, unpacked
from embeddings.store.embedded import EmbeddedStore
from embeddings.store.fulltext import WordRows, lists
from embeddings.store.lexicon import Bitmap, Lexicon, Places, Sieve
from embeddings.store.matching import FEW, Matching, Phrasing, _numbers, _sets
from embeddings.store.rows import DATABASE, Rows
from embeddings.store.schema import migrate
from embeddings.store.vectors import Ids
from tests.fakes import DIMENSION, NOW, Place, article, places, served

VOCABULARY = [f"w{n}" for n in range(400)]
WEIGHTS = [1 / (n + 1) for n in range(400)]


def text(chance: random.Random) -> str:
    return " ".join(chance.choices(VOCABULARY, WEIGHTS, k=chance.randint(1, 12)))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with more paragraphs than are looked at one and all."""
    chance = random.Random(1)
    folder = tmp_path_factory.mktemp("large")
    with EmbeddedStore(folder, encoder="fake", dimension=DIMENSION, writing=True) as store:
        store.put(
            [
                served(
                    article(
                        f"a{n}",
                        *(text(chance) for _ in range(30)),
                        headline=text(chance),
                        published=date(2026, 1, 1 + n % 28),
                    )
                )
                for n in range(FEW // 15)
            ]
        )
    return folder


class Everything:
    """The rows of an archive, what is kept of them in memory, and all paragraphs one by one."""

    def __init__(self, folder: Path) -> None:
        self.rows = Rows.reading(folder / DATABASE)
        self.catalogue = Catalogue()
        self.catalogue.catch_up(self.rows, 0)
        served_now = (self.rows.version(int(row)) for row in self.catalogue["version"])
        self.places: list[Place] = [place for one in served_now for place in places(served(one))]

    def best(self, words: Sequence[str], filters: Filters, limit: int, *, read: int) -> list[float]:
        """The scores of the best."""
        known = Lexicon(self.catalogue, read=read).words(self.rows, words)
        matching = Matching(self.catalogue, known, self.catalogue.allowed(filters))
        found, told = matching.best(limit, self.rows.words.of)
        assert len(set(found.tolist())) == len(found)
        return [float(score) for score in told]

    def expected(self, words: Sequence[str], filters: Filters, limit: int) -> list[float]:
        """The same by looking at every paragraph."""
        days = (filters.since or date.min, filters.before or date.max)
        seen = [place for place in self.places if place.article.day and days[0] <= place.article.day < days[1]]
        total = len(self.places)
        mean = sum(len(place.body) + len(place.headline) for place in self.places) / total
        holding = {word: sum(bool(place.weight(word)) for place in self.places) for word in words}

        def score(place: Place) -> float:
            length = 1.2 * (0.25 + 0.75 * (len(place.body) + len(place.headline)) / mean)
            rare = {word: max(math.log((total - n + 0.5) / (n + 0.5)), 1e-6) for word, n in holding.items()}
            return sum(rare[word] * place.weight(word) * 2.2 / (place.weight(word) + length) for word in words)

        return sorted((score(place) for place in seen if any(map(place.weight, words))), reverse=True)[:limit]


@pytest.fixture(scope="module")
def everything(large: Path) -> Iterator[Everything]:
    made = Everything(large)
    yield made
    made.rows.close()


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        (("w300",), 1e-4),
        (("w3", "w40", "w399"), 1e-4),
        (("w120", "unheard"), 1e-4),
        (("unheard",), 1e-4),
        # Of those that hold all of the words, who repeats one is better by a little, and not looked for.
        (("w0", "w1", "w2", "w3"), 0.1),
    ],
)
@pytest.mark.parametrize("day", [None, date(2026, 1, 9)])
def test_the_best_of_many_are_the_best_of_all(
    everything: Everything, asked: tuple[str, ...], near: float, day: date | None
) -> None:
    filters = replace(NOW, since=day, before=day and day.replace(day=day.day + 2))
    found = everything.best(asked, filters, 10, read=10**9)
    assert found == pytest.approx(everything.expected(asked, filters, 10), rel=near)


@pytest.mark.parametrize("asked", [("w3", "w40", "w399"), ("w0", "w1", "w2", "w9", "w30"), ("w5", "w6", "w7", "w8")])
def test_the_common_words_are_looked_for_where_they_stand_together(
    everything: Everything, asked: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    together: list[int] = []
    every = Matching._together

    def told(self: Matching, words: Iterable[str], worst: float) -> Ids:
        found = every(self, words, worst)
        together.append(len(found))
        return found

    monkeypatch.setattr(Matching, "_together", told)
    monkeypatch.setattr(matching, "FEW", 100)
    monkeypatch.setattr(matching, "PLENTY", 300)
    found = everything.best(asked, NOW, 10, read=10**9)
    # Headlines count where a rarer word is there, too.
    assert found == pytest.approx(everything.expected(asked, NOW, 10), rel=0.1)
    assert together


@given(st.lists(st.integers(1, 300), max_size=40, unique=True), st.integers(0, 40))
def test_bits_are_a_list_s_however_it_grew(numbers: list[int], first: int) -> None:
    held = np.array(sorted(numbers), dtype=np.uint32)
    bitmap = Bitmap()
    for part in (held[:first], held):
        bits = bitmap.of(part, 300)
        assert np.flatnonzero(np.unpackbits(bits, bitorder="little")).tolist() == part.tolist()
        assert _numbers(bits.view(np.uint64)).tolist() == part.tolist()
    grown = np.concatenate([held, np.arange(1_000, 60_000, 2, dtype=np.uint32)])
    assert _numbers(bitmap.of(grown, 60_000).view(np.uint64)).tolist() == grown.tolist()


@given(st.lists(st.integers(1, 1 << 24), max_size=60, unique=True), st.integers(0, 60))
def test_a_sieve_tells_what_is_on_a_list_however_it_grew(numbers: list[int], first: int) -> None:
    held, sieve = np.array(sorted(numbers), dtype=np.uint32), Sieve()
    # As far apart as a sieve is wide: they share a bit with one that is on the list.
    near = {number + more for number in numbers for more in (0, 1, 1 << 20, 1 << 22)}
    asked = np.array(sorted(near), dtype=np.int64)
    for part in (held[:first], held):
        assert sieve.holds(part, Places(asked)).tolist() == np.isin(asked, part).tolist()
        assert Places(asked).on(part).tolist() == np.isin(asked, part).tolist()


@given(st.lists(st.integers(1, 50), min_size=1, max_size=7), st.integers(1, 120))
def test_sets_are_the_smallest_that_come_to_what_is_wanted(numbers: list[int], wanted: int) -> None:
    worth = [float(number) for number in sorted(numbers, reverse=True)]
    found = [frozenset(each) for each in _sets(worth, wanted)]
    every = [frozenset(each) for n in range(len(worth) + 1) for each in combinations(range(len(worth)), n)]
    enough = [each for each in every if sum(worth[place] for place in each) >= wanted]
    assert len(set(found)) == len(found)
    # Whatever is enough holds one of them, and each of them is enough.
    assert all(any(each <= other for each in found) for other in enough)
    assert set(found) <= set(enough)


def test_words_that_are_too_common_to_be_listed_still_count(everything: Everything) -> None:
    lexicon = Lexicon(everything.catalogue, read=1_000)
    known = lexicon.words(everything.rows, ["w0", "w300"])
    assert known["w0"].paragraphs is None
    assert known["w0"].frequency == sum("w0" in place.body for place in everything.places)
    found = everything.best(["w0", "w300"], NOW, 5, read=1_000)
    # Both stand in the best of all.
    assert found[0] == pytest.approx(everything.expected(["w0", "w300"], NOW, 1)[0], rel=1e-2)


def test_where_every_word_is_common_the_newest_that_hold_them_are_found(everything: Everything) -> None:
    known = Lexicon(everything.catalogue, read=100).words(everything.rows, ["w0", "w1"])
    assert all(word.paragraphs is None for word in known.values())
    matching = Matching(everything.catalogue, known, everything.catalogue.allowed(NOW))
    assert len(matching.best(5, everything.rows.words.of)[0]) == 0
    found, _ = matching.newest(everything.rows, 5, everything.rows.words.of)
    both = [n for n, place in enumerate(everything.places, 1) if {"w0", "w1"} <= set(place.body)]
    assert set(found.tolist()) <= set(both[-100:])
    assert len(both) > 500
    assert len(found) == 5


@pytest.mark.parametrize("read", [10**9, 100])
def test_phrases_are_found_word_for_word(everything: Everything, read: int) -> None:
    lexicon = Lexicon(everything.catalogue, read=read)
    phrasing = Phrasing(everything.catalogue, everything.rows, lexicon, everything.catalogue.allowed(NOW))
    found = phrasing.holding([["w0", "w9"], ["w9", "unheard"]], 10**6, everything.rows.words.of)
    assert found.tolist() == [n for n, place in enumerate(everything.places, 1) if place.holds(["w0", "w9"])]


# The lists themselves.


def test_lists_are_kept_through_every_change() -> None:
    chance, signs = random.Random(3), ["x'y", "ночь", "body:x", "(1)", "-", "*", 'say"', "or"]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection)
        for statement in lists("shelf_0"):
            connection.execute(statement)
        rows = WordRows(connection, shelf=50)
        model: dict[int, tuple[int, list[str]]] = {}
        for serving in range(1, 200):
            if model and chance.random() < 0.4:
                gone = chance.choice(list(model))
                first, texts = model.pop(gone)
                rows.withdraw(gone, first)
                if chance.random() < 0.3:
                    rows.forget([range(first, first + len(texts))])
            texts = [" ".join(chance.choices([*VOCABULARY[:30], *signs], k=chance.randint(0, 5))) for _ in range(6)]
            model[serving] = rows.insert(serving, "", texts), texts
        held = {first + n: line.split() for first, texts in model.values() for n, line in enumerate(texts)}
        for word in [*VOCABULARY[:30], *signs, "unheard", "two words", ""]:
            holding = sorted(number for number, found in held.items() if word in found)
            assert rows.holding(word).tolist() == holding
            assert rows.holding(word, after=333).tolist() == [number for number in holding if number > 333]
            listed, count = rows.up_to(len(holding), word)
            assert listed is not None
            assert (listed.tolist(), count) == (holding, len(holding))
            if holding:
                assert rows.up_to(len(holding) - 1, word) == (None, len(holding))
        assert len(rows.shelves()) > 10


# Vectors as codes.


def vectors_of(dimension: int) -> st.SearchStrategy[Vector]:
    numbers = st.floats(-1, 1, width=32)
    return arrays(np.float32, st.tuples(st.integers(0, 4), st.just(dimension)), elements=numbers)


@given(vectors_of(8))
def test_codes_are_read_and_written_alike(vectors: Vector) -> None:
    codes = packed(vectors)
    back = unpacked(codes, 8)
    assert back.shape == vectors.shape
    assert np.abs(back - vectors).max(initial=0) <= 0.005
    assert all(len(code) == 10 for code in codes)


@given(vectors_of(9))
def test_a_sentence_is_as_near_to_itself_in_codes(vectors: Vector) -> None:
    rows = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    back = sentence_vectors(sentence_codes(rows), 9)
    assert back.shape == rows.shape
    assert np.sum(back * rows, axis=1)[np.std(rows, axis=1) > 0.01] == pytest.approx(1, abs=2e-3)


def test_cosines_of_sentences_are_hardly_off_and_nothing_stays_nothing() -> None:
    chance = np.random.default_rng(2)
    rows, questions = (chance.normal(size=(300, 384)).astype(np.float32) for _ in range(2))
    rows, questions = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (rows, questions))
    rows[7] = 0
    codes = sentence_codes(rows)
    assert len(codes) == 300 * 146
    back = sentence_vectors(codes, 384)
    assert not back[7].any()
    off = back @ questions.T - rows @ questions.T
    assert np.std(off) < 0.01
    assert abs(np.mean(off)) < 1e-3
    assert sentence_codes(rows[:0]) == b""
    assert sentence_vectors(b"", 384).shape == (0, 384)


def test_real_vectors_come_back_the_same_however_they_went() -> None:
    vectors = np.random.default_rng(1).normal(size=(500, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    once = rounded(vectors)
    assert packed(once) == packed(vectors)
    assert packed(once.astype(np.float16).astype(np.float32)) == packed(vectors)
    assert np.linalg.norm(once, axis=1) == pytest.approx(1, abs=2e-3)
