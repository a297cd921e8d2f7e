"""What the mention of a speaker is: a pronoun, a name, a title, a body, a document, a group; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from embeddings.naming.beside import head_of
from embeddings.naming.bodies import BODIES, DOCUMENTS, GROUPS, MEDIA_NOUNS, UNNAMED
from embeddings.naming.grammar import is_plural, singular
from embeddings.naming.places import NATIONS, PLACES
from embeddings.naming.titles import is_role
from embeddings.news import Nature, Span


class Sort(StrEnum):
    """What a mention points with."""

    HE = "he"
    SHE = "she"
    IT = "it"
    THEY = "they"
    WHO = "who"
    WHICH = "which"
    I = "i"  # noqa: E741
    WE = "we"
    PHRASE = "phrase"


_PRONOUNS = {
    "he": Sort.HE, "him": Sort.HE, "his": Sort.HE, "himself": Sort.HE,
    "she": Sort.SHE, "her": Sort.SHE, "hers": Sort.SHE, "herself": Sort.SHE,
    "it": Sort.IT, "its": Sort.IT, "itself": Sort.IT,
    "they": Sort.THEY, "them": Sort.THEY, "their": Sort.THEY, "both": Sort.THEY, "themselves": Sort.THEY,
    "who": Sort.WHO, "whom": Sort.WHO, "whose": Sort.WHO, "which": Sort.WHICH, "that": Sort.WHICH,
    "i": Sort.I, "me": Sort.I, "my": Sort.I, "myself": Sort.I, "we": Sort.WE, "us": Sort.WE, "our": Sort.WE,
}  # fmt: skip
_POINTED = re.compile(
    r"[\"“”'‘’(\[\s]*([\w]+)(?:['’](?:s|d|ll|ve|re|m))?(?:\s+(?:himself|herself|itself|themselves|also|both))?\W*\Z"
)
_ADJECTIVES = re.compile(rf"\b(?:{'|'.join(sorted(NATIONS))}|\w+(?:al|ic|ive)) and (?=\w+ \w)", re.IGNORECASE)
_THE = re.compile(r"(?:the|this|that|these|those|same)\b", re.IGNORECASE)
_WHOSE = re.compile(r"(?:his|her|their|its|my|our|your|whose)\b|[^,]*?\w['’]s?\s", re.IGNORECASE)
_SOME = re.compile(
    r"(?:an?|one|another|some|any|many|several|few|most|other|\d+|two|three|four|five|six|more)\b", re.IGNORECASE
)
_PAIR = re.compile(r"\b(?:the two|both|the pair|the duo)\b", re.IGNORECASE)
_TAIL = re.compile(
    r"[,;:—–]?\s*(?:who|which|that|whose)\b.*|\s*[,;:—–-]+\s*\Z|\s*,(?!\d).*|\s(?:--?|[—–])\s.*", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A mention that is neither a pronoun nor a name: its noun, what comes before it, and how definite it is."""

    head: str
    words: tuple[str, ...]
    definite: bool
    owned: bool
    pair: bool

    @property
    def plural(self) -> bool:
        """Whether it means several."""
        return is_plural(self.head)

    @property
    def nature(self) -> Nature:
        """What sort of speaker its noun makes it."""
        one = singular(self.head)
        if self.head in GROUPS or (self.plural and is_role(one)):
            return Nature.GROUP
        if one in UNNAMED or (is_role(one) and one not in BODIES):
            return Nature.UNNAMED
        if self.head in DOCUMENTS or one in DOCUMENTS:
            return Nature.DOCUMENT
        if one in MEDIA_NOUNS or self.head == "media":
            return Nature.MEDIUM
        if self.head in BODIES or self.plural or one in PLACES:
            return Nature.GROUP
        return Nature.UNNAMED


def sort_of(mention: str) -> Sort:
    """What a mention points with."""
    pointed = _POINTED.match(mention)
    return _PRONOUNS.get(pointed.group(1).lower(), Sort.PHRASE) if pointed else Sort.PHRASE


def phrase_of(mention: str) -> Phrase:
    """A described speaker taken apart."""
    core = _TAIL.sub("", mention.strip()) or mention
    core = re.sub(r"['’]s?\Z", "", core)
    core = re.sub(r"\A(?:by|to|from|of|as|but|while|and|for)\s+", "", core)
    core = _ADJECTIVES.sub("", core)
    core = re.sub(r"\b(?:series|set|batch|string|slew|flurry|collection) of\s", "", core)
    head = head_of(core) or next(iter(re.findall(r"\w+", core.lower())[-1:]), "")
    before = core.lower().partition(head)[0] if head else ""
    return Phrase(
        head=head,
        words=tuple(re.findall(r"[\w.-]+", before)),
        definite=bool(_THE.match(core)) or not (_SOME.match(core) or _WHOSE.match(core)),
        owned=bool(_WHOSE.match(core)),
        pair=bool(_PAIR.match(core)),
    )


def trimmed(text: str, span: Span) -> Span:
    """A described speaker as it is to be shown: without marks around, possessive ending and long relative clause."""
    start, end = span
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in ".)"):
        end -= 1
    if text[start:end].endswith(("'s", "’s")):
        end -= 2
    cut = _ASIDE.search(text, start, end)
    if cut or end - start > _LONGEST:
        cut = cut or _CLAUSE.search(text, start, end)
        end = cut.start() if cut else end
        while end > start and not (text[end - 1].isalnum() or text[end - 1] in ".)"):
            end -= 1
    return Span(start, end) if start < end else span


_LONGEST = 70
_ASIDE = re.compile(r"(?<=\w),\s(?:who|which|whose)\b")
_CLAUSE = re.compile(r"\s*,?\s(?:who|which|that|whose)\b|\s*[,;—–]\s", re.DOTALL)
