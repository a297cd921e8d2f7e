"""Requests, narrowings and settings survive being written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.memory import Memory, open_memory
from bot.memory.requests import from_json, narrowing_from_json, narrowing_to_json, to_json
from bot.talk import Ask, ChannelSettings, Citing, Narrowing, PersonSettings, QuotesBy, Request, SourceOf
from embeddings import Kind

words = st.text(alphabet=st.characters(exclude_categories=()))
narrowings = st.builds(
    Narrowing,
    outlets=st.lists(words, max_size=3).map(tuple),
    since=st.none() | st.dates(),
    before=st.none() | st.dates(),
)
requests = st.one_of(
    st.builds(Ask, question=words, narrowing=narrowings),
    st.builds(
        QuotesBy,
        name=words,
        about=st.none() | words,
        kinds=st.lists(st.sampled_from(Kind), max_size=3).map(tuple),
        narrowing=narrowings,
        exactly=st.booleans(),
    ),
    st.builds(SourceOf, text=words, narrowing=narrowings),
)


@given(requests)
@example(QuotesBy(name="Odile Marsh", kinds=(Kind.DIRECT, Kind.MIXED), narrowing=Narrowing(since=date(1, 1, 1))))
def test_every_request_survives_being_written(request: Request) -> None:
    line = to_json(request)
    assert line.isascii()
    assert "\n" not in line
    assert from_json(line) == request


@given(requests, requests)
def test_different_requests_are_written_differently(one: Request, other: Request) -> None:
    assert (to_json(one) == to_json(other)) == (one == other)


@given(narrowings)
def test_every_narrowing_survives_being_written(narrowing: Narrowing) -> None:
    assert narrowing_from_json(narrowing_to_json(narrowing)) == narrowing


@pytest.mark.parametrize("line", ["[]", "{}", '{"ask": 1}', '{"quotes": "x", "about": null}', '{"dig": "up"}'])
def test_what_is_no_request_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="another version"):
        from_json(line)


# Preferences.


@pytest.fixture
def memory(url: str) -> Iterator[Memory]:
    with open_memory(url) as opened:
        yield opened


def test_whoever_has_set_nothing_has_the_defaults(memory: Memory) -> None:
    assert memory.preferences.person("T1", "U1") == PersonSettings()
    assert memory.preferences.channel("T1", "C1") == ChannelSettings()


def test_a_person_keeps_what_they_set_last(memory: Memory) -> None:
    narrowing = Narrowing(outlets=("Saltmarsh Courier", "Ünlü"), since=date(2030, 1, 1))
    first, last = PersonSettings(citing=Citing.CHICAGO), PersonSettings(citing=Citing.REUTERS, narrowing=narrowing)
    memory.preferences.set_person("T1", "U1", first)
    memory.preferences.set_person("T2", "U1", first)
    memory.preferences.set_person("T1", "U1", last)
    assert memory.preferences.person("T1", "U1") == last
    assert memory.preferences.person("T2", "U1") == first
    assert memory.preferences.person("T1", "U2") == PersonSettings()


def test_a_channel_keeps_what_was_set_last(memory: Memory) -> None:
    last = ChannelSettings(follow_ups=True, private=True, outlets=("Saltmarsh Courier",))
    memory.preferences.set_channel("T1", "C1", ChannelSettings(follow_ups=True))
    memory.preferences.set_channel("T1", "C1", last)
    assert memory.preferences.channel("T1", "C1") == last
    assert memory.preferences.channel("T2", "C1") == ChannelSettings()
