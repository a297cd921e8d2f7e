"""A message in a thread, read with what was asked before it; pure.

What comes back is always a request that stands by itself, whose words are shown: nothing is understood in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot import messages, remarks
from bot.commands import ASK_EXAMPLE, EVERYTHING, ask, filters_of, named_quotes, no_page, quotes
from bot.errors import BadCommand
from bot.moves import again, moved
from bot.narrowing import ANYTHING, Taken, outlet, over, straight, take
from bot.phrasing import (
    ASKS,
    SAY,
    asking,
    cut_days,
    cut_outlets,
    gist_of,
    is_done,
    is_headline,
    led_by,
    like,
    object_of,
    parts_of,
    person_of,
    put_back,
    topic_of,
    with_person,
    with_topic,
)
from bot.talk import Ask, Narrowing, QuotesBy, Request, SourceOf
from embeddings import is_place

Quoted = Callable[[str], bool]
"""Whether anybody of this name is quoted on file."""

_OTHER_ONE = re.compile(
    r"(?:not\s+(?:(?:that|this|him|her|them)(?:\s+(?:one|guy|man|woman|person))?)"
    r"|(?:the\s+|an?\s*)?(?:other|different|wrong|first|second|third|last|latter|former|next|previous)\s+"
    r"(?:one|guy|man|woman|person|minister)|(?:the\s+)?(?:latter|former|wrong|not\s+right)"
    r"|(?:that|this|it)(?:['’]?s|\s+is|\s+was)\s+(?:the\s+)?(?:wrong|not)(?:\s+\w+){0,3})[\s?!.]*",
    re.IGNORECASE,
)
_OFFICES = (
    r"(?:minister|president|premier|chancellor|governor|mayor|spokes(?:man|woman|person)|senator|secretary|general|ceo"
    r"|chief|leader|ambassador|king|queen|pope)"
)
_REFERS = re.compile(r"\b(?P<person>he|she|they|him|her|them|his|their)\b(?!['’]\w)", re.IGNORECASE)
_ITS = re.compile(r"\bits\b", re.IGNORECASE)
_OWNED = re.compile(r"(?:his|her|their)\s+(?P<what>[\w-]+(?:\s+[\w-]+){0,2})[?!.]*", re.IGNORECASE)
_OWNS = frozenset(("his", "their"))
_SAME = (
    r"(?:it|that|this|them|those|these|the\s+same"
    r"|the\s+(?:same\s+)?(?:topic|subject|thing|issue|matter))"
)
_THAT = re.compile(rf"\b{_SAME}$", re.IGNORECASE)
_IT = re.compile(
    r"(?:(?:and|but)\s+)?(?:(?:what|when|where|why|how|by\s+whom|with\s+whom|for\s+how|since\s+when)(?:\s+(?:much|long|often|many|far))?\s+)?"
    r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)\s+(?P<it>it|this|that|they|these|those)\b"
    r"(?!\s+(?:\w+\s+){1,2}(?:that|to|if|whether)\b)(?!\s+(?:true|possible|likely)\b)",
    re.IGNORECASE,
)
_ALL_OF_IT = re.compile(
    r"(?:is|was|were|are|did|does|do)\s+(?:it|this|that|they)(?:\s+(?:reported|carried|say|said))?", re.IGNORECASE
)
_SAID_THAT = re.compile(
    rf"\b(?P<said>{SAY}\s+(?:it|that|this|so))(?=$|\s+(?:in|at|on|to|during|when|after|before|again)\b)", re.IGNORECASE
)
_BODIES = (
    rf"(?:{_OFFICES}|man|woman|kremlin|ministry|government|white\s+house|opposition|party|police|court|union|army|navy|coastguard"
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
_WHO_SAID = re.compile(r"who\s+(?:first\s+)?said\s+(?:it|that|this|so)", re.IGNORECASE)
_LONGEST_QUOTE = 300
_HAS_A_VERB = re.compile(rf"{ASKS.pattern}|\b{SAY}\b", re.IGNORECASE)
_SHORT = 4
_OF_QUOTES = re.compile(r"(?<!\S)(?:kind|kinds|about|topic):\S", re.IGNORECASE)
_PAGE = re.compile(r"(?:(?:go\s+to|show\s+me|the)\s+)*(?:page|pg\.?)\s*\d{1,3}", re.IGNORECASE)
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
    anew: bool = False
    """Whether the message says "what about": something else in the place of something, rather than more of it."""
    days: str = ""
    """The days that the question before names in its own words, cut out of it."""

    @property
    def person(self) -> str | None:
        """Whom it was about."""
        named = self.before.name if isinstance(self.before, QuotesBy) else person_of(self.before.question)
        return None if named and _REFERS.fullmatch(named) else named

    @property
    def topic(self) -> str | None:
        """About what it was."""
        if isinstance(self.before, QuotesBy):
            return self.before.about
        question = self.before.question
        return topic_of(question) or (None if parts_of(question).saying else gist_of(question))

    @property
    def named(self) -> str | None:
        """Whom it named, if only in small letters: somebody who is quoted."""
        words = (self.gist or "").split()[:2]
        words = [re.sub(r"['’]s$", "", word) for word in words]
        names = (" ".join(words[:count]) for count in range(len(words), 0, -1))
        return self.person or next((name for name in names if self.is_quoted(name)), None)

    def is_quoted(self, name: str) -> bool:
        """Whether somebody of this name is quoted on file, the surname being part of it."""
        return self.quoted is not None and self.quoted(name) and self.quoted(name.split()[-1])

    @property
    def gist(self) -> str | None:
        """What it turned on, whatever was asked of it."""
        if isinstance(self.before, QuotesBy):
            return " on ".join(filter(None, (self.before.name, self.before.about)))
        return gist_of(self.before.question)

    def narrowed(self, narrowing: Narrowing) -> _Talk:
        """The same with newer outlets and days; the days that the question names itself are set apart."""
        before, days = self.before, ""
        if isinstance(before, Ask):
            cut = cut_days(before.question, asked=self.asked, example=ASK_EXAMPLE)
            if cut.rest:
                before = replace(before, question=cut.rest)
                days = "" if narrowing.since or narrowing.before else cut.said
        after = again(before, narrowing, sources=self.sources, asked=self.asked, example=ASK_EXAMPLE)
        assert not isinstance(after, SourceOf)
        return replace(self, before=after, days=days)

    def asking(self, question: str) -> Ask:
        """A question made of the one before, of the same days and outlets."""
        return Ask(question=put_back(question, self.days), narrowing=self.before.narrowing)


def follow(
    previous: Request | None, text: str, *, sources: frozenset[str], asked: date, quoted: Quoted | None = None
) -> Request:
    """The request that a message in a thread makes; raises BadCommand where it cannot be told.

    ``quoted`` tells names typed in small letters from topics: "and okes?" from "and grain?".
    """
    if previous is None:
        return ask(text, sources=sources, asked=asked)
    if isinstance(previous, QuotesBy) and _OF_QUOTES.search(straight(text)):
        return _filtered(previous, text, sources=sources, asked=asked)
    taken = _taken(text, sources=sources, asked=asked)
    if not taken.rest:
        return again(previous, taken.narrowing, sources=sources, asked=asked, example=ASK_EXAMPLE)
    said = remarks.read(taken.rest)
    _refuse_small_talk(said.core)
    request = _narrowed(previous, said.core, sources=sources, asked=asked)
    if request is None and EVERYTHING.fullmatch(said.core) and taken.narrowing != ANYTHING:
        request = previous
    elif request is None and isinstance(previous, SourceOf):
        request = _of_a_source(previous, said.core)
    elif request is None and not isinstance(previous, SourceOf):
        opens = text.lstrip().startswith(said.core)
        talk = _Talk(before=previous, sources=sources, asked=asked, quoted=quoted, opens=opens, anew=said.anew)
        request = _continued(talk, said.core, goes_on=said.goes_on, question=said.asks)
    if request is None:
        alone = ask(said.core if said.anew else remarks.opened(taken.rest), sources=sources, asked=asked)
        return replace(alone, narrowing=taken.narrowing)
    return again(request, taken.narrowing, sources=sources, asked=asked, example=ASK_EXAMPLE)


def _narrowed(previous: Request, core: str, *, sources: frozenset[str], asked: date) -> Request | None:
    """The previous request narrowed or widened by a message that asks for nothing else."""
    request = moved(previous, core, sources=sources, asked=asked, example=ASK_EXAMPLE)
    bare = _SPEAKS_OF.sub("", core, count=1) if _SPEAKS_OF.match(core) else None
    if request is not None or bare is None:
        return request
    return moved(previous, bare, sources=sources, asked=asked, example=ASK_EXAMPLE)


def _filtered(previous: QuotesBy, text: str, *, sources: frozenset[str], asked: date) -> QuotesBy:
    """The same quotations by "kind:direct" and "about:ferries"."""
    marked = straight(previous.name).replace('"', "'")
    newer = quotes(f'exactly:"{marked}" {text}', sources=sources, asked=asked)
    if newer.name != marked:
        return quotes(text, sources=sources, asked=asked)
    return replace(
        previous,
        about=newer.about or previous.about,
        kinds=newer.kinds or previous.kinds,
        narrowing=over(previous.narrowing, newer.narrowing),
    )


def _taken(text: str, *, sources: frozenset[str], asked: date) -> Taken:
    """The message without the filters at its ends; with those in plain words where it is nothing else."""
    whole = filters_of(text, sources=sources, asked=asked)
    if any(char.isalnum() for char in whole.rest) and not remarks.is_courtesy(whole.rest):
        return whole
    return take(text, sources=sources, asked=asked, example=ASK_EXAMPLE)


def _refuse_small_talk(core: str) -> None:
    """Raise BadCommand for thanks and for "more", which are nothing to look up."""
    if remarks.MORE.fullmatch(core):
        raise BadCommand(
            f"For more, press “{messages.MORE}” under the answer. To go on, say `only …` or `and in June?`"
        )
    if _OTHER_ONE.fullmatch(core):
        raise BadCommand(
            "Which one you mean cannot be told from that. Name it, as in `and Dario Okes?`, `about the budget` or "
            f"`only …`, or ask in full: `{ASK_EXAMPLE}`"
        )
    if _PAGE.fullmatch(core):
        raise no_page(core)
    if remarks.LEAD.fullmatch(core) or not any(char.isalnum() for char in core):
        raise BadCommand(f"There is nothing to look up in that. Go on with `and in June?`, or ask: `{ASK_EXAMPLE}`")


def _of_a_source(previous: SourceOf, core: str) -> Request | None:
    """Who said the words whose source was looked for; raises BadCommand for "he", who was not named."""
    if _WHO_SAID.fullmatch(core) and len(previous.text) <= _LONGEST_QUOTE:
        words = previous.text.strip(' "“”')
        return Ask(question=f"Who said “{words}”?", narrowing=previous.narrowing)
    parts = parts_of(core)
    spoken = parts.person.cut(core) if parts.saying and parts.person else ""
    if _REFERS.fullmatch(spoken) and spoken.lower() != "they":
        raise _nobody(spoken)
    return None


def _nobody(word: str) -> BadCommand:
    return BadCommand(f"Whom do you mean by “{word}”? Nobody was named before. Ask with the name: `{ASK_EXAMPLE}`")


def _continued(talk: _Talk, core: str, *, goes_on: bool, question: bool) -> Request | None:
    """The request made of the previous one and a message that leans on it; None when the message stands alone."""
    if isinstance(talk.before, QuotesBy) and _QUOTES_BY.match(core) and not _refers(core):
        anew = named_quotes(core, sources=talk.sources, asked=talk.asked)
        if anew is not None:
            return anew
    core = _SPEAKS_OF.sub("", core, count=1) if _SPEAKS_OF.match(core) else core
    sentence = _refers(core) or (goes_on and bool(ASKS.match(core)) and parts_of(core).saying)
    leans = goes_on or bool(_ABOUT.match(core) or _BY.match(core)) or _is_bare(talk, core, question=question)
    fragment = leans and not _HAS_A_VERB.search(core) and len(core.split()) <= _LONGEST and not is_headline(core)
    if (owned := _OWNED.fullmatch(core)) and talk.named and not _for_words(talk.before):
        return talk.narrowed(ANYTHING).asking(f"{talk.named}’s {owned.group('what')}")
    outlet_asked = _outlet_asked(talk, core)
    if outlet_asked or not (sentence or fragment):
        return outlet_asked or _hanging(talk, core, goes_on=goes_on)
    days = cut_days(core, asked=talk.asked, example=ASK_EXAMPLE)
    named = cut_outlets(days.rest, sources=talk.sources)
    now = talk.narrowed(replace(days.narrowing, outlets=named.narrowing.outlets))
    if _ALL_OF_IT.fullmatch(named.rest.strip(" ?!.")) and named.rest != core:
        return again(
            talk.before,
            replace(days.narrowing, outlets=named.narrowing.outlets),
            sources=talk.sources,
            asked=talk.asked,
            example=ASK_EXAMPLE,
        )
    return _fragment(now, named.rest) if fragment else _sentence(now, named.rest)


def _is_bare(talk: _Talk, core: str, *, question: bool) -> bool:
    """Whether a few words alone are somebody or something to be put into the request for words before.

    Anything that could be looked up by itself is not: "trawler crew released?".
    """
    words = re.split(r"\s+(?:about|on|regarding)\s+", core, maxsplit=1)[0].split()
    if not _for_words(talk.before) or len(words) > _SHORT or core[:1].isdigit():
        return False
    if (question or isinstance(talk.before, QuotesBy)) and talk.is_quoted(" ".join(words)):
        return True
    named = all(word[:1].isupper() for word in words) or bool(_ARTICLE.match(core))
    return question and (len(words) == 1 or named)


def _for_words(before: Ask | QuotesBy) -> bool:
    return isinstance(before, QuotesBy) or parts_of(before.question).saying


def _hanging(talk: _Talk, core: str, *, goes_on: bool) -> Ask | None:
    """A question that says too little to stand alone behind what it is about ("and who scored", "released when?")."""
    telling = [word for word in re.findall(r"[\w'’-]+", core.lower()) if not _SAYS_LITTLE.fullmatch(word)]
    asks, begins = ASKS.search(core), ASKS.match(core)
    open_ended = asks and core.lower().strip(" ?!.") not in ("what", "who") and (goes_on or not begins or not telling)
    done = telling and is_done(telling[0]) and not re.match(r"(?:who|which|what)\b(?!\s+happened)", core, re.IGNORECASE)
    if talk.gist is None or len(telling) > 1 or not (open_ended or done):
        return None
    return Ask(question=led_by(talk.gist, core), narrowing=talk.before.narrowing)


def _outlet_asked(talk: _Talk, core: str) -> Request | None:
    """The previous request of the one outlet in "what did CPA say", or "what does CPA say about it"."""
    parts = parts_of(core)
    if not (parts.saying and parts.person) or parts.rest:
        return None
    source = outlet(parts.person.cut(core), talk.sources, slips=False)
    if source is None or (parts.topic and not _THAT.fullmatch(parts.topic.cut(core))):
        return None
    narrowing = Narrowing(outlets=(source,))
    return again(talk.before, narrowing, sources=talk.sources, asked=talk.asked, example=ASK_EXAMPLE)


# A sentence.


def _refers(core: str) -> bool:
    """Whether a sentence speaks of somebody or something that only the one before names."""
    parts = parts_of(core)
    if parts.saying and parts.person:
        return bool(_REFERS.fullmatch(spoken := parts.person.cut(core)) or _ITS.match(spoken) or _THAT.search(core))
    if not ASKS.match(core) and not re.match(r"(?:anything|everything|quotes?|he|she|they)\b", core, re.IGNORECASE):
        return False
    found = _REFERS.search(core) or _ITS.search(core)
    if found and _leads(core[: found.start()]):
        return True
    return len(core.split()) <= 7 and bool(_THAT.search(core) or _IT.match(core))


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

_SAYS_LITTLE = re.compile(
    rf"{_FUNCTION.pattern}|any|anyone|anybody|all|both|none|some|people|it|they|happens?|occurred"
)


def _sentence(talk: _Talk, core: str) -> Request:
    """A sentence with "he" or "that" in it, or one about words that leaves the topic open, completed."""
    parts = parts_of(core)
    spoken = parts.person.cut(core) if parts.saying and parts.person else ""
    named = spoken if spoken and not _REFERS.fullmatch(spoken) else None
    if (its := _ITS.search(core)) and talk.topic and len(talk.topic.split()) <= _SHORT:
        return talk.asking(asking(f"{core[: its.start()]}{talk.topic}’s{core[its.end() :]}"))
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
    if completes and topic and topic.lower() not in core.lower():
        core = _with_topic(core, topic)
    return talk.asking(asking(core))


def _own_topic(talk: _Talk, core: str) -> tuple[str | None, bool]:
    """The topic of a sentence, and whether it is the previous one, which the sentence leaves open."""
    parts = parts_of(core)
    own = parts.topic.cut(core) if parts.topic else None
    if own and not _THAT.fullmatch(own):
        return own, False
    if re.match(r"what\s+else\b", core, re.IGNORECASE) and not own:
        return None, False
    leaves_open = parts.saying and not parts.rest
    return talk.topic, bool(own) or leaves_open or bool(
        _THAT.search(core) or _SAID_THAT.search(core) or _IT.match(core)
    )


def _with_name(talk: _Talk, core: str) -> str:
    """The sentence with the previous person in the place of the first pronoun; raises BadCommand without one."""
    parts = parts_of(core)
    start = parts.person.start if parts.saying and parts.person else 0
    found = _REFERS.search(core, start)
    if found is None:
        return core
    word = found.group().lower()
    several = word in ("they", "them", "their")
    name = talk.person if several and not parts.saying else talk.named
    if name is None and parts.saying and not several:
        raise _nobody(word)
    if name is None:
        return led_by(talk.gist, core) if talk.gist and not _IT.match(core) and not parts.saying else core
    owner = word in _OWNS or (word == "her" and re.match(r"\s+(?!say|said)[a-z]", core[found.end() :]))
    return f"{core[: found.start()]}{name}{'’s' if owner else ''}{core[found.end() :]}"


def _with_topic(words: str, topic: str) -> str:
    """The sentence with the previous topic where it says "it", or behind what was said."""
    parts, said = parts_of(words), _SAID_THAT.search(words)
    if parts.topic and _THAT.fullmatch(parts.topic.cut(words)):
        return words[: parts.topic.start] + topic + words[parts.topic.end :]
    if said and object_of(verb := said.group().split()[0]):
        return f"{words[: said.start()]}{verb} {topic}{words[said.end() :]}"
    if said:
        return f"{words[: said.end()]} about {topic}{words[said.end() :]}"
    if parts.saying:
        return with_topic(words, topic) or words
    if that := _THAT.search(words):
        return words[: that.start()] + topic
    subject = _IT.match(words)
    if subject is None:
        return words
    if len(topic.split()) > _SHORT or subject.group("it").lower() == "they":
        return led_by(topic, words)
    return words[: subject.start("it")] + topic + words[subject.end("it") :]


# A fragment.


def _fragment(talk: _Talk, core: str) -> Request | None:
    """The previous request with a name, a topic or a place in the place of its own: "Putin", "about the budget"."""
    if about := _ABOUT.match(core):
        return _about(replace(talk, anew=True), core[about.end() :])
    if place := _PLACE.match(core):
        return _placed(talk, core) if place.end() < len(core) else None
    by = _BY.match(core)
    core = core[by.end() :] if by else core
    parted = re.search(r"\s+(?:about|on|regarding)\s+(?=\S)", core, re.IGNORECASE)
    if parted and isinstance(talk.before, Ask) and with_person(talk.before.question, core) is None:
        return _fits(talk, None, core)
    if parted:
        return _about(replace(talk, before=_by(talk, core[: parted.start()])), core[parted.end() :])
    if talk.person and core.lower() == talk.person.lower():
        return talk.asking(talk.before.question) if isinstance(talk.before, Ask) else talk.before
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
        return talk.is_quoted(words)
    return talk.person is not None and len(words.split()) <= 4 and not _THING.search(words)


def _by(talk: _Talk, name: str) -> Ask | QuotesBy:
    """The previous request with another person in it."""
    name = re.sub(r"['’]s$", "", name)
    if talk.person and _REFERS.fullmatch(name) and not name.lower().startswith("the "):
        return talk.before
    if isinstance(talk.before, QuotesBy):
        return replace(talk.before, name=like(name, talk.before.name), exactly=False)
    return _fits(talk, with_person(talk.before.question, name), name)


def _about(talk: _Talk, topic: str) -> Ask | QuotesBy:
    """The previous request with another topic."""
    if _THAT.fullmatch(topic) and talk.topic:
        topic = talk.topic
    if isinstance(talk.before, QuotesBy):
        return replace(talk.before, about=topic)
    return _fits(talk, _with_other(talk, topic), topic)


def _with_other(talk: _Talk, topic: str) -> str | None:
    """The question before about something else; None where it is nothing but its topic, and more of it is asked."""
    assert isinstance(talk.before, Ask)
    question = talk.before.question
    whole = topic_of(question) == question.strip(" ?!.")
    behind = question.partition(": ")[2]
    if (whole and not talk.anew) or (behind and not ASKS.search(behind)):
        return None
    return with_topic(question, topic)


def _placed(talk: _Talk, place: str) -> Ask | QuotesBy:
    """The previous request about somewhere else."""
    if isinstance(talk.before, QuotesBy):
        return replace(talk.before, about=f"{talk.before.about} {place}" if talk.before.about else place)
    question = talk.before.question
    body = question.rstrip("?!. ")
    placed, count = _PRINTED_PLACE.subn(lambda _: place, question, count=1)
    return talk.asking(placed if count else f"{body} {place}{question[len(body) :]}")


def _fits(talk: _Talk, question: str | None, words: str) -> Ask:
    """The question that the words were put into; where there is no place for them, they are a question themselves."""
    if question is not None:
        return talk.asking(question)
    if isinstance(talk.before, Ask) and talk.before.question.strip(" ?!.") == words:
        return talk.before
    more = _ARTICLE.match(words) and not talk.anew and talk.gist
    return Ask(question=led_by(more, words) if more else words, narrowing=talk.before.narrowing)
