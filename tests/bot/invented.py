"""One article about a crane, and what is said in it: the example of the tests of messages."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.blocks import Frame
from bot.talk import Freshness
from embeddings import Coverage, Hop, Nature, Passage, Role, Speaker
from tests.fakes import article, named, quotation, span_of

SHUT = (
    "PORT ELLERY — The crane at Pier Seven stays shut, harbour master Ada Merrow said. “We will not lift,” she added."
)
TREE = "“It fell,” Merrow said, “like a tree.”"
LONG = "Before the fall the wind rose. " * 40 + "The brake had been reported twice. " + "Nobody was hurt at all. " * 40

CRANE = article(
    "pel-1",
    SHUT,
    TREE,
    LONG,
    headline="Crane *stays* <shut>",
    byline="By Maria Ortiz",
    outlet="The Ledger",
    carriers=("Meridian Feed",),
    published=date(2026, 9, 14),
    url="https://ledger.example/a?x=1&y=2",
    version=2,
    note="corrects the pier",
)
TIMES = article("hbt-1", SHUT, outlet="Harbour Times")
RETOLD = quotation(
    CRANE,
    "We will not lift",
    named(CRANE, "Ada Merrow", mention="she"),
    chain=(Hop("Coastwire", Role.AGENCY), Hop("The Ledger", Role.OUTLET), Hop("Meridian Feed", Role.CARRIER)),
    confidence=0.4,
)
SPLIT_UP = quotation(CRANE, ["It fell", "like a tree"], "Merrow")
SAID = Passage(
    article=CRANE,
    paragraph=CRANE.paragraphs[0],
    score=1.0,
    marks=(span_of(CRANE, "“We will not lift,” she added."),),
    also=(TIMES,),
    quotations=(RETOLD,),
)
TOLD = Passage(
    article=CRANE,
    paragraph=CRANE.paragraphs[2],
    score=0.5,
    marks=(span_of(CRANE, "The brake had been reported twice."),),
)
MERROW = Speaker(name="Ada Merrow", nature=Nature.PERSON, roles=("harbour master",), quotations=7)
COVERAGE = Coverage(
    articles=1778,
    outlets={"Harbour Times": 800, "The Ledger": 978},
    sources=frozenset({"Harbour Times", "The Ledger", "Meridian Feed"}),
    first=date(2025, 1, 1),
    last=date(2026, 10, 14),
)
NOTHING = Coverage(articles=0, outlets={}, sources=frozenset(), first=None, last=None)
FRESH = Freshness(ingested=datetime(2026, 10, 14, 9, 40, tzinfo=UTC))
STALE = Freshness(ingested=datetime(2026, 10, 1, 9, 40, tzinfo=UTC), stale=True)
FRAME = Frame(answer="Q7F3A", freshness=FRESH, asker="U01ALICE")
ALONE = Frame(answer="Q7F3A", freshness=FRESH, private=True)
