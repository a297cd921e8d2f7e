"""The same request narrowed or widened by a few words ("only CPA", "since June", "any outlet"); pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.errors import BadCommand
from bot.narrowing import ANYTHING, days_of, narrowed, no_date, no_outlet, outlets, over, period
from bot.phrasing import ASKS, cut_days, cut_outlets, without_topic
from bot.talk import Ask, Narrowing, QuotesBy, Request, SourceOf
from embeddings import Kind

_ANY_OUTLET = re.compile(
    r"(?:(?:from|in|at|with|across)\s+)?(?:any|all|every|whatever)\s+(?:the\s+)?(?:other\s+)?"
    r"(?:outlets?|sources?|papers?|agenc(?:y|ies)|publications?|feeds?|titles?)"
    r"|everywhere|anywhere|(?:the\s+)?(?:whole|entire|full)\s+archive",
    re.IGNORECASE,
)
_ANY_DAY = re.compile(
    r"(?:(?:from|at|in|on|for|of)\s+)?(?:any|all)\s*(?:the\s+)?(?:time|times|dates?|years?|days?)|ever|whenever"
    r"|no\s+dates?(?:\s+(?:filters?|limits?))?",
    re.IGNORECASE,
)
_ANY_TOPIC = re.compile(
    r"(?:about|on)\s+(?:anything|everything|any\s+topic)|(?:any|all)\s+(?:topics?|subjects?)", re.IGNORECASE
)
_NO_FILTERS = re.compile(
    r"(?:no|without|clear|drop|remove|reset)\s+(?:all\s+|any\s+|the\s+)*(?:filters?|limits?|restrictions?)",
    re.IGNORECASE,
)
_KINDS = re.compile(
    r"(?:(?:only|just)\s+)?(?:the\s+)?(?P<kind>direct|mixed|indirect)"
    r"(?:\s+(?:quotes?|quotations?|ones|speech))?(?:\s+only)?",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"(?:only|just|(?:restrict|limit|narrow)(?:ed)?\s+(?:it\s+|that\s+|this\s+)?(?:down\s+)?to)\s+"
    r"(?:(?:in|from|by|at|use|show|for|the ones from|those from)\s+)?(?P<what>.+)",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:(?:anything|something|quotes?)\s+)?(?:in|from|by|at|via|per|with|add|according to)\s+(?P<what>.+)",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"(?:not|without|except(?:\s+for)?|excluding|exclude|no|other\s+than|apart\s+from)\s+(?P<just>(?:only|just)\s+)?"
    r"(?:from\s+|in\s+)?(?P<what>.+)",
    re.IGNORECASE,
)
_TOO = re.compile(r"[\s,]+(?:too|as well|also)$", re.IGNORECASE)
_ALONE = re.compile(r"\s+(?:only|alone)$", re.IGNORECASE)
_DATED = re.compile(r"(?:since|before|after|until|till|between|in|from|during)\s", re.IGNORECASE)
_WORDS_LEFT = re.compile(
    r"(?:only|just)\s+(?:\w+ing|saw|read|got|had|heard|so|a|an|the\s+one|if|because|to|now|fine|like)\b|"
    r"(?:only|just)\s+(?:in\s+(?:case|time)|one|two|five|ten|\d+)\b",
    re.IGNORECASE,
)
_SHORT = 3


def again(request: Request, narrowing: Narrowing, *, sources: frozenset[str], asked: date, example: str) -> Request:
    """The same request narrowed anew, with no word left in its question that says otherwise."""
    if isinstance(request, Ask):
        question = request.question
        if narrowing.since or narrowing.before:
            question = cut_days(question, asked=asked, example=example).rest or question
        if narrowing.outlets:
            question = cut_outlets(question, sources=sources).rest or question
        request = replace(request, question=question)
    return replace(request, narrowing=over(request.narrowing, narrowing))


def moved(request: Request, core: str, *, sources: frozenset[str], asked: date, example: str) -> Request | None:
    """The same request with other outlets, days or kinds, when the message asks for nothing else."""
    widened = _widened(request, core, sources=sources, asked=asked, example=example)
    if widened is not None:
        return widened
    kind = _KINDS.fullmatch(core)
    if kind and isinstance(request, QuotesBy):
        return replace(request, kinds=(Kind(kind.group("kind").lower()),))
    narrowing = _narrowing(request.narrowing, core, sources=sources, asked=asked, example=example)
    if narrowing is None:
        return None
    return again(request, narrowing, sources=sources, asked=asked, example=example)


def is_move(core: str, *, sources: frozenset[str], asked: date) -> bool:
    """Whether the words can only be meant to narrow or widen what was asked."""
    if any(pattern.fullmatch(core) for pattern in (_ANY_OUTLET, _ANY_DAY, _ANY_TOPIC, _NO_FILTERS, _KINDS)):
        return " " in core or core.lower() == "everywhere"
    if _ONLY.fullmatch(core) and len(core.split()) <= _SHORT + 2 and not _WORDS_LEFT.match(core):
        return True
    if outlets(core, sources, slips=False) or not cut_outlets(core, sources=sources).rest:
        return True
    return bool(_DATED.match(core)) and period(core, asked=asked) is not None


# Widened.


def _widened(request: Request, core: str, *, sources: frozenset[str], asked: date, example: str) -> Request | None:
    """The same request from anywhere, of any time, or about anything; the message may say several of these."""
    for piece in re.split(r"\s*(?:,|;|\band\b)\s*", core):
        if _NO_FILTERS.fullmatch(piece):
            request = _anywhere(_any_day(request, asked, example), sources)
        elif _ANY_OUTLET.fullmatch(piece) or _not_only(piece, sources):
            request = _anywhere(request, sources)
        elif _ANY_DAY.fullmatch(piece):
            request = _any_day(request, asked, example)
        elif _ANY_TOPIC.fullmatch(piece) and not isinstance(request, SourceOf):
            request = _about_anything(request)
        else:
            return None
    return request


def _not_only(words: str, sources: frozenset[str]) -> bool:
    without = _WITHOUT.fullmatch(words)
    return bool(without and without.group("just") and outlets(without.group("what"), sources))


def _anywhere(request: Request, sources: frozenset[str]) -> Request:
    if isinstance(request, Ask):
        request = replace(request, question=cut_outlets(request.question, sources=sources).rest or request.question)
    return replace(request, narrowing=replace(request.narrowing, outlets=()))


def _any_day(request: Request, asked: date, example: str) -> Request:
    if isinstance(request, Ask):
        rest = cut_days(request.question, asked=asked, example=example).rest
        request = replace(request, question=rest or request.question)
    return replace(request, narrowing=replace(request.narrowing, since=None, before=None))


def _about_anything(request: Ask | QuotesBy) -> Ask | QuotesBy:
    if isinstance(request, QuotesBy):
        return replace(request, about=None)
    return replace(request, question=without_topic(request.question))


# Narrowed.


def _narrowing(before: Narrowing, core: str, *, sources: frozenset[str], asked: date, example: str) -> Narrowing | None:
    """To what a message narrows that is nothing but days, outlets, or both; raises BadCommand."""
    only = _ONLY.fullmatch(core)
    words = only.group("what") if only else core
    dated = _period(words, asked)
    if dated:
        return dated
    bare = _TOO.sub("", _ALONE.sub("", words))
    start = _FROM.fullmatch(bare)
    named = outlets(start.group("what"), sources) if start else ()
    named = named or outlets(bare, sources, slips=only is not None, loosely=only is not None)
    if named:
        added = _TOO.search(words) or core.lower().startswith("add ")
        return Narrowing(outlets=tuple(dict.fromkeys((*before.outlets, *named)))) if added else Narrowing(outlets=named)
    several = _days_and_outlets(bare, sources=sources, asked=asked, example=example)
    if several is None:
        _refuse(core, words if only else "", sources)
    return several


def _period(words: str, asked: date) -> Narrowing | None:
    """What a bare date or one behind its preposition narrows to; raises BadCommand for "since" and no date."""
    dated = period(words, asked=asked)
    if dated is None and len(words.split()) <= 5:
        days = days_of(words, asked=asked)
        dated = narrowed("on", days) if days else None
    bound, _, rest = words.partition(" ")
    if dated is None and bound.lower() in ("since", "before", "until", "till") and not ASKS.search(words):
        whole = cut_days(words, asked=asked, example="since June")
        if whole.narrowing == ANYTHING:
            raise no_date(rest or "…", word=bound, example="since June")
    return dated


def _days_and_outlets(words: str, *, sources: frozenset[str], asked: date, example: str) -> Narrowing | None:
    """What "in CPA since June" narrows to; None when it says more than that."""
    days = cut_days(words, asked=asked, example=example)
    named = cut_outlets(days.rest, sources=sources)
    found = outlets(days.rest, sources, slips=False) or (() if named.rest else named.narrowing.outlets)
    return replace(days.narrowing, outlets=found) if found and days.narrowing != ANYTHING else None


def _refuse(core: str, only: str, sources: frozenset[str]) -> None:
    """Raise BadCommand for an outlet that is not on file, and for leaving one out, which cannot be asked for."""
    without = _WITHOUT.fullmatch(core)
    if without and outlets(without.group("what"), sources):
        raise BadCommand(
            f"An outlet cannot be left out, only chosen. Name those you want, as in: `only {min(sources)}`"
        )
    if (
        0 < len(only.split()) <= _SHORT
        and not ASKS.match(only)
        and not re.match(r"(?:about|on)\b", only, re.IGNORECASE)
    ):
        raise no_outlet(only, sources, example=f"only {min(sources)}" if sources else "since June")
