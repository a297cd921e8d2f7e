"""A message in a thread, read with what was asked before it; pure.

What comes back is always a request that stands by itself, whose words are shown: nothing is understood in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot import messages
from bot.commands import ASK_EXAMPLE, ask, quotes
from bot.errors import BadCommand
from bot.moves import again, is_move, moved
from bot.narrowing import outlet, over, straight, take
from bot.phrasing import (
    ASKS,
    SAY,
    asking,
    cut_days,
    cut_outlets,
    like,
    parts_of,
    person_of,
    topic_of,
    with_person,
    with_topic,
)
from bot.talk import Ask, Narrowing, QuotesBy, Request, SourceOf
from embeddings import is_place

Quoted = Callable[[str], bool]
"""Whether anybody of this name is quoted on file."""

_LEAD = re.compile(
    r"(?:(?:ok(?:ay)?|k|thanks|thank you|thx|ty|great|good|nice|cool|perfect|right|hm+|hi|hey|hello|sorry|actually|yes"
    r"|yep|and|but|so|also|plus|then|now|or|well|wait|oh|ah|um+|no(?=\W))(?![\w'’])[\s,.!…:;–—-]*)+",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\b(?:and|but|so|also|plus|then|or|now)\b", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:[\s?!.,…]+(?:(?:please|pls|plz|thanks|thank you|thx|ty|then|instead|though|now|again)(?=[\s?!.,…]|$))?)+$",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(r"(?:what|how|wht|hows|whats)\s+(?:about|abt|of)\s+(?=\S)", re.IGNORECASE)
_POLITE = re.compile(
    r"(?:(?:can|could|would|will)\s+you\s+(?:please\s+)?)?"
    r"(?:(?:show|tell|give|find|get)\s+(?:me|us)\s+|do\s+you\s+know\s+|is\s+there\s+(?=anything\s))",
    re.IGNORECASE,
)
_OFFICES = (
    r"(?:minister|president|premier|chancellor|governor|mayor|spokes(?:man|woman|person)|senator|secretary|general|ceo"
    r"|chief|leader|ambassador|king|queen|pope)"
)
_REFERS = re.compile(
    rf"\b(?P<person>he|she|they|him|her|them|the\s+(?:(?:prime|foreign|defen[cs]e|interior|finance|health)\s+)?{_OFFICES}"
    r"|the\s+(?:man|woman))\b(?!['’]\w)",
    re.IGNORECASE,
)
_SAME = (
    r"(?:it|that|this|them|those|these|the\s+same"
    r"|the\s+(?:same\s+)?(?:topic|subject|thing|issue|matter))"
)
_THAT = re.compile(rf"\b{_SAME}$", re.IGNORECASE)
_SAID_THAT = re.compile(
    rf"\b(?P<said>{SAY}\s+(?:it|that|this|so))(?=$|\s+(?:in|at|on|to|during|when|after|before|again)\b)", re.IGNORECASE
)
_BODIES = (
    rf"(?:{_OFFICES}|kremlin|ministry|government|white\s+house|opposition|party|police|court|union|army|navy|coastguard"
    r"|company|agency|regulator|bank)"
)
_BODY = re.compile(rf"the\s+(?:[\w-]+\s+){{0,3}}{_BODIES}", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:the|a|an|any|this|that|these|those|his|her|their|its|our)\s", re.IGNORECASE)
_THING = re.compile(
    r"(?:tion|sion|ment|ity|ness|ism|ing|ance|ence|cy|gy|ship|ies|[^suie]s|[^ktnm]es|omy|ade|ax|aid|oil|gas|grain|war|peace"
    r"|debt|health|crime|steel|wheat|water|power|food|labou?r|change|nato|brexit|money)$",
    re.IGNORECASE,
)
_SPEAKS_OF = re.compile(
    r"(?:anything|everything|something|more|news|quotes?)\s+(?=(?:about|on|regarding|by|from)\s)", re.IGNORECASE
)
_ABOUT = re.compile(r"(?:about|abt|on|regarding|re)\s+(?=\S)", re.IGNORECASE)
_BY = re.compile(r"(?:by|from)\s+(?=\S)", re.IGNORECASE)
_PLACE = re.compile(r"(?:in|at|near)\s+(?=\S)", re.IGNORECASE)
_QUOTES_BY = re.compile(r"(?:(?:all|any|the|latest)\s+)*(?:quotes?|quotations?)\s+(?:by|from|of)\s", re.IGNORECASE)
_PRINTED_PLACE = re.compile(r"\b(?:in|at|near)\s+(?:the\s+)?[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)*")
_MORE = re.compile(
    r"(?:(?:show|give|see)\s+(?:me\s+)?)?(?:(?:any|some|the)\s+)?"
    r"(?:more|next(?:\s+page)?|others?|anything\s+else|what\s+else|go\s+on|keep\s+going|continue)"
    r"(?:\s+(?:quotes?|passages?|results?|of\s+(?:these|those|them)|like\s+(?:this|that)))?",
    re.IGNORECASE,
)
_WHO_SAID = re.compile(r"who\s+(?:first\s+)?said\s+(?:it|that|this|so)", re.IGNORECASE)
_LONGEST_QUOTE = 300
_HAS_A_VERB = re.compile(rf"{ASKS.pattern}|\b{SAY}\b", re.IGNORECASE)
_LONGEST = 12
"""A fragment of more words is a sentence of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """What was asked before, and what the next message is read with."""

    before: Ask | QuotesBy
    sources: frozenset[str]
    asked: date
    quoted: Quoted | None
    opens: bool = False
    """Whether the words open the message, where a telephone makes any word begin with a capital."""

    @property
    def person(self) -> str | None:
        """Whom it was about."""
        named = self.before.name if isinstance(self.before, QuotesBy) else person_of(self.before.question)
        return None if named and _REFERS.fullmatch(named) and not named.lower().startswith("the ") else named

    @property
    def topic(self) -> str | None:
        """About what it was."""
        return self.before.about if isinstance(self.before, QuotesBy) else topic_of(self.before.question)

    def narrowed(self, narrowing: Narrowing) -> _Talk:
        """The same with the days that the question before names as filters, and with newer ones over them."""
        before = self.before
        if isinstance(before, Ask):
            cut = cut_days(before.question, asked=self.asked, example=ASK_EXAMPLE)
            before = replace(
                before, question=cut.rest or before.question, narrowing=over(before.narrowing, cut.narrowing)
            )
        after = again(before, narrowing, sources=self.sources, asked=self.asked, example=ASK_EXAMPLE)
        assert not isinstance(after, SourceOf)
        return replace(self, before=after)


def follow(
    previous: Request | None, text: str, *, sources: frozenset[str], asked: date, quoted: Quoted | None = None
) -> Request:
    """The request that a message in a thread makes; raises BadCommand where it cannot be told.

    ``quoted`` tells names typed in small letters from topics: "and okes?" from "and grain?".
    """
    taken = take(text, sources=sources, asked=asked, example=ASK_EXAMPLE)
    if previous is None:
        return ask(text, sources=sources, asked=asked)
    if not taken.rest:
        return again(previous, taken.narrowing, sources=sources, asked=asked, example=ASK_EXAMPLE)
    core, goes_on = _core(taken.rest)
    _refuse_small_talk(core)
    request = moved(previous, core, sources=sources, asked=asked, example=ASK_EXAMPLE)
    if request is None and isinstance(previous, SourceOf):
        request = _of_a_source(previous, core)
    elif request is None and not isinstance(previous, SourceOf):
        opens = text.lstrip().startswith(core)
        talk = _Talk(before=previous, sources=sources, asked=asked, quoted=quoted, opens=opens)
        request = _continued(talk, core, goes_on=goes_on, question=text.rstrip().endswith("?"))
    if request is None:
        return ask(text, sources=sources, asked=asked)
    return again(request, taken.narrowing, sources=sources, asked=asked, example=ASK_EXAMPLE)


def _core(text: str) -> tuple[str, bool]:
    """The message without politeness at both ends, and whether it says that it goes on."""
    core, goes_on = " ".join(text.split()), False
    lead = _LEAD.match(core)
    if lead and lead.end() < len(core):
        core, goes_on = core[lead.end() :], bool(_GOES_ON.search(lead.group()))
    core = _TAIL.sub("", core) or core
    about = _WHAT_ABOUT.match(core)
    if about:
        return core[about.end() :], True
    polite = _POLITE.match(core)
    return (core[polite.end() :] if polite and polite.end() < len(core) else core), goes_on


def _refuse_small_talk(core: str) -> None:
    """Raise BadCommand for thanks and for "more", which are nothing to look up."""
    if _MORE.fullmatch(core):
        raise BadCommand(
            f"For more, press “{messages.MORE}” under the answer. To go on, say `only …` or `and in June?`"
        )
    if _LEAD.fullmatch(core) or not any(char.isalnum() for char in core):
        raise BadCommand(f"There is nothing to look up in that. Go on with `and in June?`, or ask: `{ASK_EXAMPLE}`")


def _of_a_source(previous: SourceOf, core: str) -> Request | None:
    """Who said the words whose source was looked for; raises BadCommand for "he", who was not named."""
    if _WHO_SAID.fullmatch(core) and len(previous.text) <= _LONGEST_QUOTE:
        words = previous.text.strip(' "“”')
        return Ask(question=f"Who said “{words}”?", narrowing=previous.narrowing)
    parts = parts_of(core)
    spoken = parts.person.cut(core) if parts.saying and parts.person else ""
    if _REFERS.fullmatch(spoken) and not spoken.lower().startswith(("the ", "they")):
        raise _nobody(spoken)
    return None


def _nobody(word: str) -> BadCommand:
    return BadCommand(f"Whom do you mean by “{word}”? Nobody was named before. Ask with the name: `{ASK_EXAMPLE}`")


def _continued(talk: _Talk, core: str, *, goes_on: bool, question: bool) -> Request | None:
    """The request made of the previous one and a message that leans on it; None when the message stands alone."""
    if isinstance(talk.before, QuotesBy) and _QUOTES_BY.match(core) and not _refers(core):
        return quotes(core, sources=talk.sources, asked=talk.asked)
    core = _SPEAKS_OF.sub("", core, count=1) if _SPEAKS_OF.match(core) else core
    sentence = _refers(core) or (goes_on and bool(ASKS.match(core)) and parts_of(core).saying)
    leans = goes_on or (question and len(core.split()) <= 3) or bool(_ABOUT.match(core) or _BY.match(core))
    fragment = leans and not _HAS_A_VERB.search(core) and len(core.split()) <= _LONGEST
    outlet_asked = _outlet_asked(talk, core)
    if outlet_asked or not (sentence or fragment):
        return outlet_asked
    days = cut_days(core, asked=talk.asked, example=ASK_EXAMPLE)
    named = cut_outlets(days.rest, sources=talk.sources)
    now = talk.narrowed(replace(days.narrowing, outlets=named.narrowing.outlets))
    return _fragment(now, named.rest) if fragment else _sentence(now, named.rest)


def _outlet_asked(talk: _Talk, core: str) -> Request | None:
    """The previous request of the one outlet in "what did CPA say", or "what does CPA say about it"."""
    parts = parts_of(core)
    if not (parts.saying and parts.person) or parts.rest:
        return None
    source = outlet(parts.person.cut(core), talk.sources, slips=False)
    if source is None or (parts.topic and not _THAT.fullmatch(parts.topic.cut(core))):
        return None
    return talk.narrowed(Narrowing(outlets=(source,))).before


# A sentence.


def _refers(core: str) -> bool:
    """Whether a sentence speaks of somebody or something that only the one before names."""
    parts = parts_of(core)
    if parts.saying and parts.person:
        return bool(_REFERS.fullmatch(parts.person.cut(core)) or _THAT.search(core))
    if not ASKS.match(core) and not re.match(r"(?:anything|everything|quotes?|he|she|they)\b", core, re.IGNORECASE):
        return False
    found = _REFERS.search(core)
    if found and not found.group().lower().startswith("the "):
        return _leads(core[: found.start()])
    return bool(_THAT.search(core)) and len(core.split()) <= 7


def _leads(before: str) -> bool:
    """Whether nothing before a pronoun can be what it means: question words, helping verbs, one verb."""
    words = before.lower().split()
    subject = bool(words) and words[0] in ("who", "which") and len(words) <= 3 and before[1:] == before[1:].lower()
    return subject or all(_FUNCTION.fullmatch(word) for word in words)


_FUNCTION = re.compile(
    r"what|when|where|why|how|who|which|whom|much|many|often|long|old|else|exactly|is|are|was|were|do|does|did|has|have"
    r"|had|can|could|will|would|should|ever|also|not|about|to|anything|everything|quotes?|by|from|on|with|for|of|in|at"
    r"|didn['’]t|hasn['’]t|isn['’]t|wasn['’]t|and|that|there"
)


def _sentence(talk: _Talk, core: str) -> Request:
    """A sentence with "he" or "that" in it, or one about words that leaves the topic open, completed."""
    parts = parts_of(core)
    spoken = parts.person.cut(core) if parts.saying and parts.person else ""
    named = spoken if spoken and not _REFERS.fullmatch(spoken) else None
    topic, completes = _own_topic(talk, core)
    if isinstance(talk.before, QuotesBy) and parts.saying and not parts.rest:
        before = talk.before
        if named and named != before.name:
            before = replace(before, name=like(named, before.name), exactly=False)
        return replace(before, about=topic)
    if named is None:
        core = _with_name(talk, core)
    elif talk.person and parts.person:
        core = f"{core[: parts.person.start]}{like(named, talk.person)}{core[parts.person.end :]}"
    if completes and topic:
        core = _with_topic(core, topic)
    return Ask(question=asking(core), narrowing=talk.before.narrowing)


def _own_topic(talk: _Talk, core: str) -> tuple[str | None, bool]:
    """The topic of a sentence, and whether it is the previous one, which the sentence leaves open."""
    parts = parts_of(core)
    own = parts.topic.cut(core) if parts.topic else None
    if own and not _THAT.fullmatch(own):
        return own, False
    if re.match(r"what\s+else\b", core, re.IGNORECASE) and not own:
        return None, False
    leaves_open = parts.saying and not parts.rest
    return talk.topic, bool(own) or leaves_open or bool(_THAT.search(core) or _SAID_THAT.search(core))


def _with_name(talk: _Talk, core: str) -> str:
    """The sentence with the previous person in the place of the first pronoun; raises BadCommand without one."""
    parts = parts_of(core)
    start = parts.person.start if parts.saying and parts.person else 0
    found = _REFERS.search(core, start)
    if found is None:
        return core
    word = found.group().lower()
    if talk.person is None:
        if word in ("they", "them") or word.startswith("the ") or not parts.saying:
            return core
        raise _nobody(word)
    owner = "’s" if word == "her" and re.match(r"\s+(?!say|said)[a-z]", core[found.end() :]) else ""
    return f"{core[: found.start()]}{talk.person}{owner}{core[found.end() :]}"


def _with_topic(words: str, topic: str) -> str:
    """The sentence with the previous topic where it says "it", or behind what was said."""
    parts, said = parts_of(words), _SAID_THAT.search(words)
    if parts.topic and _THAT.fullmatch(parts.topic.cut(words)):
        return words[: parts.topic.start] + topic + words[parts.topic.end :]
    if said:
        return f"{words[: said.end()]} about {topic}{words[said.end() :]}"
    if parts.saying:
        return with_topic(words, topic) or words
    that = _THAT.search(words)
    return words[: that.start()] + topic if that else words


# A fragment.


def _fragment(talk: _Talk, core: str) -> Request | None:
    """The previous request with a name, a topic or a place in the place of its own: "Putin", "about the budget"."""
    if about := _ABOUT.match(core):
        return _about(talk, core[about.end() :])
    if place := _PLACE.match(core):
        return _placed(talk, core) if place.end() < len(core) else None
    by = _BY.match(core)
    core = core[by.end() :] if by else core
    parted = re.search(r"\s+(?:about|on|regarding)\s+(?=\S)", core, re.IGNORECASE)
    if parted:
        return _about(replace(talk, before=_by(talk, core[: parted.start()])), core[parted.end() :])
    return _by(talk, core) if by or _is_person(talk, core) else _about(talk, core)


def _is_person(talk: _Talk, words: str) -> bool:
    """Whether a fragment names somebody to be asked for, rather than something to be asked about."""
    if is_place(words):
        return bool(talk.person and is_place(talk.person)) and not (talk.topic and is_place(talk.topic))
    if _REFERS.fullmatch(words) or _ARTICLE.match(words):
        return talk.person is not None and bool(_REFERS.fullmatch(words) or _BODY.fullmatch(words))
    shows_case = words != words.lower() and not (talk.opens and words == words.capitalize())
    if shows_case:
        return words[0].isupper() and not words.isupper()
    if talk.quoted is not None:
        return talk.quoted(words)
    return talk.person is not None and len(words.split()) <= 4 and not _THING.search(words)


def _by(talk: _Talk, name: str) -> Ask | QuotesBy:
    """The previous request with another person in it."""
    name = re.sub(r"['’]s$", "", name)
    if talk.person and _REFERS.fullmatch(name) and not name.lower().startswith("the "):
        return talk.before
    if isinstance(talk.before, QuotesBy):
        return replace(talk.before, name=like(name, talk.before.name), exactly=False)
    return replace(talk.before, question=_fits(with_person(talk.before.question, name), name))


def _about(talk: _Talk, topic: str) -> Ask | QuotesBy:
    """The previous request with another topic."""
    if _THAT.fullmatch(topic) and talk.topic:
        topic = talk.topic
    if isinstance(talk.before, QuotesBy):
        return replace(talk.before, about=topic)
    return replace(talk.before, question=_fits(with_topic(talk.before.question, topic), topic))


def _placed(talk: _Talk, place: str) -> Ask | QuotesBy:
    """The previous request about somewhere else."""
    if isinstance(talk.before, QuotesBy):
        return replace(talk.before, about=f"{talk.before.about} {place}" if talk.before.about else place)
    question = talk.before.question
    body = question.rstrip("?!. ")
    placed, count = _PRINTED_PLACE.subn(lambda _: place, question, count=1)
    return replace(talk.before, question=placed if count else f"{body} {place}{question[len(body) :]}")


def _fits(question: str | None, words: str) -> str:
    if question is None:
        raise BadCommand(f"Where does “{words}” belong in the question before? Ask in full, as in: `{ASK_EXAMPLE}`")
    return question


# Whether a message is for the bot.

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
_BEGINS_ANEW = re.compile(r"(?:about|from|in|on|by)\s", re.IGNORECASE)
_FRAGMENT = 8
_ANY_DAY = date(2099, 12, 31)


def wants_more(text: str) -> bool:
    """Whether a message asks for the next page of what was shown."""
    return bool(_MORE.fullmatch(_core(text)[0]))


def is_asking(text: str, *, sources: frozenset[str] = frozenset()) -> bool:
    """Whether a message in a thread that is addressed to nobody reads as a question or a follow-up for the bot.

    In doubt it does not. ``sources`` let it know the outlets on file by their names alone.
    """
    typed = " ".join(text.split())
    core, goes_on = _core(typed)
    if not any(char.isalnum() for char in core) or typed.startswith(("http", "/", "!")):
        return False
    if _FILTER.search(typed) or _FOR_THE_BOT.match(_LEAD.sub("", typed, count=1)):
        return True
    if _AMONG_PEOPLE.search(_QUOTED.sub("", straight(typed))) or _IDLE.fullmatch(core):
        return False
    return wants_more(typed) or is_move(core, sources=sources, asked=_ANY_DAY) or _is_question(core, typed, goes_on)


def _is_question(core: str, typed: str, goes_on: bool) -> bool:
    size = len(core.split())
    if _WHAT_ABOUT.search(typed):
        return True
    if _QUESTION.match(core) or (goes_on and _BEGINS_ANEW.match(core)):
        return size > 1
    if not typed.endswith("?"):
        return False
    return (goes_on and size <= _FRAGMENT) or (bool(ASKS.match(core)) and size > 2)
