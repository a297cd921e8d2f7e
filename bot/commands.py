"""What somebody typed to the bot, read as a request: questions and ``/quotes``; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from itertools import takewhile

from bot.errors import BadCommand
from bot.narrowing import (
    ANYTHING,
    DATE_WORDS,
    LONGEST,
    Taken,
    both,
    days_of,
    narrowed,
    no_date,
    no_outlet,
    outlet,
    outlets,
    period,
    quoted,
    said_narrowing,
    straight,
    take,
    take_ends,
    unknown_filter,
)
from bot.talk import Ask, Narrowing, QuotesBy, Request, SourceOf
from embeddings import Kind

ASK_EXAMPLE = "What did Merrin Tolvane say about ferries? since:2024"
QUOTES_EXAMPLE = "/quotes Merrin Tolvane about ferries since June"
_TOPIC_WORDS = frozenset("about on regarding re concerning over discussing mentioning".split())
_OUTLET_WORDS = frozenset("in from by at via".split())
_LEANS_ON = frozenset("the a an of and or to with for about on regarding re this that his her their".split())
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
EVERYTHING = re.compile(
    r"(?:(?:please\s+)?(?:show|give|find|get)\s+(?:me|us)\s+)?(?:(?:all|any|the)\s+)*"
    r"(?:everything|anything|something|all|any|news|quotes?|articles?|stories|passages?|results?)[?!.\s]*",
    re.IGNORECASE,
)
"""Words that ask for whatever there is."""
_PAGE = re.compile(r"(?:(?:go\s+to|show\s+me|the)\s+)*(?:page|p\.?|pg\.?)\s*\d{1,3}[?!.\s]*", re.IGNORECASE)
_PAGE_LAST = re.compile(r"(?<=\S)[\s,]+(?P<page>(?:page|pg\.?)\s*\d{1,3}|next\s+page)[?!.\s]*$", re.IGNORECASE)
_KIND_WORDS = re.compile(
    r"(?P<only>only\s+|just\s+)?(?:the\s+)?(?P<kind>direct|mixed|indirect)"
    r"(?P<thing>\s+(?:quotes?|quotations?|ones|speech))?(?P<alone>\s+only)?",
    re.IGNORECASE,
)
_BARE_DAY = re.compile(
    r"(?:the\s+)?[0-3]?\d(?:st|nd|rd|th)?\s+(?:of\s+)?[a-z]+\.?(?:,?\s+\d{4})?|[a-z]+\.?\s+[0-3]?\d(?:st|nd|rd|th)?(?:,?\s+\d{4})?"
    r"|\d{4}-\d\d(?:-\d\d)?",
    re.IGNORECASE,
)
_MONTHS = (
    "january february july september october november december sept jan feb mar apr jun jul aug oct nov dec".split()
)
"""Those that are nobody's name, for a date without a preposition."""
_BARE_MONTH = re.compile(
    rf"(?:{'|'.join(_MONTHS)}|(?:19|20)\d\d)"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+(?:19|20)\d\d",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(r"(?:jr|sr|junior|senior|phd|md|mp)\b|(?:and|or)\s", re.IGNORECASE)
_PLAIN = re.compile(r"[^\W\d_][\w'’-]*\.?(?:\s[^\W\d_][\w'’-]*\.?)*")


# Questions.


def ask(text: str, *, sources: frozenset[str], asked: date) -> Ask:
    """A question, with the filters taken out of it; dates in plain English stay in it. Raises BadCommand."""
    taken = filters_of(text, sources=sources, asked=asked)
    if not any(char.isalnum() for char in taken.rest) or EVERYTHING.fullmatch(taken.rest):
        raise BadCommand(f"There is no question to look up. Ask one, as in: `{ASK_EXAMPLE}`")
    if page := _PAGE.fullmatch(taken.rest):
        raise no_page(page.group())
    return Ask(question=taken.rest, narrowing=taken.narrowing)


def filters_of(text: str, *, sources: frozenset[str], asked: date) -> Taken:
    """A question without its filters, and to what they narrow; raises BadCommand."""
    taken = take(text, sources=sources, asked=asked, example=ASK_EXAMPLE)
    if key := unknown_filter(taken.rest):
        of_quotes = f" “{key}:” goes with `/quotes`." if key in _TOPIC_KEYS | _NAME_KEYS | _KIND_KEYS else ""
        raise BadCommand(
            f"There is no filter “{key}:” for a question. There are since:, before:, on: and in:.{of_quotes} "
            f"This works: `{ASK_EXAMPLE}`"
        )
    ends = take_ends(taken.rest, sources=sources, asked=asked, example=ASK_EXAMPLE)
    return Taken(ends.rest, both(taken.narrowing, ends.narrowing, example=ASK_EXAMPLE))


def no_page(words: str) -> BadCommand:
    """That pages have no numbers to be asked for, and how to turn them."""
    return BadCommand(
        f"“{words.strip()}” cannot be asked for: pages are turned with the buttons under an answer, "
        "or say `more` in its thread."
    )


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
    if page := _PAGE_LAST.search(text):
        raise no_page(page.group("page"))
    example = f"{QUOTES_EXAMPLE} in {min(sources)}" if sources else QUOTES_EXAMPLE
    taken = take(text, sources=sources, asked=asked, example=example)
    tokens = list(_tokens(taken.rest))
    read = _Clauses(narrowing=taken.narrowing)
    place = 0
    while place < len(tokens):
        place += _clause(read, tokens, place, sources=sources, asked=asked, example=example)
    return _request(read, example)


def named_quotes(words: str, *, sources: frozenset[str], asked: date) -> QuotesBy | None:
    """Whose quotations are asked for; None when it is an outlet's, a day's, or cannot be understood."""
    try:
        request = quotes(words, sources=sources, asked=asked)
    except BadCommand:
        return None
    return None if outlets(request.name, sources, slips=False) else request


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
    kinds = _kind_words(read, ahead, last=place + len(ahead) == len(tokens))
    if kinds:
        return kinds
    for count in range(len(ahead), 0, -1):
        if place + count == len(tokens) and (bare := _bare_days(" ".join(ahead[:count]), tokens[:place], read, asked)):
            read.narrowing = both(read.narrowing, bare, example=example)
            return count
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


def _kind_words(read: _Clauses, ahead: Sequence[str], *, last: bool) -> int:
    """Read "direct only" into the clauses; returns how many words that took."""
    for count in range(min(4, len(ahead)), 0, -1):
        found = _KIND_WORDS.fullmatch(" ".join(ahead[:count]).rstrip(" ,;?!."))
        if found and read.name and (any(found.group("only", "thing", "alone")) or (last and count == len(ahead))):
            read.kinds.append(Kind(found.group("kind").lower()))
            return count
    return 0


def _bare_days(words: str, before: Sequence[_Token], read: _Clauses, asked: date) -> Narrowing | None:
    """The days that the last words of a command name without a preposition, where they are no name and no topic."""
    words = words.rstrip(" ,;?!.")
    if not read.name or (before and before[-1].plain in _LEANS_ON):
        return None
    by_name = read.about is None and bool(_BARE_MONTH.fullmatch(words))
    if not by_name and not _BARE_DAY.fullmatch(words):
        return None
    days = days_of(words, asked=asked)
    return narrowed("on", days) if days else None


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
    _part_at_comma(read)
    name = " ".join(" ".join(read.name).split()).strip(" ,;:?!")
    if not read.marked:
        name = _name(name, read)
    about = " ".join(" ".join(read.about).split()).strip(" ,;:?!") if read.about is not None else None
    if not any(char.isalnum() for char in name) or (not read.marked and EVERYTHING.fullmatch(name)):
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


def _part_at_comma(read: _Clauses) -> None:
    """Take what stands behind the comma of "Merrin Tolvane, fog" as the topic, and "Tolvane, Merrin" as a name."""
    first, comma, then = " ".join(read.name).partition(",")
    if read.marked or read.about is not None or not comma or not then.strip(" ,;:?!"):
        return
    words = then.split()
    if _AFTER_NAME.match(then.strip()):
        return
    if " " not in first.strip() and len(words) == 1 and first[:1].isupper() and words[0][:1].isupper():
        read.name = [words[0].strip(" ,;:?!"), first]
    else:
        read.name, read.about = [first], words


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
    if EVERYTHING.fullmatch(request.name) or request.name.lower().split()[-1:] in [[month] for month in _MONTHS]:
        return f'"{marked}"'
    bare = _PLAIN.fullmatch(request.name) and not words & _COMMAND_WORDS and not _LEAD.match(f"{request.name} x")
    return request.name if bare and _name(request.name, _Clauses()) == request.name else f'"{marked}"'


_COMMAND_WORDS = (
    DATE_WORDS
    | _TOPIC_WORDS
    | _OUTLET_WORDS
    | _SMALL
    | frozenset("last this past previous today yesterday tonight ago next page direct mixed indirect".split())
)
