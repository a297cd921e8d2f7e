"""What a person reads in a terminal: every sentence and every line that the command prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from embeddings.ingest import Incident, Receipt
from embeddings.lifecycle import Outcome
from embeddings.news import Answer, Article, Coverage, Hop, Moment, NotOnFile, Passage, Role, Status, day_of
from embeddings.store import Description

_WIDEST = 100
_PLENTY = 6
"""So many outlets are named before the rest are counted."""
_OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    Outcome.NEW: ("new", "green"),
    Outcome.CHANGED: ("corrected or updated", "cyan"),
    Outcome.UNCHANGED: ("unchanged", "dim"),
    Outcome.KILLED: ("killed", "red"),
    Outcome.WITHHELD: ("withheld", "yellow"),
    Outcome.HELD: ("under embargo", "yellow"),
    Outcome.LATE: ("older than what is on file", "dim"),
    Outcome.REJECTED: ("rejected", "bold red"),
}


@dataclass(frozen=True, slots=True)
class Quoted:
    """Exact words behind a bar, however wide the terminal is."""

    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[RenderableType]:
        """One printed line of the quotation at a time."""
        for line in self.text.wrap(console, min(options.max_width, _WIDEST) - 2):
            line.rstrip()
            yield Text.assemble(("▎ ", "cyan"), line)


def answer_lines(question: str, answer: Answer) -> RenderableType:
    """The question, then each passage as a quotation with its source, or that nothing is on file."""
    asked = Text(question, style="bold")
    if isinstance(answer, NotOnFile):
        return Group(asked, Text(""), not_on_file(answer), Text(""))
    passages = [line for passage in answer.passages for line in passage_lines(passage)]
    return Group(asked, Text(""), *passages, Text(f"Searched {searched(answer.coverage)}.", style="dim"), Text(""))


def not_on_file(answer: NotOnFile) -> RenderableType:
    """That the archive holds no answer, and what was searched; never that something was not said."""
    lines = [Text("Not on file.", style="bold yellow"), Text(f"Searched {searched(answer.coverage)}.")]
    if answer.near_misses:
        lines.append(Text("The nearest passages on file do not answer it; --near shows them.", style="dim"))
    return Group(*lines)


def near_misses(answer: NotOnFile) -> RenderableType:
    """What came nearest, said to be no answer."""
    passages = [line for passage in answer.near_misses for line in passage_lines(passage)]
    return Group(Text("Nearest on file; these are not answers:", style="yellow"), Text(""), *passages)


def passage_lines(passage: Passage) -> list[RenderableType]:
    """The quotation with the answering sentence in bold, its source, and who else carries it."""
    text = Text(passage.text)
    for mark in passage.marks:
        text.stylize("bold", mark.start - passage.paragraph.start, mark.end - passage.paragraph.start)
    lines: list[RenderableType] = [Quoted(text), _indented(source_line(passage))]
    if passage.article.version is not None and passage.article.version > 1:
        note = f": {passage.article.note}" if passage.article.note else ""
        lines.append(_indented(Text(f"version {passage.article.version}{note}", style="yellow")))
    if passage.also:
        carried = ", ".join(dict.fromkeys(other.outlet or other.id for other in passage.also))
        lines.append(_indented(Text(f"nearly the same words: {carried}", style="dim")))
    return [*lines, Text("")]


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2))


def source_line(passage: Passage) -> Text:
    """Headline or dateline, outlet, day, byline, paragraph, chain, address, id; what is not on file is left out."""
    article = passage.article
    title = article.headline or (article.dateline.span.cut(article.text).rstrip(" -–—") if article.dateline else None)
    alone = [hop.party for hop in article.chain] == [article.outlet]
    parts = (
        article.outlet if alone else None,
        day_words(article.published),
        article.byline,
        f"paragraph {passage.paragraph.ordinal}",
        None if alone else chain_words(article.chain),
        article.url,
        f"[{article.id}]",
    )
    line = Text()
    if title:
        line.append(title, style="italic").append(" · ", style="dim")
    return line.append(" · ".join(part for part in parts if part), style="dim")


def chain_words(chain: Iterable[Hop]) -> str:
    """The hands that an article came through, as in "CPA, carried by MERIDIAN FEED"."""
    return ", ".join(f"carried by {hop.party}" if hop.role is Role.CARRIER else hop.party for hop in chain)


def searched(coverage: Coverage) -> str:
    """What was searched, in words: articles, outlets, from when to when."""
    if not coverage.articles:
        return "nothing: no article on file is open to this question"
    outlets = sorted(coverage.outlets, key=lambda name: (-coverage.outlets[name], name))
    more = f" and {len(outlets) - _PLENTY} more" if len(outlets) > _PLENTY else ""
    of = f" from {', '.join(outlets[:_PLENTY])}{more}" if outlets else ""
    when = f", {day_words(coverage.first)} to {day_words(coverage.last)}" if coverage.first else ""
    return f"{counted(coverage.articles, 'article')}{of}{when}"


def day_words(moment: Moment | None) -> str | None:
    """A day as newsrooms write it: 14 September 2026."""
    day = day_of(moment)
    return f"{day.day} {day:%B %Y}" if day else None


def counted(number: int, thing: str) -> str:
    """A number with its noun: 1 article, 1,778 articles."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def receipt_lines(receipt: Receipt) -> RenderableType:
    """What became of everything that was read."""
    line = Text.assemble((f"{counted(receipt.read, 'article')} read: ", "bold"))
    happened = [(outcome, receipt.outcomes[outcome]) for outcome in Outcome if receipt.outcomes.get(outcome)]
    for place, (outcome, count) in enumerate(happened):
        word, style = _OUTCOMES[outcome]
        line.append(", " if place else "").append(f"{count:,} {word}", style=style)
    line.append(f". {counted(receipt.paragraphs, 'paragraph')} encoded." if receipt.paragraphs else ".")
    return Group(line, *(incident_line(incident) for incident in receipt.incidents))


def incident_line(incident: Incident) -> Padding:
    """One input that a person should know of."""
    word, style = _OUTCOMES[incident.outcome]
    line = Text.assemble((word, style), f" {incident.place}")
    return _indented(line.append(f" — {incident.reason}" if incident.reason else ""))


def article_lines(article: Article) -> RenderableType:
    """A whole article with numbered paragraphs, and what is known of it."""
    facts = (
        ("outlet", article.outlet),
        ("published", article.published.isoformat() if article.published else None),
        ("byline", article.byline),
        ("came through", chain_words(article.chain)),
        ("version", str(article.version) if article.version is not None else None),
        ("status", None if article.status is Status.USABLE else article.status.value),
        ("embargo", _embargo(article)),
        ("note", article.note),
        ("rights", article.rights),
        ("address", article.url),
        ("id", article.id),
    )
    lines = [Text(article.headline, style="bold")] if article.headline else []
    lines += [Text(f"{name + ':':<14}{value}", style="dim") for name, value in facts if value]
    for paragraph in article.paragraphs:
        lines += [Text(""), Text.assemble((f"{paragraph.ordinal:>3}  ", "dim"), paragraph.span.cut(article.text))]
    return Group(*lines)


def _embargo(article: Article) -> str | None:
    if article.held:
        return "held until a later version releases it"
    return f"until {article.embargoed_until.isoformat()}" if article.embargoed_until else None


def status_lines(description: Description, coverage: Coverage) -> RenderableType:
    """What the archive holds and which encoder it belongs to."""
    written: datetime | None = description.last_write
    facts = (
        ("archive", description.location),
        ("open to all", searched(coverage)),
        ("on file", f"{counted(description.articles, 'article')} in {counted(description.versions, 'version')}"),
        ("withdrawn", f"{description.withdrawn:,} killed or withheld"),
        ("searched", f"{counted(description.paragraphs, 'paragraph')}, {counted(description.vectors, 'vector')}"),
        (
            "encoder",
            f"{description.encoder}, {description.dimension} dimensions" if description.encoder else "none yet",
        ),
        ("schema", str(description.schema)),
        ("last write", written.isoformat(timespec="seconds") if written else "never"),
    )
    return Group(*(Text.assemble((f"{name + ':':<13}", "bold"), value) for name, value in facts))
