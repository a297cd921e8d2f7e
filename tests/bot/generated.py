"""Articles, quotations and answers as no newsroom would want them, for hypothesis."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from bot.blocks import Frame
from bot.citations import Citable, citable
from bot.talk import Ask, Freshness, Narrowing, QuotesBy, SourceOf
from embeddings import (
    Article,
    Checked,
    Coverage,
    Dateline,
    Found,
    Hop,
    Kind,
    Likeness,
    Named,
    Nature,
    NoSpeaker,
    NotOnFile,
    Paragraph,
    Passage,
    Quotation,
    Quoted,
    Role,
    Span,
    Speaker,
    Statement,
    Step,
    WhichSpeaker,
)

NASTY = (
    "<!channel> <!here> <@U1> <#C1|news>",
    "&amp; <b>& &lt;!channel&gt;",
    "*bold* _slanted_ ~struck~ `code` ```pre```",
    ":smile: :warning: 12:30:45",
    "> quoted\n&gt; quoted\n• one",
    "\u202eright to left\u202c \u2066isolated",
    "وقالت الوزيرة إن المحادثات مستمرة",
    "השר אמר כי השיחות נמשכות",
    "👩‍👩‍👧‍👦👍🏽🇫🇷🇩🇪🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "e\u0301" * 40,
    "z" + "\u0335\u0336\u0489" * 60,
    "각하",
    "half \ud83d and \udc00 of a character",
    "\x00\x07\x1b[31m\x7f\x85",
    '“We will not,” she said, "ever."',
    "https://evil.example/?a=1&b=2|label> <https://evil.example|here>",
    "|",
    " ",
    "\u200b\u2060\ufeff",
    "\t\r\n",
    "The harbour master of Port Ellery said the crane would stay shut.",
    "会談は続いていると外相は述べた。",
)

short = st.one_of(st.sampled_from(NASTY), st.text(max_size=30), st.just(""))
words = st.lists(short, min_size=1, max_size=4).map(" ".join)
endless = st.builds(lambda piece, times: piece * times, words, st.integers(60, 400))
texts = st.one_of(words, words, endless)
maybe = st.one_of(st.none(), texts)
names = st.one_of(words, st.sampled_from(["Ada Merrow", "the Harbour Board", "Port Ellery Ledger"]))
days = st.dates(min_value=date(1, 1, 2), max_value=date(9999, 12, 30))
moments = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))
urls = st.one_of(
    st.none(),
    st.sampled_from(
        (
            "https://ledger.example/a/1?x=1&y=<2>|3",
            "http://ledger.example/",
            "HTTPS://LEDGER.EXAMPLE/é",
            "javascript:alert(1)",
            "ftp://ledger.example",
            "https://",
            "https://ledger.example/ two words",
            "https://ledger.example/" + "x" * 395,
            "https://ledger.example/" + "&" * 100,
            "https://ledger.example/" + "y" * 5000,
        )
    ),
    texts,
)


@st.composite
def spans(draw: st.DrawFn, within: Span) -> Span:
    """A stretch of at least one character."""
    start = draw(st.integers(within.start, max(within.start, within.end - 1)))
    return Span(start, draw(st.integers(min(start + 1, within.end), within.end)))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """An article of one to six paragraphs."""
    paragraphs, start = [], 0
    pieces = draw(st.lists(texts, min_size=1, max_size=6))
    for ordinal, piece in enumerate(pieces, 1):
        paragraphs.append(Paragraph(ordinal, start, start + len(piece)))
        start += len(piece) + 2
    text = "\n\n".join(pieces)
    dateline = st.builds(Dateline, spans(Span(0, len(text))), agency=maybe)
    return Article(
        id=draw(texts),
        text=text,
        paragraphs=tuple(paragraphs),
        version=draw(st.one_of(st.none(), st.integers(0, 99))),
        headline=draw(maybe),
        byline=draw(maybe),
        dateline=draw(st.one_of(st.none(), dateline)) if text else None,
        outlet=draw(st.one_of(st.none(), names, texts)),
        carriers=tuple(draw(st.lists(texts, max_size=3))),
        published=draw(st.one_of(st.none(), days, moments)),
        url=draw(urls),
        note=draw(maybe),
    )


@st.composite
def quotations(draw: st.DrawFn, article: Article, within: Span) -> Quotation:
    """A quotation of one to three parts."""
    whole = Span(0, len(article.text))
    parts = sorted(draw(st.lists(spans(within), min_size=1, max_size=3)))
    content = [parts[0]]
    for part in parts[1:]:
        if part.start >= content[-1].end:
            content.append(part)
    speaker = st.builds(Named, name=texts, nature=st.sampled_from(Nature), mention=spans(whole), proof=spans(whole))
    return Quotation(
        content=tuple(content),
        kind=draw(st.sampled_from(Kind)),
        cue=None,
        speakers=tuple(draw(st.lists(speaker, max_size=2))),
        chain=tuple(draw(st.lists(st.builds(Hop, names, st.sampled_from(Role)), max_size=4))),
        narrated=draw(st.booleans()),
        confidence=draw(st.floats(0, 1)),
    )


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    """A paragraph with marks, some of which reach beyond it."""
    article = draw(articles())
    paragraph = draw(st.sampled_from(article.paragraphs))
    near = Span(max(0, paragraph.start - 3), max(paragraph.end + 3, 1))
    quoted = (
        st.lists(quotations(article, paragraph.span), max_size=5) if paragraph.span.cut(article.text) else st.just([])
    )
    return Passage(
        article=article,
        paragraph=paragraph,
        score=0.5,
        marks=tuple(draw(st.lists(spans(near), max_size=3))),
        also=tuple(draw(st.lists(articles(), max_size=1))) * draw(st.integers(0, 12)),
        quotations=tuple(draw(quoted)),
    )


@st.composite
def citables(draw: st.DrawFn) -> Citable:
    """Words that were shown: a paragraph, a quotation, or any other stretch of the article."""
    passage = draw(passages())
    whole = Span(0, max(1, len(passage.article.text)))
    shown: list[Span | None] = [None, draw(spans(whole)), *(one.span for one in passage.quotations)]
    return citable(passage, draw(st.sampled_from(shown)))


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    """What was searched: nothing, or up to 200 outlets."""
    outlets = {name: draw(st.integers(1, 10**6)) for name in draw(st.lists(texts, max_size=5))}
    many = {f"Outlet {n} of {draw(short)}": n for n in range(draw(st.sampled_from((0, 0, 200))))}
    both = outlets | many
    dated = draw(st.booleans())
    return Coverage(
        articles=sum(both.values()),
        outlets=both,
        sources=frozenset([*both, *draw(st.lists(texts, max_size=3))]),
        first=date(1987, 3, 1) if dated else None,
        last=draw(days) if dated else None,
    )


def some(few: list[Passage], count: int) -> tuple[Passage, ...]:
    """So many passages, the same few over and over."""
    return tuple(few[place % len(few)] for place in range(count)) if few else ()


found = st.builds(
    lambda few, count, coverage: Found(passages=some(few, count), confidence=0.9, coverage=coverage),
    st.lists(passages(), max_size=3),
    st.sampled_from((0, 1, 4, 5, 6, 7, 50)),
    coverages(),
)
not_on_file = st.builds(
    lambda few, count, coverage: NotOnFile(near_misses=some(few, count), confidence=0.1, coverage=coverage),
    st.lists(passages(), max_size=3),
    st.sampled_from((0, 1, 5, 50)),
    coverages(),
)
narrowings = st.builds(
    Narrowing,
    outlets=st.lists(names, max_size=8).map(tuple),
    since=st.one_of(st.none(), st.dates()),
    before=st.one_of(st.none(), st.dates()),
)
asks = st.builds(Ask, question=texts, narrowing=narrowings)
quotes_by = st.builds(
    QuotesBy,
    name=texts,
    about=maybe,
    kinds=st.lists(st.sampled_from(Kind), max_size=3, unique=True).map(tuple),
    narrowing=narrowings,
)
sources_of = st.builds(SourceOf, text=texts, narrowing=narrowings)
freshness = st.builds(Freshness, ingested=st.one_of(st.none(), moments), stale=st.booleans())
users = st.one_of(st.none(), st.sampled_from(("U01ALICE", "W2", "not a user <!channel>", "U1> <!here")))
frames = st.builds(
    Frame,
    answer=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=1, max_size=40),
    freshness=freshness,
    asker=users,
    sharer=users,
    private=st.booleans(),
    page=st.sampled_from((0, 0, 1, 2, 9, 4000)),
    near=st.booleans(),
)
speakers = st.builds(
    Speaker,
    name=texts,
    nature=st.sampled_from(Nature),
    aliases=st.lists(names, max_size=9).map(tuple),
    roles=st.lists(names, max_size=9).map(tuple),
    quotations=st.integers(0, 10**6),
)


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    """A quotation on file; no statement is without a word."""
    article = draw(articles().filter(lambda one: len(one.text) > 0))
    quotation = draw(quotations(article, Span(0, len(article.text))))
    return Statement(article=article, quotation=quotation, also=tuple(draw(st.lists(articles(), max_size=2))))


quoted = st.builds(
    Quoted,
    speaker=speakers,
    statements=st.lists(statements(), max_size=6).map(tuple),
    total=st.sampled_from((0, 1, 5, 6, 12, 12_345)),
    coverage=coverages(),
    about=maybe,
)
quotes = st.one_of(
    quoted,
    st.builds(
        WhichSpeaker, asked=texts, choices=st.lists(speakers, min_size=1, max_size=13).map(tuple), coverage=coverages()
    ),
    st.builds(NoSpeaker, asked=texts, nearest=st.lists(speakers, max_size=13).map(tuple), coverage=coverages()),
)


@st.composite
def likenesses(draw: st.DrawFn, asked: str) -> Likeness:
    """Words on file beside words asked for, in steps that cover a stretch of both."""
    passage = draw(passages().filter(lambda one: len(one.text) > 0))
    span = draw(spans(passage.paragraph.span))
    cuts = draw(st.lists(st.integers(span.start, span.end), max_size=4))
    asked_cuts = draw(st.lists(st.integers(0, len(asked)), min_size=len(cuts), max_size=len(cuts)))
    on_file = [span.start, *sorted(cuts), span.end]
    of_asked = [0, *sorted(asked_cuts), len(asked)]
    steps = tuple(
        Step(Span(*of_asked[i : i + 2]), Span(*on_file[i : i + 2]), draw(st.booleans())) for i in range(len(cuts) + 1)
    )
    return Likeness(passage=passage, span=span, steps=steps, score=0.7)


@st.composite
def checks(draw: st.DrawFn) -> Checked:
    """What was found of a text on file."""
    asked = draw(texts)
    nearest = tuple(draw(st.lists(likenesses(asked), max_size=5)))
    return Checked(asked=asked, likenesses=nearest, coverage=draw(coverages()))
