"""What somebody typed to the bot that is a command, with its slash or without, rather than a question; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum

from bot.commands import QUOTES_EXAMPLE, named_quotes, quotes
from bot.errors import BadCommand
from bot.talk import QuotesBy

SETTINGS_ELSEWHERE = "Settings open in a window of their own: write `/onrecord settings` outside of a thread."
_COMMAND = re.compile(r"/(?P<command>[a-z]+)(?=\s|$)[\s:]*", re.IGNORECASE)
_ADDRESSED = re.compile(
    r"^(?:(?:@onrecord(?=[\s,:])|onrecord(?=[,:]))[\s,:]*)?(?:/ask(?=\s|:|$)[\s:]*)?", re.IGNORECASE
)
_QUOTES_FROM = re.compile(
    r"(?:(?:please|pls|(?:can|could|would|will)\s+you(?:\s+please)?)\s+)?(?:(?:show|give|find|get)\s+(?:me\s+|us\s+)?)?(?:(?:all|any|every|the|latest|recent|some)\s+)*"
    r"(?P<kind>(?:direct|mixed|indirect)\s+)?(?P<words>quotes|quotations|quote)\s+(?:by|from|of)\s+(?=\S)",
    re.IGNORECASE,
)
_QUOTES_OF = re.compile(r"(?:quotes|quote)(?:\s*:\s*|\s+)(?=\w)(?P<name>[^\W\d_]+)", re.IGNORECASE)
_SOMEBODYS_QUOTES = re.compile(
    r"(?!(?:what|who|when|where|why|how|which|is|are|do|does|did|has|have|can|any|some|more|the|all|only|direct|mixed|indirect|and"
    r"|but|show|give|find|get|no|those|these|such|pull|his|her|their|latest|new|good|great|nice|use|those|about|on|from|in)\b)"
    r"(?P<name>[^\W\d_][\w-]+(?:\s+[^\W\d_][\w-]+)?)(?:['’]s?)?\s+quotes(?P<behind>)"
    r"(?=[\s?!.]*$|\s+(?:about|on|since|before|in)\s)",
    re.IGNORECASE,
)
_NO_NAME = frozenset(
    """
    about on in regarding re concerning over since before after until from please pls that which with and or for to is
    are was were look looks it this these those me only just more like here there now today yesterday good not a an
    """.split()
)
_HELP = re.compile(
    r"/?(?:help(?:\s+(?:me|please|pls))?|hi|hiya|hey|hello|yo|good\s+(?:morning|afternoon|evening)|commands|usage|manual"
    r"|(?:hi|hey|hello)?[\s,]*(?:what|how)\s+(?:can|do|does|could|should)\s+(?:you|u|i|this|it|the\s+bot)"
    r"(?:\s+(?:do|help|work|ask|ask\s+you|do\s+here|help\s+me\s+with|use\s+(?:you|this|it)))(?:\s+(?:here|with\s+(?:you|this)))?"
    r"|(?:who|what)\s+(?:are|r)\s+(?:you|u)|how\s+to\s+use\s+(?:this|it|you))(?:\s+(?:there|bot|onrecord|all))?[\s?!.,]*",
    re.IGNORECASE,
)


class Topic(StrEnum):
    """What the bot can be asked for about itself; of ``/quotes`` only outside ``/onrecord``."""

    HELP = "help"
    STATUS = "status"
    SETTINGS = "settings"
    QUOTES = "quotes"


@dataclass(frozen=True, slots=True)
class Order:
    """What the bot was asked for about itself; ``puzzle`` says what of it was not understood."""

    topic: Topic
    puzzle: str = ""


def command(text: str, *, sources: frozenset[str], asked: date) -> Order | QuotesBy | None:
    """What words addressed to the bot ask for when they are a command; None for plain words. Raises BadCommand."""
    text = without_ask(text)
    if not text or _HELP.fullmatch(text):
        return Order(Topic.HELP)
    if slashed := _COMMAND.match(text):
        return _slashed(slashed.group("command"), text[slashed.end() :], sources=sources, asked=asked)
    if text.lower().strip(" ?!.:") in ("quotes", "quote", "quotes help"):
        return Order(Topic.QUOTES)
    if text.lower().strip(" ?!.") in ("status", "settings"):
        return order(text)
    named = _QUOTES_FROM.match(text) or _QUOTES_OF.match(text) or _SOMEBODYS_QUOTES.match(text)
    if named is None or named.groupdict().get("name", "").lower() in _NO_NAME:
        return None
    request = named_quotes(_bare_quotes(text, named), sources=sources, asked=asked)
    if request is None and "name" in named.groupdict():
        return quotes(_bare_quotes(text, named), sources=sources, asked=asked)
    return request


def _bare_quotes(text: str, named: re.Match[str]) -> str:
    parts = named.groupdict()
    if "behind" in parts:
        return f"{parts['name']} {text[named.end() :]}"
    if "name" in parts:
        return text[named.start("name") :]
    kind = f" kind:{parts['kind'].strip()}" if parts["kind"] else ""
    return f"{text[named.end() :]}{kind}"


def _slashed(typed: str, words: str, *, sources: frozenset[str], asked: date) -> Order | QuotesBy | None:
    alike = get_close_matches(typed.lower(), ("quotes", "ask", "onrecord", "help"), n=1, cutoff=0.7)
    match alike:
        case ["quotes"]:
            return Order(Topic.QUOTES) if wants_help(words) else quotes(words, sources=sources, asked=asked)
        case ["help"]:
            return Order(Topic.HELP)
        case ["onrecord"]:
            return order(words)
    raise BadCommand(
        f"There is no command “/{typed}”: there are `/quotes`, `/ask` and `/onrecord`. This works: `{QUOTES_EXAMPLE}`"
    )


def without_ask(text: str) -> str:
    """The words without the bot's name and "/ask", where they begin with these."""
    return _ADDRESSED.sub("", text.strip(), count=1).strip()


def wants_help(words: str) -> bool:
    """Whether the words behind a command ask how it works."""
    return words.lower().strip(" ?!.-") in ("help", "usage", "how") or words.strip() == "?"


def quotes_help(sources: frozenset[str]) -> str:
    """How ``/quotes`` works, with an example."""
    example = f"{QUOTES_EXAMPLE} in {min(sources)}" if sources else QUOTES_EXAMPLE
    return (
        "`/quotes NAME about TOPIC since DATE in OUTLET` lists what somebody is on file with, newest first; all "
        f"but the name can be left out. For example: `{example}`\n"
        "The filters about:, since:, before:, on:, in: and kind: (direct, mixed, indirect) work, too, as in: "
        "`/quotes Tolvane kind:direct before:2024`\n"
        "In a thread, where there are no slash commands, mention me and write: `quotes by Merrin Tolvane about ferries`"
    )


# ``/onrecord``.


_MEANT = {
    **{word: Topic.HELP for word in "help h ? how hello hi hey usage commands manual".split()},
    **{word: Topic.STATUS for word in "status stats state health coverage fresh freshness outlets sources".split()},
    **{word: Topic.SETTINGS for word in "settings setting set config configure preferences prefs options".split()},
}


def order(text: str) -> Order:
    """What ``/onrecord`` was asked for; help, with a word on what was not understood, when that cannot be told."""
    typed = " ".join(text.split())
    word = re.sub(r"\s+(?:please|pls)$", "", typed.lower().strip("?!. ")) or typed[:1]
    if not word:
        return Order(Topic.HELP)
    alike = get_close_matches(word, [known for known in _MEANT if len(known) > 2], n=1, cutoff=0.8)
    meant = _MEANT.get(word) or _MEANT.get(alike[0] if alike else "")
    if meant:
        return Order(meant)
    shown = typed if len(typed) <= 60 else f"{typed[:59]}…"
    return Order(Topic.HELP, f"“{shown}” is not known here: there are `help`, `status` and `settings`.")
