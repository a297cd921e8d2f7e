"""How a question is put: who is asked for, about what, and the question with another in the place; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.narrowing import ANYTHING, LONGEST, both, narrowed, outlets, plain
from bot.talk import Narrowing
from embeddings import Span, dated_words, is_place

SAY = (
    r"(?:say|says|said|saying|tell|tells|told|think|thinks|thought|comment|comments|commented|announce|announced|state"
    r"|stated|reply|replied|respond|responded|describe|described|mention|mentioned|claim|claimed|promise|promised|warn"
    r"|warned|speak|speaks|spoke|talk|talks|talked|argue|argued|deny|denied|admit|admitted|write|wrote|add|added)"
)
ASKS = re.compile(
    r"\b(?:what|who|whom|whose|when|where|why|how|which|whats|whos|what['’]s|who['’]s|is|are|was|were|do|does|did|has|have|had"
    r"|can|could|will|would|should|isn['’]t|didn['’]t|hasn['’]t)\b",
    re.IGNORECASE,
)
"""Words that a question begins with."""
_OBJECT = r"(?:describe|described|mention|mentioned|announce|announced|deny|denied|admit|admitted|promise|promised)"
_ABOUT = r"(?:about|on|regarding|concerning|over|of|re)"
_WORDS = (
    r"(?:quotes?|quotations?|words|remarks|comments?|statements?|anything|something|everything|reactions?|response|views?"
    r"|position|stance|line|take)"
)
_ADVERB = (
    r"(?:(?:ever|also|already|just|really|actually|publicly|exactly|else|then|later|earlier|previously|first)\s+)*"
)
_AUX = r"(?:did|does|do|has|have|had|is|was|will|would|might|could)"
_PERSON = (
    r"(?P<person>(?!(?:anyone|anybody|somebody|someone|anything|there|been|being|be|not|you|we|i|many|much|has|have|had|is|are"
    r"|was|were|did|does|do|will|would|could|can)\b)[^\s,?][^,?]{0,80}?)"
)
_FRAMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^.*?\b(?<!-){_AUX}(?:n['’]t)?\s+{_ADVERB}{_PERSON}\s+{_ADVERB}(?:(?:have|been|had)\s+)?"
        rf"(?P<verb>{SAY})\b(?P<rest>.*)$",
        rf"^.*?\b(?:what|everything|anything|things|all|how|when|where|why|whether)\s+(?:that\s+)?{_PERSON}\s+{_ADVERB}"
        rf"(?:(?:has|have|had)\s+)?{_ADVERB}(?P<verb>{SAY})\b(?P<rest>.*)$",
        rf"^.*?\b{_WORDS}\s+(?:by|from)\s+{_PERSON}(?P<rest>\s+(?:{_ABOUT}|to)\s.*)?[?!.\s]*$",
        rf"^(?:.*?\b(?:what|how)\s+(?:is|was|are|were)\s+|(?:what['’]?s|show\s+me|find|give\s+me|the)\s+)?{_PERSON}['’]s?\s+"
        rf"(?:\w+\s+)?{_WORDS}\b(?P<rest>.*)$",
        rf"^(?!(?:what|who|when|where|why|how|which|whose|is|are|was|were|{_AUX}|{_WORDS}|and|news|more)\b){_PERSON}"
        r"(?P<rest>\s+(?:about|on|regarding|re)\s.*)$",
    )
)
_WHO_IS = re.compile(rf"^who\s+(?:is|was|are|were)\s+{_PERSON}[?!.\s]*$", re.IGNORECASE)
_DONE = (
    r"(?:[a-z]{2,}(?<!e)ed|freed|held|hurt|killed|found|lost|shot|won|sold|built|born|dead|done|sunk|hit|cut|shut|caught|known"
    r"|taken|given|seen|made|paid|sent|told|said|gone|back|over|open)"
)
"""What ends a headline without a verb: "trawler crew released"."""
_THERE = r"(?:\s+(?:(?:is|are|was|were)\s+there|(?:has|have|had)\s+there\s+been))?[?!.\s]*$"
_TOPIC = re.compile(rf"(?:^|\s)(?:{_ABOUT}|to|against|with)\s+(?P<topic>\S.*?){_THERE}", re.IGNORECASE)
_OPEN = re.compile(rf"(?:^|\s){_ABOUT}[?!.\s]*$", re.IGNORECASE)
_PHRASE = re.compile(
    rf"\b(?P<topic>(?:the|a|an|this|these|those|its|his|her|their)\s+[\w'’-]+(?:\s+(?!{_DONE}\b)[\w'’-]+){{0,2}}?)"
    rf"(?:\s+{_DONE})?(?:\s+(?:for|in|at|by|with|on|to|from))?[?!.\s]*$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\b(?:does|did|do|will|would|has|have|can|is|are|was|were)\s+"
    r"(?P<topic>(?:the|a|an|this|these)\s+[\w'’-]+(?:\s+(?!(?:in|on|at|of|for|to|by|with|from|the|an?)\b)[\w'’-]+){0,2}?)"
    r"\s+(?!(?:in|on|at|of|for|to|by|with|from)\b)[\w'’-]+[?!.\s]*$",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?<=[\w,]\s)(?P<person>[A-Z][\w’'-]*(?:\s+(?:(?:de|van|von|al|bin|ben|der|la)\s+)?[A-Z][\w’'-]*)*)"
)
_IN = re.compile(r"\b(?:in|at|near|to|of)\s+(?:the\s+)?$", re.IGNORECASE)
_BEFORE_DATE = re.compile(
    r"[\s,]*\b(?:(?:back\s+)?(?P<word>since|after|from|before|until|till|between|in|on|during|over|within|of)\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_ADVERBIAL = re.compile(
    r"on\s|in\s|over\s|during\s|within\s|(?:the\s+)?(?:last|past|previous)\s|this\s|yesterday|today|tonight|the\s+day\s|.*\sago$",
    re.IGNORECASE,
)
_BEFORE_SOURCE = re.compile(
    r"[\s,]*\b(?:only\s+)?(?:according\s+to|reported\s+by|as\s+told\s+to|in|from|by|via|per|at)\s+(?=\S)", re.IGNORECASE
)
_LED = re.compile(r"^(?P<topic>[^\s:?!][^:?!]{1,90}):\s+\S")
_OPENING = re.compile(
    r"(?:(?:what|who|whom|whose|when|where|why|which|how(?:\s+(?:many|much|long|often|far|old|big))?|whats|whos"
    rf"|{_AUX}|do|have|are|were|been|can|should|there|any|about|else)\s+)+",
    re.IGNORECASE,
)
_CLOSING = re.compile(rf"(?:\s+(?:is|are|was|were|there|been|{_DONE}|ago))+$")
_BEGINS = re.compile(rf"^(?:{_DONE}\s+)?(?:(?:at|in|on|to|of|with|by)\s+)?(?=\S)")
_MEANS_OTHERS = re.compile(r"\b(?:it|he|she|they|this|him|her|them)\b", re.IGNORECASE)
_MEANS_NOTHING = frozenset("next then now again latest happened happening the".split())
_HEADLINE = re.compile(rf"\S+\s+(?:.*\s)?{_DONE}|\d.*|.*[^\w\s'’.,&-].*")
_ENDS = " ,;?!."
_PUT_AS_QUESTION = re.compile(rf"(?:who|which)\b|(?:[\w'’]+\s+){{0,3}}(?:{_AUX}|are|were|can|should)\b", re.IGNORECASE)
_COPY = re.compile(r"['’]?s?\s+(?:stor(?:y|ies)|reports?|articles?|pieces?|copy|coverage|wire)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parts:
    """Where a question names the one whom it asks for, and what it asks about; ``saying`` when it asks for words.

    ``rest`` is whether it says more of what was said than a topic would ("that he would resign").
    """

    person: Span | None = None
    topic: Span | None = None
    saying: bool = False
    rest: bool = False


def parts_of(question: str) -> Parts:
    """Who is asked for in the question, and about what."""
    if found := _LED.match(question):
        return Parts(topic=Span(*found.span("topic")))
    for frame in _FRAMES:
        if found := frame.match(question):
            return _said_parts(found)
    if found := _WHO_IS.match(question):
        return Parts(person=Span(*found.span("person")))
    phrase = _SUBJECT.search(question) or _PHRASE.search(question)
    names = [
        name
        for name in _NAME.finditer(question)
        if not is_place(name.group()) and not _IN.search(question, 0, name.start())
    ]
    person = Span(*names[-1].span("person")) if names else None
    if phrase is None and (topic := _TOPIC.search(question)) and person is None:
        return Parts(topic=Span(*topic.span("topic")))
    return Parts(person=person, topic=Span(*phrase.span("topic")) if phrase else None)


def _said_parts(found: re.Match[str]) -> Parts:
    person = Span(*found.span("person"))
    if found.group("rest") is None:
        return Parts(person=person, saying=True)
    text, start = found.string, found.start("rest")
    verb = found.groupdict().get("verb") or ""
    topic = _TOPIC.search(text[start:])
    if topic:
        return Parts(person, Span(start + topic.start("topic"), start + topic.end("topic")), saying=True)
    bare = found.group("rest").strip(" ?!.")
    if bare and re.fullmatch(_OBJECT, verb, re.IGNORECASE):
        first = text.index(bare, start)
        return Parts(person, Span(first, first + len(bare)), saying=True)
    said = {"", "anything", "something", "exactly", "then", "publicly", "that", "this", "it", "about", "on", "next"}
    return Parts(person=person, saying=True, rest=bare.lower() not in said)


def with_person(question: str, name: str) -> str | None:
    """The question with another person in the place of the one whom it asks for; None when it asks for nobody."""
    person = parts_of(question).person
    if person is None:
        return None
    before = person.cut(question)
    return f"{question[: person.start]}{like(name, before)}{question[person.end :]}"


def like(name: str, before: str) -> str:
    """A name typed in small letters gets its capitals where the one before had them."""
    described = ("the ", "a ", "his ", "her ")
    small = name == name.lower() and before != before.lower() and not name.startswith(described)
    return re.sub(r"(?<![\w'’])(?!(?:de|van|von|al|bin|der|la|the|and|of)\b)[^\W\d_]", _upper, name) if small else name


def _upper(match: re.Match[str]) -> str:
    return match.group().upper()


def with_topic(question: str, topic: str) -> str | None:
    """The question about something else, or about something at all; None when there is no place for a topic."""
    parts = parts_of(question)
    if parts.topic:
        return f"{question[: parts.topic.start]}{topic}{question[parts.topic.end :]}"
    if not parts.saying or parts.rest:
        return None
    body, end = re.fullmatch(r"(?s)(.*?)([?!.\s]*)", question).groups()  # type: ignore[union-attr]
    about = "" if _OPEN.search(body) else " about"
    return f"{body}{about} {topic}{end}"


def without_topic(question: str) -> str:
    """The question without its topic."""
    parts = parts_of(question)
    if not parts.topic or not parts.saying:
        return question
    before = re.sub(rf"\s+(?:{_ABOUT}|to|against|with)\s*$", "", question[: parts.topic.start], flags=re.IGNORECASE)
    return before.rstrip() + question[parts.topic.end :]


def topic_of(question: str) -> str | None:
    """What the question asks about."""
    topic = parts_of(question).topic
    if topic is None:
        return None
    words = topic.cut(question)
    led = _LED.match(question) and re.match(r"(?:The|An?)\s", words)
    return words[:1].lower() + words[1:] if led else words


def person_of(question: str) -> str | None:
    """Whom the question asks for."""
    person = parts_of(question).person
    return re.sub(r"['’]s$", "", person.cut(question)) if person else None


def gist_of(question: str) -> str | None:
    """What the question turns on, whatever it asks of it: "the trawler crew" of "was the trawler crew released?"."""
    parts = parts_of(question)
    if parts.saying:
        return " on ".join(filter(None, (person_of(question), topic_of(question)))) or None
    if parts.topic and parts.person is None:
        return topic_of(question)
    body = " ".join(re.sub(r"[^\w\s'’.,&-]", " ", question).split()).strip(_ENDS)
    body = (
        _BEGINS.sub("", _OPENING.sub("", f"{body} ", count=1).strip(), count=1) if _OPENING.match(f"{body} ") else body
    )
    gist = _CLOSING.sub("", body)
    if is_done(gist) or _MEANS_OTHERS.search(gist) or gist.lower() in _MEANS_NOTHING:
        return None
    gist = gist if any(char.isalpha() for char in gist) else body
    return gist if any(char.isalpha() for char in gist) and len(gist.split()) <= LONGEST else None


def led_by(topic: str, words: str) -> str:
    """The words behind what they are about: "Sarrow Cup: who scored?"."""
    return f"{topic[:1].upper()}{topic[1:]}: {words.rstrip(' ?!.')}?"


def object_of(verb: str) -> bool:
    """Whether what was said is the object of this verb, without "about": "deny it"."""
    return bool(re.fullmatch(_OBJECT, verb, re.IGNORECASE))


def is_headline(words: str) -> bool:
    """Whether the words say something by themselves, without a verb in a person: "trawler crew released"."""
    return bool(_HEADLINE.fullmatch(words.strip(_ENDS)))


def is_done(word: str) -> bool:
    """Whether a word says only what was done, and not to whom: "released"."""
    return bool(re.fullmatch(_DONE, word))


def asking(words: str) -> str:
    """The words as a sentence, one that asks where they are put so."""
    words = words.strip(" ,;:")
    words = words[:1].upper() + words[1:]
    return f"{words}?" if _PUT_AS_QUESTION.match(words) and not words.endswith(("?", "!", ".")) else words


@dataclass(frozen=True, slots=True)
class Cut:
    """A text without the days or outlets that it named, and what these narrow to."""

    rest: str
    narrowing: Narrowing = ANYTHING
    said: str = ""
    """What was cut out, as it was written."""


def cut_days(text: str, *, asked: date, example: str) -> Cut:
    """Take every expression of time out of a text."""
    rest, end, narrowing, said = "", 0, ANYTHING, ""
    for dated in dated_words(text, asked=asked):
        opened = _BEFORE_DATE.search(text, end, dated.span.start)
        if not (opened and opened.group("word")) and not _ADVERBIAL.match(dated.span.cut(text)):
            continue  # "the 3 May accident"
        start = opened.start() if opened else dated.span.start
        rest += text[end:start].rstrip()
        said = f"{said} {text[start : dated.span.end].strip(' ,')}"
        narrowing = both(narrowing, narrowed("on", dated.days), example=example)
        end = dated.span.end
    return Cut(_tidy(rest + text[end:]), narrowing, said.strip()) if end else Cut(text)


def put_back(question: str, days: str) -> str:
    """The question with the expressions of time that were cut out of it, or of the one before, at its end."""
    body = question.rstrip(" ?!.")
    return f"{body} {days}{question[len(body) :].strip()}" if days else question


def cut_outlets(text: str, *, sources: frozenset[str]) -> Cut:
    """Take the outlets that a text names as where to look ("in the Ledger", "according to CPA") out of it."""
    known = {plain(source).split(" ")[end] for source in sources if plain(source) for end in (0, -1)}
    for lead in _BEFORE_SOURCE.finditer(text):
        words = text[lead.end() :].split()[:LONGEST]
        if plain(" ".join(words[:2])).split(" ")[0] not in known:
            continue
        for count in range(len(words), 0, -1):
            named = outlets(re.sub(r"['’]s$", "", " ".join(words[:count]).rstrip(_ENDS)), sources, slips=False)
            if named:
                end = _end(text, lead.end(), count)
                copy = _COPY.match(text, end)
                rest = f"{text[: lead.start()]} {text[copy.end() if copy else end :]}"
                return Cut(_tidy(rest), Narrowing(outlets=named))
    return Cut(text)


def _end(text: str, start: int, count: int) -> int:
    """Where so many words from ``start`` on end, without the punctuation behind them."""
    ends = [match.end() for match in re.finditer(r"\S+", text[start:])][:count]
    words = text[start : start + ends[-1]]
    return start + len(re.sub(r"(?:['’]s)?[\s,;?!.]*$", "", words))


def _tidy(text: str) -> str:
    return re.sub(r"\s+(?=[?!.,])", "", re.sub(r"[ \t]{2,}", " ", text)).strip(" ,;")
