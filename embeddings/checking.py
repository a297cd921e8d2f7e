"""From a pasted text to the words on file that are most like it, and how the two differ."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rapidfuzz.distance import Indel

from embeddings.alignment import Pair, Word, match, printed_words, settled, steps
from embeddings.encoder import Encoder, Vectors
from embeddings.news import Article, Checked, Coverage, Filters, Likeness, Paragraph, Passage, Span
from embeddings.paragraphs import sentences
from embeddings.pasted import Piece, sought
from embeddings.store import Candidate, Store
from embeddings.words import STOP_WORDS, telling_words, words

CANDIDATES = 40
"""So many nearest by meaning, and so many by words, are compared with a piece of a text."""
FEWER = 8
"""So many for each part of a long one."""
ALIKE = ((0.4, 30), (0.6, 20))
"""The share of a stretch's weight, and the weight itself, less what the difference costs, from which words on file are
like it: the fewer words there are, the more of them must stay. ``make evaluate`` measures it."""
STAYING = 4
"""The least number of words that stay, unless every word asked for does: a name alone is no likeness."""
MEANS = 0.78
"""From how much on a sentence on file says the same in other words: cosine, and a quarter of the share of words."""
COMPARABLE = 0.5
"""Of the best for the same words, so much merit at least makes another place worth showing."""

_PART, _PARTS, _FEW_PARTS = 40, 40, 3
"""So many words are looked up at a time; so many parts at most; more than so many are looked up by fewer candidates."""
_PHRASE = 4
_REGIONS = 30
"""So many places on file, those that share most words with a piece, are aligned with it."""
_ROWS = 20_000
"""So many words are aligned at most, those of a piece counted for every place: a long text with fewer places."""
_MUCH_MORE = 1.5
_FUNCTION, _COMMON, _RARE = 3, 4, 12
"""What a word weighs: a function word, one that stands everywhere, one that stands nowhere else."""
_WORDS_SHARE = 0.25
_NEAREST = 3
"""So many paragraphs that come nearest in meaning are read for what says the same in other words."""
_LEAST_MEANT = 7
"""Fewer words mean too little to be told in others."""
_SMALL = 1_000
"""Among fewer paragraphs how often a word stands says little of how rare it is."""
_TWIN = 0.9
"""The share of words from which two places hold the same words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A stretch of a piece beside words on file: the words on either side, and the pairs of them that stay.

    ``value`` is the weight of the words that stay less what the difference costs, ``share`` its share of the whole
    weight; ``merit``, which orders the places of one text, is a little less for every word that does not stay.
    """

    article: Article
    asked: tuple[Word, ...]
    on_file: tuple[Word, ...]
    pairs: tuple[Pair, ...]
    merit: float
    share: float
    value: int = 0
    also: tuple[Article, ...] = ()

    @property
    def span(self) -> Span:
        """Where the words on file stand in their article."""
        return Span(self.on_file[0].span.start, self.on_file[-1].span.end)

    @property
    def stretch(self) -> Span:
        """Where the words asked for stand in their text."""
        return Span(self.asked[0].span.start, self.asked[-1].span.end)

    @property
    def exact(self) -> bool:
        """Whether the same words stand on both sides, in the same order."""
        return len(self.pairs) == len(self.asked) == len(self.on_file)

    def outdone(self, other: Found) -> bool:
        """Whether another place is far more like the same words."""
        return self.merit < COMPARABLE * other.merit and other.staying(self.stretch) > 0

    def staying(self, stretch: Span) -> int:
        """How many of the words asked for in this stretch stand on file."""
        return sum(self.asked[place].span.meets(stretch) for place, _ in self.pairs)

    def tells(self, piece: Piece) -> bool:
        """Whether it is a place for this piece: found for a part of it, or for most of its words."""
        inside = piece.span.start <= self.stretch.start and self.stretch.end <= piece.span.end
        return inside or self.keeps(piece.words)

    def keeps(self, words: Sequence[Word]) -> bool:
        """Whether at least half of these words asked for stand on file."""
        return 2 * self.staying(Span(words[0].span.start, words[-1].span.end)) >= len(words)

    def twin(self, other: Found) -> bool:
        """Whether another place holds nearly the same words."""
        mine, theirs = ([word.form for word in one.on_file] for one in (self, other))
        return Indel.normalized_similarity(mine, theirs, score_cutoff=_TWIN) > 0


@dataclass(slots=True)
class Gathered:
    """What the store came up with for one piece: articles with the paragraphs that came up, and its statistics."""

    coverage: Coverage
    articles: dict[str, tuple[Article, set[int]]] = field(default_factory=dict)
    frequencies: dict[str, int] = field(default_factory=dict)
    paragraphs: int = 0
    nearest: list[tuple[Piece, Sequence[Candidate]]] = field(default_factory=list)

    def add(self, candidate: Candidate) -> None:
        """Take in a paragraph; of an article that was corrected meanwhile only the later version."""
        article, ordinals = self.articles.get(candidate.article.id, (candidate.article, set()))
        if article is not candidate.article and article != candidate.article:
            ordinals = set()
        self.articles[candidate.article.id] = (candidate.article, ordinals | {candidate.ordinal})

    def weights(self, asked: Sequence[Word]) -> list[int]:
        """What each word weighs: the rarer on file, the more."""
        return [self._weight(word.form) for word in asked]

    def _weight(self, form: str) -> int:
        analysed = words(form)
        if not analysed or all(word in STOP_WORDS for word in analysed):
            return _FUNCTION
        count = min(self.frequencies.get(word, 0) for word in analysed)
        rarity = 1 - math.log1p(count) / math.log1p(max(self.paragraphs, _SMALL))
        return _COMMON + round((_RARE - _COMMON) * max(rarity, 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """How an archive is asked for the source of words: its encoder and its store."""

    encoder: Encoder
    store: Store

    def check(self, text: str, *, filters: Filters, limit: int) -> Checked:
        """The ``limit`` places on file that are most like the text, or none where nothing is; raises BadQuestion.

        There are more where as many quotations of the text are on file.
        """
        asked = sought(text)
        pieces = asked.quoted if asked.all_quoted else (*asked.quoted, asked.whole)
        gathered = [(piece, self._gathered(text, piece, filters)) for piece in pieces]
        found = [[*alike(*each)] for each in gathered]
        like = _like(found, len(asked.quoted))
        quoted = {piece for piece in asked.quoted if not piece.halves}
        untold = [
            each
            for each, own in zip(gathered, found, strict=True)
            # Where quotations are on file, what stands around them needs no source of its own.
            if not own and (not like or (each[0] in quoted and not any(one.tells(each[0]) for one in like)))
        ]
        places = distinct([*like, *(one for each in untold for one in self._meant(text, *each))])
        missing = [piece.span for piece, _ in untold if piece in quoted and not any(one.tells(piece) for one in places)]
        return self._checked(text, _chosen(places, quoted, limit=limit), gathered[-1][1].coverage, missing=missing)

    def _gathered(self, text: str, piece: Piece, filters: Filters) -> Gathered:
        """All that the store holds near a piece, its parts looked up one by one."""
        parts = list(_parts(piece))
        limit = CANDIDATES if len(parts) <= _FEW_PARTS else FEWER
        gathered = None
        for part in parts:
            printed = part.span.cut(text)
            vector = self.encoder.question(printed)
            candidates = self.store.candidates(
                vector, telling_words(printed), _phrases(printed), filters=filters, limit=limit
            )
            gathered = gathered or Gathered(candidates.coverage)
            gathered.paragraphs = candidates.paragraphs
            gathered.frequencies.update(candidates.frequencies)
            for candidate in candidates.items:
                gathered.add(candidate)
            gathered.nearest.append((part, candidates.items[: _NEAREST if limit == CANDIDATES else 1]))
        assert gathered is not None
        return gathered

    def _meant(self, text: str, piece: Piece, gathered: Gathered) -> Iterator[Found]:
        """Sentences that say the same in other words."""
        for part, near in gathered.nearest:
            if len(part.words) < _LEAST_MEANT:
                continue
            asked = self.encoder.question(part.span.cut(text))
            for candidate in near:
                sentence, cosine = self._nearest(candidate, asked)
                one = _meaning(candidate.article, part, printed_words(candidate.article.text, sentence), gathered)
                if cosine + _WORDS_SHARE * one.share >= MEANS:
                    yield replace(one, merit=cosine + _WORDS_SHARE * one.share)

    def _nearest(self, candidate: Candidate, asked: Vectors) -> tuple[Span, float]:
        """The sentence of a paragraph that comes nearest in meaning, with its cosine."""
        text = candidate.article.text
        spans = sentences(text, candidate.article.paragraphs[candidate.ordinal - 1].span)
        cosines = self.encoder.passages([span.cut(text) for span in spans]) @ asked
        best = int(cosines.argmax())
        return spans[best], float(cosines[best])

    def _checked(self, text: str, found: Sequence[Found], coverage: Coverage, *, missing: Sequence[Span]) -> Checked:
        places = [(one.article, _paragraph(one).ordinal) for one in found]
        quotations = self.store.quotations_in(places)
        likenesses = []
        for one, said in zip(found, quotations, strict=True):
            paragraph, span = _paragraph(one), one.span
            passage = Passage(
                article=one.article,
                paragraph=paragraph,
                score=one.merit,
                marks=(Span(span.start, min(span.end, paragraph.end)),),
                also=one.also,
                quotations=said,
            )
            difference = steps(one.asked, one.on_file, one.pairs)
            score = len(one.pairs) / len(one.asked)
            likenesses.append(Likeness(passage=passage, span=span, steps=difference, score=score))
        return Checked(asked=text, likenesses=tuple(likenesses), coverage=coverage, missing=tuple(missing))


def _chosen(places: Sequence[Found], quoted: Iterable[Piece], *, limit: int) -> list[Found]:
    """The first places, among them the first for each quotation, however many these are."""
    needed = {place for piece in quoted for place in [i for i, one in enumerate(places) if one.tells(piece)][:1]}
    others = [place for place in range(len(places)) if place not in needed][: max(limit - len(needed), 0)]
    return [places[place] for place in sorted(needed.union(others))]


def _like(found: Sequence[Sequence[Found]], quoted: int) -> list[Found]:
    """The places that are like the first, quoted, pieces; or like the whole text, where much more of it is there.

    What is written around a quotation tells one place of the same words from another.
    """
    inside = [one for of_piece in found[:quoted] for one in of_piece]
    around = [one for of_piece in found[quoted:] for one in of_piece]
    chosen = [one for one in around if not inside or _goes_beyond(one, inside)]
    return chosen + [_supported(one, around) for one in inside if not any(_same_place(one, each) for each in chosen)]


def _goes_beyond(around: Found, inside: Sequence[Found]) -> bool:
    """Whether the whole text is found with much more than what it quotes, or with some of it elsewhere."""
    here = [one for one in inside if _same_place(around, one)]
    if here:
        return len(around.pairs) >= _MUCH_MORE * max(len(one.pairs) for one in here)
    return any(around.stretch.meets(one.stretch) for one in inside)


def _supported(one: Found, around: Sequence[Found]) -> Found:
    return replace(one, merit=max(one.merit, *(each.merit for each in around if _same_place(one, each)), 0))


def alike(piece: Piece, gathered: Gathered) -> Iterator[Found]:
    """The places whose words are like those of a piece, in no particular order."""
    for one in aligned(piece, gathered):
        whole = one.exact and len(one.asked) == len(piece.words)
        near = any(one.share >= share and one.value >= value for share, value in ALIKE)
        if not all(one.keeps([word for word in piece.words if word.span.meets(half)]) for half in piece.halves):
            # It is like one of the two quotations that the piece joins, which is looked for by itself.
            continue
        if whole or (near and len(one.pairs) >= STAYING):
            yield one


def aligned(piece: Piece, gathered: Gathered) -> Iterator[Found]:
    """The piece beside every place that shares words with it."""
    weights = gathered.weights(piece.words)
    worth = {word.form: weight for word, weight in zip(piece.words, weights, strict=True)}
    regions = [
        (article, region) for article, ordinals in gathered.articles.values() for region in _regions(article, ordinals)
    ]
    shared = [sum(worth[form] for form in worth.keys() & {word.form for word in region}) for _, region in regions]
    order = sorted(range(len(regions)), key=lambda i: (-shared[i], regions[i][0].id))
    for article, region in (regions[i] for i in order[: min(_REGIONS, 1 + _ROWS // len(piece.words))]):
        if one := _aligned(piece, article, region, weights):
            yield one


def _aligned(piece: Piece, article: Article, region: Sequence[Word], weights: Sequence[int]) -> Found | None:
    found = match(piece.words, region, weights)
    if found is None:
        return None
    first, last = piece.whole(found.pairs[0][0], found.pairs[-1][0])
    asked = piece.words[first:last]
    on_file, pairs = settled(article.text, asked, region, [(i - first, j) for i, j in found.pairs])
    return Found(
        article=article,
        asked=asked,
        on_file=tuple(on_file),
        pairs=pairs,
        merit=found.value - (len(asked) - len(pairs)),
        value=found.value,
        share=found.value / sum(weights[first:last]),
    )


def _meaning(article: Article, part: Piece, sentence: Sequence[Word], gathered: Gathered) -> Found:
    """A part beside a sentence; ``share`` is that of the weight of its telling words, in whatever order they stand."""
    weights = gathered.weights(part.words)
    found = match(part.words, sentence, weights)
    worth = {word: w for one, w in zip(part.words, weights, strict=True) for word in telling_words(one.form)}
    held = worth.keys() & {word for one in sentence for word in telling_words(one.form)}
    return Found(
        article=article,
        asked=part.words,
        on_file=tuple(sentence),
        pairs=found.pairs if found else (),
        merit=0.0,
        share=sum(worth[word] for word in held) / max(sum(worth.values()), 1),
    )


def distinct(found: Iterable[Found]) -> list[Found]:
    """The best first, each place once, and other articles with nearly the same words beside the best of them.

    Of the same words, those that were published first come first; what is far less like the words is left out.
    """
    kept: list[Found] = []
    for one in sorted(found, key=_order):
        if any(one.outdone(other) for other in kept):
            continue
        twin = next((i for i, other in enumerate(kept) if _same_place(one, other) or one.twin(other)), None)
        if twin is None:
            kept.append(one)
        elif one.article.id not in {each.id for each in (kept[twin].article, *kept[twin].also)}:
            kept[twin] = replace(kept[twin], also=(*kept[twin].also, one.article))
    return kept


def _order(one: Found) -> tuple[float, int, date, str, Span]:
    return -one.merit, len(one.asked), one.article.day or date.max, one.article.id, one.span


def _same_place(one: Found, other: Found) -> bool:
    return one.article.id == other.article.id and one.span.meets(other.span)


def _paragraph(one: Found) -> Paragraph:
    """The paragraph in which the words begin."""
    return next(each for each in one.article.paragraphs if each.start <= one.span.start < each.end)


def _regions(article: Article, ordinals: Iterable[int]) -> Iterator[list[Word]]:
    """The words of paragraphs that follow one another, each with its neighbours: a quotation may go on there."""
    paragraphs = article.paragraphs
    near = sorted({n for ordinal in ordinals for n in (ordinal - 1, ordinal, ordinal + 1) if 0 < n <= len(paragraphs)})
    region: list[Word] = []
    for before, ordinal in zip([0, *near], near, strict=False):
        if region and ordinal != before + 1:
            yield region
            region = []
        region += printed_words(article.text, paragraphs[ordinal - 1].span)
    if region:
        yield region


def _parts(piece: Piece) -> Iterator[Piece]:
    """A long piece in parts of so many words as can be looked up at a time, cut between clauses where it can be."""
    size = max(_PART, -(-len(piece.words) // _PARTS))
    ends = [end for _, end in piece.clauses]
    start = 0
    while start < len(piece.words):
        end = max((end for end in ends if start < end <= start + size), default=min(start + size, len(piece.words)))
        yield Piece(words=piece.words[start:end], clauses=((0, end - start),))
        start = end


def _phrases(printed: str) -> list[tuple[str, ...]]:
    """Every run of a few words, to be found exactly; of fewer words, all of them."""
    analysed = words(printed)
    runs = [tuple(analysed[i : i + _PHRASE]) for i in range(max(1, len(analysed) - _PHRASE + 1))]
    return [run for run in dict.fromkeys(runs) if not STOP_WORDS.issuperset(run)]
