"""What ninjs items and JSON records say beyond their words: rights, use, predecessors, signals, embargoes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from embeddings.errors import UnreadableInput
from embeddings.news import Article, Status
from embeddings.readers import jsonl, ninjs
from embeddings.records import article_record
from embeddings.terminal import source_line

HOUR = datetime(2026, 9, 16, 5, tzinfo=UTC)


def item(**changed: object) -> Article:
    given = {"uri": "urn:x:2", "version": "2", "body_text": "It rained.", **changed}
    assert ninjs.is_item(given)
    return ninjs.article(given, place="wire.json")


def record(**changed: object) -> Article:
    return jsonl.article({"id": "a", "text": "It rained.", **changed}, place="rows.jsonl line 1")


@pytest.mark.parametrize(
    ("holder", "notice", "rights"),
    [
        ("Ostrel", "(c) 2026", "Ostrel\n(c) 2026"),
        ("ostrel", "(c) Ostrel 2026", "(c) Ostrel 2026"),
        ("Ostrel", "", "Ostrel"),
        ("", "(c) 2026", "(c) 2026"),
        ("", "", None),
    ],
)
def test_rights_are_who_holds_them_and_never_what_they_allow(holder: str, notice: str, rights: str | None) -> None:
    found = item(copyrightholder=holder, copyrightnotice=notice, usageterms="Not for broadcast.")
    assert (found.rights, found.usage) == (rights, "Not for broadcast.")
    assert item(copyrightHolder=holder, copyrightNotice=notice).usage is None


@pytest.mark.parametrize("name", ["evolvedfrom", "evolvedFrom"])
def test_an_item_names_the_one_that_it_took_the_place_of(name: str) -> None:
    assert item(**{name: "urn:x:1"}).replaces == "urn:x:1"
    assert item().replaces is None


def test_slug_expiry_and_provider() -> None:
    found = item(slugline="rain", expires="2026-09-16T07:00:00+02:00", source="CPA", provider={"name": "Feed"})
    assert (found.slug, found.expires, found.outlet, found.provider) == ("rain", HOUR, "CPA", "Feed")
    assert item(slug="rain", source="CPA").provider == "CPA"
    carried = item(infoSources=[{"name": "SRN"}, {"name": "Mercury", "role": "publisher"}])
    assert (carried.outlet, carried.carriers, carried.provider) == ("SRN", ("Mercury",), "Mercury")
    assert (found.version, item(version="draft").version) == (2, None)


def test_a_place_outside_the_text_is_the_dateline_where_the_text_has_none() -> None:
    found = item(located="Marn").dateline
    assert found
    assert (found.place, found.span) == ("Marn", (0, 0))
    own = item(located="Marn", body_text="OSTREL, Sept 15 (CPA) - It rained.", versioncreated="2026-09-16").dateline
    assert own
    assert (own.place, own.day, own.agency) == ("OSTREL", date(2026, 9, 15), "CPA")


def test_a_place_outside_the_text_is_shown_as_the_dateline() -> None:
    found = item(located="Marn")
    assert article_record(found, [])["dateline"] == "Marn"
    assert source_line(found, found.paragraphs[0]).plain.startswith("Marn · ")
    printed = item(located="Marn", body_text="OSTREL (AP) _ It rained.")
    assert article_record(printed, [])["dateline"] == "OSTREL (AP) _"
    assert source_line(printed, printed.paragraphs[0]).plain.startswith("OSTREL (AP) · ")


def test_a_dateline_in_the_text_is_completed_by_the_one_beside_it() -> None:
    found = item(located="OSTREL, Sept 15", body_text="(Reuters) - It rained.", versioncreated="2026-09-16").dateline
    assert found
    assert (found.span, found.place, found.day, found.agency) == ((0, 11), "OSTREL", date(2026, 9, 15), "Reuters")


@pytest.mark.parametrize("signal", ["sig:correction", {"code": "sig:correction"}, {"name": "x", "qcode": "edStat:C"}])
def test_signals_tell_a_correction(signal: object) -> None:
    assert item(signals=[signal], ednote="Name put right.").correction == "Name put right."
    assert item(signals=["sig:update"]).correction is None
    assert item(signals={"correction": "sig:correction"}).correction is None


def test_notes_embargo_and_correct() -> None:
    assert item(ednote="Under EMBARGO for Tuesday").held
    assert item(ednote="CORRECTS the name of the river").correction == "CORRECTS the name of the river"
    assert item(embargoedUntil="2026-09-16T07:00:00+02:00", ednote="Under embargo").embargoed_until == HOUR


def test_a_killed_item_needs_no_body() -> None:
    found = item(pubstatus="canceled", body_text="")
    assert (found.status, found.text) == (Status.CANCELED, "")
    with pytest.raises(UnreadableInput, match="no words"):
        item(body_text=" ")
    with pytest.raises(UnreadableInput, match='no "uri"'):
        item(uri="", pubstatus="canceled")


def test_a_record_with_all_that_it_may_say() -> None:
    found = record(
        usage="Not for broadcast.",
        rights="Ostrel",
        expires="2026-09-16T05:00:00Z",
        replaces="b",
        slug="rain",
        provider="Feed",
        note="For editors.",
        correction="The hour.",
    )
    assert (found.usage, found.rights, found.expires, found.replaces) == ("Not for broadcast.", "Ostrel", HOUR, "b")
    assert (found.slug, found.provider, found.note) == ("rain", "Feed", "For editors.")
    assert found.correction == "The hour."


def test_embargoes_of_records() -> None:
    assert record(embargoed_until="").held
    assert record(embargoed_until="2026-09-16T07:00+02:00").embargoed_until == HOUR
    assert record(note="Sperrfrist bis Dienstag").held
    assert not record(embargoed_until=None).held
    with pytest.raises(UnreadableInput, match="must not be lost"):
        record(Embargo="2026-09-16T07:00+02:00")


@pytest.mark.parametrize("status", ["canceled", "withheld", "spiked"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("versioncreated", "yesterday"),
        ("expires", "2026-02-30"),
        ("firstcreated", 20260916),
        ("version", -2),
        ("version", 1.5),
        ("headline", ["Rain"]),
        ("headline", "Ra\0in"),
        ("slugline", "\ud800"),
        ("body_text", {"value": "It rained."}),
        ("body_html", "<p>" * 20_001),
        ("bodies", ["It rained."]),
        ("headlines", [{"value": 7}]),
        ("infoSources", "CPA"),
        ("provider", {"name": 7}),
        ("renditions", {"web": "https://wire.example/rain"}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_order_to_kill_or_withhold_is_never_lost_to_a_field_that_cannot_be_read(
    status: str, name: str, value: object
) -> None:
    given = {"body_text": "", name: value}
    found = item(pubstatus=status, **given)
    assert (found.id, found.status is Status.USABLE) == ("urn:x:2", False)
    lost = [line for line in (found.note or "").splitlines() if line.endswith("could not be read.")]
    assert len(lost) == 1
    assert lost[0] in (
        f'Its "{name}" could not be read.',
        'Its "value" could not be read.',
        'Its "name" could not be read.',
    )
    with pytest.raises(UnreadableInput):
        item(**given)


def test_what_can_be_read_of_an_order_is_kept() -> None:
    found = item(pubstatus="canceled", versioncreated="2026-09-16T05:00:00Z", expires="soon", ednote="Wrong man.")
    assert (found.version, found.version_created, found.text) == (2, HOUR, "It rained.")
    assert (found.expires, found.note) == (None, 'Its "expires" could not be read.\nWrong man.')
    assert item(pubstatus="withheld", embargoed="soon").held


@pytest.mark.parametrize("status", ["canceled", "withheld"])
@pytest.mark.parametrize(
    "lost",
    [
        {"published": "yesterday"},
        {"expires": "2026-13-01"},
        {"version": "two"},
        {"url": "rain.example"},
        {"text": ["It rained."]},
        {"text": "It \0 rained."},
        {"carriers": [7]},
        {"carriers": "Feed"},
        {"Embargo": "2026-09-16T07:00+02:00"},
        {"embargoed_until": "2026-09-16"},
        {"embargoed_until": "2026-09-31T07:00"},
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_order_in_a_record_is_never_lost_either(status: str, lost: dict[str, object]) -> None:
    found = record(status=status, **lost)
    (name,) = lost
    assert (found.id, found.status) == ("a", Status(status))
    assert f'Its "{name}" could not be read.' in (found.note or "").splitlines()
    assert found.held is (name == "embargoed_until")
    with pytest.raises(UnreadableInput):
        record(**lost)


def test_an_order_needs_an_id_and_a_status_that_are_words() -> None:
    with pytest.raises(UnreadableInput, match='no "id"'):
        record(id=7, status="canceled")
    with pytest.raises(UnreadableInput, match='"status" is a number'):
        record(status=7)
    with pytest.raises(UnreadableInput, match='no "uri"'):
        item(uri="urn:\0", pubstatus="canceled")
