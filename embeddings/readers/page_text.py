"""The story that a web page prints, paragraph by paragraph, without what stands around it; pure.

Trafilatura finds where the story is. The words are then read from the page itself, block by block, so that they come
as they are printed. Headings, key points and standfirst before the first paragraph, and credits and requests after
the last, are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree, html
from trafilatura import bare_extraction
from trafilatura.settings import Document

_BLOCKS = frozenset(
    """
    address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3
    h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul
    """.split()
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_UNPRINTED = "head noscript script style template svg iframe object".split()
_APART = "figure figcaption aside nav form button select dialog video audio h1 footer".split()
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:captions?|credits?|by-?lines?|author(?!i)\w*|related\w*|newsletter\w*|promo\w*|teaser\w*|"
    r"social\w*|shar(?:e|ing)\w*|breadcrumbs?|tags?|comments?|advert\w*|ads?|standfirst|dek|subtitle|"
    r"recommend\w*|read-?more|more-?on|kicker|timestamp|copyright|disclaimer|sign-?up|subscri\w*|paywall|sponsored|"
    r"toolbar|sidebar|menu|footer|most-?read|trending|popup|modal|cookie\w*|consent|gallery|slideshow|infobox|"
    r"identity|banners?|notice|log-?in|sign-?in|poll|quiz|"
    r"fact-?box)(?=$|[\s_-])",
    re.IGNORECASE,
)
_BESIDE_TAGS = ("div", "section", "ul", "ol", "p", "li", "h2", "h3", "h4", "h5", "h6", "span", "header")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WHOLE = re.compile(r"[.!?…。！？:;]\W*\Z")
_REQUEST = re.compile(
    r"\A\W*(?:sign up|subscribe|follow (?:us|the|\w+ on)|download (?:the|our)|click here|read more|see also|related:|"
    r"get (?:the latest|real-time|our)|check out more|for (?:the latest|more)\b.*\bour\b|support (?:us|our)|"
    r"do you have a (?:story|tip|question)|got a tip|have you got|our website is|lesen sie (?:auch|mehr)|"
    r"mehr zum thema|lire aussi|à lire aussi|abonnez|"
    r"lea también|suscríb\w+|te puede interesar|leggi anche|iscriviti|leia (?:também|mais)|"
    r"関連|おすすめ)",
    re.IGNORECASE,
)
_END = re.compile(r"\A\W*(?:(?:wie )?hat ihnen dieser|wie hat ihnen|il vous reste|did you like this)\b", re.IGNORECASE)
_OURS = re.compile(r"\bour (?:[\w-]+ ){0,3}(?:newsletters?|app|whatsapp|telegram)\b", re.IGNORECASE)
_CREDIT = re.compile(
    r"\A\W*(?:sources?|quellen?|fuente|fonte|kaynak|источник)\s*:|\A\W*additional reporting\b|\A\W*with files from\b|"
    r"\bcontributed (?:to this (?:report|story|article)|reporting)\b|\A\W*\(?(?:reporting|writing|editing) by\b|"
    r"\A\W*(?:updated|published|aktualisiert|mis à jour) (?:at|on|am|le)\b|"
    r"\A\W*(?:©|copyright\b)|\ball rights reserved\b|\balle rechte vorbehalten\b",
    re.IGNORECASE,
)
_BREAK = "\x1e"
"""A line break that is printed; white space once the block is put together."""
_NAMES_SOMETHING = re.compile(r"[^\W\d年月日時分]|\A\W+\Z")
"""What a paragraph has and a bare date has not."""
_LONGEST_CLOSING = 400
_SHORT = 100
_LABEL = 40
_AGAIN = 3
_FEW = 1_000
_LOOK_BACK = 40
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or list item, with the element that prints it."""

    text: str
    element: html.HtmlElement

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading."""
        return self.element.tag in _HEADINGS

    @property
    def is_item(self) -> bool:
        """Whether it stands in a list."""
        return any(parent.tag == "li" for parent in (self.element, *self.element.iterancestors()))


def printed(said: str) -> str:
    """One line of words without the marks that nobody sees: soft hyphens and spaces of no width."""
    return " ".join(_INVISIBLE.sub("", said).split())


def story(page: html.HtmlElement, *, aside: Sequence[str] = ()) -> tuple[str, ...]:
    """The paragraphs of the page's story; ``aside`` is what the page says elsewhere: headline, standfirst, names.

    The page is changed: what does not belong to a story is taken out of it.
    """
    body = page.find("body")
    if body is None:
        return ()
    _prune(body)
    found = bare_extraction(page, include_comments=False, favor_precision=True, include_tables=False)
    if not isinstance(found, Document) or found.body is None:
        return ()
    printed_blocks = list(_unrepeated(list(_blocks(body))))
    told = _Told.of("\n".join(found.body.itertext()))
    blocks = [block for block in _inside(_told(printed_blocks, told)) if not _is_request(block)]
    known = [_letters(said) for said in aside if said]
    texts = [block.text for block in blocks[_opening(blocks, known) : _closing(blocks)]]
    if sum(map(len, texts)) < _FEW:
        texts = [*(block.text for block in _standfirst(printed_blocks, known) if block.text not in texts), *texts]
    return tuple(texts)


def _standfirst(blocks: Sequence[Block], known: Sequence[str]) -> Sequence[Block]:
    """The standfirst, which says most of a story that is hardly longer, or of which only the beginning is free."""
    return [block for block in blocks if len(block.text) > _LABEL and _repeats(block, known[1:])][:1]


def _prune(body: html.HtmlElement) -> None:
    """Take out what is not shown, and what stands beside a story unless it holds much of the page's words."""
    for element in list(body.iter(*_UNPRINTED, etree.Comment, etree.ProcessingInstruction)):
        element.drop_tree()
    for element in body.iter("span"):
        if "br" in (element.get("class") or "").split() and not len(element) and not element.text:
            element.tag = "br"
    much = 0.3 * sum(_length(paragraph) for paragraph in body.iter("p"))
    for element in [*body.iter(*_APART), *filter(_is_beside, body.iter(*_BESIDE_TAGS))]:
        if element.getparent() is None or sum(map(_length, element.iter("p"))) > much:
            continue
        if element.tag in _BLOCKS:
            # Left as an empty block, or the words before and after it would run into one paragraph.
            element.clear(keep_tail=True)
        else:
            element.drop_tree()


def _length(element: html.HtmlElement) -> int:
    return sum(map(len, element.itertext()))


def _is_beside(element: html.HtmlElement) -> bool:
    named = _CAMEL.sub(" ", f"{element.get('class') or ''} {element.get('id') or ''}")
    return "hidden" in element.attrib or bool(_BESIDE.search(named) or _HIDDEN.search(element.get("style") or ""))


def _blocks(body: html.HtmlElement) -> Iterator[Block]:
    """The words of each block as they are printed.

    Two line breaks part paragraphs as a block does, and so does one that follows a whole paragraph's words.
    """
    pieces: list[str] = []
    open_blocks = [body]
    for event, element in etree.iterwalk(body, events=("start", "end")):
        is_block = element.tag in _BLOCKS
        if is_block or (element.tag == "br" and event == "start" and _is_ended(pieces)):
            yield from _block(pieces, open_blocks[-1])
        if event == "start":
            open_blocks += [element] if is_block else []
            pieces += [_BREAK] if element.tag == "br" else []
            pieces.append(element.text or "")
            continue
        if is_block:
            open_blocks.pop()
        if element is not body:
            pieces.append(element.tail or "")
    yield from _block(pieces, body)


def _is_ended(pieces: Sequence[str]) -> bool:
    """Whether a line break ends a paragraph: after another one, or after words enough that end like a sentence."""
    said = "".join(pieces[-_LOOK_BACK:]).rstrip(" \t\r\n")
    return said.endswith(_BREAK) or (len(said) > _SHORT and bool(_WHOLE.search(said)))


def _block(pieces: list[str], element: html.HtmlElement) -> Iterator[Block]:
    said = printed("".join(pieces))
    pieces.clear()
    if said:
        yield Block(said, element)


@dataclass(frozen=True, slots=True)
class _Told:
    """The words that belong to the story, by whatever white space they are apart."""

    whole: frozenset[str]
    run: str
    threes: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, said: str) -> _Told:
        whole = frozenset("".join(line.split()) for line in map(printed, said.split("\n")))
        return cls(whole, "".join(printed(said).split()), frozenset(_threes(printed(said))))

    def has(self, said: str) -> bool:
        """Whether a block is told, or most of it where it is long enough to tell."""
        letters = "".join(said.split())
        if letters in self.whole or letters in self.run:
            return True
        threes = set(_threes(said))
        return len(threes) > 10 and len(threes & self.threes) >= 0.7 * len(threes)


def _threes(said: str) -> Iterator[tuple[str, ...]]:
    tokens = said.split()
    return zip(tokens, tokens[1:], tokens[2:], strict=False)


def _told(blocks: Sequence[Block], told: _Told) -> Sequence[Block]:
    """The blocks that are told, with the paragraphs among them that are marked exactly as several others are."""
    holds = [told.has(block.text) for block in blocks]
    kin = Counter(_surroundings(block) for block, held in zip(blocks, holds, strict=True) if held)
    holders = frozenset(block.element for block, held in zip(blocks, holds, strict=True) if held)
    return [block for block, held in zip(blocks, holds, strict=True) if held or _is_kin(block, kin, holders)]


def _is_kin(block: Block, kin: Counter[tuple[str, ...]], holders: frozenset[html.HtmlElement]) -> bool:
    """Whether a block that ends like a sentence stands in the same element as one that is told, or in one like it."""
    if len(block.text) <= _LABEL or not _WHOLE.search(block.text):
        return False
    return block.element in holders or (block.element.tag == "p" and kin[_surroundings(block)] > 1)


def _is_paragraph(block: Block) -> bool:
    return block.element.tag == "p" and len(block.text) > _SHORT and bool(_WHOLE.search(block.text))


def _unrepeated(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks without the short ones that stand again and again, as labels for screen readers do."""
    times = Counter(block.text for block in blocks)
    return (block for block in blocks if times[block.text] < _AGAIN or len(block.text) > _SHORT)


def _inside(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks without those before and after that stand outside the element which holds nearly all words.

    What looks by its class like a paragraph inside belongs to them wherever it stands.
    """
    held: dict[html.HtmlElement, int] = {}
    for block in blocks:
        for holder in (block.element, *block.element.iterancestors()):
            held[holder] = held.get(holder, 0) + len(block.text)
    total = sum(len(block.text) for block in blocks)
    holders = [holder for holder, size in held.items() if size >= 0.8 * total]
    if not holders:
        return blocks
    narrowest = max(holders, key=lambda holder: sum(1 for _ in holder.iterancestors()))
    holds = [narrowest in (block.element, *block.element.iterancestors()) for block in blocks]
    looks = {_look(block.element) for block, held in zip(blocks, holds, strict=True) if held} - {""}
    inside = [i for i, block in enumerate(blocks) if holds[i] or _look(block.element) in looks]
    before = [i for i in range(inside[0]) if _is_paragraph(blocks[i])]
    return [blocks[i] for i in before] + list(blocks[inside[0] : inside[-1] + 1])


def _opening(blocks: Sequence[Block], known: Sequence[str]) -> int:
    """Where the first paragraph is."""
    kin = Counter(_surroundings(block) for block in blocks)
    for i, block in enumerate(blocks):
        alone = not _holds(block.element.getparent(), blocks[i + 1 : i + 2])
        apart = kin[_surroundings(block)] == 1 and (alone or bool(_look(block.element)))
        if not (block.is_heading or (i + 1 < len(blocks) and _is_before(block, known, apart=apart))):
            return i
    return len(blocks)


def _holds(element: html.HtmlElement | None, blocks: Sequence[Block]) -> bool:
    return element is not None and any(element in block.element.iterancestors() for block in blocks)


def _is_before(block: Block, known: Sequence[str], *, apart: bool) -> bool:
    """Whether a block is a key point, the headline again, a label, or a standfirst that stands apart."""
    said = _letters(block.text)
    if block.is_item or said in known or (len(block.text) < _SHORT and not _WHOLE.search(block.text)):
        return apart or said not in known[1:]
    return apart and _repeats(block, known)


def _repeats(block: Block, known: Sequence[str]) -> bool:
    said = _letters(block.text)
    return any(said.startswith(one[:80]) or one.startswith(said[:80]) for one in known if len(one) > 20)


def _surroundings(block: Block) -> tuple[str, ...]:
    """How the elements that a block stands in are marked."""
    return tuple(" ".join((str(one.tag), _look(one))) for one in block.element.iterancestors())[:5]


def _look(element: html.HtmlElement) -> str:
    return " ".join((element.get("class") or "").split())


def _closing(blocks: Sequence[Block]) -> int:
    """Where the last paragraph ends."""
    half = len(blocks) // 2
    last = next((i for i, block in enumerate(blocks) if i >= half and _END.search(block.text)), len(blocks))
    while last and _is_after(blocks[last - 1]):
        last -= 1
    return last


def _is_after(block: Block) -> bool:
    if block.is_heading or not _NAMES_SOMETHING.search(block.text):
        return True
    if len(block.text) <= _SHORT and _is_all(block.element, "a"):
        return True
    return len(block.text) <= _LONGEST_CLOSING and bool(_CREDIT.search(block.text))


def _is_request(block: Block) -> bool:
    """Whether a block asks the reader for something, or sends them elsewhere."""
    return len(block.text) <= _LONGEST_CLOSING and bool(_REQUEST.search(block.text) or _OURS.search(block.text))


def _is_all(element: html.HtmlElement, tag: str) -> bool:
    """Whether all words of an element stand in such tags."""
    marked = sum(_length(child) for child in element.iter(tag) if child is not element)
    return marked > 0 and marked >= len("".join(element.itertext()).strip())


def _letters(said: str) -> str:
    return re.sub(r"\W+", "", said).lower()
