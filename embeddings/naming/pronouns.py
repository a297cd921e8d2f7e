"""Whom a pronoun means: the speaker before, the subject before, whatever stands right before "who".

Each candidate has a score of nearness, prominence and gender; the best wins. The weights are hand-set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from embeddings.naming.bodies import DOCUMENTS, GROUPS
from embeddings.naming.grammar import FUNCTION, SAYING, singular
from embeddings.naming.members import Member
from embeddings.naming.phrases import phrase_of
from embeddings.naming.places import NATIONS
from embeddings.naming.reading import Reading, Said, Way, couples
from embeddings.naming.titles import is_role
from embeddings.news import Nature, Span

_RECENT = 4
"""How many mentions back a running speaker may be."""
_RUNNING = (1.6, 1.6, 0.8)
"""What speaks for the last speaker, by how many paragraphs back it spoke."""

_KNOWN = 0.5
"""The least evidence for a person before a pronoun may mean it."""

Scored = tuple[float, Said]


def person(reading: Reading, quotation: int, mention: Span, gender: str) -> Said:
    """Whom "he" (``gender`` m) or "she" (f) means."""
    around = reading.enclosing(quotation, mention)
    sentence = reading.sentence(mention.start)
    scored = [
        (score + _by_gender(said, gender) + _by_enclosing(reading, mention, said, around), said)
        for score, said in (*_speakers(reading, mention, sentence), *_named(reading, mention, sentence))
        if not said.members or said.members[0].gender in (None, gender)
    ]
    return _best(scored) or _after(reading, mention, sentence, gender)


def _best(scored: Iterable[Scored]) -> Said | None:
    return max(scored, key=lambda pair: pair[0], default=(0.0, None))[1]


def _by_gender(said: Said, gender: str) -> float:
    return 0.4 * bool(said.members and said.members[0].gender == gender)


def _by_enclosing(reading: Reading, mention: Span, said: Said, around: Said | None) -> float:
    """In somebody's own words "he" is somebody else; in words reported of somebody it is mostly the same."""
    if around is None or not said.members or said.members[0] not in around.members:
        return 0.0
    return -4.0 if reading.in_marks(mention.start) else 2.5


def _speakers(reading: Reading, mention: Span, sentence: Span) -> Iterator[Scored]:
    """Persons who spoke before."""
    last = reading.last_person()
    for rank, said in enumerate(reversed(reading.said[-_RECENT:])):
        if not said.is_one_person or said.naming.way is Way.NOBODY or not all(map(_is_somebody, said.members)):
            continue
        away = reading.paragraph(mention.start) - reading.paragraph(said.mention.start)
        running = _RUNNING[away] if said is last and away < len(_RUNNING) and not said.is_relative else 0.4
        aside = reading.is_subordinate(said.mention.start) and said.mention.start < sentence.start
        score = reading.nearness(said.mention, sentence) + running - 0.1 * rank
        yield score + (not said.is_relative) - aside, reading.same(mention, said, Way.RUNNING)


def _is_somebody(member: Member) -> bool:
    """Whether there is evidence that it is a human being."""
    return member.weight >= _KNOWN or bool(member.gender or member.roles)


def _named(reading: Reading, mention: Span, sentence: Span) -> Iterator[Scored]:
    """Persons named before."""
    last = reading.last_person()
    running = last.members if last else ()
    for a in reading.names_before(mention.start, 40):
        if a.member.is_person and a.member.weight >= _KNOWN:
            way = Way.RUNNING if a.member in running else Way.PRONOUN
            said = reading.members(mention, (a.member,), way)
            yield reading.nearness(a.span, sentence) + reading.standing(a), said


def _after(reading: Reading, mention: Span, sentence: Span, gender: str) -> Said:
    """Somebody named later in the sentence, where nobody was before: "As she left, Ms. Ruiz said"."""
    for a in reading.cast.within(Span(mention.end, sentence.end)):
        if a.member.is_person and a.member.gender in (None, gender):
            return reading.members(mention, (a.member,), Way.PRONOUN)
    return reading.described(mention, Nature.UNNAMED, Way.NOBODY)


def first_person(reading: Reading, quotation: int, mention: Span) -> Said:
    """Whom "I" means: whoever's words it stands in, else the writer, who is not named."""
    around = reading.enclosing(quotation, mention)
    if around is not None:
        return reading.same(mention, around, Way.RUNNING)
    return reading.described(mention, Nature.UNNAMED, Way.NOBODY)


def relative(reading: Reading, mention: Span, *, of_person: bool) -> Said:
    """Whatever stands right before "who" (``of_person``) or "which"."""
    before = _just_said(reading, mention) if of_person else None
    if before is not None:
        return reading.same(mention, before, Way.RELATIVE)
    start = reading.sentence(mention.start).start
    end = start + len(reading.text[start : mention.start].rstrip(" ,—–-\xa0("))
    member = _antecedent(reading, start, end, of_person=of_person)
    if member is not None:
        return reading.members(mention, (member,), Way.RELATIVE)
    noun = _noun_before(reading.text, start, end)
    if noun is None:
        return reading.described(mention, Nature.UNNAMED, Way.NOBODY)
    return reading.described(mention, phrase_of(noun.cut(reading.text)).nature, Way.RELATIVE, noun)


def _just_said(reading: Reading, mention: Span) -> Said | None:
    """A speaker without a name, described right before "who"."""
    last = reading.said[-1] if reading.said else None
    if last is None or last.members or last.mention.end > mention.start or last.naming.way is Way.NOBODY:
        return None
    between = reading.text[last.mention.end : mention.start]
    return last if re.fullmatch(r"(?: (?:of|for|from|in|at|with) [^,;.\n]{0,60})?,?\s*", between) else None


def _antecedent(reading: Reading, start: int, end: int, *, of_person: bool) -> Member | None:
    """The member whose name, or whose apposition, ends at a place."""
    for near in reading.names_before(end, 4):
        if near.span.start < start:
            return None
        between = reading.text[near.span.end : end]
        if len(between) <= 2 and (near.member.is_person or not of_person):
            return near.member
        if of_person and near.member.is_person and _is_apposed(between):
            return near.member
    return None


def _is_apposed(between: str) -> bool:
    """Whether the words after a name still belong to it: "(R-Ohio)", "of Texas,", ", a retired teacher"."""
    match = re.match(r"(?: of(?: [A-Z][\w.]+){1,3})?(?: \([^)]*\))?,?", between)
    rest = between[match.end() if match else 0 :]
    if not rest.strip() or re.fullmatch(r" ?\d{1,3}", rest):
        return True
    return between.startswith((",", " (")) and is_role(phrase_of(rest).head)


def _noun_before(text: str, start: int, end: int) -> Span | None:
    """The noun phrase that ends at a place."""
    start = max(start, end - 80)
    words = list(re.finditer(r"[\w’'.-]+", text[start:end]))
    first = len(words)
    while first and first > len(words) - 6:
        word = words[first - 1].group().lower()
        if first < len(words) and not text[start + words[first - 1].end() : start + words[first].start()].isspace():
            break
        if word not in _DETERMINERS and (word in FUNCTION or word in SAYING or word.endswith(("ly", "."))):
            break
        first -= 1
        if word in _DETERMINERS:
            break
    return Span(start + words[first].start(), end) if first < len(words) else None


def it(reading: Reading, mention: Span) -> Said:
    """Which body or document "it" means: the one that spoke last, or the nearest subject."""
    here = reading.paragraph(mention.start)
    for said in reversed(reading.said[-3:]):
        thing = said.nature not in (Nature.PERSON, Nature.UNNAMED) and not said.is_many
        if thing and here - reading.paragraph(said.mention.start) <= 2:
            relayed = _relayed(reading, mention, said)
            return relayed or _subject_since(reading, mention, said) or reading.same(mention, said, Way.RUNNING)
    sentence = reading.sentence(mention.start)
    ways = {True: Way.PRONOUN, False: Way.DISTANT}
    scored = [
        (
            reading.nearness(a.span, sentence) + reading.standing(a),
            reading.members(mention, (a.member,), ways[reading.paragraph(a.span.start) == here]),
        )
        for a in reading.names_before(mention.start, 12)
        if not a.member.is_person
    ]
    best = _best(pair for pair in scored if pair[0] > 0.5)
    return best or reading.described(mention, Nature.UNNAMED, Way.NOBODY)


def _relayed(reading: Reading, mention: Span, said: Said) -> Said | None:
    """The document whose words a medium passed on: "…, the letter said, according to the agency"."""
    start = reading.sentence(said.mention.start).start
    told = _DOCUMENT_SAID.search(reading.text, start, said.mention.start) if said.nature is Nature.MEDIUM else None
    if told is None or told["noun"].lower() not in DOCUMENTS:
        return None
    return reading.described(mention, Nature.DOCUMENT, Way.RUNNING, Span(*told.span("noun")))


def _subject_since(reading: Reading, mention: Span, said: Said) -> Said | None:
    """A body that has become the subject of the paragraph after the last speaker's."""
    here = reading.paragraph(mention.start)
    if reading.paragraph(said.mention.start) == here:
        return None
    for a in reading.names_before(mention.start, 6):
        if reading.paragraph(a.span.start) < here:
            return None
        if not a.member.is_person and a.member is not next(iter(said.members), None) and reading.opens_sentence(a):
            return reading.members(mention, (a.member,), Way.PRONOUN)
    return None


def they(reading: Reading, mention: Span) -> Said:
    """Whom "they" means: a group that spoke, two persons named in one breath, people spoken of before."""
    sentence = reading.sentence(mention.start)
    scored = (
        *_groups(reading, mention, sentence),
        *_couples(reading, mention, sentence),
        *_people(reading, mention, sentence),
    )
    best = _best(pair for pair in scored if pair[0] > 0)
    return best or reading.described(mention, Nature.GROUP, Way.NOBODY)


def _groups(reading: Reading, mention: Span, sentence: Span) -> Iterator[Scored]:
    for rank, said in enumerate(reversed(reading.said[-_RECENT:])):
        if said.nature is not Nature.DOCUMENT and (said.is_many or said.nature in (Nature.GROUP, Nature.MEDIUM)):
            score = reading.nearness(said.mention, sentence) + 0.8 + 0.8 * said.is_many - 0.2 * rank
            yield score, reading.same(mention, said, Way.RUNNING)


def _couples(reading: Reading, mention: Span, sentence: Span) -> Iterator[Scored]:
    for one, other in couples(reading, mention.start):
        score = reading.nearness(one.span, sentence) + 0.2 + reading.standing(one)
        yield score, reading.members(mention, (one.member, other.member), Way.PRONOUN)


def _people(reading: Reading, mention: Span, sentence: Span) -> Iterator[Scored]:
    start = reading.paragraphs[reading.paragraph(mention.start)].start
    for match in _PLURALS.finditer(reading.text, start, mention.start):
        noun = match.group("noun").lower()
        one = singular(noun)
        if noun not in _COUNTED and noun not in FUNCTION and (noun in GROUPS or is_role(one) or one in NATIONS):
            span = Span(*match.span())
            score = reading.nearness(span, sentence) + 0.8 * reading.is_subject(span)
            nature = phrase_of(span.cut(reading.text)).nature
            yield score, reading.described(mention, nature, Way.PRONOUN, span)


_DOCUMENT_SAID = re.compile(r"\b[Tt]he (?P<noun>\w+) (?:said|says|reads?|stated|added),")
_DETERMINERS = frozenset(
    "the a an some many several other his her their its those most these two three one another".split()
)
_COUNTED = frozenset(
    "hands thousands hundreds millions dozens billions scores others times years days sides victims".split()
)
_PLURALS = re.compile(
    r"(?<![\w,.])(?:\b(?:[Tt]he|[Ss]ome|[Mm]any|[Hh]is|[Hh]er|[Tt]heir|[Mm]ost|[Ss]everal|[Tt]hese|[Tt]hose)\s)?"
    r"(?:(?!(?:the|a|an|of|to|in|and|for|with|by|from|on|that|as|at)\b)[\w’'-]+\s)?"
    r"\b(?P<noun>[A-Za-z]{3,}s|people|men|women|police)\b"
)
