"""Sentences as strings with one letter a token, so that shapes of clauses can be read off; pure.

No parser stands behind it: closed classes are listed, the rest is told by capitals and endings. A stretch between
marks is one token, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from embeddings.news import Span
from embeddings.paragraphs import sentences
from embeddings.quotes.cues import VERBS, Form
from embeddings.quotes.marks import Run

PRONOUN, OBJECT, DETERMINER, GENITIVE, PREPOSITION = "N", "O", "D", "G", "P"
THAT, WHO, SUBORDINATOR, QUESTION, TO = "T", "R", "S", "Y", "t"
COORDINATOR, AUXILIARY, NEGATION, ADVERB, TIME = "C", "X", "M", "A", "Z"
CUE, VERB, GERUND, NAME, NUMBER, WORD, QUOTE = "V", "v", "g", "K", "#", "w", "Q"
COMMA, COLON, DASH, STOP, OPEN, CLOSE, SIGN = ",", ":", "-", ".", "(", ")", "~"

_CLASSES = {
    PRONOUN: """
        i you he she it we they there everyone everybody someone somebody nobody anyone
        he's she's it's they're we're you're i'm he'll she'll they'll we'll i'll i've we've they've you've that's
        he’s she’s it’s they’re we’re you’re i’m he’ll she’ll they’ll we’ll i’ll i’ve we’ve they’ve you’ve that’s
        there's there’s
        he'd she'd they'd we'd i'd he’d she’d they’d we’d i’d
        """,
    OBJECT: "me him them us himself herself themselves itself myself",
    DETERMINER: """
        the a an this these those his her its their our my your some any every each no another several many most few
        both all either one two three four five six seven eight nine ten more other
        """,
    PREPOSITION: """
        in on at of for from with by about against into over under during through across among between without
        within near like per via toward towards upon amid behind beyond despite around
        """,
    THAT: "that",
    WHO: "who",
    SUBORDINATOR: """
        which where when while because as since although though unless until after before whose whom than
        whereas
        """,
    QUESTION: "whether if how why what",
    TO: "to",
    COORDINATOR: "and but or nor yet so",
    AUXILIARY: """
        is are was were be been being am has have had having do does did will would can could may might must should
        shall
        """,
    NEGATION: """
        not never didn't doesn't don't won't wouldn't isn't aren't wasn't weren't hasn't haven't hadn't can't cannot
        couldn't shouldn't didn’t doesn’t don’t won’t wouldn’t isn’t aren’t wasn’t weren’t hasn’t haven’t hadn’t
        can’t couldn’t shouldn’t
        """,
    ADVERB: """
        also later then now just only even still already often again further too twice instead first simply soon
        long ever perhaps though however meanwhile moreover afterward afterwards thus therefore back here
        together always sometimes once out up down
        """,
    TIME: """
        monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow tonight last earlier
        week month year recently january february march april june july august september october november december
        jan. feb. aug. sept. oct. nov. dec. ago morning afternoon evening night
        """,
    VERB: """
        went came made took gave got saw left won lost ran held kept began became found felt met sat stood set
        led let cut sent spent paid brought bought built caught chose drew drove fell fought flew forgot grew heard
        hit knew meant rose sought sold spoke struck taught thought threw understood wore goes comes makes takes gives
        gets sees wins wants needs seems appears believes thinks knows go come make take give get see want need know
        """,
}
_TAGS = {word: tag for tag, words in _CLASSES.items() for word in words.split()}
_TAGS |= dict.fromkeys(VERBS, CUE)
_SIGNS = {
    ",": COMMA, ":": COLON, ";": COMMA, "—": DASH, "–": DASH, "―": DASH, "-": DASH, "--": DASH, ".": STOP,
    "!": STOP, "?": STOP, "(": OPEN, "[": OPEN, ")": CLOSE, "]": CLOSE,
}  # fmt: skip
_TOKEN = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|St|Jr|Sr|Lt|Col|Rev|Prof|Jan|Feb|Aug|Sept|Oct|Nov|Dec|No|Inc|Corp|Co)\."
    r"|(?:[^\W\d_]\.){2,}|[A-Z]\.(?=\s[A-Z])|[$#@£€]?\w+(?:[.,]\d+)*(?:[’'‑-]\w+)*%?|--+|\.\.+|[^\w\s]"
)
_NO_ADVERBS = frozenset(
    """
    family rally ally supply assembly bully monopoly anomaly folly fly daily weekly monthly friendly elderly deadly
    costly likely unlikely lovely ugly lonely
    """.split()
)
_MOSTLY_NOUNS = frozenset("states emails comments posts reports remarks reads email terms labels details".split())


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's tokens: where each stands, its lower-case word, and its tag, a letter of ``tags``."""

    text: str
    spans: tuple[Span, ...]
    words: tuple[str, ...]
    tags: str

    def span(self, first: int, last: int) -> Span:
        """The stretch of the text from token ``first`` up to and without token ``last``."""
        return Span(self.spans[first].start, self.spans[last - 1].end)

    def __len__(self) -> int:
        return len(self.tags)


def read(text: str, paragraph: Span, runs: Sequence[Run]) -> list[Sentence]:
    """The sentences of a paragraph; ``runs`` are the outermost ones that begin in it, in order."""
    found: list[Sentence] = []
    at = 0
    for stretch in _whole(sentences(text, paragraph), runs):
        first = at
        while at < len(runs) and runs[at].outer.start < stretch.end:
            at += 1
        found.append(tokens(text, stretch, runs[first:at]))
    return found


def _whole(parts: Sequence[Span], runs: Sequence[Run]) -> Iterator[Span]:
    """Sentences that no stretch between marks is torn over."""
    start: int | None = None
    at = 0
    for part in parts:
        start = part.start if start is None else start
        while at < len(runs) and runs[at].outer.end <= part.end:
            at += 1
        if part is not parts[-1] and at < len(runs) and runs[at].outer.start < part.end:
            continue
        yield Span(start, part.end)
        start = None


def tokens(text: str, stretch: Span, runs: Sequence[Run]) -> Sentence:
    """One stretch as a sentence; each of ``runs``, which begin in it and do not overlap, is one token."""
    titled = _is_titled(stretch.cut(text))
    edges = [stretch.start, *(min(edge, stretch.end) for run in runs for edge in run.outer), stretch.end]
    spans: list[Span] = []
    tags: list[str] = []
    for index, (start, end) in enumerate(pairwise(edges)):
        if index % 2:
            spans.append(Span(start, end))
            tags.append(QUOTE)
            continue
        for match in _TOKEN.finditer(text, start, end):
            spans.append(Span(*match.span()))
            tags.append(_tag(match.group(), first=titled or not tags or tags[-1] == QUOTE))
    words = tuple(text[a:b].lower() if tag != QUOTE else "" for (a, b), tag in zip(spans, tags, strict=True))
    return Sentence(text, tuple(spans), words, _nouns_told(words, tags))


def _is_titled(text: str) -> bool:
    """Whether capitals tell nothing: a headline, or copy that is all capitals."""
    words = text.split()
    return len(words) > 3 and sum(word[0].islower() and len(word) > 3 for word in words) == 0


def _tag(word: str, *, first: bool) -> str:
    low = word.lower()
    if not word[0].isalnum():
        return _SIGNS.get(word, NUMBER if len(word) > 1 and word[0] in "$#@£€" else SIGN)
    if first or word[0].islower() or word == "I":
        known = _TAGS.get(low)
        if known:
            return known
    if word[0].isdigit():
        return NUMBER
    if low.endswith(("'s", "’s", "s'", "s’")):
        return GENITIVE
    if word[0].isupper():
        return TIME if _TAGS.get(low) == TIME else NAME
    return _by_ending(low)


def _by_ending(low: str) -> str:
    if low.endswith("ly") and low not in _NO_ADVERBS:
        return ADVERB
    if low.endswith("ing") and len(low) > 5:
        return GERUND
    return VERB if low.endswith("ed") and len(low) > 4 else WORD


def _nouns_told(words: Sequence[str], tags: Sequence[str]) -> str:
    """The tags with reporting verbs that are nouns where they stand ("the claims") tagged as words."""
    told = list(tags)
    for at, tag in enumerate(tags):
        if tag == CUE and VERBS[words[at]][0].noun and _is_noun(words, told, at):
            told[at] = WORD
    return "".join(told)


def _is_noun(words: Sequence[str], tags: Sequence[str], at: int) -> bool:
    before = tags[at - 1] if at else QUOTE
    following = tags[at + 1] if at + 1 < len(tags) else STOP
    if before in (DETERMINER, GENITIVE, PREPOSITION, NUMBER):
        return True
    if following == THAT or before in (PRONOUN, WHO, TO, AUXILIARY, NEGATION):
        return False
    if words[at] in _MOSTLY_NOUNS:
        return before != NAME or following not in (QUOTE, COLON, NAME, DETERMINER)
    form = VERBS[words[at]][0].form
    plural = at > 0 and words[at - 1].endswith("s") and words[at - 1] != "news"
    if form is Form.BASE:
        return not (plural and before in (WORD, NAME))
    if form is Form.THIRD:
        return plural or before in (VERB, GERUND, COORDINATOR, QUOTE, CUE)
    return False
