"""Records of content systems: WordPress, Arc, AP, Ritzau, WENN."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from embeddings.errors import UnreadableInput
from embeddings.news import Article, Status
from embeddings.readers import read
from embeddings.readers.pieces import Piece

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "newsroom" / "samples"
WORDS = "The river Orl rose by a metre overnight."


def readings(content: object) -> list[Article | UnreadableInput]:
    text = content if isinstance(content, str) else json.dumps(content)
    found = list(read(Piece(data=text.encode(), name="the-desk", place="the desk")))
    return [one for one in found if isinstance(one, Article | UnreadableInput)]


def one(content: object) -> Article:
    (found,) = readings(content)
    assert isinstance(found, Article), found
    return found


def refusal(content: object) -> str:
    (found,) = readings(content)
    assert isinstance(found, UnreadableInput), found
    return found.reason


# WordPress


def post(**changed: object) -> dict[str, object]:
    given: dict[str, object] = {
        "id": 1,
        "guid": {"rendered": "https://orl.example/?p=1"},
        "link": "https://orl.example/orl-rises/",
        "date": "2026-09-15T07:00:00",
        "date_gmt": "2026-09-15T05:00:00",
        "modified_gmt": "2026-09-16T06:00:00",
        "slug": "orl-rises",
        "status": "publish",
        "title": {"rendered": "Orl rises &#8211; &#8220;badly&#8221; <em>so</em>"},
        "content": {"rendered": "<p>One.</p>\n<p>Two &amp; three.</p>", "protected": False},
        "excerpt": {"rendered": "<p>An excerpt.</p>"},
        "author": 7,
    }
    return {**given, **changed}


def test_a_post_in_full() -> None:
    found = one(post(_embedded={"author": [{"name": "Hew Orr"}]}))
    assert (found.id, found.url) == ("https://orl.example/?p=1", "https://orl.example/orl-rises/")
    assert (found.headline, found.text) == ("Orl rises – “badly” so", "One.\n\nTwo & three.")
    assert (found.byline, found.outlet, found.slug, found.status) == ("Hew Orr", "orl.example", "orl-rises", "usable")
    assert found.version_created == datetime(2026, 9, 16, 6, tzinfo=UTC)
    assert isinstance(found.published, datetime)
    assert found.published == datetime(2026, 9, 15, 5, tzinfo=UTC)
    assert found.published.utcoffset() == timedelta(hours=2)
    assert one(post(date="2026-09-15T07:01:13")).published == found.published


def test_a_trashed_post_kills_the_one_that_was_published() -> None:
    trashed = one(post(status="trash", link="https://orl.example/orl-rises__trashed/"))
    assert (trashed.id, trashed.status) == (one(post()).id, Status.CANCELED)


@pytest.mark.parametrize("word", ["private", "draft", "pending", "in-review"])
def test_what_is_not_published_is_withheld(word: str) -> None:
    assert one(post(status=word)).status is Status.WITHHELD
    assert word in (one(post(status=word)).note or "")


def test_protected_posts_are_withheld_with_and_without_their_words() -> None:
    for content in ({"rendered": "<p>One.</p>", "protected": True}, {"rendered": "", "protected": True}):
        assert one(post(content=content)).status is Status.WITHHELD


def test_a_scheduled_post_waits_for_its_hour() -> None:
    assert one(post(status="future")).embargoed_until == datetime(2026, 9, 15, 5, tzinfo=UTC)
    assert one(post(status="future", date_gmt=None)).held


def test_a_page_of_posts_and_what_is_wrong_with_one() -> None:
    first, second, third = readings([post(), post(content={"rendered": ""}), post(guid=None, link=None)])
    assert isinstance(first, Article)
    assert isinstance(second, UnreadableInput)
    assert "no words" in second.reason
    assert isinstance(third, UnreadableInput)
    assert 'no "guid"' in third.reason
    assert "tags" in refusal(post(content={"rendered": "<b>" * 30_000}))


# Arc


def story(*elements: dict[str, Any], **changed: object) -> dict[str, object]:
    given: dict[str, object] = {
        "_id": "ORL1",
        "type": "story",
        "version": "0.10.9",
        "headlines": {"basic": "Orl rises", "web": "Another"},
        "content_elements": list(elements) or [{"type": "text", "content": WORDS}],
    }
    return {**given, **changed}


def test_a_story_in_full() -> None:
    found = one(
        story(
            last_updated_date="2026-09-16T06:00:00.5Z",
            first_publish_date="2026-09-15T05:00:00Z",
            credits={"by": [{"name": "Hew Orr", "org": "Orl Post"}, {"type": "reference"}, {"byline": "A. Key"}]},
            distributor={"name": "Orl Wire", "category": "wires"},
            language="en",
            copyright="(c) Orl Wire",
            canonical_url="/a/path",
            website_url="https://orl.example/1",
            editor_note="For the web only.",
            slug="orl",
            status="published",
            taxonomy={"primary_section": {"name": "Weather"}},
            promo_items={"basic": {"type": "image", "caption": "A picture"}},
            publishing={"scheduled_operations": {"unpublish_edition": [{"operation_date": "2026-12-01T00:00:00Z"}]}},
        )
    )
    assert (found.id, found.headline, found.text, found.byline) == ("ORL1", "Orl rises", WORDS, "Hew Orr, A. Key")
    assert (found.outlet, found.rights, found.url) == ("Orl Wire", "(c) Orl Wire", "https://orl.example/1")
    assert (found.language, found.section, found.note, found.slug) == ("en", "Weather", "For the web only.", "orl")
    assert found.version_created == datetime(2026, 9, 16, 6, 0, 0, 500_000, tzinfo=UTC)
    assert found.published == datetime(2026, 9, 15, 5, tzinfo=UTC)
    assert found.expires == datetime(2026, 12, 1, tzinfo=UTC)
    assert found.correction is None


def test_the_body_is_made_of_its_elements_in_order() -> None:
    found = one(
        story(
            {"type": "text", "content": "One &amp; <b>two</b>."},
            {"type": "image", "caption": "A picture"},
            {"type": "header", "content": "A heading"},
            {"type": "raw_html", "content": "<iframe src='x'></iframe><p>Raw.</p>"},
            {
                "type": "quote",
                "content_elements": [{"type": "text", "content": "Said."}],
                "citation": {"content": "Orr"},
            },
            {"type": "quote", "subtype": "pullquote", "content_elements": [{"type": "text", "content": "Twice."}]},
            {"type": "list", "items": [{"type": "text", "content": "a"}, {"type": "list", "items": []}]},
            {"type": "interstitial_link", "content": "Read more"},
            {"type": "table", "header": [{"content": "Day"}], "rows": [[{"content": "Mon"}, {"content": "3"}]]},
            {"type": "correction", "text": "It was a metre, not two."},
        )
    )
    printed = ["One & two.", "A heading", "Raw.", "Said.", "Orr", "a", "Day", "Mon 3", "It was a metre, not two."]
    assert found.text.split("\n\n") == printed
    assert found.correction == "It was a metre, not two."


@pytest.mark.parametrize(
    ("embargo", "until", "held"),
    [
        ({"active": True, "end_time": "2026-10-01T05:00:00Z"}, datetime(2026, 10, 1, 5, tzinfo=UTC), False),
        ({"active": True}, None, True),
        ({"active": True, "end_time": ""}, None, True),
        ({}, None, True),
        (None, None, True),
        ({"active": False, "end_time": "2026-10-01T05:00:00Z"}, None, False),
    ],
)
def test_embargoes_of_arc(embargo: object, until: datetime | None, held: bool) -> None:
    found = one(story(content_restrictions={"embargo": embargo}))
    assert (found.embargoed_until, found.held) == (until, held)


def test_what_arc_has_not_published_is_withheld() -> None:
    assert one(story(publishing={"has_published_edition": False}, status="published")).status is Status.WITHHELD
    assert one(story(revision={"published": False})).status is Status.WITHHELD
    assert one(story(status="in edit")).status is Status.WITHHELD
    assert one(story(status="deleted")).status is Status.CANCELED
    assert one(story(corrections=[{"type": "correction", "text": "Names put right."}])).correction == "Names put right."


def test_a_story_without_an_id_is_called_after_its_file() -> None:
    assert one(story(_id=None)).id == "the-desk"
    assert [found.id for found in readings([story(_id=None), story()]) if isinstance(found, Article)] == [
        "the-desk#1",
        "ORL1",
    ]


def test_what_is_no_story_of_arcs_is_refused() -> None:
    assert "not a story" in refusal({"type": "gallery", "version": "0.10.9", "headlines": {"basic": "x"}})
    nested: dict[str, Any] = {"type": "text", "content": "x"}
    for _ in range(20):
        nested = {"type": "list", "items": [nested]}
    assert "nested" in refusal(story(nested))


# AP


def test_an_ap_item_keeps_its_id_without_the_tokens() -> None:
    item = {
        "uri": "https://api.example/content/orl1?qt=token",
        "altids": {"itemid": "orl1", "etag": "orl1_0"},
        "type": "text",
        "version": 3,
        "versioncreated": "2026-09-15T05:00:00Z",
        "firstcreated": "2026-09-14T05:00:00Z",
        "pubstatus": "usable",
        "headline": "Orl rises",
        "bylines": [{"by": "By HEW ORR"}],
        "provider": "AP",
        "copyrightnotice": "(c) AP",
        "usageterms": ["Editorial use only.", "No archive."],
        "ednote": "Adds a metre.",
        "editorialtypes": ["Correction"],
        "body_nitf": "<nitf><body><body.content><p>One.</p><p>Two.</p></body.content></body></nitf>",
    }
    found = one({"data": {"item": item}})
    assert (found.id, found.version, found.text, found.byline) == ("orl1", 3, "One.\n\nTwo.", "By HEW ORR")
    assert (found.outlet, found.provider, found.rights) == ("AP", "AP", "(c) AP")
    assert (found.usage, found.note) == ("Editorial use only.\nNo archive.", "Adds a metre.")
    assert found.correction == "Adds a metre."
    assert found.version_created == datetime(2026, 9, 15, 5, tzinfo=UTC)
    assert one({**item, "pubstatus": "embargoed", "embargoed": "2026-10-01T05:00:00Z"}).embargoed_until == datetime(
        2026, 10, 1, 5, tzinfo=UTC
    )
    assert one({**item, "pubstatus": "embargoed"}).held


def test_an_ap_page_of_links_is_refused_item_by_item_and_its_kills_are_read() -> None:
    links = [
        {"item": {"altids": {"itemid": "orl1"}, "type": "text", "pubstatus": "usable", "headline": "Orl rises"}},
        {"item": {"altids": {"itemid": "orl2"}, "type": "text", "pubstatus": "canceled", "headline": "Orl falls"}},
        {"item": {"altids": {"itemid": "orl3"}, "type": "picture"}},
    ]
    link, kill, picture = readings({"data": {"current_item_count": 3, "items": links}})
    assert isinstance(link, UnreadableInput)
    assert "NITF rendition" in link.reason
    assert isinstance(kill, Article)
    assert (kill.id, kill.status, kill.text) == ("orl2", Status.CANCELED, "")
    assert isinstance(picture, UnreadableInput)


# Orders with fields that cannot be read


AP_KILL: dict[str, object] = {
    "altids": {"itemid": "orl1"},
    "type": "text",
    "pubstatus": "canceled",
    "headline": "Orl rises",
}


@pytest.mark.parametrize(
    ("order", "bad"),
    [
        (post(status="trash"), {"modified_gmt": "yesterday"}),
        (post(status="trash"), {"link": 5, "password": 6, "_embedded": {"author": [{"name": []}, 7]}}),
        (post(status="trash"), {"title": {"rendered": {}}, "content": {"rendered": "<b>" * 30_000}}),
        (post(status="private"), {"date_gmt": [], "date": "soon", "slug": {}}),
        (post(password="x"), {"modified_gmt": 1}),
        (post(content={"rendered": "", "protected": True}), {"title": {"rendered": "half \ud800"}}),
        (story(status="deleted"), {"last_updated_date": "now", "headlines": {"basic": 1}, "credits": {"by": [3]}}),
        (story(status="deleted"), {"content_elements": [{"type": "text", "content": "<b>" * 30_000}, 4]}),
        (story(status="deleted"), {"content_elements": [{"type": "table", "rows": [[{"content": 5}]]}]}),
        (story(revision={"published": False}), {"corrections": "none", "taxonomy": {"primary_section": {"name": 1}}}),
        (story(publishing={"has_published_edition": False}), {"distributor": {"name": 1}, "owner": {"name": []}}),
        (AP_KILL, {"version": "two", "versioncreated": "now", "bylines": "Orr", "usageterms": [5]}),
        (AP_KILL, {"body_nitf": "<b>" * 30_000, "signals": {}, "provider": 1}),
        ({**AP_KILL, "pubstatus": "withheld"}, {"expires": 1, "firstcreated": {}}),
    ],
)
def test_an_order_to_kill_or_withhold_is_not_lost_to_a_bad_field(
    order: dict[str, object], bad: dict[str, object]
) -> None:
    whole, found = one(order), one({**order, **bad})
    assert whole.status is not Status.USABLE
    assert (found.id, found.status) == (whole.id, whole.status)
    assert "could not be read" in (found.note or "")


@pytest.mark.parametrize(
    ("item", "bad"),
    [
        (post(), {"modified_gmt": "yesterday"}),
        (post(), {"content": {"rendered": "<b>" * 30_000}}),
        (story(), {"last_updated_date": "now"}),
        (story(), {"content_elements": [{"type": "text", "content": "<b>" * 30_000}]}),
        ({**AP_KILL, "pubstatus": "usable", "body_text": WORDS}, {"version": "two"}),
        ({**AP_KILL, "pubstatus": "usable"}, {"body_nitf": "<b>" * 30_000}),
    ],
)
def test_what_is_to_be_served_is_refused_for_a_field_that_cannot_be_read(
    item: dict[str, object], bad: dict[str, object]
) -> None:
    assert refusal({**item, **bad})


@pytest.mark.parametrize(
    ("order", "bad", "name"),
    [
        (post(status="trash"), {"guid": {"rendered": 5}}, "rendered"),
        (story(status="deleted"), {"_id": 5}, "_id"),
        (AP_KILL, {"altids": {"itemid": 5}}, "itemid"),
    ],
)
def test_an_order_whose_id_cannot_be_read_is_told_and_takes_no_other_name(
    order: dict[str, object], bad: dict[str, object], name: str
) -> None:
    assert f'"{name}"' in refusal({**order, **bad})


def test_an_ap_item_of_no_known_status_needs_no_words_to_be_withheld() -> None:
    found = one({**AP_KILL, "pubstatus": "retracted"})
    assert found.status is Status.WITHHELD
    assert "'retracted'" in (found.note or "")


def test_a_post_with_a_password_that_goes_to_the_bin_is_killed() -> None:
    assert one(post(status="trash", password="x")).status is Status.CANCELED


def test_a_link_that_is_no_address_costs_the_outlet_only() -> None:
    assert one(post(link="https://[orl")).outlet is None


# Ritzau and WENN


def ritzau(**changed: str) -> str:
    given = {
        "NewsID": "orl-1",
        "PublishDate": "2026-09-15T07:00:00.5",
        "headline": "Orl stiger",
        "origin": "/ritzau/",
        "section": "Udland",
        "version": "2",
        "content": "&lt;p&gt;Et.&lt;/p&gt;&lt;p&gt;To.&lt;/p&gt;",
        "byLine": "Hew Orr",
        **changed,
    }
    return f"<RBNews>{''.join(f'<{name}>{said}</{name}>' for name, said in given.items())}</RBNews>"


def test_ritzau_prints_danish_time() -> None:
    found = one(ritzau(Korrektion="true", replacedID="orl-0"))
    assert (found.id, found.version, found.text, found.headline) == ("orl-1", 2, "Et.\n\nTo.", "Orl stiger")
    assert (found.byline, found.outlet, found.section, found.replaces) == ("Hew Orr", "ritzau", "Udland", "orl-0")
    assert found.published == datetime(2026, 9, 15, 5, 0, 0, 500_000, tzinfo=UTC)
    assert found.correction
    assert one(ritzau(Annuleret="true")).status is Status.CANCELED
    assert "PublishDate is no date" in refusal(ritzau(PublishDate="i dag"))
    killed = one(ritzau(PublishDate="i dag", content="&lt;b&gt;" * 30_000, Annuleret="true"))
    assert (killed.id, killed.status) == ("orl-1", Status.CANCELED)


def test_wenn_keeps_its_stories_in_elements_of_its_own() -> None:
    names = (
        'xmlns:nm="http://feed.wenn.com/xmlns/2010/03/wenn_nm" xmlns:cm="http://feed.wenn.com/xmlns/2010/03/wenn_cm"'
    )
    entry = """<entry><id>urn:orl:{0}</id><title>Orl sings</title><updated>2026-09-15T05:00:00Z</updated>
    <content>Short.</content><nm:NewsManagement><nm:original_article_id>{0}</nm:original_article_id>
    <nm:updated>2026-09-16T05:00:00Z</nm:updated><nm:publishing_status>{1}</nm:publishing_status></nm:NewsManagement>
    <cm:ContentMetadata lang="en-GB"><cm:first_line>One.</cm:first_line><cm:body>Two.

    Three.</cm:body></cm:ContentMetadata></entry>"""
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" {names}><nm:NewsManagement/>{{}}</feed>'
    published, pulled = readings(feed.format(entry.format(1, "Published") + entry.format(2, "Pulled")))
    assert isinstance(published, Article)
    assert (published.id, published.headline, published.language) == ("1", "Orl sings", "en-GB")
    assert [p.span.cut(published.text).strip() for p in published.paragraphs] == ["One.", "Two.", "Three."]
    assert (published.status, published.outlet) == (Status.USABLE, "WENN")
    assert isinstance(pulled, Article)
    assert pulled.status is Status.WITHHELD
    undated = entry.replace("2026-09-16T05:00:00Z", "soon")
    refused, pulled = readings(feed.format(undated.format(1, "Published") + undated.format(2, "Pulled")))
    assert isinstance(refused, UnreadableInput)
    assert isinstance(pulled, Article)
    assert pulled.status is Status.WITHHELD


# The real ones


def rows() -> list[dict[str, Any]]:
    path = SAMPLES / "MANIFEST.jsonl"
    if not path.exists():
        message = f"the real samples are missing: put them at {path}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return [row for row in map(json.loads, path.read_text("utf-8").splitlines()) if row["format"] == "cms"]


EXPECTED = {"guid": "id", "url": "url", "version": "version", "headline": "headline"}
TIMES = {"modified_gmt": "version_created", "firstpublished": "published", "firstcreated": "published"}


def test_real_records_come_out_as_their_manifest_says() -> None:
    assert len(rows()) >= 14
    for row in rows():
        found = [one for one in read(SAMPLES / row["path"]) if not isinstance(one, UnreadableInput)]
        if row["path"].startswith("cms/ap_"):
            assert not found  # the API links to the words and does not bring them
            continue
        article = found[0]
        assert isinstance(article, Article)
        expected = row["expected"]
        for name, field in EXPECTED.items():
            assert name not in expected or _line(expected[name]) == getattr(article, field), row["path"]
        for name, field in TIMES.items():
            assert name not in expected or getattr(article, field) == _time(expected[name]), row["path"]
        assert (article.status is Status.USABLE) == (expected.get("status", "publish") == "publish")
        assert len(found) >= expected.get("items", 1)
        if "embargo" in expected:
            assert article.embargoed_until == _time(expected["embargo"]["end_time"])
        if "distributor" in expected:
            assert article.outlet == expected["distributor"]["name"]


def _line(said: object) -> object:
    return " ".join(said.split()) if isinstance(said, str) else said


def _time(printed: str) -> datetime:
    found = datetime.fromisoformat(printed)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
