"""Through which media the text itself says that each quotation came; pure.

What an article says once holds on: a report that it goes on telling, an interview that it goes on quoting, a document
that a medium carried, an agency that has everything from another one. Another source ends it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from embeddings.news import Attribution, Named, Nature, Span
from embeddings.provenance.mastheads import same
from embeddings.provenance.media import KIND, Form
from embeddings.provenance.sourcing import Frame, Way, documents, introduced


@dataclass(frozen=True, slots=True)
class Link:
    """A party that handed words on, with the words that prove it."""

    party: str
    proof: Span
    form: Form = Form.NAME
    way: Way = Way.REPORT


Links = tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the number of its paragraph and the frames in it."""

    span: Span
    paragraph: int
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """An attribution with its place in the list and its speakers by name."""

    number: int
    given: Attribution
    speakers: tuple[Named, ...]

    @property
    def anchor(self) -> int:
        """Where it is credited, or where it ends if it is not."""
        return self.given.cue.start if self.given.cue else self.given.content[-1].end - 1

    @property
    def stretch(self) -> Span:
        """From its first word to its last, cue and mention included."""
        spans = [*self.given.content, *filter(None, (self.given.cue, self.given.mention))]
        return Span(min(span.start for span in spans), max(span.end for span in spans))

    @property
    def names(self) -> frozenset[str]:
        """The words of its speakers' names."""
        return frozenset(word for one in self.speakers for word in _telling(one.name))

    def holds(self, span: Span) -> bool:
        """Whether a span stands in what is said."""
        return any(part.start < span.end and span.start < part.end for part in self.given.content)


_WORD = re.compile(r"[^\W_]{2,}")
_EMPTY = frozenset("he she they it him her them his its their who the an of and for to in at by with we you".split())


def _telling(text: str) -> frozenset[str]:
    """The words of a text that can tell one speaker from another."""
    return frozenset(word.lower() for word in _WORD.findall(text)) - _EMPTY


@dataclass(slots=True)
class _Thread:
    """What the article has said so far of where its words come from."""

    relays: list[tuple[str, Link]] = field(default_factory=list)
    documents: dict[str, Links] = field(default_factory=dict)
    links: Links = ()
    names: frozenset[str] = frozenset()
    paragraph: int = -9
    told: set[str] = field(default_factory=set)
    sourced: int = 0
    others: int = 0


def lineages(text: str, told: Sequence[Sentence], credits: Sequence[Credit]) -> list[Links]:
    """For each attribution, in order, the media that the text proves, nearest to the speaker first."""
    starts = [sentence.span.start for sentence in told]
    here: dict[int, list[Credit]] = {}
    for credit in sorted(credits, key=lambda one: one.anchor):
        here.setdefault(max(0, bisect_right(starts, credit.anchor) - 1), []).append(credit)
    thread = _Thread()
    found: list[Links] = [()] * len(credits)
    last: list[tuple[int, Credit]] = []
    for place, sentence in enumerate(told):
        _relays(sentence, thread)
        _look_back(text, sentence, thread, last, found)
        for credit in here.get(place, []):
            found[credit.number] = _links(text, sentence, credit, here[place], thread)
            last.append((sentence.paragraph, credit))
        _remember(text, sentence, here.get(place, []), found, thread)
    return found


def _links(text: str, sentence: Sentence, credit: Credit, beside: Sequence[Credit], thread: _Thread) -> Links:
    """By the frames around it, by the document that it stands in, by the report that goes on, or none."""
    bound = [frame for frame in sentence.frames if _is_bound(text, frame, credit, beside)]
    links = _ordered(bound, credit.given.content[0].start)
    links = _distinct((*_of_document(text, sentence, credit, thread, framed=bool(links)), *links))
    own = _own_party(text, credit, bound)
    if own:
        spoken = [i for i, link in enumerate(links) if same(link.party, own.party)]
        return _relayed((own, *(links[spoken[-1] + 1 :] if spoken else links)), thread)[1:]
    if not links and _goes_on(text, sentence, credit, beside, thread):
        links = thread.links
    return _relayed(links, thread)


def _own_party(text: str, credit: Credit, frames: Sequence[Frame]) -> Link | None:
    """The speaker as a link of the chain, where a medium speaks."""
    mention = credit.given.mention
    for frame in frames:
        span = frame.medium.span
        if mention and mention.start <= span.start and span.end <= mention.end:
            before, after = text[mention.start : span.start], text[span.end : mention.end]
            if not _PREPOSITION.search(before) and _DESCRIBED.fullmatch(after):
                return Link(frame.medium.name, mention)
    medium = next((one for one in credit.speakers if one.nature is Nature.MEDIUM), None)
    return Link(medium.name, medium.mention) if medium else None


_PREPOSITION = re.compile(r"\b(?:of|by|for|in|at|from|to|on|with)\b|['’]s\b")
_DESCRIBED = re.compile(rf"(?: (?:{KIND}))?")


# Frames of its own


def _is_bound(text: str, frame: Frame, credit: Credit, beside: Sequence[Credit]) -> bool:
    if credit.holds(frame.medium.span):
        return False
    if frame.way is Way.VENUE:
        return _is_told_there(text, frame, credit, beside)
    saying = [one for one in beside if one.given.mention and _meets(one.given.mention, frame.medium.span)]
    if saying:
        return any(one is credit or _meets(_extent(one), credit.stretch) for one in saying)
    return not _parted(text, frame, credit.stretch)


def _meets(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _extent(credit: Credit) -> Span:
    return Span(credit.given.content[0].start, credit.given.content[-1].end)


_ASIDE = re.compile(r"\b(?:who|which|had|has|have)(?: \w+)? \Z")


def _is_told_there(text: str, frame: Frame, credit: Credit, beside: Sequence[Credit]) -> bool:
    """Whether this attribution is the one that was told to the medium, or has its speaker in common with that one."""
    aside = _ASIDE.search(text[max(0, frame.trigger.start - 16) : frame.trigger.start])
    if aside and not any(one.given.cue and _meets(one.given.cue, frame.trigger) for one in beside):
        return False
    cued = [one for one in beside if one.given.cue and not one.holds(frame.medium.span)]
    if not cued:
        return True
    nearest = min(cued, key=lambda one: _distance(one.given.cue or one.stretch, frame.trigger))
    return nearest is credit or bool(credit.names and credit.names == nearest.names)


def _distance(one: Span, other: Span) -> int:
    return max(0, one.start - other.end, other.start - one.end)


_TURN = re.compile(r"[;]|\b(?:but|while|whereas|although|though|and)(?: [\w’']+){0,2}? ?\Z")


def _parted(text: str, frame: Frame, stretch: Span) -> bool:
    """Whether a new clause begins between the words and the report."""
    if frame.proof.start >= stretch.end:
        return bool(_TURN.search(text[stretch.end : frame.medium.span.start if frame.subject else frame.proof.start]))
    return frame.proof.end <= stretch.start and ";" in text[frame.proof.end : stretch.start]


def _ordered(frames: Sequence[Frame], start: int) -> Links:
    """The media from the speaker outwards: venue, then reports, each behind what it cites."""
    venues = [_link(frame) for frame in frames if frame.way is Way.VENUE]
    groups: list[tuple[int, list[Link]]] = []
    for frame in frames:
        if frame.way is Way.CITED and groups:
            groups[-1][1].insert(0, _link(frame))
        elif frame.passes and groups:
            groups[-1][1].append(_link(frame))
        elif frame.way is Way.REPORT:
            groups.append((frame.proof.start, [_link(frame)]))
    behind = [link for place, group in groups if place >= start for link in group]
    ahead = [link for place, group in reversed(groups) if place < start for link in group]
    return (*venues, *ahead, *behind)


def _link(frame: Frame) -> Link:
    return Link(frame.medium.name, frame.proof, frame.medium.form, frame.way)


# Documents that a medium carried


_NEW = re.compile(r"(?:[Aa]n?|[Aa]nother) ")


def _distinct(links: Links) -> Links:
    return tuple(link for i, link in enumerate(links) if not any(same(link.party, one.party) for one in links[:i]))


def _of_document(text: str, sentence: Sentence, credit: Credit, thread: _Thread, *, framed: bool) -> Links:
    """What is known of the document that speaks, or that the sentence goes back to where it has no other source."""
    for one in credit.speakers:
        if one.nature is Nature.DOCUMENT and not _NEW.match(text, one.mention.start):
            noun = one.name.split()[-1].lower()
            return next((links for name, links in thread.documents.items() if noun == name or name in one.name), ())
    for noun, span in () if framed else documents(text, sentence.span):
        if thread.documents.get(noun) and not credit.holds(span):
            return thread.documents[noun]
    return ()


# What goes on from sentence to sentence

_SETTING = re.compile(
    r"\b(?:told|in an?|at an?|during an?|at the|by (?:phone|telephone|e-?mail)|in (?:his|her|their|its)) "
    r"(?:[\w’'-]+ ){0,4}?(?:reporters|journalists|statement|conference|briefing|rally|speech|hearing|debate|letter"
    r"|e-?mail|memo|court|interview|parliament|lawmakers|Congress|crowd|supporters|voters|telephone|phone|news release"
    r"|press release|address|testimony|town hall|event|audience|message|post|tweet|note|staff|colleagues|aides)\b"
    r"|\btold \w+"
)
_DAY = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|last (?:week|month|year)|earlier this"
    r"|in (?:19|20)\d\d)\b"
)
_REACTION = re.compile(
    r"\b(?:den(?:y|ied|ies)|reject|dismiss|respond|declin|criticis|criticiz|react|repl(?:y|ied)|counter)"
)
_PERFECT = re.compile(r"\b(?:has|have|had)\b[^.,;:“”\"]*\Z")
_THEN = re.compile(r"\bthen(?=[.”\"])|\b(?:at the time|previously told|once told|had told)\b")
_WRITING = re.compile(r"\b(?:wrote|writes|added|adds|continued|posted|tweeted|concluded|went on|said in another)\b")


def _goes_on(text: str, sentence: Sentence, credit: Credit, beside: Sequence[Credit], thread: _Thread) -> bool:
    """Whether an attribution without a source of its own belongs to what was sourced just before."""
    distance = sentence.paragraph - thread.paragraph
    if not thread.links or not credit.names or distance > 2 or _stands(_SETTING, text, sentence, beside):
        return False
    cue = credit.given.cue.cut(text) if credit.given.cue else ""
    if _PERFECT.search(text[max(0, credit.anchor - 16) : credit.anchor + len(cue)]):
        return False
    if thread.links[0].form is Form.PLATFORM and (distance > 1 or not _WRITING.search(cue)):
        return False
    if credit.names <= thread.names and not _stands(_DAY, text, sentence, beside):
        return True
    return _is_retold(thread) and not _REACTION.search(cue) and credit.names <= thread.told


def _is_retold(thread: _Thread) -> bool:
    """Whether the article has so far told little but what one medium reports."""
    reports = thread.links[0].way is not Way.VENUE
    return reports and thread.sourced >= _OFTEN and thread.sourced >= _OFTEN * thread.others


_OFTEN = 3


def _stands(pattern: re.Pattern[str], text: str, sentence: Sentence, beside: Sequence[Credit]) -> bool:
    """Whether a sentence has the pattern outside of what is quoted in it."""
    spans = (Span(*match.span()) for match in pattern.finditer(text, *sentence.span))
    return any(not any(one.holds(span) for one in beside) for span in spans)


def _remember(
    text: str, sentence: Sentence, credited: Sequence[Credit], found: Sequence[Links], thread: _Thread
) -> None:
    """Takes the sentence into the thread."""
    whole = _relayed(_ordered(sentence.frames, sentence.span.start), thread)
    links = next((found[one.number] for one in reversed(credited) if found[one.number]), whole)
    reports = [frame for frame in sentence.frames if frame.way is not Way.VENUE]
    for noun, span in introduced(text, sentence.span):
        if not any(one.holds(span) for one in credited):
            thread.documents[noun] = whole if reports else ()
    if reports:
        thread.documents |= dict.fromkeys(("report", "article", "story", "dispatch"), whole)
    elif whole:
        thread.documents["interview"] = whole
    if links and not (credited and _THEN.search(text, *sentence.span)):
        if not thread.links or not same(links[0].party, thread.links[0].party):
            thread.told, thread.sourced, thread.others = set(), 0, 0
        thread.links, thread.paragraph = links, sentence.paragraph
        words = _telling(sentence.span.cut(text))
        thread.names = frozenset().union(*(one.names for one in credited)) if credited else words
        thread.told |= words
        thread.sourced += 1
    elif credited and not links:
        thread.others += 1
        thread.names = frozenset()


# Agencies that have it from others


def _relays(sentence: Sentence, thread: _Thread) -> None:
    """Learns who has it from whom: "Yonhap reported quoting KCNA" holds for every later word of KCNA's."""
    whole = _ordered(sentence.frames, sentence.span.start)
    for nearer, farther in pairwise(whole):
        thread.relays.insert(0, (nearer.party, farther))


def _relayed(links: Links, thread: _Thread) -> Links:
    """The links with the agencies that have it from the last of them."""
    while links:
        more = next((link for party, link in thread.relays if same(party, links[-1].party)), None)
        if more is None or any(same(more.party, link.party) for link in links):
            break
        links = (*links, more)
    return links


# Sentences that say whence the words before them came

_BACK = re.compile(
    r"\b(?:made|gave|issued|delivered) (?:the|these|those|this|that|his|her|their) (?:\w+ )?"
    r"(?:remarks?|comments?|statements?|pledges?|announcement|claims?|call|appeal|vow|threats?|warnings?|offer"
    r"|proposal|allegations?|accusations?|promise|admission|disclosure|assertion|observations?|declaration)\b"
    r"|\b(?:[Tt]he|[Hh]is|[Hh]er|[Tt]heir|[Tt]hese|[Tt]hose) (?:remarks|comments|words|statements?|pledge|announcement"
    r"|claims?|warning|threat|call|speech|address) (?:came|appeared|(?:were|was) (?:\w+ )?(?:made|carried|published"
    r"|reported|broadcast|aired|quoted|released|relayed|posted))\b"
)


def _look_back(
    text: str, sentence: Sentence, thread: _Thread, last: Sequence[tuple[int, Credit]], found: list[Links]
) -> None:
    """Gives what a sentence says of the words before it to them: "Kim made the remarks in …, Yonhap reported"."""
    if not sentence.frames or not last or not _BACK.search(text, *sentence.span):
        return
    links = _relayed(_ordered(sentence.frames, sentence.span.start), thread)
    before = last[-1][0]
    if sentence.paragraph - before > 2:
        return
    for paragraph, credit in _tail(last, before):
        named = any(link.form is not Form.GENERIC for link in found[credit.number])
        if paragraph == before and not named:
            found[credit.number] = links


def _tail(last: Sequence[tuple[int, Credit]], paragraph: int) -> Iterator[tuple[int, Credit]]:
    for one in reversed(last):
        if one[0] != paragraph:
            return
        yield one
