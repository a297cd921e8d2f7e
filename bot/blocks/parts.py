"""The parts of messages, inside Slack's limits by construction: escaped, cut with a visible sign, never empty.

Lengths are counted in UTF-16 units, the way that counts most: Slack does not say how it counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from bot import messages
from bot.blocks import MENU, Block
from bot.talk import Press, Verb
from embeddings import Span

Element = Mapping[str, Any]

TOTAL = 10_400
"""So much text, in all, may blocks hold: about 11,300 have been refused (bolt-js 2867), and the fallback counts too."""
_FALLBACK = 400
_SECTION, _CONTEXT, _HEADER, _LABEL = 3000, 1900, 150, 75
_LONGEST_ADDRESS = 400
_WORD = 40
"""A cut is moved so far for the sake of a whole word, or a whole character."""
ELLIPSIS = "…"

_HARMFUL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_UNSEEN = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u00ad\ufeff]")
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_EMPTY_SIGNS = "\u2800\u3164\u115f\u1160\uffa0"
_LOOKALIKES = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
_EMOJI = re.compile(r":(?=[\w+'-]*[a-z][\w+'-]*:)", re.IGNORECASE)
_QUOTING = re.compile("^>")
_TO_TYPE = re.compile("`([^`]+)`")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_IN_ADDRESS = {"<": "%3C", ">": "%3E", "|": "%7C", '"': "%22"}
_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")


def units(text: str) -> int:
    """The length of a text as Slack may count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def weight(thing: object) -> int:
    """How much of what Slack allows in all is taken up."""
    if isinstance(thing, Mapping):
        return sum(_own(name, value) + weight(value) for name, value in thing.items())
    return sum(map(weight, thing)) if isinstance(thing, list | tuple) else 0


def _own(name: str, value: object) -> int:
    return units(value) if isinstance(value, str) and name in ("text", "url", "value", "title") else 0


def _units(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _escaped_units(character: str) -> int:
    return len(_ESCAPES.get(character, "")) or _units(character)


# Text


def harmless(words: str) -> str:
    """The same words, character for character; a sign for what no message can carry, as half a character."""
    return _HARMFUL.sub("\N{REPLACEMENT CHARACTER}", words)


def tidy(words: str) -> str:
    """What is said about exact words, in one line: nothing in it changes the direction or the look of the rest."""
    return " ".join(_UNSEEN.sub("", harmless(words)).split())


def blank(words: str) -> bool:
    """Whether there is nothing to see."""
    return all(unicodedata.category(one) in _INVISIBLE or one in _EMPTY_SIGNS for one in words)


def cut(words: str, limit: int, *, cost: Callable[[str], int] = _units) -> str:
    """The words, or their beginning with a sign that they go on."""
    if len(words) <= limit and sum(map(cost, words)) <= limit:
        return words
    return words[: head(words, limit - 1, cost=cost)].rstrip() + ELLIPSIS


def head(words: str, limit: int, *, cost: Callable[[str], int] = _units) -> int:
    """Where to cut so that no more than the limit stands before: between words, else between whole characters."""
    reach = _reach(words[: max(0, limit) + 1], limit, cost)
    if reach == len(words):
        return reach
    space = max(words.rfind(" ", 0, reach + 1), words.rfind("\n", 0, reach + 1))
    if space > max(reach * 2 // 3, reach - _WORD):
        return space
    return next((at for at in range(reach, max(0, reach - _WORD), -1) if _apart(words, at)), reach)


def _reach(words: str, limit: int, cost: Callable[[str], int]) -> int:
    return sum(spent <= limit for spent in accumulate(map(cost, words)))


def _apart(words: str, at: int) -> bool:
    """Whether people see the end of one character here and the beginning of another."""
    before, after = words[at - 1], words[at]
    if before == "\u200d" or before + after == "\r\n":
        return False
    joined = unicodedata.category(after) in ("Mn", "Mc", "Me") or after == "\u200d"
    modifier = "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f"
    flag = all("\U0001f1e6" <= one <= "\U0001f1ff" for one in (before, after))
    syllable = "\u1160" <= after <= "\u11ff"
    return not (joined or modifier or flag or syllable)


def window(words: str, focus: Span, limit: int) -> Span:
    """The stretch to show where not all fits: around the focus, between words, a third of what is spare before it."""
    if units(words) <= limit:
        return Span(0, len(words))
    spare = max(0, limit - units(focus.cut(words)))
    start = focus.start - _tail(words[: focus.start], spare // 3)
    end = start + head(words[start:], limit)
    if end == len(words):
        start = min(start, len(words) - _tail(words, limit))
    return _stripped(words, Span(start, end))


def _tail(words: str, limit: int) -> int:
    """How many characters at the end fit, beginning with a word where one begins in them."""
    reach = _reach(words[: -limit - 2 : -1], limit, _units)
    start = len(words) - reach
    if start == 0:
        return reach
    space = words.find(" ", start - 1, min(start + _WORD, len(words)))
    if space >= 0:
        return len(words) - space - 1
    return next((len(words) - at for at in range(start, min(start + _WORD, len(words))) if _apart(words, at)), 0)


def _stripped(words: str, span: Span) -> Span:
    shown = span.cut(words)
    if blank(shown):
        return span
    return Span(span.start + len(shown) - len(shown.lstrip()), span.end - len(shown) + len(shown.rstrip()))


def shares(wanted: Sequence[int], room: int) -> list[int]:
    """How much of the room each gets: all it wants where that is little, the same for the others."""
    given, left = [0] * len(wanted), max(0, room)
    for rank, place in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        given[place] = min(wanted[place], left // (len(wanted) - rank))
        left -= given[place]
    return given


# Slack's markup


def escaped(words: str) -> str:
    """Text that pings nobody and links nowhere."""
    return "".join(_ESCAPES.get(character, character) for character in words)


def plain(words: str, limit: int = _CONTEXT) -> str:
    """Words for a text with markup, none of which is theirs: signs that would format give way to their like."""
    return escaped(cut(_still(words), limit, cost=_escaped_units))


def _still(words: str) -> str:
    return _EMOJI.sub("∶", _QUOTING.sub("›", tidy(words).translate(_LOOKALIKES)))


def bold(words: str, limit: int = _CONTEXT) -> str:
    """Words in bold; nothing for none."""
    inside = plain(words, limit)
    return "" if blank(inside) else f"*{inside}*"


def code(words: str, limit: int = 300) -> str:
    """Words to be typed, or an id: every sign as it is, but for a backtick, which would end them."""
    inside = escaped(cut(tidy(words).replace("`", "ˋ"), limit, cost=_escaped_units))
    return "" if blank(inside) else f"`{inside}`"


def timed(line: str, *moments: datetime | None) -> str:
    """The line of markup with these moments, told in it in UTC, by the clock of whoever reads it."""
    for told, moment in {messages.minute(one): one for one in moments if one}.items():
        line = line.replace(told, f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{told}>")
    return line


def address(url: str | None) -> str | None:
    """An address of the web that can be linked to; None for any other, and for one too long to send."""
    url = (url or "").strip()
    if not _ADDRESS.fullmatch(url) or _HARMFUL.search(url) or _UNSEEN.search(url):
        return None
    scheme, rest = url.split("://", 1)
    sent = f"{scheme.lower()}://{''.join(_IN_ADDRESS.get(character, character) for character in rest)}"
    return sent if units(escaped(sent)) <= _LONGEST_ADDRESS else None


def link(url: str, label: str, limit: int = 200) -> str:
    """A link to what ``address`` returned."""
    return f"<{escaped(url)}|{plain(label, limit)}>"


def mention(user: str) -> str:
    """A person's name as Slack shows it; only here does a mention come about."""
    return f"<@{user}>" if _USER.fullmatch(user) else plain(user, 60)


def joined(parts: Iterable[str | None], between: str = " · ") -> str:
    """Those parts that there are, in a row."""
    return between.join(part for part in parts if part)


def fallback(words: str) -> str:
    """What notifications and screen readers get."""
    shown = cut(tidy(words), _FALLBACK, cost=_escaped_units)
    return escaped(shown) if not blank(shown) else messages.NO_WORDS


# Rich text


def text(words: str, *styles: str) -> Element:
    """A piece of rich text, exactly these words."""
    piece: dict[str, Any] = {"type": "text", "text": harmless(words)}
    return piece | ({"style": dict.fromkeys(styles, True)} if styles else {})


def sentence(words: str, limit: int = _CONTEXT, *styles: str) -> list[Element]:
    """A sentence of the bot's own; what stands between backticks is to be typed, or an id, and is exactly that."""
    pieces = _TO_TYPE.split(cut(tidy(words), limit))
    told = [text(one, *(("code",) if place % 2 else styles)) for place, one in enumerate(pieces) if one]
    return told if not blank(words) else [text(ELLIPSIS)]


def marked(words: str, span: Span, marks: Iterable[Span], *styles: str) -> list[Element]:
    """The stretch of the words, in pieces: those under the marks in these styles, the others plain."""
    pieces, at = [], span.start
    for mark in sorted(marks):
        start, end = max(at, mark.start), min(mark.end, span.end)
        if start < end:
            pieces += [text(words[at:start])] if at < start else []
            pieces.append(text(words[start:end], *styles))
            at = end
    return pieces + ([text(words[at : span.end])] if at < span.end else [])


def quote(pieces: Sequence[Element]) -> Element:
    """Exact words on file, and nothing else, behind a bar."""
    return {"type": "rich_text_quote", "elements": list(pieces)}


def line(*pieces: Element) -> Element:
    """A line of rich text."""
    return {"type": "rich_text_section", "elements": list(pieces)}


def note(words: str) -> Element:
    """A line that the bot says beside exact words."""
    return line(text(words, "italic"))


def preformatted(words: str) -> Element:
    """Words to be copied as they are."""
    return {"type": "rich_text_preformatted", "elements": [text(words)]}


def rich(*parts: Element) -> Block:
    """A block of rich text."""
    return {"type": "rich_text", "elements": list(parts)}


# Blocks


def label(words: str, limit: int = _LABEL) -> Element:
    """Plain text, for all that bears a name."""
    shown = cut(tidy(words), limit)
    return {"type": "plain_text", "text": ELLIPSIS if blank(shown) else shown, "emoji": False}


def header(words: str) -> Block:
    """A headline of the message."""
    return {"type": "header", "text": label(words, _HEADER)}


def markup(made: str) -> Element:
    """Text with markup, made of ``plain``, ``bold``, ``link`` and their like."""
    return {"type": "mrkdwn", "text": made, "verbatim": True}


def section(*lines: str, accessory: Element | None = None) -> Block:
    """Lines of markup, those that fit, with a button or a menu beside them."""
    block: dict[str, Any] = {"type": "section", "text": markup("\n".join(within(lines, _SECTION)))}
    return block | ({"accessory": accessory} if accessory else {})


def context(*lines: str) -> Block:
    """Lines of markup, those that fit, small and grey."""
    return {"type": "context", "elements": [markup("\n".join(within(lines, _CONTEXT)))]}


def within(lines: Iterable[str], limit: int) -> list[str]:
    """The lines that fit; those that do not are left out whole, as half a line of markup formats the rest."""
    kept: list[str] = []
    for one in filter(None, lines):
        if units("\n".join([*kept, one])) <= limit:
            kept.append(one)
    return kept or [ELLIPSIS]


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def button(words: str, press: Press, *, suffix: str = "", primary: bool = False) -> Element:
    """A button; the suffix tells two of the same verb in one row apart."""
    made: dict[str, Any] = {
        "type": "button",
        "action_id": f"{press.verb}.{suffix}" if suffix else press.verb.value,
        "text": label(words),
        "value": press.value,
    }
    return made | ({"style": "primary"} if primary else {})


def menu(entries: Iterable[tuple[str, Press]]) -> Element:
    """A ⋯ menu."""
    options = [option(words, press.value) for words, press in entries]
    return {"type": "overflow", "action_id": MENU, "options": options}


def option(words: str, value: str) -> dict[str, Any]:
    """One of several to choose from."""
    return {"text": label(words), "value": value}


def actions(*buttons: Element | None) -> Iterator[Block]:
    """A row of those buttons that there are; no row for none."""
    there = [one for one in buttons if one]
    if there:
        yield {"type": "actions", "elements": there}


def feedback(answer: str) -> Block:
    """Whether the answer was useful."""
    good, bad = (Press(Verb.RATE, answer, place).value for place in (1, 0))
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": Verb.RATE.value,
                "positive_button": _judgement(messages.USEFUL, messages.USEFUL_ALOUD, good),
                "negative_button": _judgement(messages.NOT_USEFUL, messages.NOT_USEFUL_ALOUD, bad),
            }
        ],
    }


def _judgement(words: str, aloud: str, value: str) -> Element:
    return {"text": label(words), "value": value, "accessibility_label": aloud}
