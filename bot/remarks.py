"""A message in a thread without the politeness around it, and the commonest slips in it mended; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

LEAD = re.compile(
    r"(?<![\w'’])(?:(?:ok(?:ay)?|k|thanks|thank you|thx|ty|great|good|nice|cool|perfect|right|hm+|hi|hey|hello|sorry"
    r"|actually|yes|yep|and|but|so|also|plus|then|now|or|well|wait|oh|ah|um+|n|&"
    r"|(?:no|nope|nah)(?=\s*[,.!;:–—-]|\s+(?:i|we|only|just|in|from|about|what|who|when|where|why|how|the\s+other|not)\b))"
    r"(?![\w'’])[\s,.!…:;–—-]*)+",
    re.IGNORECASE,
)
"""What leads into a message, and is all there is of thanks."""
_OPENED = re.compile(
    r"^(?:(?:ok(?:ay)?|and|but|also|no|nope|nah|actually|sorry|wait|hi|hey|hello|thanks|thank you|(?:i|we)\s+meant?)"
    r"(?:\s*[,.!;:…–—-]+\s*|\s+))+",
    re.IGNORECASE,
)
_I_MEANT = re.compile(
    r"(?:(?:i|we)\s+(?:actually\s+)?(?:meant?|was\s+(?:asking|thinking)|want(?:ed)?|am\s+asking)|i['’]?m\s+asking)\s+"
    r"(?:to\s+ask\s+)?(?:(?:for|of)\s+)?(?=\S)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\b(?:and|but|so|also|plus|then|or|now)\b", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:[\s?!.,…]+(?:(?:please|pls|plz|thanks|thank you|thx|ty|then|instead|though|now|again)(?=[\s?!.,…]|$))?)+$",
    re.IGNORECASE,
)
_SPELT = tuple(
    (re.compile(rf"\b(?:{typed})\b", re.IGNORECASE), meant)
    for typed, meant in (
        (r"bout|abt|abot|aobut", "about"),
        (r"wat|wht|wot|waht", "what"),
        (r"what['’]?s(?=\s+(?:[\w'’-]+\s+){1,3}(?:say|tell|think)\b)", "what did"),
        (r"(?<=what\s)(?=(?:he|she|they)\s+(?:say|think|tell)\b)", "did "),
        (r"sya", "say"),
        (r"siad|sed", "said"),
        (r"whos(?=\s)", "who is"),
    )
)
WHAT_ABOUT = re.compile(r"(?:what|how|wht|hows|whats)\s+(?:about|abt|of)\s+(?=\S)", re.IGNORECASE)
"""That something else takes the place of something."""
_POLITE = re.compile(
    r"(?:(?:can|could|would|will)\s+you\s+(?:please\s+)?)?"
    r"(?:(?:show|tell|give|find|get)\s+(?:me|us)\s+|do\s+you\s+know\s+|is\s+there\s+(?=anything\s))",
    re.IGNORECASE,
)
MORE = re.compile(
    r"(?:(?:show|give|see)\s+(?:me\s+)?)?(?:(?:any|some|the)\s+)?"
    r"(?:more|next(?:\s+page)?|others?|anything\s+else|what\s+else|go\s+on|keep\s+going|continue)"
    r"(?:\s+(?:quotes?|passages?|results?|of\s+(?:these|those|them)|like\s+(?:this|that)))?",
    re.IGNORECASE,
)
"""Words that ask for the next page."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A message without politeness at both ends.

    ``goes_on`` is whether it says that it goes on, ``anew`` whether with something else ("what about"), and ``asks``
    whether it ends in a question mark.
    """

    core: str
    goes_on: bool = False
    anew: bool = False
    asks: bool = False


def read(text: str) -> Remark:
    """A message without its politeness; with nothing else in it, as it stands."""
    core, goes_on, asks = " ".join(text.split()), False, text.rstrip().endswith("?")
    lead = LEAD.match(core)
    if lead and lead.end() < len(core):
        core, goes_on = core[lead.end() :], bool(_GOES_ON.search(lead.group()))
    if meant := _I_MEANT.match(core):
        core, goes_on = core[meant.end() :], True
    core = _spelt(_TAIL.sub("", core) or core)
    if about := WHAT_ABOUT.match(core):
        return Remark(core[about.end() :], goes_on=True, anew=True, asks=asks)
    polite = _POLITE.match(core)
    return Remark(core[polite.end() :] if polite and polite.end() < len(core) else core, goes_on, asks=asks)


def opened(text: str) -> str:
    """A question of its own without the word that leads to it ("and", "no,")."""
    rest = _OPENED.sub("", text, count=1)
    return rest if any(char.isalnum() for char in rest) else text


def is_courtesy(text: str) -> bool:
    """Whether words are nothing but politeness."""
    return bool(_TAIL.fullmatch(f" {_OPENED.sub('', f'{text} ')}"))


def wants_more(text: str) -> bool:
    """Whether a message asks for the next page of what was shown."""
    return bool(MORE.fullmatch(read(text).core))


def _spelt(words: str) -> str:
    """The words with the commonest slips of quick fingers mended."""
    for typed, meant in _SPELT:
        words = typed.sub(meant, words)
    return words
