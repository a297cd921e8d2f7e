"""Names as a text prints them: runs of words with capitals, parted into titles and name; pure.

Nothing here knows who anybody is: what makes a person's name is a title, a given name, an initial, an age, a trade.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from embeddings.naming.beside import after, head_of, of_title, titles_open
from embeddings.naming.bodies import GROUPS, KNOWN_MEDIA, MEDIA, NAMED_BODIES
from embeddings.naming.forenames import GIVEN
from embeddings.naming.grammar import COMPLEMENTS, FUNCTION, OPENERS, PARTICLES, SAYING, SUFFIXES, singular
from embeddings.naming.places import LANDMARKS, NATIONS, PLACES, TIMES
from embeddings.naming.titles import ABBREVIATED, GENDERED, HONORIFICS, OFFICES, SHORT_TITLES, is_role
from embeddings.news import Span

_UPPER = "".join(char for char in map(chr, range(0x41, 0x530)) if char.isupper())
_SHORT = "|".join(sorted((word.capitalize() for word in ABBREVIATED), key=len, reverse=True))
_LETTER = r"[^\W\d_]"
_CAPITAL = (
    rf"(?:(?:[{_UPPER}]\.){{1,4}}(?!\w)|(?:{_SHORT})\.(?=[\s,]|\Z)"
    rf"|(?:al-|el-|d['’])?[{_UPPER}]\w*(?:['’](?!s\b)[{_UPPER}]\w*|['’](?!s\b)[a-z]{{2,}}|-\w+)*)"
)
_PARTICLE = "|".join(sorted(PARTICLES, key=len, reverse=True))
_OWNED = (
    "Alliance|Army|Assembly|Association|Bank|Club|Congress|Court|Federation|Front|Hospital|League|Party|Republic|Union"
)
"""Bodies that belong to many: the Dockers' Union, the People's Republic."""
_RUN = re.compile(
    rf"(?<![\w@#.-]){_CAPITAL}"
    rf"(?:(?:[ \xa0]&[ \xa0]|,?[ \xa0]{{1,2}}(?=(?:Jr|Sr|II|III|IV)\b)|[ \xa0]{{1,2}}(?:(?:{_PARTICLE})[ \xa0]){{0,2}}"
    rf"|[ \xa0][\"“](?=\w+[\"”])|[\"”][ \xa0]|['’]s?[ ](?=(?:\w+ )?(?:{_OWNED})\b)){_CAPITAL})*"
)
_TOKEN = re.compile(rf"{_CAPITAL}|{_LETTER}[\w'’-]*")
_SUFFIXED = re.compile(
    r"-(?:era|like|style|based|backed|led|born|run|wide|only|free|made|held|area|affiliated|aligned)\Z"
)
_OF_BODY = re.compile(
    rf" (?:of|for|on)(?: the)? (?!{'|'.join(map(str.capitalize, sorted(TIMES)))}){_CAPITAL}(?: (?:and )?{_CAPITAL})*"
)
_TAKES_FOR = re.compile(
    r"\b(?:Agency|Alliance|Association|Campaign|Cent(?:er|re)s?|Citizens|Coalition|Commission|Committee|Council"
    r"|Foundation|Fund|Institute|Network|Office|Organi[sz]ation|Partnership|Project|School|Society)\Z"
)
_SAID = r"(?:said|says|told|tells|asked|added|wrote|argued|noted|tweeted|called|claimed|declared|warned|insisted)\b"
_IN = re.compile(r"\b(?:in|at|near|across)\s\Z")
_CLOSES = re.compile(r"[?!,.]?[\"”]")
_AT = re.compile(r"\b(?:in|at|near|across|from|to|of|with|against|into)\s\Z")
_SAID_AFTER = re.compile(rf"\s(?:also |later |then )?{_SAID}")
_SAID_BEFORE = re.compile(rf"\b{_SAID}\s\Z")
_HONORIFIC = re.compile(rf"(?:(?:{'|'.join(HONORIFICS)})\.?\s*)*", re.IGNORECASE)
_MEDIUM_AFTER = re.compile(
    r"(?:['’]s)? (?:state |daily |weekly )?"
    r"(?:news (?:agency|website|site|channel|service)|newspaper|magazine|newswire|television|radio|TV)\b"
)
_ARTICLES = FUNCTION - frozenset("first second former late".split())
_OPENING_WORDS = frozenset(word.capitalize() for word in OPENERS) | {"I"}
_SMALL = frozenset(
    """
    about after against amid around before behind between down during from into like near onto over past since than that
    their this through till toward under until upon when while with within without your
    """.split()
)
"""Long words that a headline may leave without a capital."""
_NO_SURNAMES = OFFICES | LANDMARKS
_DROPPED = str.maketrans("", "", ".'’-")
_LIKE_SURNAMES = frozenset("church house post bank banks guard college mission press court board watch force".split())


@dataclass(frozen=True, slots=True)
class Printed:
    """One name in the text: ``span`` without titles, ``opens`` where its titles begin, ``keys`` its words folded.

    ``roles`` are the titles and appositions beside it, and ``gender`` is what those tell. ``weight`` is the evidence
    for a person; far below zero it is a body. ``initial`` says that its capital may only be the sentence's.
    """

    span: Span
    opens: int
    keys: tuple[str, ...]
    roles: tuple[Span, ...]
    weight: float
    gender: str | None = None
    possessive: bool = False
    honorific: bool = False
    initial: bool = False
    medium: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    key: str
    start: int
    end: int


def folded(word: str) -> str:
    """A word as names are compared: without case, stops, apostrophes and hyphens."""
    return word.casefold().translate(_DROPPED)


def printed_names(text: str, paragraphs: Sequence[Span]) -> list[Printed]:
    """Every name of a person or body in running text, in order, and the sure ones in lines written in capitals."""
    lower = frozenset(re.findall(r"\b[a-z]{3,}\b", text))
    found: list[Printed] = []
    for paragraph in paragraphs:
        if is_titled(paragraph.cut(text)):
            found += _in_titled_line(text, paragraph)
            continue
        for run in _RUN.finditer(text, *paragraph):
            if run.group() in _OPENING_WORDS:
                continue
            for tokens in _pieces(text, run, lower):
                name = _named(text, tokens)
                if name is not None and (not found or name.span.start >= found[-1].span.end):
                    found.append(name)
    return found


def _in_titled_line(text: str, line: Span) -> Iterator[Printed]:
    """The names that titles and given names tell where every word has a capital."""
    tokens = [_Token(m.group(), folded(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(text, *line)]
    at = 0
    while at < len(tokens):
        first = at
        while first < len(tokens) and (_plain(tokens[first]) in OFFICES or tokens[first].key in HONORIFICS):
            first += 1
        last = first
        if first < len(tokens) and tokens[first].key in GIVEN and _plain(tokens[first]) not in FUNCTION:
            last = _surname_ends(text, tokens, first)
        name = _named(text, tokens[at:last]) if last > first + 1 else None
        if name is not None and name.weight > 0:
            yield name
        at = max(last, first, at + 1)


def _surname_ends(text: str, tokens: list[_Token], given: int) -> int:
    """Where the name ends that begins with a given name: after initials and particles, and the word that follows."""
    at = given + 1
    while at < len(tokens) and (len(tokens[at].key) == 1 or tokens[at].key in PARTICLES):
        at += 1
    joined = at < len(tokens) and not text[tokens[at - 1].end : tokens[at].start].strip()
    is_word = joined and (_plain(tokens[at]) in FUNCTION or _plain(tokens[at]) in SAYING or tokens[at].word.islower())
    return at + 1 if joined and not is_word else given


def _plain(token: _Token) -> str:
    return token.word.lower()


def is_titled(line: str) -> bool:
    """Whether a line is written as headlines are, nearly every word with a capital."""
    if len(line) > 250:
        return False
    words = [word for word in line.split() if len(word) > 3]
    if line.isupper():
        return len(words) > 1
    small = sum(word[0].islower() and word not in _SMALL for word in words)
    return len(words) >= 4 and small <= (len(words) >= 8)


def _pieces(text: str, run: re.Match[str], lower: frozenset[str]) -> Iterator[list[_Token]]:
    """The words of a run, parted at days and months, without what merely begins a sentence."""
    words = _TOKEN.finditer(text, *run.span()) if " " in run.group() else (run,)
    tokens = [_Token(m.group(), folded(m.group()), m.start(), m.end()) for m in words]
    piece: list[_Token] = []
    for at, token in enumerate(tokens):
        is_given = token.key in GIVEN and not piece and at + 1 < len(tokens)
        if (token.key in TIMES and not is_given) or _SUFFIXED.search(token.word):
            yield from _trimmed(text, piece, lower)
            piece = []
        else:
            piece.append(token)
    yield from _trimmed(text, piece, lower)


def _trimmed(text: str, piece: list[_Token], lower: frozenset[str]) -> Iterator[list[_Token]]:
    first = True
    while piece and _is_ordinary(text, piece, lower, first=first):
        piece = piece[1:]
        first = False
    while piece and piece[-1].key in PARTICLES and piece[-1].word.islower():
        piece = piece[:-1]
    if piece:
        yield piece


def _is_ordinary(text: str, piece: list[_Token], lower: frozenset[str], *, first: bool) -> bool:
    """Whether the first word of a piece is only a word that begins a sentence."""
    token, more = piece[0], len(piece) > 1
    plain = token.word.lower().replace("’", "'")
    if more and text.startswith(":", piece[-1].end) and all(other.word.isupper() for other in piece):
        return False  # a speaker in a transcript
    if plain.endswith(("'ve", "'re", "'ll", "n't", "'m", "'d")):
        return True
    if more and plain not in _ARTICLES and piece[1].word.lower() in OFFICES:
        return False  # "First Minister", "Foreign Minister"
    if more and _is_several(plain):
        return True
    if plain in OPENERS:
        return not (plain in GIVEN and more and not _begins(text, token.start))
    if token.word.endswith(".") or token.key in GIVEN or token.key in PARTICLES or plain in OFFICES or plain in NATIONS:
        return False
    return first and (plain in lower or (more and plain.endswith("ing"))) and _begins(text, token.start)


def _begins(text: str, at: int) -> bool:
    """Whether a sentence may begin here."""
    before = text[max(0, at - 4) : at].rstrip(" \xa0\"“”'‘’([")
    return not before or before[-1] in ".!?:\n…—–" or at == 0


def _named(text: str, tokens: list[_Token]) -> Printed | None:
    """The name in a piece, with what stands beside it."""
    start = tokens[0].start
    if _is_body(text, tokens):
        return _body(text, tokens)
    first = _title_ends(text, tokens)
    name = tokens[first:]
    if not name or (first == 0 and _is_no_name(text, name)):
        return None
    titled = first > 0
    end = name[-1].end
    opens = titles_open(text, start, end)
    titles = Span(opens, opens + len(text[opens : name[0].start].rstrip(" ,\xa0")))
    roles = [titles] if not _HONORIFIC.fullmatch(titles.cut(text)) else []
    beside, weight = after(text, end)
    return Printed(
        span=Span(name[0].start, end),
        opens=opens,
        keys=tuple(token.key for token in name),
        roles=(*roles, *beside),
        weight=weight + _weight(text, name, titled=titled or opens < start, start=start),
        gender=_gender(text, tokens[:first], (*roles, *beside)),
        possessive=text.startswith(("'s", "’s", "' ", "’ "), end),
        honorific=any(token.key in HONORIFICS for token in tokens[:first]),
        initial=_begins(text, start),
    )


def _is_no_name(text: str, name: list[_Token]) -> bool:
    """Whether words with capitals name no one person: "Republicans", "in Jordan", "North Korea"."""
    if len(name) == 1:
        return _is_no_surname(text, name[0])
    if len(name) > 5 or (name[-1].word.lower() in _NO_SURNAMES and name[0].key not in GIVEN):
        return True  # a line of a headline, a title that stands alone, a landmark
    return all(token.key in NATIONS or _is_place(token) for token in name)


def _is_no_surname(text: str, token: _Token) -> bool:
    plain = token.word.lower()
    if _is_several(plain) or (plain in OFFICES and _after_the(text, token.start)):
        return True
    # A place may be a surname too: whoever bears it in the article decides.
    located = _AT.search(text, max(0, token.start - 9), token.start)
    return _is_place(token) and (token.key not in PLACES or located is not None)


def _is_several(word: str) -> bool:
    """Whether a word names a group: "Republicans", "Lawmakers"."""
    one = singular(word)
    return word in GROUPS or (one != word and word not in GIVEN and (one in NATIONS or is_role(one)))


def _is_place(token: _Token) -> bool:
    return any(part in PLACES for part in (token.key, *token.word.lower().split("-")))


def _title_ends(text: str, tokens: list[_Token]) -> int:
    """How many words at the start of a piece are titles: "Russian Foreign Minister"."""
    ends = 0
    if of_title(text, tokens[0].start) is not None:
        while ends < len(tokens) and (tokens[ends].key in COMPLEMENTS or _is_place(tokens[ends])):
            ends += 1
    for at, token in enumerate(tokens[:-1]):
        if _is_title(token, tokens[at + 1]):
            ends = at + 1
    while ends + 1 < len(tokens) and _tells_origin(tokens[ends], tokens[ends + 1]):
        if all(_is_place(token) or token.key in NATIONS for token in tokens[ends + 1 :]):
            break
        ends += 1
    return ends


def _tells_origin(token: _Token, following: _Token) -> bool:
    if token.key in GIVEN:
        return False
    return token.key in NATIONS or token.key in PLACES or (token.key == "new" and following.key in PLACES)


def _is_title(token: _Token, following: _Token) -> bool:
    if following.key in SUFFIXES or token.key in GIVEN:
        return False
    plain = token.word.lower()
    if token.word.endswith("."):
        return token.key in HONORIFICS or (token.key in SHORT_TITLES and token.key not in ("st", "del"))
    if plain in HONORIFICS or plain in OFFICES or token.key in ("gen", "sen", "rep", "gov"):
        return True
    return is_role(plain) and following.key in GIVEN


def _is_body(text: str, tokens: list[_Token]) -> bool:
    if _MEDIUM_AFTER.match(text, tokens[-1].end) or "&" in text[tokens[0].start : tokens[-1].end]:
        return True
    keys = [token.key for token in tokens]
    plain = [token.word.lower().rstrip(".") for token in tokens]
    if any(_is_title(token, following) for token, following in pairwise(tokens)):
        # "Foreign Minister Choe" is a person, "Senate Minority Leader" or "General Electric Company" none.
        return plain[-1] in NAMED_BODIES and plain[-1] not in _LIKE_SURNAMES
    if len(tokens) == 2 and keys[0] in GIVEN and plain[1] in _LIKE_SURNAMES:
        return False
    if (
        plain[-2:] == ["white", "house"]
        or any(word in NAMED_BODIES for word in plain)
        or "-".join(plain) in KNOWN_MEDIA
    ):
        return True
    if plain[-1] in MEDIA and (keys[0] not in GIVEN or _after_the(text, tokens[0].start)):
        return True
    return len(tokens) == 1 and len(keys[0]) <= 6 and tokens[0].word.isupper() and len(keys[0]) > 1


def _body(text: str, tokens: list[_Token]) -> Printed:
    end = tokens[-1].end
    more = _OF_BODY.match(text, end)
    if more and len(tokens) < 6 and (more.group().startswith(" of") or _TAKES_FOR.search(tokens[-1].word)):
        end = more.end()
    span = Span(tokens[0].start, end)
    keys = tuple(folded(word) for word in span.cut(text).split())
    return Printed(
        span=span,
        opens=span.start,
        keys=keys,
        roles=(),
        weight=-6.0,
        possessive=text.startswith(("'s", "’s"), end),
        medium=bool(_MEDIUM_AFTER.match(text, end)),
    )


def _weight(text: str, name: list[_Token], *, titled: bool, start: int) -> float:
    """How much the words themselves and their neighbours speak for a person."""
    keys = [token.key for token in name]
    end = name[-1].end
    several = len(name) > 1
    weight = 0.5 if several else 0.0
    weight += 4 * titled
    if keys[0] in GIVEN:
        weight += 3 if several else 1
    weight += 3 * (several and (any(len(key) == 1 for key in keys[1:-1]) or keys[-1] in SUFFIXES))
    weight += bool(_SAID_AFTER.match(text, end)) + bool(_SAID_BEFORE.search(text, max(0, start - 14), start))
    if not titled and _after_the(text, start):
        weight -= 3 * (several or not text[end : end + 2].strip().islower())
    weight -= 2 * bool(_IN.search(text, max(0, start - 8), start))
    if text[start - 1 : start] in ('"', "“") and _CLOSES.match(text, end):
        weight -= 5  # what stands alone between marks is the title of a work
    return weight - 2 * (keys[0] in PLACES and keys[0] not in GIVEN and (several or not titled))


def _after_the(text: str, start: int) -> bool:
    return text[max(0, start - 4) : start].lower() == "the "


def _gender(text: str, titles: list[_Token], roles: Sequence[Span]) -> str | None:
    for token in titles:
        told = HONORIFICS.get(token.key) or GENDERED.get(token.word.lower())
        if told:
            return told
    return next(filter(None, (GENDERED.get(head_of(role.cut(text))) for role in roles)), None)
