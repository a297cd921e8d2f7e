"""Whether a passage credits somebody with words; pure.

This is a gate and nothing more: it keeps a passage that merely names a person from answering what that person
said. It attributes nothing, and what it lets through is still the passage as printed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from embeddings.words import words

_CUES = frozenset(
    words(
        """
        say says said saying tell tells told add adds added state states stated declare declared announce
        announces announced argue argued claim claims claimed warn warns warned insist insisted note noted
        stress stressed explain explained reply replied respond responded answer answered ask asked urge
        urged call called describe described praise praised reaffirm reaffirmed affirm affirmed reiterate
        reiterated confirm confirmed deny denied admit admitted acknowledge acknowledged express expressed
        voice voiced pledge pledged promise promised vow vowed suggest suggested believe believed write wrote
        written tweet tweeted post posted demand demanded condemn condemned criticise criticised accuse
        accused quote quoted quoting agree agreed report reported reveal revealed remark remarked comment
        commented convey conveyed apologise apologised mention mentioned recall recalled predict predicted
        propose proposed testify testified hold held speak spoke talk talked
        """
    )
)
_UTTERANCES = frozenset(
    words("message remarks words statement comments greetings letter answer speech testimony post tweet account wishes")
)
_DAYS = frozenset(words(" ".join(calendar.day_name)))
_PRONOUNS = frozenset(("he", "she", "they", "it"))
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[.!?;,:]")
_REACH = 6
"""So many words may stand between a name and its verb."""
_AFTER_APPOSITION = 3
_LONGEST_APPOSITION = 25


@dataclass(frozen=True, slots=True)
class _Token:
    printed: str
    stem: str

    @property
    def name(self) -> bool:
        return self.printed[0].isupper()


def credits(text: str, speaker: Collection[str], *, before: str = "") -> bool:
    """Whether ``text`` says that the speaker, given as analysed words of the name, said something.

    A passage that goes on with "he said" counts where ``before``, the paragraphs ahead of it, credits the speaker.
    """
    tokens = _tokens(text)
    if any(_credited(tokens, place, speaker) for place, token in enumerate(tokens) if _means(token, speaker)):
        return True
    return bool(before) and _goes_on(tokens) and credits(before, speaker)


def _tokens(text: str) -> list[_Token]:
    return [_Token(printed, " ".join(words(printed)) or printed) for printed in _TOKEN.findall(text)]


def _means(token: _Token, speaker: Collection[str]) -> bool:
    return token.name and token.stem in speaker


def _credited(tokens: Sequence[_Token], place: int, speaker: Collection[str]) -> bool:
    end = place + 1
    while end < len(tokens) and _means(tokens[end], speaker):
        end += 1
    possessed = tokens[end - 1].printed.endswith(("'s", "’s"))
    if possessed:
        return any(token.stem in _UTTERANCES for token in tokens[end : end + 3])
    return _said_before(tokens, place) or _according(tokens, place) or _has_verb(tokens, end)


def _said_before(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a reporting verb stands right before the name and its titles: as in "said Foreign Minister"."""
    while place and tokens[place - 1].name:
        place -= 1
    if place and tokens[place - 1].stem == "by":
        place -= 1
    return bool(place) and tokens[place - 1].stem in _CUES


def _according(tokens: Sequence[_Token], place: int) -> bool:
    stems = [token.stem for token in tokens[max(0, place - 6) : place]]
    return "accord" in stems and "to" in stems


def _has_verb(tokens: Sequence[_Token], start: int) -> bool:
    """Whether a reporting verb follows the name, past an apposition, before another name or the sentence's end."""
    reach = _REACH
    if start < len(tokens) and tokens[start].printed == ",":
        last = min(start + _LONGEST_APPOSITION, len(tokens))
        closing = next((i for i in range(start + 1, last) if tokens[i].printed == ","), start)
        start, reach = closing + 1, _AFTER_APPOSITION
    for token in tokens[start : start + reach]:
        if token.stem in _CUES:
            return True
        if token.printed in ".!?;" or (token.name and token.stem not in _DAYS):
            return False
    return False


def _goes_on(tokens: Sequence[_Token]) -> bool:
    return any({a.stem, b.stem} & _PRONOUNS and {a.stem, b.stem} & _CUES for a, b in pairwise(tokens))
