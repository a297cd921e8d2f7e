"""The invented example of each format is recognised and read to what it says, and together they tell one story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from embeddings import Archive, NotReleased, Outcome, Settings, open_archive
from embeddings.news import Article, Concern, Notice, Status
from embeddings.readers import read
from embeddings.readers.pieces import Reading

FORMATS = Path(__file__).parents[1] / "sample" / "formats"
NAMES = sorted(path.name for path in FORMATS.iterdir())
CAUSEWAY = "urn:newsml:ostrel.example:20261014:sallow-causeway"
FEE = "urn:newsml:mercury.example:20261014:harbour-fee"
NO_FEE = "urn:newsml:mercury.example:20261015:harbour-fee-stays"
QUARRY = "SRN:2026-10-15:av-cold-harrow-quarry"
SUMMER, MOSCOW = timezone(timedelta(hours=2)), timezone(timedelta(hours=3))
OPENINGS = {
    "01_ninjs.json": (CAUSEWAY, "SALLOW ISLAND (Ostrel) - A spring tide", "the island council said.", 4),
    "02_newsml_g2_correction.xml": (CAUSEWAY, "SALLOW ISLAND (Ostrel) - A spring tide", "the island council said.", 4),
    "03_newsml_1.xml": (FEE, "Quellhaven will double the fee", "who runs the office.", 2),
    "04_anpa_1312.txt": (QUARRY, "QUELLHAVEN (SRN) _ The slate quarry", "the dust are to be shown.", 4),
    "05_iptc_7901.txt": (
        "CPA:2026-10-15:velmora-weather",
        "Velmora (CPA) - The first snow",
        "house, Andor Ves Kel.",
        3,
    ),
    "07_page.html": (
        "https://www.averel-ledger.example/2026/10/15/library-roof",
        "The town library of Port Averel",
        "members of the crossword circle.",
        3,
    ),
    "09_ans_embargo.json": ("MERCURY7Q2TIDEMILL", "A mill in the mouth", "nothing for it,” the study says.", 2),
    "10_mail.eml": ("20261015.0711.press@ysmere.example", "The ferry from Ysmere", "keeper of harbours.", 2),
    "12_text.txt": ("12_text.txt", "VELMORA, Oct. 15 (CPA) -- The bell", "the town council said.", 3),
}
"""Of each file with one story: its id, its first and last words, and how many paragraphs it has."""


def readings(name: str) -> list[Reading]:
    return list(read(FORMATS / name))


def story(name: str) -> Article:
    (found,) = readings(name)
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_sample_is_refused(name: str) -> None:
    found = readings(name)
    assert found
    assert all(isinstance(one, Article | Notice) for one in found)


@pytest.mark.parametrize("name", OPENINGS)
def test_a_sample_is_read_from_its_first_word_to_its_last(name: str) -> None:
    found = story(name)
    id, first, last, paragraphs = OPENINGS[name]
    assert (found.id, len(found.paragraphs)) == (id, paragraphs)
    assert found.text.startswith(first)
    assert found.text.rstrip().endswith(last)


def test_a_format_is_no_matter_of_the_name(tmp_path: Path) -> None:
    for name in OPENINGS:
        elsewhere = tmp_path / "story"
        elsewhere.write_bytes((FORMATS / name).read_bytes())
        (found,) = read(elsewhere)
        assert isinstance(found, Article)
        assert found.text == story(name).text


def test_ninjs() -> None:
    found = story("01_ninjs.json")
    assert (found.version, found.headline) == (1, "Spring tide strands 23 cars on Sallow causeway")
    assert (found.byline, found.outlet, found.language) == ("Tamsin Rell", "Ostrel Newswire", "en")
    assert found.published == found.version_created == datetime(2026, 10, 14, 22, 15, tzinfo=SUMMER)
    assert (found.rights, found.usage) == ("Ostrel Newswire", "For subscribers of the Ostrel service.")


def test_newsml_g2_with_a_correction_of_what_ninjs_brought() -> None:
    found = story("02_newsml_g2_correction.xml")
    assert (found.id, found.version, found.status) == (CAUSEWAY, 2, Status.USABLE)
    assert found.version_created == datetime(2026, 10, 15, 7, 40, tzinfo=SUMMER)
    assert found.published == story("01_ninjs.json").published
    assert found.correction == found.note
    assert (found.note or "").startswith("CORRECTS number of cars")


def test_newsml_1_keeps_the_revision_out_of_the_id() -> None:
    found = story("03_newsml_1.xml")
    assert (found.version, found.headline, found.byline) == (1, "Quellhaven doubles its harbour fee", "Cormac Dray")
    assert (found.outlet, found.rights) == ("The Quellhaven Mercury", "(c) 2026 The Quellhaven Mercury")
    assert found.published == datetime(2026, 10, 14, 11, tzinfo=SUMMER)


def test_anpa_1312() -> None:
    found = story("04_anpa_1312.txt")
    assert (found.headline, found.byline) == ("Cold Harrow quarry is sold for 40 million crowns", "By ODA PELLINGER")
    assert (found.slug, found.number, found.provider) == ("AV--Cold-Harrow-Quarry", "4120", "SRN")
    assert found.published == datetime(2026, 10, 15, 9, 30, tzinfo=UTC)
    assert "``The hill has slept long enough, and so have its debts,'' Stane said." in found.text


def test_iptc_7901() -> None:
    found = story("05_iptc_7901.txt")
    assert (found.headline, found.slug) == ("First snow closes the pass above Brennoc", "Velmora/weather")
    assert (found.outlet, found.number) == ("CPA", "0217")
    assert found.published == datetime(2026, 10, 15, 10, 15, tzinfo=UTC)


def test_rss() -> None:
    baker, king = readings("06_rss.xml")
    assert isinstance(baker, Article)
    assert isinstance(king, Article)
    assert (baker.id, king.id) == ("https://bulletin.example/?p=412", "https://bulletin.example/?p=415")
    assert (king.outlet, king.byline) == ("Velmora Evening Bulletin", "Lioba Hennet")
    assert king.published == datetime(2026, 10, 15, 9, 30, tzinfo=MOSCOW)
    assert king.text.endswith("“He never moved far in his life,” said the club’s president, Jarek Ti Orr.")


def test_a_web_page_with_json_ld() -> None:
    found = story("07_page.html")
    assert (found.headline, found.byline) == ("Library of Port Averel lends out its roof", "Hew Sandrell")
    assert (found.outlet, found.url) == ("The Port Averel Ledger", found.id)
    assert found.version_created == datetime(2026, 10, 15, 11, 20, tzinfo=SUMMER)
    assert (found.correction or "").startswith("An earlier version gave the name of the librarian")
    assert "newsletter" not in found.text


def test_wordpress_with_a_post_in_the_trash() -> None:
    king, baker = readings("08_wordpress.json")
    assert isinstance(king, Article)
    assert isinstance(baker, Article)
    assert (king.status, king.byline) == (Status.USABLE, "Lioba Hennet")
    assert king.text.endswith("The piano has been tuned since.")
    assert (baker.id, baker.status) == ("https://bulletin.example/?p=412", Status.CANCELED)


def test_ans_with_an_embargo() -> None:
    found = story("09_ans_embargo.json")
    assert found.embargoed_until == datetime(2031, 3, 1, 6, tzinfo=UTC)
    assert (found.headline, found.byline) == ("Tide mill would light half of Quellhaven, study says", "Cormac Dray")


def test_an_e_mail_without_its_signature() -> None:
    found = story("10_mail.eml")
    assert (found.headline, found.provider) == ("Ysmere moves its clocks for the seals", "Ysmere Press Office")
    assert found.published == datetime(2026, 10, 15, 7, 11, tzinfo=SUMMER)
    assert "until the end of November, so as" in found.text
    assert "Harbour Row" not in found.text


def test_json_lines_with_a_status_that_nobody_knows() -> None:
    carried, geese = readings("11_lines.jsonl")
    assert isinstance(carried, Article)
    assert isinstance(geese, Article)
    assert (carried.id, carried.outlet) == ("ledger-20261015-quarry", "The Port Averel Ledger")
    assert [hop.party for hop in carried.chain] == ["SRN", "The Port Averel Ledger"]
    assert geese.status is Status.WITHHELD
    assert "'retracted'" in (geese.note or "")


def test_plain_text() -> None:
    found = story("12_text.txt")
    assert (found.outlet, found.published) == ("CPA", date(2026, 10, 15))


def test_nitf_with_an_order_about_another_story() -> None:
    order, found = readings("13_nitf_kill.xml")
    assert isinstance(order, Notice)
    assert (order.status, order.target) == (Status.CANCELED, FEE)
    assert order.words.startswith("Do not use our story on the harbour fee of Wednesday")
    assert isinstance(found, Article)
    assert (found.id, found.status) == (NO_FEE, Status.USABLE)


def test_a_kill_in_plain_words() -> None:
    order, advisory = readings("14_kill_advisory.txt")
    assert isinstance(order, Notice)
    assert (order.status, order.slug) == (Status.CANCELED, "AV--Cold-Harrow-Quarry")
    assert order.headline == "Cold Harrow quarry is sold for 40 million crowns"
    assert isinstance(advisory, Article)
    assert advisory.status is Status.WITHHELD


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, real_settings: Callable[[Path], Settings]) -> Iterator[Archive]:
    settings = real_settings(tmp_path_factory.mktemp("samples") / "archive")
    with open_archive(settings, writing=True) as opened:
        receipt = opened.ingest([FORMATS])
        assert receipt.outcomes == {
            Outcome.NEW: 11,
            Outcome.CHANGED: 2,
            Outcome.KILLED: 3,
            Outcome.WITHHELD: 2,
            Outcome.HELD: 1,
        }
        yield opened


def test_the_correction_is_what_is_shown(archive: Archive) -> None:
    now = archive.article(CAUSEWAY)
    assert now.version == 2
    assert "stranded 32 cars" in now.text
    assert "stranded 23 cars" in archive.article(CAUSEWAY, version=1).text


@pytest.mark.parametrize("id", ["https://bulletin.example/?p=412", FEE, QUARRY])
def test_what_was_killed_is_shown_to_nobody(archive: Archive, id: str) -> None:
    with pytest.raises(NotReleased):
        archive.article(id)
    assert archive.versions(id)[-1].text


def test_what_a_kill_leaves_is_still_on_file(archive: Archive) -> None:
    assert archive.article(NO_FEE).headline == "No new harbour fee at Quellhaven"
    assert archive.article("https://bulletin.example/?p=415").text.endswith("tuned since.")


def test_a_person_has_to_decide_about_the_copy_and_the_status(archive: Archive) -> None:
    found = {alert.concern: alert.articles for alert in archive.alerts()}
    assert found == {
        Concern.UNKNOWN_STATUS: ("mercury-20261015-geese",),
        Concern.COPIES_OF_KILLED: (QUARRY, "ledger-20261015-quarry"),
    }
