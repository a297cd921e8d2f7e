"""An agency's order is told from news about killing, in the words that agencies use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from embeddings.advisories import embargo_line, notice_of
from embeddings.drafts import Draft, article_of
from embeddings.news import Article, Notice, Status
from embeddings.readers import read

SENT = datetime(2026, 5, 5, 14, tzinfo=UTC)
FULL = " ".join(["The harbour master said on Monday that the ferry was late again."] * 40)


def sent(text: str, headline: str | None = None, *, provider: str = "CPA", slug: str = "", take: str = "") -> Article:
    return article_of(
        Draft(id="x", text=text, place="wire", headline=headline, provider=provider, slug=slug, take=take, created=SENT)
    )


KILLS = [
    sent('Please kill item cpa 123 "Ferry sinks". It is in port. A substitute follows.', take="KILL KILL KILL"),
    sent("Onsel/ferry/\nKILL KILL KILL ''''' =\nPlease kill item cpa 123 \"Ferry\nsinks\". It is in port."),
    sent("VELMORA (CPA) _ Please kill the story Onsel-Ferry, V1234. Nobody was hurt.\n\nA kill is mandatory."),
    sent("The ferry is in port.\n\nA kill is mandatory.\n\nMake certain the story is not used."),
    sent("Nobody was hurt.", take="BULLETIN KILL"),
    sent("Nobody was hurt.", "Mandatory Kill"),
    sent("Nobody was hurt.", "MANDATORY KILL: Ferry sinks"),
    sent("The story is wrong and will not be replaced.", "STORY WITHDRAWN-Onsel ferry sinks"),
    sent("The ferry is in port.", "Story withdrawn: Onsel ferry sinks"),
    sent("The ONSEL item headlined 'Ferry sinks' is withdrawn. It was sent in error.", "ADVISORY: Ferry is withdrawn"),
    sent("The ONSEL item headlined ``Ferry sinks'' is withdrawn."),
    sent("VELMORA (CPA) — CPA has withdrawn its story about a ferry. It rested on a forgery.", "Ferry"),
    sent("The Associated Press has withdrawn its story about a ferry.", "Ferry", provider="AP"),
    sent("Attention editors: please do not use the story slugged Onsel-Ferry. The ferry is in port."),
    sent("Kill BC-VE--Onsel-Ferry, which was sent in error."),
    sent("Nobody was hurt.", "Onsel ferry sinks (KILL)"),
    sent("Effacement obligatoire"),
    sent("Prière de ne pas utiliser notre dépêche intitulée « Un ferry coule »."),
    sent('Rogamos anulen el despacho titulado "Se hunde un ferry".'),
    sent('Bitte die Meldung "Fähre gesunken" (cpa 0123) nicht mehr verwenden.', "Achtung Redaktionen"),
    sent('Die Meldung "Fähre gesunken" wird zurückgezogen. Die Fähre liegt im Hafen.'),
]
HOLDS = [
    sent('Please hold item cpa 123 "Ferry ends service". There is some doubt.', "HOLD HOLD HOLD '''''"),
    sent("Lawyers are looking at it.", "WITHHOLD: Onsel ferry sinks"),
    sent("Editors: Please withhold the story slugged Onsel-Ferry until further notice."),
    sent("Nobody was hurt.", take="HOLD"),
    sent("Our report on the ferry is on hold."),
]


@pytest.mark.parametrize("article", KILLS, ids=lambda article: article.headline or article.text[:30])
def test_an_order_to_kill(article: Article) -> None:
    notice = notice_of(article)
    assert notice
    assert notice.status is Status.CANCELED
    assert (notice.provider, notice.sent, notice.origin) == (article.provider, SENT, "wire")
    assert article.text in notice.words


@pytest.mark.parametrize("article", HOLDS, ids=lambda article: article.headline or article.text[:30])
def test_an_order_to_hold(article: Article) -> None:
    notice = notice_of(article)
    assert notice
    assert notice.status is Status.WITHHELD


NEWS = [
    sent("Police killed three men on Friday.", "Police kill three in raid"),
    sent("The ruling comes in May.", "Judge withholds ruling in ferry case"),
    sent("Protesters filled the square.", "Kill the bill, protesters shout"),
    sent("The film returns.", "KILL BILL returns to cinemas"),
    sent('"Please kill the story," the agency told its clients on Friday.', "Agency kills story after complaint"),
    sent("Please kill the story, it wrote to editors on Friday.", "Story withdrawn after complaint"),
    sent("The paper took it back.\n\nThe story was killed at noon, two editors said.", "Paper kills ferry story"),
    sent("LONDON (CPA) — The Gull has withdrawn its story about a ferry, its editor said.", "Gull withdraws story"),
    sent("The report on the ferry has been withdrawn, the ministry said on Friday.", "Ministry withdraws report"),
    sent("Hold the line, the minister told reporters.", "Hold the line: minister"),
    sent("Please do not use the lift, a notice in the hotel says.", "The lift"),
    sent("Please hold the front page, he used to shout.", "Obituary: an editor"),
    sent("The drug is withdrawn from today.", "Drug withdrawn"),
    sent("Drones need one, the bill says.", "Mandatory kill switch for drones proposed"),
    sent("Two men are dead.", "TWO HOSTAGES FOUND, KILLED"),
    sent("The item can be used in its original form.", "HOLD LIFTED"),
    sent(FULL, "HOLD: the album that took ten years"),
    sent(FULL + "\n\nPlease kill the story Onsel-Ferry, V1234. A kill is mandatory.", "How a wire kills a story"),
    sent("A short one.\n\n" * 10 + "A kill is mandatory.", "How a wire works"),
    sent("Bitte das Leitungswasser nicht verwenden, teilte die Stadt mit.", "Wasser"),
    sent("Annule et remplace la dépêche de midi.", "Un ferry coule"),
    sent("It rained.", "The kill"),
]


@pytest.mark.parametrize("article", NEWS, ids=lambda article: article.headline)
def test_news_about_killing_is_no_order(article: Article) -> None:
    assert notice_of(article) is None


@pytest.mark.parametrize("status", [Status.CANCELED, Status.WITHHELD])
def test_a_version_that_its_provider_withdraws_is_no_order_about_another(status: Status) -> None:
    assert notice_of(replace(KILLS[0], status=status)) is None


def test_the_order_says_which_story_it_means() -> None:
    def named(article: Article) -> tuple[str | None, str | None]:
        notice = notice_of(article)
        assert notice
        return notice.slug, notice.headline

    assert named(KILLS[1]) == ("Onsel/ferry", "Ferry sinks")
    assert named(KILLS[2]) == ("Onsel-Ferry", None)
    assert named(replace(KILLS[2], slug="VE--Onsel-Ferry")) == ("VE--Onsel-Ferry", None)
    assert named(replace(KILLS[2], slug="Advisory")) == ("Onsel-Ferry", None)
    assert named(KILLS[7]) == (None, "Onsel ferry sinks")
    assert named(KILLS[9]) == (None, "Ferry sinks")
    assert named(KILLS[10]) == (None, "Ferry sinks")
    assert named(KILLS[15]) == (None, "Onsel ferry sinks")
    assert named(KILLS[17]) == (None, "Un ferry coule")


def test_a_very_long_headline_or_text_is_no_trap() -> None:
    assert notice_of(sent("a" * 1_000_000, "ADVISORY " + "is " * 200_000)) is None
    assert notice_of(sent("please kill " + "a " * 1_000_000)) is None


@pytest.mark.parametrize(
    ("headline", "text", "line"),
    [
        (None, "EMBARGOED UNTIL 0001 GMT\n\nIt rained.", "EMBARGOED UNTIL 0001 GMT"),
        ("Sperrfrist: 12 Uhr", "Es regnet.", "Sperrfrist: 12 Uhr"),
        ("Strictly embargoed until Sunday", "It rained.", "Strictly embargoed until Sunday"),
        ("Embargo on arms ends", "Embargo talks failed.\n\nIt rained.", None),
        (None, "It rained.\n\nIt rained.\n\nIt rained.\n\nEMBARGOED UNTIL Sunday", None),
    ],
)
def test_an_embargo_is_declared_on_top(headline: str | None, text: str, line: str | None) -> None:
    assert embargo_line(headline, text) == line


def test_an_order_in_a_text_file_is_given_before_itself(tmp_path: Path) -> None:
    (tmp_path / "kill.txt").write_text('KILL KILL KILL\n\nPlease kill item cpa 123 "Ferry sinks".')
    notice, itself = read(tmp_path / "kill.txt")
    assert isinstance(notice, Notice)
    assert isinstance(itself, Article)
    assert itself.status is Status.WITHHELD


def test_an_order_that_is_only_dated_may_have_been_sent_at_any_hour_of_that_day() -> None:
    dated = replace(KILLS[0], version_created=None, published=date(2026, 10, 15))
    notice = notice_of(dated)
    assert notice is not None
    assert notice.sent is not None
    assert notice.sent >= datetime(2026, 10, 15, 23, 59, tzinfo=UTC)
    undated = notice_of(replace(dated, published=None))
    assert undated is not None
    assert undated.sent is None
