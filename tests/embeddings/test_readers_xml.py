"""The IPTC's XML formats become articles and orders, and XML made to do harm becomes a refusal."""

from __future__ import annotations

import json
import os
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from embeddings.errors import UnreadableInput
from embeddings.news import Article, Notice, Status
from embeddings.readers import newsml1, newsml_g2, nitf, tree
from embeddings.readers.pieces import Reading

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
READERS = (newsml_g2, nitf, newsml1)


def readings(document: str | bytes) -> list[Reading]:
    data = document.encode() if isinstance(document, str) else document
    root = tree.parsed(data, place="wire.xml")
    (reader,) = [reader for reader in READERS if reader.is_document(root)]
    return list(reader.read(root, place="wire.xml"))


def article(document: str | bytes) -> Article:
    (found,) = readings(document)
    assert isinstance(found, Article), found
    return found


def refusal(document: str | bytes) -> str:
    try:
        (found,) = readings(document)
    except UnreadableInput as error:
        return str(error)
    assert isinstance(found, UnreadableInput), found
    return str(found)


# XML itself


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ('<!DOCTYPE nitf [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><nitf>&b;</nitf>', "declares its own entities"),
        ('<!DOCTYPE nitf [<!ENTITY a SYSTEM "file:///etc/hostname">]><nitf>&a;</nitf>', "declares its own entities"),
        ('<!DOCTYPE nitf [<!ENTITY % a SYSTEM "http://wire.example/a">%a;]><nitf/>', "declares its own entities"),
        ('<!DOCTYPE nitf [<!ATTLIST p a CDATA "aaaa">]><nitf><p/></nitf>', "declares its own entities or attributes"),
        ("<nitf><p>It rained.</nitf>", "broken XML at line 1"),
        ("<nitf>&rain;</nitf>", "broken XML"),
        ("<nitf>It rained.", "broken XML"),
        ("<nitf>\0</nitf>", "broken XML"),
        ("", "broken XML"),
        ("It rained.", "broken XML"),
        ("<a>" * 5_000, "broken XML"),
        ("<a>" + "<b/>" * 1_000_001 + "</a>", "tags and attributes"),
        ("<a>" + "x" * 20_000_001 + "</a>", "over 20,000,000 bytes"),
        (b'<?xml version="1.0" encoding="utf-8"?><nitf>\xd0\xcf\xff</nitf>', "not UTF-8"),
        (b'<?xml version="1.0" encoding="koi8-r"?>\xff\xff', "broken XML"),
        (b'<?xml version="1.0" encoding="gb18030"?><nitf>\xff</nitf>', "not gb18030"),
        (b'<?xml version="1.0" encoding="unicode_escape"?><nitf/>', "an encoding that is not read"),
        (b'<?xml version="1.0" encoding="no-such"?><nitf/>', "an encoding that is not read"),
    ],
    ids=lambda value: repr(value[:60]),
)
def test_xml_that_is_broken_or_made_to_do_harm_is_refused(document: str | bytes, reason: str) -> None:
    with pytest.raises(UnreadableInput) as refused:
        tree.parsed(document.encode() if isinstance(document, str) else document, place="wire.xml")
    assert reason in refused.value.reason
    assert refused.value.place == "wire.xml"


def test_an_entity_bomb_takes_no_memory() -> None:
    bomb = "<!DOCTYPE nitf [" + '<!ENTITY e0 "ha">'
    bomb += "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10)) + "]><nitf>&e9;</nitf>"
    tracemalloc.start()
    assert "entities" in refusal(bomb)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_dtd_elsewhere_is_passed_over_and_its_characters_are_read(tmp_path: Path) -> None:
    (tmp_path / "trap.dtd").write_text("<!ELEMENT nitf EMPTY><!ENTITY secret 'leaked'>")
    dtd = f'<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "{(tmp_path / "trap.dtd").as_uri()}">'
    body = "<p>Caf&eacute;&nbsp;&amp; bar &lt;b&gt; &#147;open&#148; &secret;</p>"
    found = article(story(body).replace("<nitf>", f"{dtd}<nitf>"))
    assert found.text == "Café & bar <b> “open” &secret;"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "iso-8859-1", "windows-1252", "utf-16"])
def test_encodings_as_declared(codec: str) -> None:
    declared = codec.removesuffix("-sig")
    document = f'<?xml version="1.0" encoding="{declared}"?>' + story("<p>Zoé said: à midi. Never à midi, Zoé.</p>")
    assert article(document.encode(codec)).text == "Zoé said: à midi. Never à midi, Zoé."


def test_a_wrong_declaration_gives_way_to_the_bytes() -> None:
    text = "Zoé said “never” – à midi."
    for declared, codec in (
        ("iso-8859-1", "utf-8"),
        ("utf-16", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("utf-8", "cp1252"),
    ):
        document = f'\r\n<?xml version="1.0" encoding="{declared}"?>' + story(f"<p>{text}</p>")
        assert article(document.encode(codec)).text == text


def test_other_alphabets_are_read_as_declared() -> None:
    document = '<?xml version="1.0" encoding="windows-1251"?>' + story("<p>Шёл дождь.</p>")
    assert article(document.encode("cp1251")).text == "Шёл дождь."


def test_many_attributes_of_one_element_do_not_stop_the_reading() -> None:
    started = time.monotonic()
    many = " ".join(f'a{i}="1"' for i in range(200_000))
    assert isinstance(readings(f"<nitf {many}></nitf>")[0], UnreadableInput)
    assert time.monotonic() - started < 60


@given(st.binary(max_size=300))
def test_no_bytes_whatever_raise_anything_else(data: bytes) -> None:
    with suppress(UnreadableInput):
        tree.parsed(b"<nitf>" + data, place="x")


@given(st.recursive(st.text(max_size=8), lambda inner: st.lists(inner, max_size=4), max_leaves=20))
def test_any_tree_of_body_elements_gives_its_words_without_markup(nested: object) -> None:
    names = iter("p block ul li hl2 table tr td person q a title select body".split() * 50)

    def build(parent: etree._Element, part: object) -> None:
        if isinstance(part, list):
            child = etree.SubElement(parent, next(names))
            for inner in part:
                build(child, inner)
        else:
            kept = "".join(char for char in str(part) if char.isalnum())
            etree.SubElement(parent, "p").text = kept

    root = etree.Element("body.content")
    build(root, nested)
    plain = tree.Branch(root, "x").plain()
    assert "".join(plain.split()) == "".join("".join(map(str, root.itertext())).split())


# Paragraphs


def test_markup_becomes_paragraphs_without_captions() -> None:
    body = (
        "<block><media><media-caption>A <b>photo</b></media-caption></media><p>It <em>rained</em>\n   all day.</p>"
        "<hl2>At night</hl2><ul><li>One</li><li>Two</li></ul></block><p/><pre>Ostrel 2\nMarn 1\n</pre>"
        "<p>The end of it.\n \n(Reporting by Jo Orr)</p>"
    )
    expected = "It rained all day.|At night|One|Two|Ostrel 2\nMarn 1|The end of it.|(Reporting by Jo Orr)"
    assert article(story(body)).text == expected.replace("|", "\n\n")


def test_copy_typed_into_one_element_keeps_its_paragraphs() -> None:
    typed = '(Adds detail)\n    * One point\n\n    By Jo Orr\n    It rained all\nday.\n    "Again," she said.\n'
    assert article(story(f"<p>{typed}</p>")).text.split("\n\n") == [
        "(Adds detail)",
        "* One point",
        "By Jo Orr",
        "It rained all day.",
        '"Again," she said.',
    ]
    indented = "\n      It rained all\n      day and night.\n    "
    assert article(story(f"<p>{indented}</p>")).text == "It rained all day and night."


def test_what_was_escaped_twice_is_read_as_it_was_meant() -> None:
    assert (
        article(story("<p>Until 4 o&amp;#39;clock, &amp;quot;late&amp;quot;.</p>")).text == 'Until 4 o\'clock, "late".'
    )


def test_a_body_made_to_choke_a_parser_is_refused() -> None:
    assert "tags" in refusal(story("<p>x</p>" * 20_001))


# NITF


def story(body: str, *, docdata: str = '<doc-id id-string="a.1"/>', status: str = "", head: str = "") -> str:
    return (
        f"<nitf><head><docdata {status}>{docdata}</docdata></head>"
        f"<body><body.head>{head}</body.head><body.content>{body}</body.content></body></nitf>"
    )


def test_a_nitf_story_in_full() -> None:
    document = """<nitf baselang="en"><head><title>No</title>
        <docdata management-status="usable" management-doc-idref="a.0">
          <doc-id id-string="a.1" regsrc="CPA"/><du-key key="rain-ostrel" version="2"/>
          <del-list><from-src src-name="Feed" level-number="2"/><from-src src-name="CPA" level-number="1"/></del-list>
          <date.issue norm="20260916T070000+0200"/><date.expire norm="20261016T070000+0200"/>
          <ed-msg info="Adds rain."/><ed-msg info=""/>
          <correction info="Corrects the hour."/>
          <doc.copyright year="2026" holder="CPA"/><doc.rights limitations="online" geography="Ostrel"/>
        </docdata>
        <pubdata position.section="Weather" ex-ref="https://a.example/1"/></head>
      <body><body.head><hedline><hl1>Rain in <location>Ostrel</location></hl1><hl2>No</hl2></hedline>
        <note><body.content><p>For editors.</p></body.content></note>
        <byline>By <person>Jo Orr</person>, <byttl>Staff</byttl></byline>
        <dateline><location><city>Marn</city>, <state>VA</state></location></dateline></body.head>
        <body.content><p>It rained.</p></body.content></body></nitf>"""
    found = article(document)
    assert (found.id, found.version, found.status, found.replaces) == ("a.1", 2, Status.USABLE, "a.0")
    assert (found.headline, found.byline, found.text) == ("Rain in Ostrel", "By Jo Orr", "It rained.")
    assert (found.outlet, found.carriers, found.provider) == ("CPA", ("Feed",), "Feed")
    assert found.published == found.version_created == datetime(2026, 9, 16, 5, tzinfo=UTC)
    assert found.expires == datetime(2026, 10, 16, 5, tzinfo=UTC)
    assert (found.note, found.correction) == ("Adds rain.\nFor editors.", "Corrects the hour.")
    assert (found.rights, found.usage) == ("CPA", "online\ngeography: Ostrel")
    assert (found.slug, found.section, found.url) == ("rain-ostrel", "Weather", "https://a.example/1")
    assert found.language == "en"
    assert found.dateline
    assert (found.dateline.place, found.dateline.span) == ("Marn, VA", (0, 0))


def test_an_order_about_another_document_is_a_notice_beside_the_article() -> None:
    orders = 'management-doc-idref="a.0" management-idref-status="canceled"'
    data = '<doc-id id-string="a.1" regsrc="CPA"/><du-key key="rain"/><ed-msg info="Kill it."/>'
    data += '<date.issue norm="20260916T070000Z"/>'
    head = "<hedline><hl1>Rain</hl1></hedline>"
    order, found = readings(story("<p>It snowed.</p>", docdata=data, status=orders, head=head))
    assert order == Notice(
        status=Status.CANCELED,
        words="Kill it.",
        target="a.0",
        slug="rain",
        headline="Rain",
        provider="CPA",
        sent=datetime(2026, 9, 16, 7, tzinfo=UTC),
        origin="wire.xml",
    )
    assert isinstance(found, Article)
    assert (found.id, found.status, found.replaces) == ("a.1", Status.USABLE, None)


def test_an_order_is_given_even_where_its_own_document_is_no_article() -> None:
    orders = 'management-doc-idref="a.0" management-idref-status="withdrawn"'
    order, refused = readings(story("", status=orders))
    assert isinstance(order, Notice)
    assert (order.status, order.target) == (Status.WITHHELD, "a.0")
    assert "withdrawn" in order.words
    assert isinstance(refused, UnreadableInput)


@pytest.mark.parametrize(
    ("word", "status", "held"),
    [
        ("usable", Status.USABLE, False),
        ("", Status.USABLE, False),
        ("canceled", Status.CANCELED, False),
        ("cancelled", Status.CANCELED, False),
        ("withheld", Status.WITHHELD, False),
        ("Embargoed", Status.USABLE, True),
        ("spiked", Status.WITHHELD, False),
    ],
)
def test_nitf_statuses(word: str, status: Status, held: bool) -> None:
    found = article(story("<p>It rained.</p>", status=f'management-status="{word}"'))
    assert (found.status, found.held) == (status, held)
    assert ("spiked" in (found.note or "")) == (word == "spiked")


def test_nitf_embargoes() -> None:
    hour = datetime(2026, 9, 17, 5, tzinfo=UTC)
    data = '<doc-id id-string="a"/><date.issue norm="20260916T070000Z"/><date.release norm="20260917T070000+0200"/>'
    marked = 'management-status="embargoed"'
    assert article(story("<p>Rain.</p>", docdata=data, status=marked)).embargoed_until == hour
    assert article(story("<p>Rain.</p>", docdata=data)).embargoed_until == hour
    assert article(story("<p>Rain.</p>", docdata=data.replace("0917", "0915"))).embargoed_until is None
    spoken = '<doc-id id-string="a"/><ed-msg info="EMBARGOED for Tuesday"/>'
    assert article(story("<p>Rain.</p>", docdata=spoken)).held


def test_a_killed_story_needs_no_words_and_a_usable_one_does() -> None:
    assert article(story("", status='management-status="canceled"')).status is Status.CANCELED
    assert "no words" in refusal(story("<p> </p>"))
    assert "is no date" in refusal(story("<p>Rain.</p>", docdata='<doc-id id-string="a"/><date.issue norm="soon"/>'))


def test_a_document_without_an_id_is_known_by_its_issuer_headline_and_day() -> None:
    def anonymous(headline: str, issued: str) -> str:
        data = f'<doc-id regsrc="CPA"/><date.issue norm="{issued}"/>'
        return article(story("<p>Rain.</p>", docdata=data, head=f"<hedline><hl1>{headline}</hl1></hedline>")).id

    first = anonymous("Rain", "20260916T070000Z")
    assert first.startswith("CPA:")
    assert first == anonymous("Rain", "20260916T090000Z")
    assert len({first, anonymous("Snow", "20260916T070000Z"), anonymous("Rain", "20260917T070000Z")}) == 3
    assert "no id" in refusal(story("<p>Rain.</p>", docdata=""))


def test_versions_under_ids_of_their_own_replace_the_family() -> None:
    document = story("<p>Rain.</p>", docdata='<doc-id id-string="N77_03" regsrc="N"/>')
    document = document.replace("<docdata", '<meta name="NTBID" content="N77"/><docdata')
    assert article(document).replaces == "N77"


# NewsML-G2


def g2_item(
    body: str = "<p>It rained.</p>", *, meta: str = "", content: str = "", guid: str = "urn:x:1", before: str = ""
) -> str:
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="2" xml:lang="en">{before}'
        f"<itemMeta>{meta}</itemMeta><contentMeta>{content}</contentMeta>"
        '<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title/></head><body>{body}</body></html></inlineXML></contentSet></newsItem>"
    )


def test_a_g2_item_in_full() -> None:
    found = article(
        g2_item(
            "<p>(Corrects the hour)</p><p>OSTREL (CPA) - It rained.</p>",
            before="<rightsInfo><copyrightHolder literal='CPA'/><copyrightNotice>(c) 2026</copyrightNotice>"
            "<usageTerms>Not for\n broadcast.</usageTerms></rightsInfo>",
            meta="<provider qcode='prov:CPA'/><versionCreated>2026-09-16T07:00:00+02:00</versionCreated>"
            "<firstCreated>2026-09-15T07:00:00Z</firstCreated><pubStatus qcode='stat:usable'/>"
            "<edNote>Eds: one.</edNote><edNote>Eds: one.</edNote><signal qcode='sig:correction'/>"
            "<link rel='irel:seeAlso' residref='urn:x:9'/><link rel='irel:evolvedFrom' residref='urn:x:0'/>",
            content="<by>Jo Orr</by><located><name>Marn</name></located><language tag='en-GB'/>"
            "<slugline>RAIN/OSTREL (UPDATE 1)</slugline><headline role='hld:subHeadline'>No</headline>"
            "<headline> Rain </headline><dateline>OSTREL, Sept 15 (CPA) -</dateline><creditline>CPA</creditline>",
        )
    )
    assert (found.id, found.version, found.replaces) == ("urn:x:1", 2, "urn:x:0")
    assert found.version_created == datetime(2026, 9, 16, 5, tzinfo=UTC)
    assert found.published == datetime(2026, 9, 15, 7, tzinfo=UTC)
    assert (found.headline, found.byline, found.language) == ("Rain", "Jo Orr", "en-GB")
    assert (found.outlet, found.provider) == ("CPA", "CPA")
    assert (found.rights, found.usage) == ("CPA\n(c) 2026", "Not for broadcast.")
    assert (found.slug, found.take) == ("RAIN/OSTREL (UPDATE 1)", "UPDATE 1")
    assert (found.note, found.correction) == ("Eds: one.", "(Corrects the hour)")
    assert found.dateline
    assert (found.dateline.place, found.dateline.day) == ("OSTREL", date(2026, 9, 15))


def test_the_hops_are_the_hands_in_their_order() -> None:
    hops = "".join(
        f'<hop seq="{i}"><party {party}</party></hop>'
        for i, party in ((10, 'qcode="c:Portal">'), (2, 'literal="Feed">'), (1, "><name>CPA</name>"))
    )
    found = article(g2_item(before=f"<hopHistory>{hops}</hopHistory>", meta="<provider literal='Other'/>"))
    assert (found.outlet, found.carriers, found.provider) == ("CPA", ("Feed", "Portal"), "Other")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("qcode='stat:canceled'", Status.CANCELED),
        ("qcode='x:withheld'", Status.WITHHELD),
        ("uri='http://cv.iptc.org/newscodes/pubstatusg2/canceled'", Status.CANCELED),
        ("qcode='stat:withdrawn'", Status.WITHHELD),
        ("qcode='stat:'", Status.WITHHELD),
        ("", Status.USABLE),
    ],
)
def test_g2_statuses(word: str, status: Status) -> None:
    assert article(g2_item(meta=f"<pubStatus {word}/>")).status is status


def test_a_canceled_item_has_an_empty_body() -> None:
    found = article(g2_item("", meta="<pubStatus qcode='stat:canceled'/>"))
    assert (found.text, found.status) == ("", Status.CANCELED)
    assert "no words" in refusal(g2_item(""))


def test_g2_embargoes() -> None:
    assert article(g2_item(meta="<embargoed/>")).held
    assert article(g2_item(meta="<embargoed>soon</embargoed>")).held
    until = article(g2_item(meta="<embargoed>2026-09-16T07:00:00+02:00</embargoed>")).embargoed_until
    assert until == datetime(2026, 9, 16, 5, tzinfo=UTC)
    note = "<edNote><div xmlns='http://www.w3.org/1999/xhtml'><p>Notes</p><p>Sperrfrist: Dienstag</p></div></edNote>"
    assert article(g2_item(meta=note)).held


def test_a_message_gives_all_its_items_and_their_places() -> None:
    items = g2_item() + g2_item("", guid="urn:x:2") + g2_item(guid="urn:x:3")
    package = "<packageItem><groupSet/></packageItem>"
    for prefix in ("", "ns0:"):
        message = f"<{prefix}newsMessage xmlns{':ns0' if prefix else ''}='http://iptc.org/std/nar/2006-10-01/'>"
        message += f"<{prefix}itemSet>{package}{items}</{prefix}itemSet></{prefix}newsMessage>"
        one, two, three = readings(message)
        assert isinstance(one, Article)
        assert isinstance(two, UnreadableInput)
        assert isinstance(three, Article)
        assert (one.id, two.place, three.id) == ("urn:x:1", "wire.xml item 2", "urn:x:3")


def test_a_package_of_references_says_what_to_do() -> None:
    package = '<packageItem guid="p"><groupSet><group><itemRef residref="urn:x:1"/></group></groupSet></packageItem>'
    assert "send the news items" in refusal(package)
    assert "send the news items" in refusal(f"<newsMessage><itemSet>{package}</itemSet></newsMessage>")


def test_nitf_and_plain_data_inside_g2() -> None:
    nitf_body = (
        "<nitf><head><title>Rain</title></head><body><body.head><byline>By Jo Orr<byttl>Staff</byttl></byline>"
        "</body.head><body.content><p>It rained.</p><p>Again.</p></body.content></body></nitf>"
    )
    found = article(f'<newsItem guid="a"><contentSet><inlineXML>{nitf_body}</inlineXML></contentSet></newsItem>')
    assert (found.headline, found.byline, found.text) == ("Rain", "By Jo Orr", "It rained.\n\nAgain.")
    typed = '<![CDATA[<p>\n   (CPA) - It rained all\nday.\n   "Again &amp; again," she said.\n </p>]]>'
    data = f'<inlineData contenttype="text/plain">{typed}</inlineData>'
    found = article(f'<newsItem guid="a"><contentSet>{data}</contentSet></newsItem>')
    assert found.text == '(CPA) - It rained all day.\n\n"Again & again," she said.'
    coded = data.replace("text/plain", "image/png")
    assert "no words" in refusal(f'<newsItem guid="a"><contentSet>{coded}</contentSet></newsItem>')


def test_a_byline_above_the_copy_is_no_paragraph() -> None:
    found = article(g2_item("<p>By Jo Orr</p><p>It rained.</p>"))
    assert (found.byline, found.text) == ("By Jo Orr", "It rained.")


# NewsML 1


def newsml1_item(*, status: str = "Usable", lines: str = "", more: str = "", body: str = "<p>It rained.</p>") -> str:
    return f"""<NewsML><NewsEnvelope><SentFrom><Party FormalName="Feed"/></SentFrom></NewsEnvelope><NewsItem>
      <Identification><NewsIdentifier><ProviderId>cpa.example</ProviderId><DateId>20260916</DateId>
        <NewsItemId>N1</NewsItemId><RevisionId PreviousRevision="2" Update="N">3</RevisionId>
        <PublicIdentifier>urn:newsml:cpa.example:20260916:N1:3</PublicIdentifier></NewsIdentifier></Identification>
      <NewsManagement><FirstCreated>20260916T050000Z</FirstCreated>
        <ThisRevisionCreated>20260916T090000+0200</ThisRevisionCreated><Status FormalName="{status}"/>{more}
      </NewsManagement>
      <NewsComponent><NewsLines>{lines}</NewsLines>
        <AdministrativeMetadata><Source><Party FormalName="CPA"/></Source></AdministrativeMetadata>
        <RightsMetadata><UsageRights><UsageType>No archive.</UsageType><Geography>Ostrel</Geography></UsageRights>
        </RightsMetadata><DescriptiveMetadata><Language FormalName="en"/></DescriptiveMetadata>
        <NewsComponent><Role FormalName="Caption"/><ContentItem><DataContent>A photo</DataContent></ContentItem>
        </NewsComponent><NewsComponent><Role FormalName="Main"/><ContentItem><MediaType FormalName="Text"/>
        <DataContent><nitf><body><body.content>{body}</body.content></body></nitf></DataContent></ContentItem>
        </NewsComponent></NewsComponent></NewsItem></NewsML>"""


def test_a_newsml_1_item_in_full() -> None:
    lines = (
        "<HeadLine>Rain</HeadLine><ByLine>Jo Orr</ByLine><DateLine>OSTREL, Sept 16, 2026 (CPA) -</DateLine>"
        "<CopyrightLine>(c) CPA</CopyrightLine><SlugLine>Ostrel-rain</SlugLine>"
        "<NewsLine><NewsLineType FormalName='AdvisoryLine'/><NewsLineText>UPDATES throughout</NewsLineText></NewsLine>"
    )
    found = article(newsml1_item(lines=lines))
    assert (found.id, found.version) == ("urn:newsml:cpa.example:20260916:N1", 3)
    assert (found.headline, found.byline, found.text) == ("Rain", "Jo Orr", "It rained.")
    assert (found.outlet, found.carriers, found.provider) == ("CPA", ("Feed",), "Feed")
    assert found.published == datetime(2026, 9, 16, 5, tzinfo=UTC)
    assert found.version_created == datetime(2026, 9, 16, 7, tzinfo=UTC)
    assert (found.rights, found.usage) == ("(c) CPA", "No archive.\nOstrel")
    assert (found.slug, found.note, found.language) == ("Ostrel-rain", "UPDATES throughout", "en")
    assert found.dateline
    assert (found.dateline.place, found.dateline.day) == ("OSTREL", date(2026, 9, 16))


def test_newsml_1_statuses_and_embargoes() -> None:
    assert article(newsml1_item(status="Canceled", body="")).status is Status.CANCELED
    assert article(newsml1_item(status="Spiked")).status is Status.WITHHELD
    change = (
        "<StatusWillChange><FutureStatus FormalName='Usable'/><DateAndTime>20260917T050000Z</DateAndTime>"
        "</StatusWillChange>"
    )
    found = article(newsml1_item(status="Embargoed", more=change))
    assert (found.status, found.embargoed_until) == (Status.USABLE, datetime(2026, 9, 17, 5, tzinfo=UTC))
    assert article(newsml1_item(status="Embargoed")).held
    assert "without a news item" in refusal("<NewsML/>")


# Orders

_TOO_MUCH = "<p>x</p>" * 20_001


def g2_order(status: str, *, expires: str = "2026-10-16T07:00:00Z", body: str = "<p>It rained.</p>") -> str:
    meta = f"<versionCreated>2026-09-16T07:00:00Z</versionCreated><pubStatus qcode='stat:{status}'/>"
    return g2_item(body, meta=f"{meta}<expires>{expires}</expires><edNote>Wrong man.</edNote>")


def nitf_order(status: str, *, expires: str = "20261016T070000Z", body: str = "<p>It rained.</p>") -> str:
    data = f'<doc-id id-string="a.1"/><date.issue norm="20260916T070000Z"/><date.expire norm="{expires}"/>'
    return story(body, docdata=f'{data}<ed-msg info="Wrong man."/>', status=f'management-status="{status}"')


def newsml1_order(status: str, *, expires: str = "20260916T070000Z", body: str = "<p>It rained.</p>") -> str:
    document = newsml1_item(status=status, body=body).replace("20260916T050000Z", expires)
    note = "<NewsLine><NewsLineType FormalName='AdvisoryLine'/><NewsLineText>Wrong man.</NewsLineText></NewsLine>"
    return document.replace("<NewsLines></NewsLines>", f"<NewsLines>{note}</NewsLines>")


@pytest.mark.parametrize("status", ["canceled", "withheld"])
@pytest.mark.parametrize("order", [g2_order, nitf_order, newsml1_order])
def test_an_order_to_kill_or_withhold_is_never_lost_to_a_date_or_a_body(order: Callable[..., str], status: str) -> None:
    whole, spoiled = article(order(status)), article(order(status, expires="soon"))
    assert (spoiled.id, spoiled.status, spoiled.text) == (whole.id, Status(status), "It rained.")
    assert spoiled.version_created == whole.version_created is not None
    assert whole.note == "Wrong man."
    lost, kept = (spoiled.note or "").splitlines()
    assert lost.endswith(" could not be read.")
    assert kept == "Wrong man."
    choking = article(order(status, body=_TOO_MUCH))
    assert (choking.id, choking.status, choking.text) == (whole.id, Status(status), "")
    assert choking.note == 'Its "body" could not be read.\nWrong man.'


@pytest.mark.parametrize("order", [g2_order, nitf_order, newsml1_order])
def test_a_usable_story_is_refused_for_the_same_fields(order: Callable[..., str]) -> None:
    assert "is no date ('soon')" in refusal(order("usable", expires="soon"))
    assert "tags" in refusal(order("usable", body=_TOO_MUCH))
    assert article(order("usable")).status is Status.USABLE


def test_plain_data_that_chokes_a_parser_does_not_stop_a_kill() -> None:
    document = g2_order("canceled", body="").replace(
        "</contentSet>", f"<inlineData contenttype='text/plain'>{escape(_TOO_MUCH)}</inlineData></contentSet>"
    )
    found = article(document)
    assert (found.status, found.text) == (Status.CANCELED, "")
    assert 'Its "body" could not be read.' in (found.note or "")


def test_an_order_about_another_document_stands_though_its_date_is_unreadable() -> None:
    orders = 'management-doc-idref="a.0" management-idref-status="canceled"'
    data = '<doc-id id-string="a.1"/><date.issue norm="soon"/><ed-msg info="Kill it."/>'
    order, refused = readings(story("<p>It snowed.</p>", docdata=data, status=orders))
    assert isinstance(order, Notice)
    assert (order.target, order.status, order.sent, order.words) == ("a.0", Status.CANCELED, None, "Kill it.")
    assert isinstance(refused, UnreadableInput)


def test_an_unreadable_release_of_a_withheld_story_still_holds_it() -> None:
    data = '<doc-id id-string="a.1"/><date.issue norm="20260916T070000Z"/><date.release norm="soon"/>'
    found = article(story("<p>It rained.</p>", docdata=data, status='management-status="withheld"'))
    assert (found.status, found.held) == (Status.WITHHELD, True)
    change = "<StatusWillChange><DateAndTime>soon</DateAndTime></StatusWillChange>"
    assert article(newsml1_item(status="Embargoed", more=change)).held


# Real copy


def samples() -> Iterator[tuple[dict[str, Any], bytes]]:
    folder = SHARED / "newsroom" / "samples"
    if not folder.exists():
        message = f"the real samples are missing: put them at {folder}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    for line in (folder / "MANIFEST.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["format"] in ("newsml-g2", "newsml-1.2", "nitf") or row["path"].startswith("lifecycle/reuters"):
            yield row, (folder / row["path"]).read_bytes()


def test_real_documents_come_out_as_their_manifest_says() -> None:
    checked = 0
    for row, data in samples():
        found = readings(data)
        if "LISTING_1_" in row["path"] or "LISTING_29_" in row["path"]:  # Without a word of copy.
            assert [type(reading) for reading in found] == [UnreadableInput]
            continue
        assert not [reading for reading in found if isinstance(reading, UnreadableInput)], row["path"]
        checked += _assert_expected(next(reading for reading in found if isinstance(reading, Article)), row)
    assert checked >= 55


def _assert_expected(found: Article, row: dict[str, Any]) -> int:
    expected = row["expected"]
    said = {
        "version": str(found.version),
        "headline": found.headline,
        "language": found.language,
        "usageterms": found.usage,
        "slugline": found.slug,
        "guid": found.id,
        "byline": (found.byline or "").removeprefix("By "),
        "pubstatus": str(found.status),
    }
    moments = {"versioncreated": found.version_created, "issued": found.version_created, "expires": found.expires}
    count = 0
    for name in said.keys() & expected.keys():
        # A CMS that wrote some of the expectations adds the version to the id.
        wanted = expected[name].removeprefix("By ").removeprefix("stat:")
        assert wanted in (said[name], f"{said[name]}:{found.version}"), (row["path"], name)
        count += 1
    for name in moments.keys() & expected.keys():
        wanted_time = datetime.fromisoformat(expected[name])
        assert moments[name] == (wanted_time if wanted_time.tzinfo else wanted_time.replace(tzinfo=UTC))
        count += 1
    opening = " ".join(found.text.split())
    for name in ("body_contains", "first_sentence", "first_sentence_starts"):
        assert expected.get(name, "") in opening
    if "wordcount" in expected:
        assert len(found.text.split()) == pytest.approx(expected["wordcount"], abs=2)
    return count


@pytest.mark.parametrize(
    ("words", "charset", "read"),
    [
        ("Le maire a décidé de fermer l’école, dit-il.", "cp1252", True),
        ("Река вышла из берегов, сообщили спасатели в городе.", "cp1251", False),
    ],
)
def test_undeclared_bytes_are_western_copy_only_where_the_words_are(words: str, charset: str, read: bool) -> None:
    body = f"<nitf><head/><body><body.head/><body.content><p>{words}</p></body.content></body></nitf>"
    data = body.encode(charset)
    if read:
        assert words in str(tree.parsed(data, place="a.xml").xpath("string()"))
    else:
        with pytest.raises(UnreadableInput, match="UTF-8"):
            tree.parsed(data, place="a.xml")
