"""Who may be answered, where: every combination, against a second account of the same rules."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import messages
from bot.access import allowed_outlets, check, may_administer
from bot.errors import Refused
from bot.talk import ChannelSettings, Narrowing, Person, Room

YES_NO = (False, True)
PEOPLE = [
    Person(id="U1", guest=guest, external=external, admin=admin) for guest, external, admin in product(YES_NO, repeat=3)
]
ROOMS = [None, *(Room(id="C1", external=external, known=known) for external, known in product(YES_NO, repeat=2))]
CASES = list(product(PEOPLE, ROOMS, YES_NO, YES_NO, YES_NO))
NEVER = "never"


def needed(person: Person, room: Room | None, *, private: bool) -> set[str]:
    """What has to be allowed for an answer; ``NEVER`` is in nobody's power."""
    needs = set()
    if person.guest:
        needs.add("guests")
    if person.external or (room and room.external):
        needs.add("external")
    if room and not room.known and (not private or person.guest or person.external):
        needs.add(NEVER)
    return needs


def granted(*, guests: bool, external: bool) -> set[str]:
    return {name for name, given_ in (("guests", guests), ("external", external)) if given_}


def refusal(person: Person, room: Room | None, private: bool, guests: bool, external: bool) -> str | None:
    try:
        check(person, room, private=private, allow_guests=guests, allow_external=external)
    except Refused as refused:
        return str(refused)
    return None


@pytest.mark.parametrize(("person", "room", "private", "guests", "external"), CASES)
def test_every_combination(person: Person, room: Room | None, private: bool, guests: bool, external: bool) -> None:
    missing = needed(person, room, private=private) - granted(guests=guests, external=external)

    told = refusal(person, room, private, guests, external)

    assert (told is None) == (not missing)


def test_the_share_of_answered_combinations_is_the_one_counted_by_hand() -> None:
    # For each admin or not. Direct message: 4 kinds of people × 2 private × the settings that let each pass (4+2+2+1).
    # Known room of our own: the same. Known shared room: external must be allowed (2+1+2+1).
    # Unknown room: a full member in private alone, 4 settings, or 2 where the room is said to be shared.
    by_hand = 2 * (2 * 9 + 2 * 9 + 2 * 6 + 4 + 2)

    assert len(CASES) == 8 * 5 * 8
    assert sum(refusal(*case) is None for case in CASES) == by_hand


@pytest.mark.parametrize(
    ("person", "room", "told"),
    [
        (Person(id="U1", external=True), None, messages.EXTERNAL_PERSON),
        (Person(id="U1", guest=True), None, messages.GUEST),
        (Person(id="U1", guest=True, external=True), None, messages.EXTERNAL_PERSON),
        (Person(id="U1"), Room(id="C1", external=True), messages.SHARED_ROOM),
        (Person(id="U1"), Room(id="C1", external=True, known=False), messages.SHARED_ROOM),
        (Person(id="U1"), Room(id="C1", known=False), messages.UNKNOWN_ROOM),
    ],
)
def test_the_sentence_says_why_and_whom_to_ask(person: Person, room: Room | None, told: str) -> None:
    assert refusal(person, room, private=False, guests=False, external=False) == told
    assert "sk" in told.split(". ")[1]


def test_a_private_answer_does_not_open_a_shared_channel() -> None:
    assert refusal(Person(id="U1"), Room(id="C1", external=True), True, True, False) == messages.SHARED_ROOM


def test_a_channel_without_outlets_allows_what_is_asked_for() -> None:
    assert allowed_outlets(ChannelSettings(), Narrowing()) == frozenset()
    assert allowed_outlets(ChannelSettings(), Narrowing(outlets=("Harbour Post",))) == {"Harbour Post"}


def test_a_channels_outlets_hold_without_being_asked_for() -> None:
    channel = ChannelSettings(outlets=("Harbour Post", "Vale Radio"))

    assert allowed_outlets(channel, Narrowing()) == {"Harbour Post", "Vale Radio"}


def test_what_is_asked_for_is_cut_to_what_the_channel_allows_in_the_channels_spelling() -> None:
    channel = ChannelSettings(outlets=("Harbour Post", "Vale Radio"))

    assert allowed_outlets(channel, Narrowing(outlets=("VALE radio", "Northern Wire"))) == {"Vale Radio"}


def test_nothing_left_is_refused_with_what_would_be_left() -> None:
    channel = ChannelSettings(outlets=("Vale Radio", "Harbour Post"))

    with pytest.raises(Refused, match=r"out of Harbour Post, Vale Radio only, and not out of Northern Wire\. Ask"):
        allowed_outlets(channel, Narrowing(outlets=("Northern Wire",)))


OUTLETS = st.lists(st.sampled_from(["Harbour Post", "harbour post", "Vale Radio", "Northern Wire", "Straße"]))


@given(OUTLETS, OUTLETS)
def test_a_channel_is_never_answered_out_of_an_outlet_that_it_does_not_allow(
    allowed: list[str], asked: list[str]
) -> None:
    channel, narrowing = ChannelSettings(outlets=tuple(allowed)), Narrowing(outlets=tuple(asked))
    try:
        outlets = allowed_outlets(channel, narrowing)
    except Refused:
        assert not {one.casefold() for one in allowed} & {one.casefold() for one in asked}
        return
    # No outlets would mean any.
    assert bool(outlets) == bool(allowed or asked)
    if allowed:
        assert outlets <= set(allowed)
    if asked:
        assert {one.casefold() for one in outlets} <= {one.casefold() for one in asked}


@pytest.mark.parametrize("person", PEOPLE)
def test_only_admins_of_the_house_administer(person: Person) -> None:
    assert may_administer(person) == (person == Person(id="U1", admin=True))
