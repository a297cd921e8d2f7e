"""Whether a message in a thread that is addressed to nobody is for the bot; pure."""

from __future__ import annotations

import re
from datetime import date

from bot import remarks
from bot.moves import is_move
from bot.narrowing import straight
from bot.phrasing import ASKS

_AMONG_PEOPLE = re.compile(
    r"(?<![\w.])@[\w.-]+|\b(?:you|u|ur|your|yours|ya|yall|we|us|our|i|i['’]?(?:m|ll|ve|d)|im|ive|me|my|anyone|anybody"
    r"|someone|somebody|everyone|guys|folks|team|desk|lunch|coffee|beers?|shift|tonight|tomorrow|deadline|file|filed|copy"
    r"|subs?|meeting|lol|haha|wtf|omg|fyi|btw)\b",
    re.IGNORECASE,
)
_FOR_THE_BOT = re.compile(
    r"(?:(?:can|could|would|will)\s+you\s+(?:please\s+)?)?(?:show|find|give|get|tell)\s+(?:me|us)\s+"
    r"(?:what|who|when|where|why|how|quotes?|anything|everything|more|passages?|the\s+(?:quotes?|passages?|source|exact))\b"
    r"|(?:do|have|did)\s+we\s+(?:have|got|hold|run|carry)\s+(?:anything|something|any|a\s+quote|quotes?)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"(?:what|who|whom|whose|when|where|why|how|which)\s+(?:(?:much|many)\s+)?(?:\w+\s+)?"
    r"(?:did|does|do|has|have|had|is|are|was|were|will|would|can|could|said|says|told|owns?|runs?|died|won|wrote)\b"
    r"|(?:did|does|has|had|have|is|was|were|are|didn['’]t|hasn['’]t)\s+(?:he|she|they|it|the|there|this|that|any)\b"
    r"|(?:quotes?|quotations?|statements?|anything|everything)\s+(?:by|from|of|on|about)\s+\S",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"(?:really|seriously|right|ok(?:ay)?|huh|eh|what|why|why not|who knew|no|yes|sure|how so|what now|how come|so what"
    r"|who cares|(?:is|was)\s+(?:it|that|this|the\s+\w+)"
    r"\s+(?:ok(?:ay)?|fine|right|done|good|ready|enough|all|true|live|up|out)"
    r"|which\s+(?:is|was)\s+\w+|(?:how|what)\s+(?:nice|funny|odd|weird|a\s.*|an\s.*|the\s+hell.*)|how['’]?s\s+it\s+going|what['’]?s\s+(?:up|this|that))",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"[^"]*"')
_FILTER = re.compile(r"(?<!\S)(?:in|since|before|on|outlet):\S", re.IGNORECASE)
_SLASHED = re.compile(r"/(?:quotes?|ask|onrecord)\s+\S", re.IGNORECASE)
_BEGINS_ANEW = re.compile(r"(?:about|from|in|on|by)\s", re.IGNORECASE)
_FRAGMENT = 8
_ANY_DAY = date(2099, 12, 31)


def is_asking(text: str, *, sources: frozenset[str] = frozenset()) -> bool:
    """Whether a message in a thread that is addressed to nobody reads as a question or a follow-up for the bot.

    In doubt it does not. ``sources`` let it know the outlets on file by their names alone.
    """
    typed = " ".join(text.split())
    said = remarks.read(typed)
    core, goes_on = said.core, said.goes_on
    if _SLASHED.match(typed):
        return True
    if not any(char.isalnum() for char in core) or typed.startswith(("http", "/", "!")):
        return False
    if _FILTER.search(typed) or _FOR_THE_BOT.match(remarks.LEAD.sub("", typed, count=1)):
        return True
    if _AMONG_PEOPLE.search(_QUOTED.sub("", straight(typed))) or _IDLE.fullmatch(core):
        return False
    return (
        remarks.wants_more(typed)
        or is_move(core, sources=sources, asked=_ANY_DAY)
        or _is_question(core, typed, goes_on)
    )


def _is_question(core: str, typed: str, goes_on: bool) -> bool:
    size = len(core.split())
    if remarks.WHAT_ABOUT.search(typed):
        return True
    if _QUESTION.match(core) or (goes_on and _BEGINS_ANEW.match(core)):
        return size > 1
    if not typed.endswith("?"):
        return False
    return (goes_on and size <= _FRAGMENT) or (bool(ASKS.match(core)) and size > 2)
