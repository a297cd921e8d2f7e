"""What a person reads in a terminal: every sentence and every line that the command prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from embeddings.ingest import Incident, Pace, Receipt
from embeddings.ingest import Stage as Work
from embeddings.lifecycle import Outcome
from embeddings.moving import Moved, Progress, Stage
from embeddings.news import (
    Answer,
    Article,
    Checked,
    Coverage,
    Hop,
    Likeness,
    Moment,
    Named,
    NoSpeaker,
    NotOnFile,
    Paragraph,
    Passage,
    Quotes,
    Role,
    Speaker,
    Statement,
    Status,
    WhichSpeaker,
    day_of,
)
from embeddings.planning import Figure, Plan
from embeddings.quotes import SURE
from embeddings.store import Description

_ORDERS = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)], "\N{REPLACEMENT CHARACTER}")
"""Characters that are orders to a terminal; tabs and line ends are not."""
_WIDEST = 100
_PLENTY = 6
"""So many outlets, or names, are given before the rest are counted."""
_NONE = "none; `onrecord reindex` looks for them in everything that is searched"
_CHOICES = 12
"""So many speakers to choose from are listed before the rest are counted."""
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


class PrintingConsole(Console):
    """A console that prints copy and takes no orders from it, whatever a headline or a file's name holds."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What is to be printed, orders to the terminal that stood in text made visible."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(segment.text.translate(_ORDERS), segment.style)


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Exact words behind a bar, however wide the terminal is."""

    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[RenderableType]:
        """One printed line of the words at a time."""
        for line in self.text.wrap(console, min(options.max_width, _WIDEST) - 2):
            line.rstrip()
            yield Text.assemble(("▎ ", "cyan"), line)


def answer_lines(question: str, answer: Answer) -> RenderableType:
    """The question, then each passage as a quotation with its source, or that nothing is on file."""
    asked = Text(question, style="bold")
    if isinstance(answer, NotOnFile):
        return Group(asked, Text(""), not_on_file(answer), Text(""))
    passages = [line for passage in answer.passages for line in passage_lines(passage)]
    passages += unknown_rights([passage.article for passage in answer.passages])
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
    return [Verbatim(text), *source_lines(passage), Text("")]


def source_lines(passage: Passage) -> list[RenderableType]:
    """Where a passage stands, of which version, and who else carries it."""
    lines: list[RenderableType] = [_indented(source_line(passage.article, passage.paragraph))]
    if passage.article.version is not None and passage.article.version > 1:
        note = f": {passage.article.note}" if passage.article.note else ""
        lines.append(_indented(Text(f"version {passage.article.version}{note}", style="yellow")))
    lines += map(_indented, terms_lines(passage.article))
    if passage.also:
        carried = ", ".join(dict.fromkeys(other.outlet or other.id for other in passage.also))
        lines.append(_indented(Text(f"nearly the same words: {carried}", style="dim")))
    return lines


def terms_lines(article: Article) -> list[Text]:
    """What has to be known before an article's words are used, as far as its provider said it."""
    # The note, which stands beside the version already, is often all that is said of a correction.
    told = article.correction if article.correction != article.note else None
    corrected = f"corrected version: {told}" if told else None
    outdated = f"its provider takes it for outdated after {day_words(article.expires)}" if article.expires else None
    usage = f"usage: {article.usage}" if article.usage else None
    return [Text(_one_line(words), style="yellow") for words in (corrected, outdated, usage) if words]


def unknown_rights(articles: Sequence[Article]) -> list[RenderableType]:
    """How many of the articles nobody knows the rights of, where there are any."""
    count = sum(not (article.rights or article.usage) for article in articles)
    of = f" of {count:,} of {len(articles):,}" if count < len(articles) else ""
    return [Text(f"Rights unknown{of}: internal reading only.", style="yellow")] if count else []


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2))


def source_line(article: Article, paragraph: Paragraph, *, chain_told: bool = False) -> Text:
    """Headline or dateline, outlet, day, byline, paragraph, chain, address, id; what is not on file is left out.

    With ``chain_told`` the outlet stands for the chain.
    """
    filed = (article.dateline.span.cut(article.text) or article.dateline.place) if article.dateline else None
    title = article.headline or (filed.rstrip(" -–—_") if filed else None)
    alone = chain_told or [hop.party for hop in article.chain] == [article.outlet]
    parts = (
        article.outlet if alone else None,
        day_words(article.published),
        article.byline,
        f"paragraph {paragraph.ordinal}",
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


def checked_lines(checked: Checked) -> RenderableType:
    """The places on file that are most like the words asked for, each with the difference; or that nothing is."""
    found = Text(f"Searched {searched(checked.coverage)}.", style="dim")
    if not checked.likenesses:
        return Group(Text("Nothing on file is like these words.", style="bold yellow"), found, Text(""))
    told = (line for one in checked.likenesses for line in likeness_lines(checked.asked, one))
    rights = unknown_rights([one.passage.article for one in checked.likenesses])
    return Group(*told, *missing_lines(checked), *rights, found, Text(""))


def missing_lines(checked: Checked) -> list[RenderableType]:
    """The quoted words that nothing on file is like."""
    if not checked.missing:
        return []
    quoted = [Verbatim(Text(span.cut(checked.asked))) for span in checked.missing]
    return [Text("Nothing on file is like these words of it:", style="bold yellow"), *quoted, Text("")]


def likeness_lines(asked: str, likeness: Likeness) -> list[RenderableType]:
    """The words on file in bold, in their paragraph; how they differ from those asked for; who said them, and where."""
    passage, span = likeness.passage, likeness.span
    start = passage.paragraph.start
    text = Text(passage.article.text[start : max(passage.paragraph.end, span.end)])
    text.stylize("bold", span.start - start, span.end - start)
    said = (Statement(article=passage.article, quotation=one) for one in passage.quotations if one.span.meets(span))
    return [
        Verbatim(text),
        _indented(verdict_line(likeness)),
        *([] if likeness.exact else [_indented(difference(asked, likeness))]),
        *(_indented(credit_line(one)) for one in said),
        *([_indented(disputed_line(likeness.disputed))] if likeness.disputed else []),
        *source_lines(passage),
        Text(""),
    ]


def verdict_line(likeness: Likeness) -> Text:
    """Whether the words stand there word for word, and if not, how many of them do."""
    if likeness.exact:
        return Text("word for word", style="bold green")
    return Text(
        f"not word for word: {likeness.score:.0%} of the words stand there in order; [-asked for-] {{+on file+}}",
        style="bold yellow",
    )


def disputed_line(claimed: str) -> Text:
    """That the text gives the words to somebody whom the article does not credit with them."""
    return Text(f"this article does not give these words to {claimed}", style="bold yellow")


def difference(asked: str, likeness: Likeness) -> Text:
    """The words on file, with those asked for and not there, and those there and not asked for, in brackets."""
    line = Text()
    for step in likeness.steps:
        missing, there = _one_line(step.asked.cut(asked)), _one_line(step.on_file.cut(likeness.passage.article.text))
        if step.same:
            _append(line, there)
            continue
        if missing:
            _append(line, f"[-{missing}-]", "red")
        if there:
            _append(line, f"{{+{there}+}}", "green")
    return line


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _append(line: Text, words: str, style: str = "") -> None:
    """Put words behind a line, with a space between."""
    if line.plain[-1:].strip() and (words[:1].isalnum() or style):
        line.append(" ")
    line.append(words, style=style)


def quotes_lines(quotes: Quotes, *, offset: int = 0) -> RenderableType:
    """What a speaker is on file with, from the statement at ``offset`` on; or whom to choose; or that it is nobody."""
    found = Text(f"Searched {searched(quotes.coverage)}.", style="dim")
    if isinstance(quotes, WhichSpeaker):
        return Group(*choice_lines(quotes), found, Text(""))
    if isinstance(quotes, NoSpeaker):
        return Group(*nobody_lines(quotes), found, Text(""))
    statements = [line for one in quotes.statements for line in statement_lines(one)]
    statements += unknown_rights([one.article for one in quotes.statements])
    order = f"nearest to “{quotes.about}” first" if quotes.about else "newest first"
    shown = page_words(offset, len(quotes.statements), quotes.total)
    return Group(
        *speaker_lines(quotes.speaker), Text(""), *statements, Text(f"{shown}, {order}. ").append(found), Text("")
    )


def page_words(offset: int, count: int, total: int) -> str:
    """Which statements of how many these are."""
    if not total:
        return "No statements of that kind"
    if not count:
        return f"None from {offset + 1:,} on: there are {counted(total, 'statement')}"
    return (
        f"Statements {offset + 1:,} to {offset + count:,} of {total:,}"
        if count < total
        else counted(total, "statement")
    )


def speaker_lines(speaker: Speaker) -> list[Text]:
    """Who it is, with titles and with the other names that are printed."""
    lines = [Text.assemble((speaker.name, "bold"), *([", ", "; ".join(_some(speaker.roles))] if speaker.roles else []))]
    if speaker.aliases:
        lines.append(Text(f"also printed as {', '.join(_some(speaker.aliases))}", style="dim"))
    return lines


def _some(names: Sequence[str]) -> list[str]:
    more = len(names) - _PLENTY
    return [*names[:_PLENTY], *([f"{more} more"] if more > 0 else [])]


def choice_lines(which: WhichSpeaker) -> list[RenderableType]:
    """Several speakers bear the name: who they are, and how to say which."""
    lines: list[RenderableType] = [
        Text(f"{counted(len(which.choices), 'speaker')} on file may be called {which.asked}:", style="bold yellow")
    ]
    lines += roll_lines(which.choices, most=_CHOICES)
    lines.append(Text(f'Ask for one of them: onrecord quotes "{which.choices[0].name}"'))
    return lines


def nobody_lines(nobody: NoSpeaker) -> list[RenderableType]:
    """That nobody of the name is quoted, and whose names look alike; never that nobody said anything."""
    lines: list[RenderableType] = [Text(f"Nobody called {nobody.asked} is quoted.", style="bold yellow")]
    if nobody.nearest:
        lines.append(Text("Names that look alike:"))
        lines += roll_lines(nobody.nearest, most=_CHOICES)
    return lines


def roll(speakers: Sequence[Speaker], *, most: int) -> RenderableType:
    """Everybody who is quoted, or that nobody is."""
    return (
        Group(*roll_lines(speakers, most=most)) if speakers else Text("No such speaker on file.", style="bold yellow")
    )


def roll_lines(speakers: Sequence[Speaker], *, most: int) -> list[RenderableType]:
    """Speakers a line each, with how often they are quoted."""
    lines: list[RenderableType] = []
    for speaker in speakers[:most]:
        line = Text.assemble((f"{speaker.quotations:>6,}  ", "cyan"), speaker.name)
        if speaker.roles:
            line.append(f", {speaker.roles[0]}")
        if speaker.aliases:
            line.append(f" · also {', '.join(_some(speaker.aliases))}", style="dim")
        lines.append(line)
    if len(speakers) > most:
        lines.append(Text(f"        and {len(speakers) - most:,} more", style="dim"))
    return lines


def statement_lines(statement: Statement) -> list[RenderableType]:
    """The exact words, who said them, through whom they came, and where they stand."""
    chain = chain_words(statement.quotation.chain)
    told = bool(chain) and chain != chain_words(statement.article.chain)
    return [
        spoken(statement),
        _indented(credit_line(statement)),
        *([_indented(came_through(chain))] if told else []),
        _indented(source_line(statement.article, statement.paragraph, chain_told=told)),
        *map(_indented, terms_lines(statement.article)),
        Text(""),
    ]


def spoken(statement: Statement) -> Verbatim:
    """The exact words, with a mark where they are broken off."""
    return Verbatim(Text(" … ", style="dim").join(Text(text) for text in statement.texts))


def came_through(chain: str) -> Text:
    """The hands between speaker and reader."""
    return Text(f"came through {chain}", style="dim")


def credit_line(statement: Statement) -> Text:
    """Who is credited, as printed; of what kind the words are; and whether any of it is unsure."""
    quotation = statement.quotation
    who = " and ".join(_printed(speaker, statement.article) for speaker in quotation.speakers) or "nobody named"
    if quotation.narrated:
        who = f"{quotation.chain[0].party if quotation.chain else 'the medium'}’s words about {who}"
    line = Text.assemble((who, "bold"), f" · {quotation.kind.value}")
    return line if quotation.confidence >= SURE else line.append(" · unsure", style="yellow")


def _printed(speaker: Named, article: Article) -> str:
    """The fullest name that the article gives, and in brackets what stands beside the words."""
    mention = " ".join(speaker.mention.cut(article.text).split())
    return speaker.name if speaker.name in mention else f"{speaker.name} (“{mention}”)"


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


def to_decide(count: int) -> Text:
    """That a person has to decide something about what came in."""
    return Text(f"{counted(count, 'thing')} to decide: see `onrecord review`.", style="yellow")


def receipt_lines(receipt: Receipt) -> RenderableType:
    """What became of everything that was read."""
    if not receipt.read:
        return Text("Nothing to read there.")
    line = Text.assemble((f"{counted(receipt.read, 'article')} read: ", "bold"))
    happened = [(outcome, receipt.outcomes[outcome]) for outcome in Outcome if receipt.outcomes.get(outcome)]
    for place, (outcome, count) in enumerate(happened):
        word, style = _OUTCOMES[outcome]
        line.append(", " if place else "").append(f"{count:,} {word}", style=style)
    line.append(f". {counted(receipt.paragraphs, 'paragraph')} encoded." if receipt.paragraphs else ".")
    if receipt.quotations:
        line.append(f" {counted(receipt.quotations, 'quotation')} found.")
    skipped = [
        _indented(Text(f"no quotations looked for in {counted(count, 'article')}: {reason}", style="yellow"))
        for reason, count in receipt.skipped.items()
    ]
    return Group(line, *skipped, *(incident_line(incident) for incident in receipt.incidents))


_STAGES = {
    Work.READING: "reading",
    Work.DECIDING: "comparing with what is on file",
    Work.EXTRACTING: "looking for quotations",
    Work.ENCODING: "encoding",
    Work.ANALYSING: "full text",
    Work.WRITING: "writing",
}


def pace_line(receipt: Receipt, pace: Pace) -> Text:
    """How fast it went and where the time went, the most first."""
    shares = sorted(pace.shares.items(), key=lambda each: -each[1])
    told = ", ".join(f"{_STAGES[stage]} {share:.0%}" for stage, share in shares if share >= 0.005)
    rates = f"{receipt.read / pace.elapsed:,.1f} articles, {receipt.paragraphs / pace.elapsed:,.0f} paragraphs a second"
    return Text(f"{duration(pace.elapsed)}: {rates}. Of the work: {told}.", style="dim")


def progress_words(receipt: Receipt, pace: Pace) -> str:
    """How far an ingest has come, how fast it is, and how long the rest will take where that can be told."""
    said = f"{receipt.read:,} articles on file, {receipt.paragraphs:,} paragraphs encoded"
    left = "" if pace.left is None else f", about {duration(pace.left)} left"
    return f"{said}, {receipt.read / pace.elapsed:,.1f} articles a second{left}"


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def incident_line(incident: Incident) -> Padding:
    """One input that a person should know of."""
    word, style = _OUTCOMES[incident.outcome]
    line = Text.assemble((word, style), f" {incident.place}")
    return _indented(line.append(f" — {incident.reason}" if incident.reason else ""))


def article_lines(article: Article, statements: Sequence[Statement]) -> RenderableType:
    """A whole article with numbered paragraphs, what is known of it, and what is quoted in it."""
    facts = (
        ("outlet", article.outlet),
        ("published", article.published.isoformat() if article.published else None),
        ("byline", article.byline),
        ("came through", chain_words(article.chain)),
        ("version", str(article.version) if article.version is not None else None),
        ("status", None if article.status is Status.USABLE else article.status.value),
        ("embargo", _embargo(article)),
        ("corrected", article.correction),
        ("outdated", f"after {article.expires.isoformat()}" if article.expires else None),
        ("note", article.note),
        ("rights", article.rights or (None if article.usage else "unknown: internal reading only")),
        ("usage", article.usage),
        ("provider", article.provider),
        ("slug", " ".join(part for part in (article.slug, article.take) if part)),
        ("address", article.url),
        ("id", article.id),
    )
    lines = [Text(article.headline, style="bold")] if article.headline else []
    lines += [Text(f"{name + ':':<14}{value}", style="dim") for name, value in facts if value]
    for paragraph in article.paragraphs:
        lines += [Text(""), Text.assemble((f"{paragraph.ordinal:>3}  ", "dim"), paragraph.span.cut(article.text))]
    if not statements:
        return Group(*lines)
    said = [line for one in statements for line in (Text(""), *said_lines(one))]
    return Group(*lines, Text(""), Text(f"{counted(len(statements), 'quotation')}:", style="bold"), *said)


def said_lines(statement: Statement) -> list[RenderableType]:
    """The exact words, who said them and in which paragraph, and through whom they came."""
    chain = chain_words(statement.quotation.chain)
    return [
        spoken(statement),
        _indented(credit_line(statement).append(f" · paragraph {statement.paragraph.ordinal}", style="dim")),
        *([_indented(came_through(chain))] if chain else []),
    ]


def _embargo(article: Article) -> str | None:
    if article.held:
        return "held until a later version releases it"
    return f"until {article.embargoed_until.isoformat()}" if article.embargoed_until else None


def moving_line(progress: Progress, seconds: float) -> str:
    """How far a move has come after so many seconds of this stage, with the rate and the time left."""
    rate = progress.articles / max(seconds, 0.001)
    left = timedelta(seconds=round((progress.total - progress.articles) / max(rate, 0.001)))
    done = "moved" if progress.stage is Stage.MOVING else "compared"
    return f"{progress.articles:,} of {counted(progress.total, 'article')} {done}, {rate:,.0f} a second, {left} left"


def moved_lines(moved: Moved) -> RenderableType:
    """That two archives hold the same, and what."""
    held = (counted(moved.articles, "article"), counted(moved.versions, "version"), counted(moved.vectors, "vector"))
    return Text(f"Both hold the same: {', '.join(held)}.\nSHA-256 of all of it: {moved.digest}")


Recall = tuple[float, int]
"""The least recall@10 of any kind of filter when it was last measured, and of how many vectors."""


def status_lines(description: Description, coverage: Coverage, recall: Recall | None = None) -> RenderableType:
    """What the archive holds, which encoder it belongs to, and how its vectors are compared."""
    facts = (
        ("archive", description.location),
        ("open to all", searched(coverage)),
        ("on file", f"{counted(description.articles, 'article')} in {counted(description.versions, 'version')}"),
        ("withdrawn", f"{description.withdrawn:,} killed or withheld"),
        ("searched", f"{counted(description.paragraphs, 'paragraph')}, {counted(description.vectors, 'vector')}"),
        ("quotations", f"{description.quotations:,}" if description.quotations or not description.articles else _NONE),
        (
            "encoder",
            f"{description.encoder}, {description.dimension} dimensions" if description.encoder else "none yet",
        ),
        ("vectors", _compared(description.exact, recall)),
        ("schema", str(description.schema)),
        ("last write", _to_the_second(description.last_write)),
        ("last ingest", _to_the_second(description.last_ingest)),
    )
    lines = [Text.assemble((f"{name + ':':<13}", "bold"), value) for name, value in facts]
    # What has been silent longest comes first.
    silent = sorted(description.sources.items(), key=lambda source: (source[1], source[0]))
    lines += [Text(f"{'':<13}{_to_the_second(at)}  {outlet}") for outlet, at in silent]
    return Group(*lines)


def _compared(exact: bool | None, recall: Recall | None) -> str:
    if exact is None:
        return "compared exactly where the filters leave few, else found by an index"
    if exact:
        return "each is compared"
    measured = f"recall@10 {recall[0]:.3f} with {recall[1]:,} of them" if recall else "measure: onrecord bench recall"
    return f"found by an approximate index ({measured})"


def _to_the_second(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else "never"


def plan_lines(plan: Plan) -> RenderableType:
    """What to set up for an archive of a size, how each figure was worked out, and where its constants come from."""
    figures, constants = (Table(box=None, pad_edge=False, header_style="dim") for _ in range(2))
    for title in ("", "", "worked out as"):
        figures.add_column(title, justify="left")
    for title in ("with", "", "from"):
        constants.add_column(title, justify="left")
    for figure in plan.figures:
        figures.add_row(figure.name, Text(figure_told(figure), style="bold"), Text(figure.formula, style="dim"))
    for one in plan.constants:
        constants.add_row(one.name, f"{one.value:,g} {one.unit}", Text(one.source, style="dim"))
    head = Text.assemble(("Engine: ", ""), (plan.engine.value, "bold green"), f": {plan.reason}.")
    return Group(head, Text(""), figures, Text(""), *map(Text, plan.advice), Text(""), constants)


def figure_told(figure: Figure) -> str:
    """One figure of a plan with its unit, rounded to what can be meant."""
    whole = figure.value >= 100 or figure.value == int(figure.value)
    number = f"{figure.value:,.0f}" if whole else f"{figure.value:,.2g}"
    return f"{number} {figure.unit}".rstrip()
