"""What stands beside a name: titles before it, the party, age and apposition after it; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from embeddings.naming.grammar import FUNCTION
from embeddings.naming.places import TIMES
from embeddings.naming.titles import is_role
from embeddings.news import Span

_OF_TITLE = re.compile(r"\b([A-Z]\w+|chief) (?:of|for)(?: the)? \Z")
_AFTER = re.compile(
    r"(?:\s\((?P<paren>[^()\n]{1,40})\))?(?:,\s(?P<age>\d{1,3})(?=[,.]))?"
    r"(?:(?:,|\s(?:--?|[—–]))\s(?P<apposed>[^,.;:()“”\"—–\n]{3,140}))?"
)
_PARTY = re.compile(r"(?:[RDI]|Republican|Democrat)\b")
_CLAUSE = re.compile(
    r"(?:(?!who |whose |which |that )[\w'’-]+ ){1,6}?(?:also |then |later |has |had )?"
    r"(?:said|says|told|tells|asked|added|was|is|were|are"
    r"|will|would|did|has|had|could|can|stated|argued|claimed|noted|warned|insisted|replied"
    r"|responded|tweeted|suggested|acknowledged|accused|criticized|praised|urged|defended|went|took|made|called|issued|announced|declared)\b"
)
_GOES_ON = re.compile(
    r"\s(?:who|whose|which|that|where|met|said|says|told|was|is|are|were|has|had|will|would|took|made|went|came)\b.*",
    re.DOTALL,
)
_AND = re.compile(r" and(?= (?:[\w-]+ ){0,3}(?:of|for|at|to)\b)")
_LEAD = re.compile(r"\s*(?:(?:and|an?|the|now|then|currently)\s)*")
_STOPS = frozenset(
    """
    about after against and as at before between by close during familiar for from had has in into involved is
    near of on or over said since that to told under until was which who whose will with would
    """.split()
)
_BREAKS = (". ", ", ", "; ", ": ", "“", '"', "— ", "– ", "'s ", "’s ", " by ", " and ", " but ")
_ARTICLE = re.compile(r"\s*(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Aa]nother|[Oo]ne|[Bb]ut|[Aa]nd)\s)*")
_WORD = re.compile(r"\w[\w'’.-]*")
_AFTER_PARTICIPLES = _STOPS | TIMES
_VERBS = frozenset(
    """
    beat beats became brought calls chose faces fought gave got held hit kept knew leaves left lost made meets met
    paid put quit quotes ran read sat saw sees sent spoke sues takes thinks took went won wrote
    """.split()
)
_BEFORE_TITLES = (FUNCTION - frozenset("former then late deputy acting vice".split())) | _STOPS | _VERBS
_LIKE_ADJECTIVES = frozenset(
    """
    acclaimed accused appointed celebrated convicted disgraced elected exiled experienced jailed noted ousted
    renowned respected retired self-described self-proclaimed unelected
    """.split()
)


def head_of(phrase: str) -> str:
    """The noun that a noun phrase is about, in lower case; empty where it has none."""
    head = ""
    words = [word.lower() for word in _WORD.findall(phrase)]
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if head and (word in _STOPS or (word.endswith(("ed", "ing")) and following in _AFTER_PARTICIPLES)):
            break
        if word not in FUNCTION:
            head = word
    return head.removesuffix("’s").removesuffix("'s")


def titles_open(text: str, start: int, end: int) -> int:
    """Where the titles before a name begin: "senior campaign adviser", "Secretary of", "his lawyer,"."""
    whole = of_title(text, start)
    start = start if whole is None else whole
    before = text[max(0, start - 70) : start].rpartition("\n")[2]
    words = before.rstrip(" ,\xa0").split(" ")
    apposed = before.endswith(", ")
    if not before.endswith(" ") or (apposed and text[end : end + 1] not in tuple(",.;—–")):
        return start
    if apposed:
        return start - len(before) + _apposition_opens(before[:-2]) if _is_apposition(before[:-2]) else start
    if not (words[-1].islower() and words[-1][-1].isalpha() and is_role(words[-1])):
        return start
    first = len(words) - 1
    while first and not _ends_title(words[first - 1]):
        first -= 1
    return start - len(before) + sum(len(word) + 1 for word in words[:first])


def _is_apposition(before: str) -> bool:
    """Whether the words before a comma name an office: "The head of the authority,"."""
    phrase = before[_apposition_opens(before) :]
    return is_role(head_of(phrase)) and not _CLAUSE.match(phrase + " ")


def _apposition_opens(before: str) -> int:
    """Where the noun phrase begins that ends a stretch of text, after its article."""
    clause = max((before.rfind(mark) + len(mark) for mark in _BREAKS if mark in before), default=0)
    lead = _ARTICLE.match(before, clause)
    return lead.end() if lead else clause


def of_title(text: str, start: int) -> int | None:
    """Where "Secretary of" begins before the words that complete it."""
    if text[start - 4 : start] not in (" of ", "the ", "for "):
        return None
    match = _OF_TITLE.search(text, max(0, start - 24), start)
    return match.start() if match and is_role(match.group(1)) else None


def _ends_title(word: str) -> bool:
    plain = word.lower()
    if not word or not (word[-1].isalnum() or word[-1] == "."):
        return True
    if plain.endswith("ed") and word.islower():
        return plain not in _LIKE_ADJECTIVES
    return plain in _BEFORE_TITLES or plain.endswith(("'s", "’s", "ing"))


def after(text: str, end: int) -> tuple[list[Span], float]:
    """The party, age and apposition that follow a name, and how much they speak for a person."""
    match = _AFTER.match(text, end)
    if not match:
        return [], 0.0
    spans, weight = [], 0.0
    if match.group("paren") and _PARTY.match(match.group("paren")):
        spans.append(Span(*match.span("paren")))
        weight += 3
    if match.group("age"):
        weight += 3
    apposed = match.group("apposed")
    if apposed and apposed.startswith(("who ", "whose ")):
        weight += 2
    elif apposed and is_role(head_of(apposed)) and not _CLAUSE.match(apposed):
        spans += _appositions(apposed, match.start("apposed"))
        weight += 3
    return spans, weight


def _appositions(printed: str, start: int) -> Iterator[Span]:
    """The roles in an apposition: "director and head of research" is two."""
    cut = _GOES_ON.search(printed)
    printed = printed[: cut.start()] if cut else printed
    at = 0
    for part in _AND.split(printed):
        lead = _LEAD.match(part)
        opens = at + (lead.end() if lead else 0)
        if printed[opens : at + len(part)].strip():
            yield Span(start + opens, start + at + len(part.rstrip()))
        at += len(part) + len(" and")
