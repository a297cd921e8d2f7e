"""What has to be known before words are used, as the terminal tells it and as programs read it."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from rich.console import Console, RenderableType
from rich.text import Text

from embeddings import records, terminal
from embeddings.news import Article, Coverage, Found, Passage, Quoted, Speaker, Statement
from embeddings.news import Nature as Sort
from tests.fakes import article, quotation

WHEN = datetime(2026, 10, 20, tzinfo=UTC)
COVERAGE = Coverage(articles=1, outlets={}, sources=frozenset(), first=None, last=None)
TERMS: dict[str, Any] = {
    "rights": "© Coastwire",
    "usage": "No use\nbefore noon.",
    "expires": WHEN,
    "correction": "Corrects the port",
}
UNKNOWN = "Rights unknown"


def story(number: int, **fields: Any) -> Article:  # noqa: ANN401 - any field of an article
    return article(f"a{number}", "The ferry stays, Ann Roe said.", **fields)


def passages(*articles: Article) -> tuple[Passage, ...]:
    return tuple(Passage(article=one, paragraph=one.paragraphs[0], score=0.0) for one in articles)


def statements(*articles: Article) -> tuple[Statement, ...]:
    return tuple(Statement(article=one, quotation=quotation(one, "The ferry stays", "Ann Roe")) for one in articles)


def answered(*articles: Article) -> RenderableType:
    found = Found(passages=passages(*articles), confidence=1.0, coverage=COVERAGE)
    return terminal.answer_lines("Where is it?", found)


def quoted(*articles: Article) -> RenderableType:
    speaker = Speaker(name="Ann Roe", nature=Sort.PERSON, quotations=1)
    said = statements(*articles)
    return terminal.quotes_lines(Quoted(speaker=speaker, statements=said, total=len(said), coverage=COVERAGE))


def printed(shown: RenderableType) -> str:
    out = StringIO()
    Console(file=out, width=200).print(shown)
    return out.getvalue()


@pytest.mark.parametrize("shown", [answered, quoted])
def test_an_answer_tells_terms_beside_words_and_unknown_rights_once(shown: Any) -> None:  # noqa: ANN401 - one of these
    said = printed(shown(story(1, **TERMS), story(2), story(3)))
    assert "usage: No use before noon." in said
    assert "corrected version: Corrects the port" in said
    assert "its provider takes it for outdated after 20 October 2026" in said
    assert said.count(UNKNOWN) == said.count(f"{UNKNOWN} of 2 of 3: internal reading only.") == 1
    assert f"{UNKNOWN}: internal reading only." in printed(shown(story(1)))
    assert UNKNOWN not in printed(shown(story(1, rights="© Coastwire")))


def test_an_article_tells_all_of_it() -> None:
    said = printed(terminal.article_lines(story(1, **TERMS, provider="Coastwire", slug="ferry", take="2ndLd"), ()))
    for words in ("© Coastwire", "before noon.", "Corrects the port", WHEN.isoformat(), "ferry 2ndLd"):
        assert words in said
    assert "unknown" not in said
    assert "unknown: internal reading only" in printed(terminal.article_lines(story(1), ()))


def test_programs_read_all_of_it() -> None:
    one = story(1, **TERMS, held=True, guid="g", replaces="r", provider="p", slug="s", take="t")
    terms = {
        "rights": "© Coastwire",
        "usage": "No use\nbefore noon.",
        "expires": WHEN.isoformat(),
        "correction": "Corrects the port",
        "embargoed_until": None,
        "held": True,
    }
    [passage], [statement] = passages(one), statements(one)
    told = [records.passage_record(passage), records.statement_record(statement), records.article_record(one, ())]
    for record in told:
        assert terms.items() <= record.items()
    names = {"guid": "g", "replaces": "r", "provider": "p", "slug": "s", "take": "t"}
    assert names.items() <= told[-1].items()


def test_copy_gives_no_orders_to_the_terminal() -> None:
    printed = StringIO()
    console = terminal.PrintingConsole(file=printed, force_terminal=True, width=80)
    console.print(Text("Evil \x1b[31mred\x9b2J\x7f headline\tand\nmore", style="bold"))
    said = printed.getvalue()
    assert "Evil �[31mred�2J� headline" in said
    assert "\x9b" not in said
    # Its own orders, such as bold, are printed all the same.
    assert said.startswith("\x1b[1m")
