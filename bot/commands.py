"""What somebody typed to the bot, read as a request: questions, ``/quotes`` and ``/onrecord``; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from itertools import takewhile

from bot.errors import BadCommand
from bot.narrowing import (
    ANYTHING,
    DATE_WORDS,
    LONGEST,
    both,
    no_date,
    no_outlet,
    outlet,
    outlets,
    period,
    quoted,
    said_narrowing,
    straight,
    take,
)
from bot.talk import Ask, Narrowing, QuotesBy, Request, SourceOf
from embeddings import Kind

ASK_EXAMPLE = "What did Merrin Tolvane say about ferries? since:2024"
QUOTES_EXAMPLE = "/quotes Merrin Tolvane about ferries since June"
_TOPIC_WORDS = frozenset("about on regarding re concerning over discussing mentioning".split())
_OUTLET_WORDS = frozenset("in from by at via".split())
_MUST_BE_DATES = frozenset("since before until till".split())
_NAME_KEYS, _TOPIC_KEYS, _KIND_KEYS = (
    {"name", "by", "speaker", "exactly"},
    {"about", "topic", "re"},
    {"kind", "kinds", "type"},
)
_TOKEN = re.compile(r'(?P<key>[A-Za-z]+):(?P<marked>"[^"]*")|"(?P<quoted>[^"]*)"|(?P<word>[^\s"]+)')
_KEYED = re.compile(r"(?P<key>[A-Za-z]+):(?!//)(?P<value>.*)")
_LEAD = re.compile(
    r"(?:(?:please|pls)\s+)?(?:(?:show|give|find|get|tell)\s+(?:me\s+)?)?"
    r"(?:(?:all|any|every|the|latest|recent|some|(?P<kind>direct|mixed|indirect))\s+)*"
    r"(?:(?:quotes?|quotations?|statements?|words|remarks|comments|everything|anything)\s+(?:by|from|of|that)"
    r"|what\s+(?:did|does|has|have|had)|everything|what|by|from|of)\s+(?=\S)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?<=\S)(?:['’]s)?\s+(?:(?:has|have|had|is|was)\s+)?(?:say|says|said|saying|tell|told|comments?)$", re.I
)
_SMALL = frozenset("only just please pls".split())
_PLAIN = re.compile(r"[^\W\d_][\w'’-]*\.?(?:\s[^\W\d_][\w'’-]*\.?)*")


# Questions.


def ask(text: str, *, sources: frozenset[str], asked: date) -> Ask:
    """A question, with the filters taken out of it; dates in plain English stay in it. Raises BadCommand."""
    taken = take(text, sources=sources, asked=asked, example=ASK_EXAMPLE)
    if not any(char.isalnum() for char in taken.rest):
        raise BadCommand(f"There is no question to look up. Ask one, as in: `{ASK_EXAMPLE}`")
    return Ask(question=taken.rest, narrowing=taken.narrowing)


# Quotations.


@dataclass(slots=True)
class _Clauses:
    """What was read so far of a ``/quotes``."""

    name: list[str] = field(default_factory=list)
    about: list[str] | None = None
    kinds: list[Kind] = field(default_factory=list)
    narrowing: Narrowing = ANYTHING
    exactly: bool = False
    marked: bool = False
    """Whether the name stood between quotation marks, and is nothing but a name."""
    naming: bool = True
    """Whether the next word belongs to the name; else to the topic."""

    def add(self, word: str) -> None:
        """One more word of the name or of the topic, whichever is being read."""
        if self.naming:
            self.name.append(word)
        else:
            self.about = [*(self.about or ()), word]


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, or what stands between quotation marks; ``key`` as in ``about:ferries``."""

    text: str
    key: str = ""
    marked: bool = False

    @property
    def plain(self) -> str:
        """How it is compared with the words of the command; nothing for what stands between marks."""
        return "" if self.marked or self.key else self.text.lower().strip(",;?!")


def quotes(text: str, *, sources: frozenset[str], asked: date) -> QuotesBy:
    """Whose quotations are asked for, about what, from when and where; raises BadCommand."""
    example = f"{QUOTES_EXAMPLE} in {min(sources)}" if sources else QUOTES_EXAMPLE
    taken = take(text, sources=sources, asked=asked, example=example)
    tokens = list(_tokens(taken.rest))
    read = _Clauses(narrowing=taken.narrowing)
    place = 0
    while place < len(tokens):
        place += _clause(read, tokens, place, sources=sources, asked=asked, example=example)
    return _request(read, example)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(straight(text)):
        if match.group("key"):
            yield _Token(" ".join(match.group("marked")[1:-1].split()), match.group("key").lower(), marked=True)
        elif match.group("quoted") is not None:
            yield _Token(" ".join(match.group("quoted").split()), marked=True)
        elif (keyed := _KEYED.fullmatch(match.group("word"))) and keyed.group("value"):
            yield _Token(keyed.group("value"), keyed.group("key").lower())
        else:
            yield _Token(match.group("word"))


def _clause(
    read: _Clauses, tokens: Sequence[_Token], place: int, *, sources: frozenset[str], asked: date, example: str
) -> int:
    """Read what begins at this token into the clauses; returns how many tokens that took."""
    token = tokens[place]
    if token.key:
        _keyed(read, token, example)
        return 1
    ahead = _plain_ahead(tokens, place)
    for count in range(len(ahead), 0, -1):
        narrowing = _narrowing(ahead[:count], read, sources=sources, asked=asked)
        if narrowing:
            read.narrowing = both(read.narrowing, narrowing, example=example)
            return count
    _check(read, ahead, sources, example)
    _word(read, token, last=place + 1 == len(tokens))
    return 1


def _plain_ahead(tokens: Sequence[_Token], place: int) -> list[str]:
    """The words from here on that are neither filters nor between marks, as far as a clause can reach."""
    ahead = takewhile(lambda token: token.plain, tokens[place : place + LONGEST])
    return [token.text for token in ahead]


def _narrowing(words: Sequence[str], read: _Clauses, *, sources: frozenset[str], asked: date) -> Narrowing | None:
    """What a date or the name of an outlet behind its preposition narrows to, when these words are just that."""
    first, rest = words[0].lower(), " ".join(words[1:]).rstrip(" ,;?!.")
    if len(read.name) < LONGEST and outlet(" ".join((*read.name, words[0])), sources, slips=False):
        return None  # "Russia Today" is a name, whatever day it is.
    dated = period(" ".join(words), asked=asked)
    if dated:
        return dated
    if first in _SMALL:
        return _narrowing(words[1:], read, sources=sources, asked=asked) if rest else None
    if words[-1].lower().strip(",;?!.") == "only":
        named = outlets(" ".join(words[:-1]), sources, slips=False)
    else:
        named = outlets(rest, sources) if first in _OUTLET_WORDS else ()
    return Narrowing(outlets=named) if named else None


def _check(read: _Clauses, ahead: Sequence[str], sources: frozenset[str], example: str) -> None:
    """Raise BadCommand where a date or an outlet belongs and none is."""
    word, rest = (ahead[0].lower() if ahead else ""), " ".join(ahead[1:4])
    if word in _MUST_BE_DATES and (read.name or read.about):
        raise no_date(rest or "…", word=word, example=example)
    if word == "in" and read.name and read.about is None:
        raise no_outlet(rest or "…", sources, example=f'{example}` or, with “in” in the name, `/quotes "Women in Work"')


def _word(read: _Clauses, token: _Token, *, last: bool) -> None:
    word = token.plain
    if word in _TOPIC_WORDS and read.about is None and (read.name or word == "about"):
        read.about, read.naming = [], False
    elif word in ("by", "from") and read.about and not read.name:
        read.naming = True
    elif word not in _SMALL or not last:
        read.marked |= token.marked and read.naming and not read.name
        ends = token.text.endswith(":") and read.naming and len(token.text) > 1
        read.add(token.text.rstrip(":") if ends else token.text)
        if ends and read.about is None:
            read.about, read.naming = [], False


def _keyed(read: _Clauses, token: _Token, example: str) -> None:
    """Read a filter; plain words behind "about:ferry" go on with the topic once there is a name."""
    if token.key in _TOPIC_KEYS:
        read.about = [*(read.about or ()), token.text]
        read.naming = token.marked or not read.name
    elif token.key in _NAME_KEYS:
        read.name, read.marked, read.exactly = [token.text], True, token.key == "exactly"
    elif token.key in _KIND_KEYS:
        read.kinds += (_kind(word, example) for word in re.split(r"[,+|/]", token.text) if word)
    else:
        raise BadCommand(
            f"There is no filter “{token.key}:”. There are about:, since:, before:, on:, in: and kind:. "
            f"This works: `{example}`"
        )


def _kind(word: str, example: str) -> Kind:
    alike = get_close_matches(word.lower(), [kind.value for kind in Kind], n=1, cutoff=0.8)
    if not alike:
        raise BadCommand(
            f"“{word}” is no kind of quotation: they are direct, mixed and indirect. "
            f"This works: `{example} kind:direct`"
        )
    return Kind(alike[0])


def _request(read: _Clauses, example: str) -> QuotesBy:
    name = " ".join(" ".join(read.name).split()).strip(" ,;:?!")
    if not read.marked:
        name = _name(name, read)
    about = " ".join(" ".join(read.about).split()).strip(" ,;:?!") if read.about is not None else None
    if not any(char.isalnum() for char in name):
        raise BadCommand(f"Whose words? Begin with a name, or a part of one. This works: `{example}`")
    if about is not None and not any(char.isalnum() for char in about):
        raise BadCommand(f"About what? Say it in a word or two. This works: `{example}`")
    return QuotesBy(
        name=name,
        about=about,
        kinds=tuple(dict.fromkeys(read.kinds)),
        narrowing=read.narrowing,
        exactly=read.exactly,
    )


def _name(typed: str, read: _Clauses) -> str:
    """The name without the words of a sentence around it: "what did Lavrov say", "quotes by Lavrov"."""
    lead = _LEAD.match(typed)
    if lead:
        if lead.group("kind"):
            read.kinds.append(Kind(lead.group("kind").lower()))
        typed = typed[lead.end() :]
    return re.sub(r"(?<=\w)['’]s?$", "", _TAIL.sub("", typed).strip(" ,;:?!"))


# What was understood.


def said(request: Request) -> str:
    """The request in the filter language, so that people see what was understood and can type it again."""
    match request:
        case Ask():
            words = [request.question]
        case SourceOf():
            words = [f"“{request.text}”"]
        case QuotesBy():
            words = [_said_name(request)]
            if request.about is not None:
                words.append(f"about:{quoted(request.about)}")
            words += [f"kind:{kind}" for kind in request.kinds]
    return " ".join((*words, *said_narrowing(request.narrowing)))


def _said_name(request: QuotesBy) -> str:
    marked = straight(request.name).replace('"', "'")
    if request.exactly:
        return f'exactly:"{marked}"'
    words = set(request.name.lower().split())
    bare = _PLAIN.fullmatch(request.name) and not words & _COMMAND_WORDS and not _LEAD.match(f"{request.name} x")
    return request.name if bare and _name(request.name, _Clauses()) == request.name else f'"{marked}"'


_COMMAND_WORDS = (
    DATE_WORDS
    | _TOPIC_WORDS
    | _OUTLET_WORDS
    | _SMALL
    | frozenset("last this past previous today yesterday tonight ago".split())
)


# ``/onrecord``.


class Topic(StrEnum):
    """What ``/onrecord`` can be asked for."""

    HELP = "help"
    STATUS = "status"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Order:
    """What ``/onrecord`` was asked for; ``puzzle`` says what of it was not understood."""

    topic: Topic
    puzzle: str = ""


_MEANT = {
    **{word: Topic.HELP for word in "help h ? how hello hi usage commands manual".split()},
    **{word: Topic.STATUS for word in "status stats state health coverage fresh freshness outlets sources".split()},
    **{word: Topic.SETTINGS for word in "settings setting set config configure preferences prefs options".split()},
}


def order(text: str) -> Order:
    """What ``/onrecord`` was asked for; help, with a word on what was not understood, when that cannot be told."""
    typed = " ".join(text.split())
    word = typed.lower().strip("?!. ") or typed[:1]
    if not word:
        return Order(Topic.HELP)
    alike = get_close_matches(word, [known for known in _MEANT if len(known) > 2], n=1, cutoff=0.8)
    meant = _MEANT.get(word) or _MEANT.get(alike[0] if alike else "")
    if meant:
        return Order(meant)
    shown = typed if len(typed) <= 60 else f"{typed[:59]}…"
    return Order(Topic.HELP, f"“{shown}” is not known here: there are `help`, `status` and `settings`.")
