"""Text to words for full-text search: the one analyser that indexing, asking and scoring share; pure."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

from embeddings.news import Article

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SCHEME = re.compile(r"\A(?:https?://(?:www\.)?)", re.IGNORECASE)
_VERSION = re.compile(r":\d+\Z")
_APOSTROPHES = str.maketrans("", "", "'’")


class _Stemmers(threading.local):
    """A stemmer for each thread: it works on one word at a time, which it keeps in itself."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")


_STEMMERS = _Stemmers()

STOP_WORDS = frozenset(
    """
    a about after all also an and any are as at be been before being between both but by can could did do does
    down during each for from had has have he her here hers him his how i if in into is it its just may me
    might more most my no not of on or other our out over she should so some such than that the their them
    then there these they this those to up us was we were what when where which while who whom whose why will
    with would you your
    """.split()
)
"""Function words that say nothing of what a text is about."""


_SPELLINGS = tuple(
    (re.compile(pattern), american)
    for pattern, american in (
        (r"(?<=\w{3})our(?=$|it|abl)", "or"),
        (r"(?<=\w{3})enc$", "ens"),
        (r"(?<=\w{3})is$", "iz"),
        (r"(?<=\w{2})(?<!a)ys$", "yz"),
        (r"(?<=\w{3})ter$", "tr"),
        (r"(?<=\w{3})ogu$", "og"),
        (r"(?<=\w{3})ll$", "l"),
    )
)


def _american(stem: str) -> str:
    """One form for British and American spelling: harbour, defence, organise, centre, dialogue, travelled."""
    for pattern, american in _SPELLINGS:
        stem = pattern.sub(american, stem)
    return stem


@lru_cache(maxsize=200_000)
def _stem(printed: str) -> str:
    folded = "".join(c for c in unicodedata.normalize("NFKD", printed.casefold()) if not unicodedata.combining(c))
    if folded.endswith(("'s", "’s")):
        folded = folded[:-2]
    folded = folded.translate(_APOSTROPHES)
    return folded if folded in STOP_WORDS else _american(str(_STEMMERS.english.stemWord(folded)))


def words(text: str) -> list[str]:
    """Every word in order: case, accents and British spelling folded, stemmed as Porter 2 (Snowball) does."""
    return list(map(_stem, _WORD.findall(text)))


_HEADLINE = 300
"""Characters of a headline that are searched; no story's has more."""


def searched_words(article: Article) -> tuple[list[str], str]:
    """The analysed text of each paragraph, and of the headline, which stands beside every one of them."""
    paragraphs = [" ".join(words(paragraph.span.cut(article.text))) for paragraph in article.paragraphs]
    return paragraphs, " ".join(words((article.headline or "")[:_HEADLINE]))


def telling_words(text: str) -> list[str]:
    """The words that say what ``text`` is about: no function words, no repeats, in order."""
    return [word for word in dict.fromkeys(words(text)) if word not in STOP_WORDS]


def handles(slug: str | None, headline: str | None, number: str | None) -> frozenset[str]:
    """What a desk calls a story by, as it is looked up: capitals, spaces and signs make no difference.

    Of a number the digits count: "dpa 0157" is "item dpa 157".
    """
    digits = "".join(re.findall(r"\d", number or "")).lstrip("0")
    named = {"slug": _letters(slug or ""), "headline": _letters(headline or ""), "number": digits}
    return frozenset(f"{kind} {key}" for kind, key in named.items() if key)


def id_handle(article_id: str) -> str:
    """An id as it is looked up where it is spelled otherwise: capitals, signs and "https" make no difference."""
    return f"id {_letters(_SCHEME.sub('', article_id.strip()))}"


def spellings(article_id: str) -> frozenset[str]:
    """What an id that is not on file may be on file as: otherwise spelled, or without a version's number after it."""
    return frozenset(map(id_handle, (article_id, _VERSION.sub("", article_id.strip()))))


def _letters(said: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", said).casefold() if char.isalnum())
