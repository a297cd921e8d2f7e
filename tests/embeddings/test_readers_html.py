"""A web page becomes the story that it prints, with what it says of itself; what is no story is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import UnreadableInput
from embeddings.news import Article
from embeddings.readers import html
from embeddings.readers.linked_data import article_record, words
from embeddings.readers.pieces import Piece

URL = "https://www.example.com/harbour/bridge-closed"
STORY = (
    "The old harbour bridge in Velmora will be closed for eleven weeks, the city council decided on Monday evening.",
    "Engineers found cracks in two of its nine piers, said council leader Ada Brinn, who had asked for the inspection.",
    "“Nobody has to fear for their safety today, but nobody should have to fear for it next winter either,” she said.",
    "Ferries will run every ten minutes between six in the morning and midnight, and cyclists will travel free.",
    "Shopkeepers on the northern quay had protested against the closure and demand compensation from the city.",
    "The work is to cost 4.2 million crowns and to be finished before the first autumn storms reach the coast.",
)
RECORD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Velmora closes its harbour bridge",
    "datePublished": "2026-03-02T19:30:00+02:00",
    "dateModified": "2026-03-02T21:05:00+02:00",
    "author": [{"@type": "Person", "name": "Ines Talvar"}, {"@type": "Person", "name": "Jon Reck"}],
    "publisher": {"@type": "Organization", "name": "Velmora Courier"},
    "inLanguage": "en-GB",
    "articleSection": "Harbour",
}


def script_text(script: object) -> str:
    return script if isinstance(script, str) else json.dumps(script).replace("</", "<\\/")


def page(
    *scripts: object,
    story: tuple[str, ...] = STORY,
    head: str = "",
    before: str = "",
    after: str = "",
    title: str = "Velmora closes its harbour bridge",
) -> str:
    """A page of a paper, with all that stands around its stories."""
    linked = "".join(f'<script type="application/ld+json">{script_text(script)}</script>' for script in scripts)
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in story)
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | Velmora Courier</title>
    {head}{linked}</head><body>
    <nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
    <div class="cookie-banner"><p>We use cookies to make this paper better for everybody who reads it.</p></div>
    <main><article><h1>{title}</h1>
    <div class="byline">By Ines Talvar and Jon Reck</div><time datetime="2026-03-02">2 March 2026</time>
    <figure><img src="/bridge.jpg" alt=""><figcaption>The bridge on Sunday. Photo: Ole Marn</figcaption></figure>
    {before}<div class="article-body">{paragraphs}</div>{after}</article>
    <aside class="related"><h2>Read more</h2><ul><li><a href="/1">Ferry sinks at its mooring</a></li></ul></aside>
    </main>
    <footer><p>© 2026 Velmora Courier. All rights reserved.</p></footer></body></html>"""


def read(markup: str | bytes, *, url: str | None = None, media: str | None = None) -> Article | UnreadableInput:
    data = markup.encode() if isinstance(markup, str) else markup
    (found,) = html.read(Piece(data=data, name="saved.html", place="saved.html", url=url, media=media))
    assert isinstance(found, Article | UnreadableInput)
    return found


def article(markup: str | bytes, *, url: str | None = None, media: str | None = None) -> Article:
    found = read(markup, url=url, media=media)
    assert isinstance(found, Article), found
    return found


def paragraphs(found: Article) -> list[str]:
    return [paragraph.span.cut(found.text) for paragraph in found.paragraphs]


def test_the_story_is_what_stands_between_all_the_rest() -> None:
    assert paragraphs(article(page())) == list(STORY)


def test_the_record_gives_the_fields_with_the_zone_of_its_times() -> None:
    found = article(page(RECORD, head=f'<link rel="canonical" href="{URL}">'))
    zone = timezone(timedelta(hours=2))
    assert found.id == found.url == URL
    assert found.headline == "Velmora closes its harbour bridge"
    assert found.byline == "Ines Talvar, Jon Reck"
    assert found.published == datetime(2026, 3, 2, 19, 30, tzinfo=zone)
    assert found.version_created == datetime(2026, 3, 2, 21, 5, tzinfo=zone)
    assert isinstance(found.published, datetime)
    assert found.published.utcoffset() == timedelta(hours=2)
    assert (found.outlet, found.provider, found.language, found.section) == (
        "Velmora Courier",
        "Velmora Courier",
        "en-GB",
        "Harbour",
    )


def test_a_graph_is_searched_and_its_references_are_followed() -> None:
    graph = [
        {"@type": "Organization", "@id": "#paper", "name": "Velmora Courier"},
        {"@type": "Person", "@id": "#ines", "name": "Ines Talvar"},
        {"@type": "WebPage", "@id": URL, "datePublished": "2020-01-01T00:00:00Z"},
        {**RECORD, "author": {"@id": "#ines"}, "publisher": {"@id": "#paper"}},
    ]
    found = article(page({"@context": "https://schema.org", "@graph": graph}))
    assert (found.byline, found.outlet, found.day) == ("Ines Talvar", "Velmora Courier", date(2026, 3, 2))


def test_of_several_records_the_one_with_the_printed_headline_counts() -> None:
    other = {**RECORD, "headline": "Ferry sinks at its mooring", "author": {"name": "Somebody Else"}}
    assert article(page(other, RECORD)).byline == "Ines Talvar, Jon Reck"


def test_the_records_of_related_stories_are_not_this_pages() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{**RECORD, "headline": "Another story altogether"}]}
    found = article(page(listed))
    assert (found.headline, found.byline) == ("Velmora closes its harbour bridge", None)


@pytest.mark.parametrize(
    "script",
    [
        json.dumps(RECORD)[:-1] + ",}",
        f"<!-- {json.dumps(RECORD)} -->",
        f"//<![CDATA[\n{json.dumps(RECORD)}\n//]]>",
        json.dumps(RECORD).replace("Velmora Courier", "Velmora\nCourier") + ";",
    ],
    ids=["a comma too many", "a comment", "CDATA", "a line break in a text"],
)
def test_slips_in_the_record_are_mended(script: str) -> None:
    found = article(page(script))
    assert (found.byline, found.outlet) == ("Ines Talvar, Jon Reck", "Velmora Courier")


@pytest.mark.parametrize("script", ["{", "[" * 100_000, "null", "[1, [2]]", '{"@type": 5}', " " * 3_000_000, "\ud800"])
def test_a_record_beyond_mending_is_left_out(script: str) -> None:
    found = article(page(script).encode("utf-8", errors="replace"))
    assert paragraphs(found) == list(STORY)
    assert found.byline is None


def test_rights_usage_expiry_and_correction_are_kept() -> None:
    told = {
        **RECORD,
        "copyrightHolder": {"@type": "Organization", "name": "Velmora Press Association"},
        "usageInfo": "https://www.velmora-courier.example/terms",
        "expires": "2027-03-02T00:00:00Z",
        "correction": {"@type": "CorrectionComment", "text": "An earlier version gave the cost as 42 million crowns."},
    }
    found = article(page(told))
    assert found.rights == "Velmora Press Association"
    assert found.usage == "https://www.velmora-courier.example/terms"
    assert found.expires == datetime(2027, 3, 2, tzinfo=UTC)
    assert found.correction == "An earlier version gave the cost as 42 million crowns."


def test_a_story_taken_over_names_its_origin_and_its_carrier() -> None:
    found = article(page({**RECORD, "sourceOrganization": {"name": "Coastal Press Agency"}}))
    assert (found.outlet, found.carriers) == ("Coastal Press Agency", ("Velmora Courier",))


@pytest.mark.parametrize(
    "said",
    [
        "<script>alert(1)</script>Velmora <b>closes</b> its harbour bridge",
        "&lt;script&gt;alert(1)&lt;/script&gt;Velmora closes its harbour bridge",
        "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;Velmora closes its harbour bridge",
    ],
)
def test_script_in_a_headline_comes_out_as_plain_words(said: str) -> None:
    assert words(said) == "Velmora closes its harbour bridge"
    found = article(page({**RECORD, "headline": said, "author": {"name": "<img src=x onerror=alert(1)>Ines Talvar"}}))
    assert (found.headline, found.byline) == ("Velmora closes its harbour bridge", "Ines Talvar")


def test_a_headline_loses_the_kicker_before_it_and_the_site_behind_it() -> None:
    head = '<meta property="og:title" content="Harbour: Velmora closes its harbour bridge">'
    assert article(page(head=head)).headline == "Velmora closes its harbour bridge"
    head = '<meta property="og:title" content="Velmora closes its harbour bridge | Velmora Courier">'
    assert article(page(head=head)).headline == "Velmora closes its harbour bridge"


def test_nobody_is_named_as_author_because_a_reader_commented() -> None:
    comments = '<div id="comments"><span class="comment-author">Grumbler77</span><p>I always said so.</p></div>'
    found = article(page(after=comments))
    assert found.byline is None
    assert paragraphs(found) == list(STORY)


def test_a_standfirst_is_no_first_paragraph() -> None:
    story = (*STORY, *(paragraph.replace("Monday", "Tuesday").replace("the", "this") for paragraph in STORY))
    standfirst = "Cracks in two piers force the council to act before winter comes."
    before, head = f'<p class="lead">{standfirst}</p>', f'<meta name="description" content="{standfirst}">'
    assert paragraphs(article(page(story=story, before=before, head=head))) == list(story)
    short = article(page(story=STORY[:3], before=before, head=head))
    assert paragraphs(short) == [standfirst, *STORY[:3]], "it says most of a story that is hardly longer"


def test_a_first_paragraph_that_the_head_repeats_stays() -> None:
    found = article(page(head=f'<meta name="description" content="{STORY[0]}">'))
    assert paragraphs(found) == list(STORY)


def test_key_points_credits_and_requests_are_left_out() -> None:
    before = "<ul><li>Closed for eleven weeks</li><li>Ferries every ten minutes</li></ul>"
    after = (
        "<h2>More on this</h2><p>Additional reporting by Ole Marn.</p>"
        "<p>Sign up for our free morning newsletter.</p><p>Source: Velmora Courier</p>"
    )
    assert paragraphs(article(page(before=before, after=after))) == list(STORY)


def test_a_request_in_the_middle_ends_nothing() -> None:
    story = (*STORY[:3], "Read more: Ferry sinks at its mooring", *STORY[3:])
    assert paragraphs(article(page(story=story))) == list(STORY)


def test_words_in_links_stay_and_what_is_hidden_goes() -> None:
    story = (f'<a class="tag" href="/velmora">{STORY[0]}</a>', *STORY[1:])
    hidden = '<p style="display:none">Only for machines that count the words on this page.</p>'
    assert paragraphs(article(page(story=story, before=hidden))) == list(STORY)


def test_line_breaks_part_paragraphs_where_nothing_else_does() -> None:
    parted = "<br>".join(STORY[:3]) + '<div class="newsletter">Sign up</div>' + "<br><br>".join(STORY[3:])
    markup = page().replace("".join(f"<p>{paragraph}</p>" for paragraph in STORY), f"<div>{parted}</div>")
    assert paragraphs(article(markup)) == list(STORY)


def test_what_nobody_sees_in_a_word_is_left_out() -> None:
    """With soft hyphens in them, words would not be found as they are written."""
    story = (STORY[0].replace("harbour", "har\u00adbour").replace("council", "coun\u200bcil"), *STORY[1:])
    assert paragraphs(article(page(story=story))) == list(STORY)


def test_a_page_that_prints_nothing_gives_the_words_of_its_record() -> None:
    told = {**RECORD, "articleBody": "\n\n".join(STORY)}
    assert paragraphs(article(page(told, story=()))) == list(STORY)


def test_another_site_is_not_believed_to_be_the_pages_own_address() -> None:
    """Or a page could take the place of another paper's story."""
    foreign = '<link rel="canonical" href="https://other-paper.example/their-story">'
    assert article(page(head=foreign), url=URL).id == URL
    unknown = '<link rel="canonical" href="https://b.example/story">'
    assert article(page(head=unknown), url="https://a.example/story").id == "https://a.example/story"
    near = f'<link rel="canonical" href="{URL}">'
    assert article(page(head=near), url=URL.replace("www.", "amp.") + "?from=feed").id == URL


@pytest.mark.parametrize("told", ["/harbour/bridge-closed", f"{URL}#comments"])
def test_an_address_is_made_whole_and_loses_its_anchor(told: str) -> None:
    head = f'<link rel="canonical" href="{told}">'
    assert article(page(head=head), url=URL + "?x=1").id == URL


@pytest.mark.parametrize("told", ["https://www.velmora-courier.example/", "javascript:alert(1)", "http://[", ""])
def test_what_is_no_storys_address_is_none(told: str) -> None:
    found = article(page(head=f'<link rel="canonical" href="{told}">'))
    assert (found.id, found.url) == ("saved.html", None)


@pytest.mark.parametrize(("charset", "codec"), [("iso-8859-1", "cp1252"), ("windows-1251", "cp1251"), ("big5", "big5")])
def test_the_charset_that_a_page_names_is_respected(charset: str, codec: str) -> None:
    words_there = {"cp1252": "Café “Déjà”", "cp1251": "Мост закрыт", "big5": "港口大橋封閉"}[codec]
    markup = page(story=(f"{words_there}: {STORY[0]}", *STORY[1:])).replace("“", '"').replace("”", '"')
    markup = markup.replace('charset="utf-8"', f'charset="{charset}"').replace("©", "")
    expected = f"{words_there}: {STORY[0]}".replace("“", '"').replace("”", '"')
    assert paragraphs(article(markup.encode(codec)))[0] == expected


def test_the_charset_sent_with_a_page_is_respected() -> None:
    markup = page(story=(f"Été: {STORY[0]}", *STORY[1:])).replace('<meta charset="utf-8">', "")
    data = markup.replace("“", '"').replace("”", '"').replace("©", "").encode("cp1252")
    assert paragraphs(article(data, media="text/html; charset=windows-1252"))[0] == f"Été: {STORY[0]}"


@pytest.mark.parametrize(
    "markup",
    [
        "<!doctype html><title>Home</title>" + "".join(f'<li><a href="/{i}">Story {i}</a></li>' for i in range(200)),
        "<!doctype html><p>We value your privacy. This site uses cookies. Accept all cookies to go on.</p>",
        "<!doctype html><div id='root'></div><script>render({})</script>",
        "<!doctype html>",
        "<html><frameset><frame src='a.html'></frameset></html>",
    ],
    ids=["an index", "a cookie wall", "a page made by a script", "nothing", "frames"],
)
def test_a_page_without_an_article_is_refused_with_a_word_on_what_to_do(markup: str) -> None:
    found = read(markup)
    assert isinstance(found, UnreadableInput)
    assert found.place == "saved.html"
    assert ": " in found.reason


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<html>" + " " * 5_000_001, "bytes"),
        ("<html>" + "<p>x" * 40_000, "tags"),
        ("<html><p " + " ".join(f"a{i}" for i in range(5_000)) + ">x", "attributes"),
        ("<html>\0", "NUL"),
    ],
    ids=["too long", "too many tags", "too many attributes", "a NUL"],
)
def test_a_hostile_page_is_refused_before_it_is_taken_apart(markup: str, reason: str) -> None:
    found = read(markup)
    assert isinstance(found, UnreadableInput)
    assert reason in found.reason


def test_code_does_not_count_as_attributes() -> None:
    script = "<script>" + "if (a<b) { c = 'it'; } // don't \n" * 500 + "</script>"
    assert paragraphs(article(page(head=script))) == list(STORY)


@given(st.integers(0, 3_000), st.binary(max_size=40))
def test_a_damaged_page_is_an_article_or_an_error(at: int, junk: bytes) -> None:
    data = page(RECORD).encode()
    assert isinstance(read(data[:at] + junk + data[at:], url="http://[bad"), Article | UnreadableInput)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<!DOCTYPE html><p>x", True),
        (b"\xef\xbb\xbf \n<html>", True),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html>", True),
        (b"<!-- saved --><html>", True),
        (b"<newsItem/>", False),
        (b"<htmlx>", False),
        (b"He wrote <html> on the wall", False),
    ],
)
def test_a_page_is_known_by_its_beginning(data: bytes, expected: bool) -> None:
    assert html.is_page(data) is expected


def test_an_article_record_is_empty_where_there_is_none() -> None:
    assert article_record(['{"@type": "WebSite", "name": "Velmora Courier"}']) == {}
