"""Whom a name or a noun phrase means: the names that it is about, whoever bears a title, a body or document before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import log

from embeddings.naming.bodies import BODIES, MEDIA_NOUNS, UNNAMED
from embeddings.naming.cast import Appearance
from embeddings.naming.grammar import FUNCTION, SAYING, singular
from embeddings.naming.members import Member
from embeddings.naming.phrases import Phrase, phrase_of
from embeddings.naming.places import NATIONS, PLACES
from embeddings.naming.reading import CONFIDENCE, Naming, Reading, Said, Way, couples
from embeddings.naming.titles import GENDERED, is_role, role_fits
from embeddings.news import Nature, Span


def phrase(reading: Reading, mention: Span) -> Said:
    """Whom a mention means that is no pronoun."""
    heads = heads_of(reading, mention)
    if heads:
        return reading.members(mention, [a.member for a in heads], _way(reading.text, heads))
    beside = _named_beside(reading, mention)
    if beside:
        return reading.members(mention, (beside,), Way.SHORT)
    both = _TWO.fullmatch(reading.text, *mention)
    if both:
        return _joined(reading, mention, [Span(*both.span(1)), Span(*both.span(2))])
    told = phrase_of(mention.cut(reading.text))
    pair = _pair(reading, mention, told) if told.pair and told.head not in _THINGS else []
    if pair:
        return reading.members(mention, pair, Way.ROLE)
    nature = told.nature
    if (told.plural and nature is not Nature.DOCUMENT) or told.owned or not told.definite:
        return reading.described(mention, nature)
    if nature is Nature.DOCUMENT and not (told.head in MEDIA_NOUNS and _named_medium(reading, mention)):
        return _document(reading, mention, told)
    if nature is not Nature.UNNAMED:
        return _body(reading, mention, told)
    return _titled(reading, mention, told)


def _named_beside(reading: Reading, mention: Span) -> Member | None:
    """Whose name stands in apposition right behind a description: "a resident of the old town, Joram Fitch, said"."""
    described = phrase_of(mention.cut(reading.text))
    if described.plural or described.owned or described.nature is not Nature.UNNAMED:
        return None
    following = next(iter(reading.cast.within(Span(mention.end, mention.end + _APPOSED))), None)
    if following is None or not following.member.is_person:
        return None
    between = reading.text[mention.end : following.opens]
    after = reading.text[following.span.end : following.span.end + 1]
    return following.member if between in (", ", " ") and after == "," else None


def _joined(reading: Reading, mention: Span, parts: Sequence[Span]) -> Said:
    """Whom two descriptions mean: "the Ohio senator and the Texas congressman"."""
    said = [phrase(reading, part) for part in parts]
    speakers = tuple(replace(speaker, mention=mention) for one in said for speaker in one.naming.speakers)
    ways = [one.naming.way for one in said if one.naming.way is not None]
    way = min(ways, key=lambda way: CONFIDENCE[way])
    return Said(mention, tuple(member for one in said for member in one.members), Naming(speakers, way))


def _way(text: str, heads: Sequence[Appearance]) -> Way:
    if not all(a.member.is_person for a in heads):
        return Way.BODY
    return Way.FULL if all(" " in a.span.cut(text) for a in heads) else Way.SHORT


def heads_of(reading: Reading, mention: Span) -> list[Appearance]:
    """The names that a mention is about, not those that merely belong to a description."""
    heads: list[Appearance] = []
    for a in reading.cast.within(mention):
        if heads and not _is_listed(reading.text, heads[-1], a):
            break
        if not heads and not _opens(reading.text, mention, a):
            continue
        if not _modifies(reading.text, mention, a):
            heads.append(a)
        elif heads:
            break
    return heads


def _is_listed(text: str, before: Appearance, a: Appearance) -> bool:
    """Whether a name is named in one breath with the one before it."""
    between = text[before.span.end : a.opens]
    if a.member.is_person:
        return bool(_LISTED.fullmatch(between))
    return bool(_BOTH.fullmatch(between)) and " " in a.span.cut(text)


def _opens(text: str, mention: Span, a: Appearance) -> bool:
    """Whether nothing but titles and an apposition stand before a name in its mention."""
    before = text[mention.start : max(mention.start, a.opens)]
    if not a.member.is_person:
        return bool(_BODY_OPENS.fullmatch(before)) and not (_GOVERNED.search(before) or _OF_WHICH.search(before))
    if _GOVERNED.search(before) or re.search(r"\b(?:who|which|whose)\b", before):
        return before.endswith(", ") and is_role(phrase_of(before).head)
    return True


def _modifies(text: str, mention: Span, a: Appearance) -> bool:
    """Whether a name only describes the noun after it: "Rivera's campaign", "Rivera aides"."""
    rest = text[a.span.end : mention.end]
    match = re.match(r"(?P<of>['’]s?)?[\"”]?[ \xa0](?P<word>[\w’'-]+) ?(?P<next>[\w-]*)", rest)
    if not match or (not a.member.is_person and _MEDIUM_AFTER.match(rest)):
        return False
    word = match.group("word").lower()
    if match.group("of"):
        return True
    if word in _PERIODICALS:
        return True
    if word.endswith(("ed", "ing")) and match.group("next").lower() in _NO_NOUNS:
        return False
    return not (word in FUNCTION or word in SAYING or word.endswith("ly") or word.isdigit())


def _pair(reading: Reading, mention: Span, told: Phrase) -> list[Member]:
    """The two persons named last before "the two ministers", in the order of the text."""
    noun = singular(told.head)
    found: list[Member] = []
    for a in reading.cast.before(mention.start):
        if a.member.is_person and a.member not in found and _pairs(noun, a.member):
            found.append(a.member)
        if len(found) == 2:
            return found[::-1]
    here = reading.paragraph(mention.start)
    near = (pair for pair in couples(reading, mention.start) if here - reading.paragraph(pair[0].span.start) <= 1)
    return [a.member for a in next(near, ())]


def _pairs(noun: str, member: Member) -> bool:
    if GENDERED.get(noun) not in (None, member.gender):
        return False
    return noun in _ANYBODY or "counterpart" in member.words or role_fits(noun, frozenset(member.words)) > 0


def _titled(reading: Reading, mention: Span, told: Phrase) -> Said:
    """The person to whom the article gives this title, or whom it has been speaking of."""
    taken = _taken_up(reading, told)
    if taken is not None:
        return reading.same(mention, taken, Way.TAKEN_UP)
    introduced = _introduced(reading, mention, told)
    if introduced is not None:
        titled = any(m.is_person and _fits(told, m) > 0 for m in reading.cast.members())
        way = Way.TAKEN_UP if titled else Way.DESCRIBED
        return reading.described(mention, Nature.UNNAMED, way, introduced)
    nearness = _nearness(reading, mention)
    early = reading.paragraph(mention.start) <= 2
    last = reading.last_person()
    gender = GENDERED.get(told.head)
    scored = [
        (2.5 * fits + 0.6 * nearness.get(id(m), -2.0) + 0.8 * bool(last and m in last.members), m)
        for m in reading.cast.members()
        if m.is_person and (fits := _fits(told, m)) > 0 and (id(m) in nearness or early)
        if gender is None or m.gender in (None, gender)
    ]
    if scored:
        return reading.members(mention, (max(scored, key=lambda pair: pair[0])[1],), Way.ROLE)
    guess = _protagonist(reading, mention, gender) if told.head in _PUBLIC else None
    if guess:
        return reading.members(mention, (guess,), Way.GUESSED)
    return reading.described(mention, Nature.UNNAMED, Way.THING if _is_thing(reading, mention, told) else Way.DESCRIBED)


def _is_thing(reading: Reading, mention: Span, told: Phrase) -> bool:
    """Whether a noun names nothing that speaks: "the decision"."""
    printed = mention.cut(reading.text)
    speaks = is_role(told.head) or told.head in UNNAMED | FUNCTION | _WORDED
    return not speaks and told.head in printed and _DEFINITE.match(printed) is not None


def _taken_up(reading: Reading, told: Phrase) -> Said | None:
    """A speaker without a name whom the noun takes up: "an official ... the official"."""
    for said in reversed(reading.said[-4:]):
        if any(told.head in m.words for m in said.members):
            return None
        if not said.members and said.nature is Nature.UNNAMED and told.head in said.name.lower().split():
            return said
    return None


def _introduced(reading: Reading, mention: Span, told: Phrase) -> Span | None:
    """Where somebody without a name was brought in before: "an official of the port", then "the official".

    None where somebody with a name has borne the title since.
    """
    if told.head in FUNCTION or not (is_role(told.head) or told.head in UNNAMED):
        return None
    start = reading.paragraphs[max(0, reading.paragraph(mention.start) - _RECENT_PARAGRAPHS)].start
    pattern = re.compile(
        rf"\b(?:[Aa]n?|[Aa]nother) ((?:[\w’'-]+ ){{0,3}}?){re.escape(told.head)}\b(?!-)(?:{_BELONGING})?"
    )
    found = [
        m for m in pattern.finditer(reading.text, start, mention.start) if FUNCTION.isdisjoint(m[1].lower().split())
    ]
    if not found or _is_apposed(reading, Span(*found[-1].span())):
        return None
    since = (a.member for a in reading.cast.within(Span(found[-1].start(), mention.start)) if a.member.is_person)
    return None if any(told.head in member.words for member in since) else Span(*found[-1].span())


def _is_apposed(reading: Reading, noun: Span) -> bool:
    """Whether a description stands beside a name: "an official, Ann Orr," or "Ann Orr, an official"."""
    near = reading.cast.within(Span(noun.end, noun.end + _APPOSED))
    following = bool(near and near[0].member.is_person and reading.text[noun.end : near[0].opens] in (", ", " "))
    before = next(iter(reading.names_before(noun.start, 1)), None)
    return following or bool(before and before.member.is_person and reading.text[before.span.end : noun.start] == ", ")


def _nearness(reading: Reading, mention: Span) -> dict[int, float]:
    """How near and prominent everybody stands before a place."""
    sentence = reading.sentence(mention.start)
    asked = _QUESTIONED.match(reading.text, sentence.start)
    best: dict[int, float] = {}
    for a in reading.names_before(mention.start, 150):
        near = reading.nearness(a.span, sentence) + 0.3 * reading.standing(a)
        if asked and a.span.start >= sentence.start:
            # "Asked about Ms Orr, the minister …" means somebody else.
            near -= 3.0
        best[id(a.member)] = max(near, best.get(id(a.member), near))
    return best


def _fits(told: Phrase, member: Member) -> float:
    """How well a title describes a person, by the words that the article prints beside the name."""
    words = frozenset(member.words)
    if any(_contradicts(told, words, sort) for sort in (_PARTY, _ORIGINS)):
        return 0.0
    pair = f"{told.words[-1]}-{told.head}" if told.words else told.head
    fits = max(role_fits(told.head, words), role_fits(pair, words))
    if not fits:
        return 0.0
    if told.head in UNNAMED and fits < 1:
        return 0.0  # "the official" is no minister unless the article says so
    for word in (w for w in told.words if w not in FUNCTION):
        fits += 0.3 if word in words else -0.1
    return fits


def _contradicts(told: Phrase, words: frozenset[str], sort: frozenset[str]) -> bool:
    """Whether a title gives another party or another place than the article does."""
    named = sort.intersection(told.words)
    return bool(named and not named & words and sort & words)


def _protagonist(reading: Reading, mention: Span, gender: str | None) -> Member | None:
    """The person whom the article is about here: "the candidate" where it never says of whom."""
    here = reading.paragraph(mention.start)
    last = reading.last_person()
    scores: dict[int, tuple[float, Member]] = {}
    for a in reading.cast.before(mention.start):
        m, away = a.member, here - reading.paragraph(a.span.start)
        if away > 4:
            break
        if id(m) not in scores and m.is_person and m.weight > 0 and (gender is None or m.gender in (None, gender)):
            running = bool(last and m in last.members)
            score = log(1 + reading.cast.counts[id(m)]) + 0.9 * running - 0.3 * away - 0.7 * bool(m.roles)
            score += 0.4 * reading.standing(a)
            scores[id(m)] = score, m
    return max(scores.values(), key=lambda pair: pair[0])[1] if scores else None


def _document(reading: Reading, mention: Span, told: Phrase) -> Said:
    """A document by the fullest description that the article has printed for it."""
    pattern = re.compile(rf"\b((?:(?!(?:the|a|an)\b)[\w'’-]+ ){{0,3}}){re.escape(told.head)}\b(?!-)")
    earlier = [_premodified(match, told.head) for match in pattern.finditer(reading.text, 0, mention.start)]
    fullest = max(earlier, key=lambda span: span.end - span.start, default=mention)
    own = len(mention.cut(reading.text)) - len("the ")
    if fullest.end - fullest.start > max(own, len(told.head)) and fullest != mention:
        return reading.described(mention, Nature.DOCUMENT, Way.TAKEN_UP, fullest)
    return reading.described(mention, Nature.DOCUMENT)


def _premodified(match: re.Match[str], head: str) -> Span:
    """A noun with the words that describe it."""
    start = match.end() - len(head)
    for word in reversed(list(re.finditer(r"[\w'’-]+", match.group(1)))):
        plain = word.group().lower()
        if plain in FUNCTION or plain in SAYING or plain.endswith(("ed", "ing", "'s", "’s")) or len(plain) < 3:
            break
        start = match.start(1) + word.start()
    return Span(start, match.end())


def _body(reading: Reading, mention: Span, told: Phrase) -> Said:
    """The body that "the agency" or "the company" takes up."""
    if any(word not in FUNCTION for word in told.words):
        return reading.described(mention, told.nature)
    bodies = [a.member for a in reading.cast.before(mention.start) if not a.member.is_person]
    named = next((m for m in bodies if told.head in m.name.lower().split()), None)
    if named is not None:
        return reading.members(mention, (named,), Way.TAKEN_UP)
    longer = _longer(reading.text, mention, told) if told.head in _TEAMS else None
    if longer is not None:
        return reading.described(mention, told.nature, Way.TAKEN_UP, longer)
    spoke = [s.members[0] for s in reversed(reading.said[-4:]) if s.members and not s.members[0].is_person]
    media = told.head in MEDIA_NOUNS
    near = next((m for m in (*spoke, *bodies[:12]) if m.nature is Nature.MEDIUM or not media), None)
    if near is not None and told.head in _GENERIC:
        return reading.members(mention, (near,), Way.TAKEN_UP)
    return reading.described(mention, told.nature)


def _named_medium(reading: Reading, mention: Span) -> bool:
    """Whether a medium is named before, so that "the paper" is hardly a document."""
    return any(a.member.nature is Nature.MEDIUM for a in reading.cast.before(mention.start))


def _longer(text: str, mention: Span, told: Phrase) -> Span | None:
    """Where "the Rivera campaign" was last printed before "the campaign"."""
    pattern = re.compile(rf"((?:[A-Z][\w’'-]+ ){{1,3}}){re.escape(told.head)}\b")
    matches = list(pattern.finditer(text, 0, mention.start))
    if not matches:
        return None
    first = matches[-1].group(1).split()[0]
    start = matches[-1].start() + (len(first) + 1) * (first.lower() in FUNCTION)
    return Span(start, matches[-1].end()) if start < matches[-1].end() - len(told.head) else None


_TWO = re.compile(r"([Tt]he (?:[\w’'.-]+ ){0,4}?[\w’'-]+) and (the [\w’'.-]+(?: [\w’'.-]+){0,4})")
_QUESTIONED = re.compile(r"(?:Asked|Questioned|Pressed|Quizzed|Told|Reminded|Informed)\b")
_DEFINITE = re.compile(r"(?:the|this|that)\s", re.IGNORECASE)
_WORDED = frozenset("article clause film inscription line paragraph sentence verse word words".split())
"""Nouns for what is made of words, or tells something without being a document."""
_APPOSED = 60
_RECENT_PARAGRAPHS = 4
_BELONGING = rf" (?:of|at|from|in|with|for) (?:the |an? )?(?:[\w’'-]+ ){{0,3}}?(?:{'|'.join(sorted(BODIES))})\b"
"""Where somebody without a name belongs: "of the Osk harbour office"."""
_PERIODICALS = frozenset("daily weekly monthly".split())
_NO_NOUNS = FUNCTION | {""}
_LISTED = re.compile(r"(?:['’]s)?(?:,? (?:and|&|or) (?:the |his |her |its |their )?(?:[\w-]+ )?|, )")
_BOTH = re.compile(r"(?:['’]s)?,? (?:and|&) (?:the )?")
_MEDIUM_AFTER = re.compile(r" (?:news|newspaper|magazine|newswire|television|radio|TV)\b")
_BODY_OPENS = re.compile(r"\W*(?:(?:[Tt]he|[Aa]n?|[Oo]ur|while|but|that)\s)?(?:[\w'’-]+\s){0,3}")
_GOVERNED = re.compile(
    r"\b(?:of|for|by|as|with|from|to|at|in|about|against|on|than|under|like|near|toward|between|over|backing|supporting"
    r"|representing|opposing|behind|around|including|tracking|after|before)\s"
    r"(?:the\s|an?\s|his\s|her\s|their\s)?(?:[\w’'.-]+\s){0,3}\Z"
)
_OF_WHICH = re.compile(r"\w (?:that|which|whom|who)\s(?:the\s)?\Z")
_PARTY = frozenset("republican democratic independent libertarian labour tory conservative".split())
_ORIGINS = (NATIONS | PLACES) - _PARTY - {"democrat", "north", "south", "northern", "southern", "western", "eastern"}
_THINGS = frozenset(
    "sides countries nations parties capitals governments states companies teams campaigns reports polls".split()
)
_ANYBODY = frozenset("man woman leader candidate rival pair duo both person".split())
_TEAMS = frozenset("campaign administration team camp delegation leadership government".split())
_PUBLIC = frozenset(
    """
    actor actress author billionaire businessman businesswoman candidate celebrity chancellor commander congressman
    congresswoman conservative democrat developer diplomat executive front-runner frontrunner governor hopeful incumbent
    king lawmaker leader magnate mayor millionaire minister mogul neurosurgeon nominee politician pontiff pope premier
    president prince princess queen republican secretary senator singer star tycoon
    """.split()
)
"""Titles of people so well known that an article may give them without the name beside."""
_GENERIC = frozenset(
    """
    agency company group organization organisation network newspaper paper outlet firm publication magazine broadcaster
    team charity regulator body site station website
    """.split()
)
"""Nouns that take up a body whose name does not hold them."""
