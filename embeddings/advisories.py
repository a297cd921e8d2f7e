"""An agency's plain words to its clients that a story must not be used, told from news about killing; pure.

How they are worded: dpa's stylebook has "KILL KILL KILL" and "HOLD HOLD HOLD" for a heading, then "Please kill item
dpa 157 "headline"". AP files "Please kill the story SLUG, V1234. … A kill is mandatory. Make certain the story is not
used." and, on the web, "The Associated Press has withdrawn its story …". Reuters heads a kill STORY WITHDRAWN, or
"ADVISORY: … is withdrawn", above "The CITY item headlined '…' is withdrawn." AFP writes "Mandatory Kill" and
"effacement obligatoire". The German, French and Spanish requests are the same words in those languages.

A label stands alone, or in capitals before a separator over a short text; a request begins a line of a short text.
Nothing further down, nor in quotation marks, is ever an order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone

from embeddings.news import Article, Notice, Status
from embeddings.takes import is_order

_REACH = 3_000
"""Characters of an article that are looked at."""
_LINES = 8
_SHORT = 220
"""Words that an advisory has at most."""
_WORDS_KEPT = 2_000
_LONGEST = 300
"""Characters of a headline."""

_APART = r"\s*[:\-–—/|=_]+\s*"
_LABEL = re.compile(
    r"\W*(?P<label>(?:(?:BULLETIN|URGENT|ATTENTION|EDITORS?|ADVISORY|MANDATORY|STORY|NEWS)\W{1,3})*"
    r"(?:KILL|WITHDRAWN|WITHHOLD|WITHHELD|HOLD|ZURÜCKGEZOGEN)(?:\W{1,3}(?:KILL|HOLD|WITHHOLD))*)"
    rf"{_APART}(?P<rest>\S.*)?\Z"
)
_FIXED = re.compile(
    r"\W*(?P<label>mandatory kill|bulletin kill|story (?:withdrawn|killed|withheld|on hold)|"
    rf"(?:kill|takedown|withdrawal) (?:notice|advisory|order)|effacement obligatoire)(?:{_APART}(?P<rest>\S.*)?)?\Z",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"(?P<rest>.*\S)\s*\((?P<label>KILL|KILLED|WITHDRAWN|STORY WITHDRAWN|WITHHELD|HOLD)\)\W*\Z")
_GONE = re.compile(
    r"\W*(?:ADVISORY|WITHDRAWAL|ATTENTION|EDITORS)\b\W+(?P<rest>.*\S)\s+(?:is|are|has been|have been) "
    r"(?P<label>withdrawn|killed|cancell?ed|on hold|withheld)\W*\Z",
    re.IGNORECASE,
)

_CALL = (
    r"(?:(?:attention|attn|achtung|atención|dear)\W+)?"
    r"(?:(?:all )?(?:editors|eds|clients|subscribers|redaktionen|abonnés)\b\W*)?"
)
_COPY = (
    r"\b(?:item|story|report|dispatch|article|alert|headline|copy|take|lead|version|series|photo)s?\b|"
    r"\bslug(?:ged)?\b"
)
_ENGLISH = (
    r"please (?P<order>kill|withdraw|spike|remove|delete|disregard|do not use|stop using|hold|withhold|suspend|"
    rf"refrain from using)\s[^.]{{0,60}}?(?:{_COPY})",
    r"(?:please )?(?P<order>kill|spike|withhold|hold) (?:BC|AM|PM|AP)-",
    rf"(?P<order>kill|withdraw|spike|withhold) (?:the|our|all|both)\s[^.]{{0,40}}?(?:{_COPY})[^.]{{0,40}}"
    r"\b(?:slug|headlined|sent|moved|filed|issued|numbered|BC-)",
    r"(?:a|this) (?P<order>kill) is mandatory\b",
    r"make certain (?:that )?the story is (?P<order>not used)\b",
)
_FRENCH = (
    r"(?:prière|merci|veuillez|nous vous prions|nous prions)\b[^.]{0,40}?"
    r"\b(?P<order>annuler|ne (?:pas|plus) utiliser|supprimer|retirer|suspendre)\b"
    r"[^.]{0,40}\b(?:dépêche|article|texte|papier|information|photo)",
)
_SPANISH = (
    r"(?:rogamos(?: que)?|por favor,?)\s[^.]{0,20}?"
    r"\b(?P<order>anul(?:en|ar)|no utilicen|elimin(?:en|ar)|retir(?:en|ar)|retengan)\b"
    r"[^.]{0,40}\b(?:despacho|noticia|información|nota|artículo)",
)
_GERMAN = (
    r"bitte\b[^.]{0,80}?\b(?:\w*meldung|bericht|beitrag|text|fassung)\b[^.]{0,80}?"
    r"\b(?P<order>nicht (?:mehr )?(?:verwenden|nutzen|benutzen)|löschen|zurückhalten|sperren|zurückziehen)\b",
    r"(?:die|unsere|diese) (?:dpa-)?(?:eil)?meldung\b[^.]{0,200}?"
    r"\b(?:wird|ist|wurde) (?P<order>zurückgezogen|gesperrt)\s*(?:[.!]|\Z)",
)
_REQUESTS = tuple(re.compile(_CALL + one, re.IGNORECASE) for one in (*_ENGLISH, *_FRENCH, *_SPANISH, *_GERMAN))
_IS_WITHDRAWN = re.compile(
    r"(?:the|our|this)\s[^.]{0,30}?\b(?:item|story|report|alert|dispatch|article|headline)\b.{0,300}?\b"
    r"(?:is|are|has been|have been) (?:hereby )?(?P<order>withdrawn|killed|withheld|on hold)\b[^.]{0,120}",
    re.IGNORECASE,
)
_ITS_OWN = re.compile(
    r"(?P<who>[^\W\d_][\w .'’-]{1,40}?) (?:has|have) (?P<order>withdrawn|killed|withheld) (?:its|our|the|a) [^.]{0,40}?"
    r"\b(?:story|report|item|article|dispatch)\b",
    re.IGNORECASE,
)
_TOLD_ON = re.compile(
    r"[^.]{0,80}?,\W*(?:it|he|she|they|the [\w ]{2,30}|[A-Z][\w ]{1,30}) (?:said|says|wrote|told|added|asked|advised)\b"
)
_TOLD_BY = re.compile(r"\b(?:said|says|told|according|announced|reported)\b", re.IGNORECASE)
_FULL_NAMES = {
    "ap": "associated press",
    "afp": "agence france-presse",
    "dpa": "deutsche presse-agentur",
    "pa": "press association",
    "upi": "united press international",
    "cp": "canadian press",
    "aap": "australian associated press",
}
_HOLDS = re.compile(r"hold|withh|suspend|refrain|suspendre|reten|zurückhalten|sperr", re.IGNORECASE)
_QUOTED = re.compile(
    r"[\"“„«](?P<a>[^\"“”„«»]{6,200})[\"”“»]|``(?P<b>.{6,200}?)''|(?<!\w)['‘](?P<c>[^\n]{6,200}?)['’](?!\w)"
)
_HEADLINED = re.compile(r"\b(?:headlined|titled|mit dem titel|überschrift|titulad[oa]|intitulée?)\W", re.IGNORECASE)
_STORY_SLUG = re.compile(
    r"\b(?:story|item|report|slugged|slug)\b,?\s+(?:slugged\s+)?(?:(?:BC|AM|PM|AP)-)?"
    r"(?P<slug>[A-Z]\w*(?:-{1,2}\w+(?: [A-Z]\w+)?)+)"
)
_NUMBER = re.compile(
    r"\b(?:item|story|meldung|message|dispatch|dépêche|no\.|nr\.|number)\W+(?:[A-Za-z]{2,4}\W?)?(?P<number>\d{3,4})\b"
    r"|\b(?P<other>V\d{3,4})\b",
    re.IGNORECASE,
)
_EMBARGO = re.compile(
    r"\W*(?:(?:strictly|under|news|hold for release|nicht vor)\W+)*(?:embargo(?:ed)?|sperrfrist)\b\s*"
    r"(?:[:\-–—]|until\b|till\b|to\b|for\b|bis\b|jusqu|hasta\b|\d|\Z)",
    re.IGNORECASE,
)


def notice_of(article: Article) -> Notice | None:
    """The order that an article is; None for news, and for a version that its provider withdraws by its status."""
    if article.status is not Status.USABLE:
        return None
    text = article.text[:_REACH]
    short = len(article.text) <= _REACH and len(text.split()) <= _SHORT
    openings = list(_openings(article, text))
    found = _label(article, openings, short=short) or (_request(article, openings) if short else None)
    if found is None:
        return None
    order, headline = found
    whole = " ".join(text.split())
    return Notice(
        status=Status.WITHHELD if _HOLDS.search(order) else Status.CANCELED,
        words="\n".join(filter(None, (article.headline, article.text)))[:_WORDS_KEPT],
        slug=_slug(article, whole),
        headline=_named(whole) or headline,
        number=_number(whole),
        provider=article.provider or article.outlet or (article.dateline.agency if article.dateline else None),
        sent=article.version_created or _end_of(article.day),
        origin=article.origin,
    )


def _end_of(day: date | None) -> datetime | None:
    """The last moment of a day, anywhere: an order that is only dated may have been sent then."""
    return None if day is None else datetime.combine(day, time.max, tzinfo=timezone(timedelta(hours=-12)))


def embargo_line(headline: str | None, text: str) -> str | None:
    """The line of the heading or of the first words that declares an embargo, for the note to editors."""
    opening = [line for line in text[:_REACH].splitlines() if line.strip()][:3]
    return next((line.strip()[:300] for line in (headline or "", *opening) if _EMBARGO.match(line)), None)


def _openings(article: Article, text: str) -> Iterator[str]:
    """The text from the beginning of each of its first lines on, without the dateline, in one line."""
    if article.dateline:
        text = text[article.dateline.span.end :].lstrip(" \t-–—_")
    found = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    for at in range(min(_LINES, len(found))):
        yield " ".join(found[at:])[:_WORDS_KEPT]


def _label(article: Article, openings: list[str], *, short: bool) -> tuple[str, str | None] | None:
    """What a label over the story says, and the headline that stands beside it."""
    headline = (article.headline or "")[:_LONGEST]
    for said in (article.take or "", headline, *_lines(article)):
        if is_order(said):
            return said, None
        if match := _FIXED.match(said) or _BRACKETED.match(said) or _GONE.match(said):
            return match["label"], _rest(match)
    match = _LABEL.match(headline or next(iter(_lines(article)), ""))
    return (match["label"], _rest(match)) if match and (short or _request(article, openings)) else None


def _lines(article: Article) -> list[str]:
    """The first lines of the text, where they are short enough to be labels."""
    found = [line.strip(" \t='´`*<\a") for line in article.text[:_REACH].splitlines() if line.strip()]
    return [line for line in found[:3] if len(line) < 80]


def _rest(match: re.Match[str]) -> str | None:
    return (match["rest"] or "").strip(" \"'“”‘’=") or None


def _request(article: Article, openings: list[str]) -> tuple[str, None] | None:
    """What a request that begins one of the first lines asks for; of several the gravest."""
    found = [match["order"] for opening in openings for match in (_asks(opening, article),) if match]
    return min(((order, None) for order in found), key=lambda o: bool(_HOLDS.search(o[0])), default=None)


def _asks(opening: str, article: Article) -> re.Match[str] | None:
    for request in _REQUESTS:
        match = request.match(opening)
        if match and not _TOLD_ON.match(opening, match.end()):
            return match
    match = _IS_WITHDRAWN.match(opening)
    if match and not _TOLD_BY.search(match.group()):
        return match
    match = _ITS_OWN.match(opening)
    return match if match and _is_itself(match["who"], article) else None


def _is_itself(who: str, article: Article) -> bool:
    """Whether it is the sender who speaks of its own story; one paper's withdrawal is another's news."""
    said = who.casefold().removeprefix("the ").strip()
    agency = article.dateline.agency if article.dateline else None
    names = {name.casefold() for name in (article.provider, article.outlet, agency) if name}
    return said in names or said in {_FULL_NAMES.get(name) for name in names}


def _slug(article: Article, whole: str) -> str | None:
    """The slug that the order names; its own where that holds it, for it is spelled as the story's."""
    named = _STORY_SLUG.search(whole)
    own = article.slug or _slug_line(article.text[:_REACH])
    if named is None or (own and named["slug"].casefold() in own.casefold()):
        return own
    return named["slug"]


def _slug_line(text: str) -> str | None:
    """The slug above a label, where the text has its heading in it: dpa's ends in a stroke."""
    first = text.lstrip().partition("\n")[0].strip()
    return first.rstrip("/") if first.endswith("/") and len(first) < 80 else None


def _number(whole: str) -> str | None:
    """The number of the message that the order names: "item dpa 157", "V1234"."""
    found = _NUMBER.search(whole)
    return (found["number"] or found["other"]) if found else None


def _named(whole: str) -> str | None:
    """The headline that the order quotes."""
    after = _HEADLINED.search(whole)
    quoted = _QUOTED.search(whole, after.end() - 1 if after else 0)
    return next((words.strip() for words in quoted.groups() if words), None) if quoted else None
