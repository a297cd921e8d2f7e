"""Feeds give an article for every entry that has words; sitemaps only list."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from lxml import etree

from embeddings.errors import UnreadableInput
from embeddings.news import Article, Status
from embeddings.readers import read, sitemap
from embeddings.readers.pieces import Piece

WORDS = "The river Orl rose by a metre overnight."
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
WP = 'xmlns:wp="http://wordpress.org/export/1.2/"'


def readings(content: str | bytes, media: str | None = None) -> list[Article | UnreadableInput]:
    data = content.encode() if isinstance(content, str) else content
    found = list(read(Piece(data=data, name="feed", place="a feed", media=media)))
    return [one for one in found if isinstance(one, Article | UnreadableInput)]


def one(content: str | bytes, media: str | None = None) -> Article:
    (found,) = readings(content, media=media)
    assert isinstance(found, Article), found
    return found


def refusal(content: str | bytes) -> str:
    (found,) = readings(content)
    assert isinstance(found, UnreadableInput), found
    return found.reason


def rss(
    *items: str, head: str = "<title>Orl Post</title><link>https://orl.example/</link>", names: str = CONTENT
) -> str:
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0" {names}><channel>{head}{entries}</channel></rss>'


def item(**fields: str) -> str:
    given = {"title": "Orl rises", "guid": "https://orl.example/1", "description": WORDS, **fields}
    return "".join(f"<{name}>{said}</{name.split()[0]}>" for name, said in given.items() if said)


def test_an_rss_item_in_full() -> None:
    head = "<title>Orl Post</title><language>en-GB</language><copyright>(c) Orl Post</copyright>"
    entry = item(link="https://orl.example/orl", pubDate="Tue, 15 Sep 2026 07:00:00 +0200", category="Weather")
    found = one(rss(entry + f"<dc:creator>Hew Orr</dc:creator><content:encoded>{WORDS}</content:encoded>", head=head))
    assert (found.id, found.headline, found.byline) == ("https://orl.example/1", "Orl rises", "Hew Orr")
    assert (found.outlet, found.provider, found.carriers) == ("Orl Post", "Orl Post", ())
    assert (found.language, found.section, found.rights) == ("en-GB", "Weather", "(c) Orl Post")
    assert (found.url, found.text, found.note) == ("https://orl.example/orl", WORDS, None)
    assert found.published == datetime(2026, 9, 15, 7, tzinfo=timezone(timedelta(hours=2)))
    assert isinstance(found.published, datetime)
    assert found.published.utcoffset() == timedelta(hours=2)


def test_the_whole_text_goes_before_the_summary_and_a_summary_is_told() -> None:
    whole = "<content:encoded>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</content:encoded>"
    assert one(rss(item() + whole)).text == "One.\n\nTwo."
    assert "Summary only" in (one(rss(item())).note or "")
    assert one(rss(item(description="&lt;b&gt;Rain&lt;/b&gt;&lt;script&gt;x()&lt;/script&gt;"))).text == "Rain"


def test_an_atom_entry_in_full() -> None:
    found = one(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://orl.example/news/" xml:lang="en">
        <title>Orl Post</title><entry><id>tag:orl.example,2026:1</id>
        <title type="html">Orl &lt;i&gt;rises&lt;/i&gt;</title>
        <link rel="alternate" href="orl.html"/><author><name>Hew Orr</name></author><author><name>A. Key</name></author>
        <published>2026-09-15T07:00:00+02:00</published><updated>2026-09-16T08:30:00Z</updated>
        <rights>(c) Hew Orr</rights><source><title>Orl Wire</title></source>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content>
        </entry></feed>"""
    )
    assert (found.id, found.headline, found.text) == ("tag:orl.example,2026:1", "Orl rises", "One.\n\nTwo.")
    assert (found.byline, found.rights, found.language) == ("Hew Orr, A. Key", "(c) Hew Orr", "en")
    assert (found.outlet, found.carriers, found.provider) == ("Orl Wire", ("Orl Post",), "Orl Post")
    assert found.url == "https://orl.example/news/orl.html"
    assert found.version_created == datetime(2026, 9, 16, 8, 30, tzinfo=UTC)
    assert found.published == datetime(2026, 9, 15, 5, tzinfo=UTC)


def test_rdf_and_old_rss_are_read() -> None:
    rdf = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
    <channel rdf:about="https://orl.example/"><title>Orl Post</title></channel>
    <item rdf:about="https://orl.example/1"><title>Orl rises</title><link>https://orl.example/1</link>
    <description>{WORDS}</description></item></rdf:RDF>"""
    assert (one(rdf).id, one(rdf).text) == ("https://orl.example/1", WORDS)
    old = f"""<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://dtd.example/rss-0.91.dtd">
    <rss version="0.91"><channel><item><link>https://orl.example/1</link><description>{WORDS}</description></item>
    </channel></rss>"""
    assert (one(old).id, one(old).text) == ("https://orl.example/1", WORDS)


def test_a_bare_number_is_told_apart_by_its_feed() -> None:
    assert one(rss(item(guid="216"))).id == "https://orl.example/#216"
    assert one(rss(item(guid="216"), head="<link>https://other.example/</link>")).id == "https://other.example/#216"
    nameless = one(rss(item(guid="")))
    assert nameless.id.startswith("feed#")
    assert nameless.id == one(rss(item(guid="", pubDate="Tue, 15 Sep 2026 07:00:00 GMT"))).id
    assert nameless.id != one(rss(item(guid="", description="It snowed."))).id


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Tue, 15 Sep 2026 07:00:00 EST", datetime(2026, 9, 15, 12, tzinfo=UTC)),
        ("Tue, 15 Sep 2026 07:00:00", datetime(2026, 9, 15, 7, tzinfo=UTC)),
        ("2026-09-15", date(2026, 9, 15)),
        ("2026-09-15T07:00:00+02:00", datetime(2026, 9, 15, 5, tzinfo=UTC)),
        ("soon", None),
        ("", None),
    ],
)
def test_dates(printed: str, expected: object) -> None:
    assert one(rss(item(pubDate=printed))).published == expected


def test_a_feed_with_slips_is_read_and_one_without_words_refused() -> None:
    found = readings(
        f"<rss><channel><title>A & B</title><item><title>Rain & <b>wind</title><description>{WORDS}</description>"
    )
    assert [one.text for one in found if isinstance(one, Article)] == [WORDS]
    assert "without entries" in refusal(rss())
    assert "no words" in refusal(rss(item(description="")))
    good, bad, other = readings(rss(item(), item(description=""), item(guid="https://orl.example/2")))
    assert isinstance(good, Article)
    assert isinstance(bad, UnreadableInput)
    assert bad.place == "a feed entry https://orl.example/1"
    assert readings(rss("<title>Rain</title>", item()))[0].place == "a feed entry 1"  # type: ignore[union-attr]
    assert isinstance(other, Article)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-le", "iso-8859-1", "windows-1251", "euc-kr", "big5"])
def test_encodings_that_are_declared(encoding: str) -> None:
    words = {"windows-1251": "Река вышла из берегов.", "euc-kr": "강물이 불었다.", "big5": "河水上漲。"}.get(
        encoding, "Äöü."
    )
    content = rss(item(description=words)).replace('"1.0"?', f'"1.0" encoding="{encoding}"?')
    assert one(content.encode(encoding)).text == words
    bare = rss(item(description=words)).encode(encoding)
    if encoding in ("windows-1251", "euc-kr", "big5"):
        assert "not UTF-8" in refusal(bare)
        assert one(bare, media=f"text/xml; charset={encoding}").text == words


@pytest.mark.parametrize(
    "declared",
    [
        f'<!ENTITY a "{"x" * 5_000}">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        "<!ENTITY a PUBLIC 'x' 'file:///etc/passwd'>",
        "<!ENTITY % a \"<!ENTITY b 'c'>\">",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_never_followed(declared: str, encoding: str) -> None:
    bomb = rss(item(description="&a;" * 100)).replace("<rss", f"<!DOCTYPE rss [{declared}]><rss", 1)
    assert "entities" in refusal(bomb.encode(encoding))


def test_a_feed_over_the_limit_is_refused() -> None:
    assert "20,000,000 bytes" in refusal(rss(item(description="rain " * 4_000_000)))


def post(**fields: str) -> str:
    given = {"wp:post_id": "1", "wp:post_type": "post", "wp:status": "publish", "wp:post_password": ""}
    return item(guid="https://orl.example/?p=1", description="", **{**given, **fields})


def export(*items: str) -> str:
    return rss(*items, names=f"{CONTENT} {WP}")


def test_a_wordpress_export_is_read_with_its_paragraphs() -> None:
    words = "<content:encoded>One line.\nAnother.\n\nA paragraph.</content:encoded>"
    found = one(export(post() + words))
    assert (found.id, found.status) == ("https://orl.example/?p=1", Status.USABLE)
    assert found.text == "One line.\nAnother.\n\nA paragraph."


@pytest.mark.parametrize(
    ("fields", "status", "note"),
    [
        ({"wp:status": "trash"}, Status.CANCELED, None),
        ({"wp:status": "private"}, Status.WITHHELD, 'Not published: "private" in WordPress.'),
        ({"wp:status": "draft"}, Status.WITHHELD, 'Not published: "draft" in WordPress.'),
        ({"wp:status": "archived"}, Status.WITHHELD, "Withheld: 'archived' is no status that is known here."),
        ({"wp:post_password": "x"}, Status.WITHHELD, "Password-protected in WordPress."),
        ({"wp:post_password": "x", "wp:status": "trash"}, Status.CANCELED, None),
    ],
)
def test_what_wordpress_does_not_publish_is_not_shown(fields: dict[str, str], status: Status, note: str | None) -> None:
    found = one(export(post(**fields) + f"<content:encoded>{WORDS}</content:encoded>"))
    assert (found.status, found.note) == (status, note)


def test_a_post_in_the_bin_kills_whatever_markup_it_has() -> None:
    heap = "&lt;b&gt;" * 30_000
    words = f"<content:encoded>{heap}</content:encoded>"
    found = one(export(post(title=heap, **{"wp:status": "trash"}) + words))
    assert (found.id, found.status) == ("https://orl.example/?p=1", Status.CANCELED)
    assert "could not be read" in (found.note or "")
    assert "tags" in refusal(export(post() + words))


def test_a_scheduled_post_is_under_embargo_and_a_picture_is_no_story() -> None:
    words = f"<content:encoded>{WORDS}</content:encoded>"
    scheduled = one(export(post(**{"wp:status": "future", "wp:post_date_gmt": "2026-10-01 06:00:00"}) + words))
    assert (scheduled.status, scheduled.embargoed_until) == (Status.USABLE, datetime(2026, 10, 1, 6, tzinfo=UTC))
    assert one(export(post(**{"wp:status": "future"}) + words)).held
    assert readings(export(post(**{"wp:post_type": "attachment"}) + words)) == []


def test_a_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Orl Post",
        "feed_url": "https://orl.example/feed.json",
        "language": "en",
        "authors": [{"name": "Hew Orr"}],
        "items": [
            {"id": "1", "url": "https://orl.example/1", "content_html": "<p>One.</p><p>Two.</p>", "title": "Orl rises"},
            {"id": "https://orl.example/2", "summary": "Short.", "date_published": "2026-09-15T07:00:00+02:00"},
            {"id": "3"},
            7,
            {"content_text": "No id."},
        ],
    }
    whole, short, empty, number, nameless = readings(json.dumps(feed, indent=1))
    assert isinstance(whole, Article)
    assert (whole.id, whole.text, whole.byline) == ("https://orl.example/feed.json#1", "One.\n\nTwo.", "Hew Orr")
    assert (whole.outlet, whole.language, whole.note) == ("Orl Post", "en", None)
    assert isinstance(short, Article)
    assert (short.id, short.text) == ("https://orl.example/2", "Short.")
    assert "Summary only" in (short.note or "")
    assert short.published == datetime(2026, 9, 15, 5, tzinfo=UTC)
    assert isinstance(empty, UnreadableInput)
    assert isinstance(number, UnreadableInput)
    assert number.place == "a feed entry 4"
    assert isinstance(nameless, UnreadableInput)
    assert 'no "id"' in nameless.reason


def test_a_sitemap_lists_pages_and_is_no_story() -> None:
    content = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
    xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><!-- news --><url><loc> https://orl.example/1 </loc>
    <lastmod>2026-09-16</lastmod><news:news><news:publication><news:name>Orl Post</news:name>
    <news:language>en</news:language></news:publication><news:publication_date>2026-09-15T07:00:00+02:00
    </news:publication_date><news:title>Orl
    rises</news:title></news:news></url><url><loc>javascript:alert(1)</loc></url><url><lastmod>soon</lastmod></url>
    <url><loc>https://orl.example/2</loc><lastmod>soon</lastmod></url></urlset>"""
    assert "lists 2 pages" in refusal(content)
    assert "onrecord feeds" in refusal(content)
    first, second = sitemap.locations(etree.fromstring(content.encode()))
    assert first == sitemap.Listed(
        url="https://orl.example/1",
        headline="Orl rises",
        published=datetime(2026, 9, 15, 5, tzinfo=UTC),
        changed=date(2026, 9, 16),
        language="en",
        outlet="Orl Post",
    )
    assert second == sitemap.Listed(url="https://orl.example/2")


def test_a_list_of_sitemaps_is_told_from_pages() -> None:
    content = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>
    <loc>https://orl.example/news.xml</loc></sitemap></sitemapindex>"""
    (listed,) = sitemap.locations(etree.fromstring(content.encode()))
    assert (listed.url, listed.is_sitemap) == ("https://orl.example/news.xml", True)
