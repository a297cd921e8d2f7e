"""How well copies of one story are found: articles copied with edits, and all pairs of a large set of real ones.

What is found is set beside an exact baseline in the same run: Jaccard similarity of all three-word shingles.
``--show N`` prints N pairs that were found, to be read.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy.sparse

from embeddings.duplicates import SAME_COPY, Signature, are_copies, bands, likeness, signature
from embeddings.words import words
from tools.datasets import shared

BASELINE = 0.5
"""Exact Jaccard similarity from which the baseline takes two texts for one copy."""
ANOTHER, SAME = 0.5, 0.8
"""Real pairs are sorted by how much of the shorter text's three-word shingles stands in the other: less than half makes
another story for certain. Above it words alone do not tell a copy from a new story with old text: read those pairs."""
NEIGHBOURS = 0.2
"""Another story that shares so much is a hard one."""
SAMPLE, PATTERNED = 400, 60
Edit = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Article:
    """A real article of the large set."""

    url: str
    outlet: str
    title: str
    day: str
    text: str


def articles() -> list[Article]:
    """The large set, each address once."""
    with gzip.open(shared() / "data" / "retrieval" / "news_large.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = (
            Article(_address(row["url"]), row["source"], row["title"], row["published"][:10], row["text"])
            for row in map(json.loads, lines)
        )
        return list({one.url: one for one in found}.values())


def _address(url: str) -> str:
    return re.sub(r"^https?://(www\.|amp\.)?", "", url).rstrip("/")


# Copies with edits.


class Editor:
    """Makes copies as carriers do, the same ones at every run."""

    def __init__(self, pool: Sequence[Article]) -> None:
        self._chance = random.Random(7)
        self._pool = pool
        self._vocabulary = [word for one in self._chance.sample(pool, 200) for word in one.text.split()]

    def kinds(self) -> dict[str, tuple[Edit, ...]]:
        """Each kind of copy with the edits that make it."""
        lead, swap = self.with_own_lead, self.with_sentences_swapped
        return {
            "whole, another dateline": (self.with_dateline,),
            "last 10 % cut": (cut(0.1),),
            "last 30 % cut": (cut(0.3),),
            "last 50 % cut": (cut(0.5),),
            "paragraphs dropped and put in": (self.with_other_paragraphs,),
            "own first paragraph": (lead,),
            "neighbouring sentences swapped": (swap,),
            "all sentences shuffled": (self.with_sentences_shuffled,),
            "one number in three changed": (self.with_numbers_changed,),
            "1 % of words replaced": (self.replaced(0.01),),
            "5 % of words replaced": (self.replaced(0.05),),
            "10 % of words replaced": (self.replaced(0.1),),
            "15 % of words replaced": (self.replaced(0.15),),
            "30 % cut, 5 % replaced, own lead": (cut(0.3), self.replaced(0.05), lead),
            "50 % cut, 5 % replaced, own lead": (cut(0.5), self.replaced(0.05), lead),
            "50 % cut, 10 % replaced": (cut(0.5), self.replaced(0.1)),
            "33 % cut, 15 % replaced": (cut(0.33), self.replaced(0.15)),
            "swapped, 10 % replaced, own lead": (swap, self.replaced(0.1), lead),
        }

    def _words_of_another(self, count: int) -> str:
        printed = self._chance.choice(self._pool).text.split()
        start = self._chance.randrange(max(1, len(printed) - count))
        return " ".join(printed[start : start + count])

    def with_dateline(self, text: str) -> str:
        """Another dateline in front."""
        return f"HARWICK, Feb. 3 (SRN) — {text}"

    def with_own_lead(self, text: str) -> str:
        """A paragraph of forty words in front that the agency did not write."""
        return f"{self._words_of_another(40)}\n\n{text}"

    def with_other_paragraphs(self, text: str) -> str:
        """One paragraph in ten dropped, and as many others of thirty words put in."""
        paragraphs = text.split("\n\n")
        count = max(1, len(paragraphs) // 10)
        for _ in range(min(count, len(paragraphs) - 1)):
            paragraphs.pop(self._chance.randrange(len(paragraphs)))
        for _ in range(count):
            paragraphs.insert(self._chance.randrange(len(paragraphs) + 1), self._words_of_another(30))
        return "\n\n".join(paragraphs)

    def with_sentences_swapped(self, text: str) -> str:
        """Every other pair of neighbouring sentences the other way round."""
        sentences = _sentences(text)
        for first in range(0, len(sentences) - 1, 4):
            sentences[first : first + 2] = reversed(sentences[first : first + 2])
        return " ".join(sentences)

    def with_sentences_shuffled(self, text: str) -> str:
        """All sentences in any order."""
        sentences = _sentences(text)
        self._chance.shuffle(sentences)
        return " ".join(sentences)

    def with_numbers_changed(self, text: str) -> str:
        """One number in three another one."""
        return re.sub(
            r"\d+", lambda found: found[0] if self._chance.random() > 1 / 3 else str(self._chance.randrange(100)), text
        )

    def replaced(self, share: float) -> Edit:
        """So many of the words others, at random."""

        def edit(text: str) -> str:
            printed = text.split(" ")
            return " ".join(
                self._chance.choice(self._vocabulary) if self._chance.random() < share else one for one in printed
            )

        return edit


def cut(share: float) -> Edit:
    """The text without so much of its end."""

    def edit(text: str) -> str:
        printed = text.split(" ")
        return " ".join(printed[: round(len(printed) * (1 - share))])

    return edit


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?”])\s+", text)


def edited(text: str, edits: Sequence[Edit]) -> str:
    """The text after these edits, one after the other."""
    for edit in edits:
        text = edit(text)
    return text


# Reports made to a pattern.

_PATTERNS = {
    "company results": (
        "{place} (CPA) — {name} Corp. on {weekday} reported {quarter}-quarter net income of ${n}.{n} million. The "
        "{place}-based company said it had profit of ${n}.{n} per share. Earnings, adjusted for one-time gains "
        "and costs, were ${n}.{n} per share. The results {verb} expectations. The average estimate of {n} "
        "analysts surveyed by Northgate Research was for earnings of ${n}.{n} per share. The company posted "
        "revenue of ${n}.{n} million in the period, which also {verb} forecasts. {n} analysts surveyed by "
        "Northgate Research expected ${n}.{n} million. {name} shares have {verb} {n} percent since the beginning "
        "of the year. In the final minutes of trading on {weekday}, shares hit ${n}.{n}, a change of {n} percent "
        "in the last 12 months. This story was generated automatically using data from Northgate Research, which "
        "has a report on {name} at its site."
    ),
    "markets": (
        "Major stock indexes {verb} {weekday}. The broad index {verb} {n}.{n} points, or 0.{n} percent, to "
        "{n}{n}.{n}. The index of industrial companies {verb} {n}.{n} points, or 0.{n} percent, to {n}{n}.{n}. "
        "The technology index {verb} {n}.{n} points, or 0.{n} percent, to {n}{n}.{n}. For the week the broad "
        "index is up {n}.{n} points, or {n}.{n} percent. The industrial index is up {n}.{n} points, or {n}.{n} "
        "percent. For the year the broad index is up {n}{n}.{n} points, or {n}.{n} percent. The technology index "
        "is up {n}{n}.{n} points, or {n}.{n} percent."
    ),
    "weather": (
        "{place} forecast for {weekday}: {sky} with a high near {n} and a low around {n}. Winds from the {wind} "
        "at {n} kilometres an hour. The chance of rain is {n} percent. Tonight {sky}, with a low around {n}. "
        "Winds from the {wind} at {n} kilometres an hour. Tomorrow {sky}, with a high near {n} and gusts of up to "
        "{n} kilometres an hour. Outlook for the weekend: {sky} on Saturday with highs of {n}, {sky} on Sunday "
        "with highs of {n}. Sunrise is at {n}:{n} and sunset at {n}:{n}. High tide at {place} harbour is at "
        "{n}:{n}."
    ),
}
_FOOTER = (
    "Copyright 2026 The Coastal Press Association. All rights reserved. This material may not be published, "
    "broadcast, rewritten or redistributed without permission. The Coastal Press Association receives support "
    "from several private foundations for its coverage of climate and the environment. The association is solely "
    "responsible for all content. Find its standards for working with philanthropies, a list of supporters and "
    "funded coverage areas on its site."
)
_FILLERS = {
    "place": "Millbrook Ashdown Carrow Denby Eastholm Farley Gorse Harrow Kelby Lorne".split(),
    "name": "Brightwater Calder Delmont Everline Foxglove Granite Keystone Lantern Meridian".split(),
    "weekday": "Monday Tuesday Wednesday Thursday Friday".split(),
    "quarter": "first second third fourth".split(),
    "verb": "surpassed missed met exceeded".split(),
    "sky": "sunny cloudy rainy windy foggy thunderstorms".split(),
    "wind": "north south west east".split(),
}


def patterned(pool: Sequence[Article]) -> Iterator[tuple[str, list[str]]]:
    """Each kind of report with texts that are no copies of one another, however alike."""
    chance = random.Random(11)
    for kind, pattern in _PATTERNS.items():
        yield kind, [_filled(pattern, chance) for _ in range(PATTERNED)]
    briefs = (" ".join(one.text.split()[:90]) for one in chance.sample(pool, PATTERNED))
    yield "briefs with one footer", [f"{brief}\n\n{_FOOTER}" for brief in briefs]


def _filled(pattern: str, chance: random.Random) -> str:
    return re.sub(
        r"\{(\w+)\}",
        lambda slot: str(chance.randrange(2, 99)) if slot[1] == "n" else chance.choice(_FILLERS[slot[1]]),
        pattern,
    )


# The baseline.


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """All three-word shingles."""
    spoken = words(text)
    return frozenset(zip(spoken, spoken[1:], spoken[2:], strict=False))


def jaccard(one: Collection[object], other: Collection[object]) -> float:
    """The exact similarity of two sets."""
    shared_ones = len(set(one) & set(other))
    return shared_ones / max(len(one) + len(other) - shared_ones, 1)


Pair = tuple[int, int]


def overlaps(sets: Sequence[frozenset[tuple[str, ...]]]) -> dict[Pair, tuple[float, float]]:
    """Jaccard similarity and share of the smaller set, of all pairs that share a fifth of the smaller one."""
    numbers: dict[tuple[str, ...], int] = {}
    columns = [numbers.setdefault(shingle, len(numbers)) for one in sets for shingle in one]
    sizes = np.array([len(one) for one in sets])
    ends = np.concatenate([[0], np.cumsum(sizes)])
    table = scipy.sparse.csr_matrix((np.ones(len(columns), dtype=np.float32), columns, ends))
    found: dict[Pair, tuple[float, float]] = {}
    for start in range(0, len(sets), 500):
        block = (table[start : start + 500] @ table.T).tocoo()
        ones, others, counts = block.row + start, block.col, block.data
        near = (others > ones) & (counts >= NEIGHBOURS * np.minimum(sizes[ones], sizes[others]))
        for one, other, count in zip(ones[near].tolist(), others[near].tolist(), counts[near].tolist(), strict=True):
            total = sizes[one] + sizes[other] - count
            found[one, other] = (count / total, count / min(sizes[one], sizes[other]))
    return found


def sharing_a_band(signatures: Sequence[Signature]) -> set[Pair]:
    """The pairs that the store would compare."""
    buckets: dict[bytes, list[int]] = defaultdict(list)
    for number, one in enumerate(signatures):
        for key in bands(one):
            buckets[key].append(number)
    return {pair for bucket in buckets.values() for pair in combinations(bucket, 2)}


# The report.


def report_edited(pool: Sequence[Article]) -> None:
    """Recall for each kind of copy."""
    editor = Editor(pool)
    sample = random.Random(5).sample([one for one in pool if 100 <= len(one.text.split()) <= 3_000], SAMPLE)
    print(f"\n{SAMPLE} articles, copied with edits: share found (a band in common and likeness ≥ {SAME_COPY})\n")
    print(f"{'':36}{'found':>8}{'exact Jaccard':>15}{'median likeness':>17}")
    for kind, edits in editor.kinds().items():
        texts = [(one.text, edited(one.text, edits)) for one in sample]
        signed = [(signature(one), signature(other)) for one, other in texts]
        found = [are_copies(*pair) and not set(bands(pair[0])).isdisjoint(bands(pair[1])) for pair in signed]
        exact = [jaccard(shingles(one), shingles(other)) >= BASELINE for one, other in texts]
        middle = float(np.median([likeness(*pair) for pair in signed]))
        print(f"{kind:36}{np.mean(found):8.1%}{np.mean(exact):15.1%}{middle:17.2f}")


def report_patterned(pool: Sequence[Article]) -> None:
    """How often reports made to one pattern are taken for copies."""
    print(f"\n{PATTERNED} reports made to one pattern: pairs wrongly taken for copies\n")
    for kind, texts in patterned(pool):
        pairs = list(combinations([signature(text) for text in texts], 2))
        alike = np.array([likeness(*pair) for pair in pairs])
        exact = [jaccard(*pair) >= BASELINE for pair in combinations([shingles(text) for text in texts], 2)]
        print(
            f"{kind:28}{int(np.sum(alike >= SAME_COPY)):5} of {len(pairs):,}  (exact Jaccard {sum(exact)})"
            f"   greatest likeness {alike.max():.2f}"
        )


def report_real(pool: Sequence[Article], show: int) -> None:
    """Precision and recall over all pairs of real articles, and what it costs."""
    began = time.process_time()
    signatures = [signature(one.text) for one in pool]
    signing = time.process_time() - began
    found = {pair for pair in sharing_a_band(signatures) if are_copies(*(signatures[one] for one in pair))}
    finding = time.process_time() - began
    compared = len(sharing_a_band(signatures))

    began = time.process_time()
    sets = [shingles(one.text) for one in pool]
    exact = overlaps(sets)
    exactly = time.process_time() - began

    total = len(pool) * (len(pool) - 1) // 2
    short = sum(not len(one) for one in signatures)
    sizes = Counter(one.outlet for one in pool).values()
    across = total - sum(size * (size - 1) // 2 for size in sizes)
    print(f"\n{len(pool):,} real articles, {total:,} pairs, {across:,} by two outlets; too short to tell: {short}\n")
    print(f"{'':44}{'signatures':>12}{'exact Jaccard':>15}")
    answers = (found, {pair for pair, (alike, _) in exact.items() if alike >= BASELINE})
    for title, low, high in (
        (f"pairs sharing {SAME:.0%} or more of the shorter text", SAME, 2.0),
        (f"pairs sharing {ANOTHER:.0%} to {SAME:.0%}", ANOTHER, SAME),
        (f"pairs sharing {NEIGHBOURS:.0%} to {ANOTHER:.0%} (another story)", NEIGHBOURS, ANOTHER),
    ):
        among = {pair for pair, (_, share) in exact.items() if low <= share < high}
        counts = [f"{len(answer & among)} of {len(among)}" for answer in answers]
        print(f"{title:44}{counts[0]:>12}{counts[1]:>15}")
    for title, wrong in (
        (f"of those found, sharing less than {ANOTHER:.0%}", lambda pair: exact.get(pair, (0.0, 0.0))[1] < ANOTHER),
        ("of those found, by two outlets", lambda pair: len({pool[one].outlet for one in pair}) > 1),
    ):
        counts = [f"{sum(map(wrong, answer))} of {len(answer)}" for answer in answers]
        print(f"{title:44}{counts[0]:>12}{counts[1]:>15}")
    held = sum(map(len, sets)) * 8 / len(pool)
    print(f"{'bytes an article':44}{signatures[0].nbytes:12,}{held:15,.0f}")
    print(f"{'CPU-ms an article, all told':44}{finding / len(pool) * 1e3:12.2f}{exactly / len(pool) * 1e3:15.2f}")
    print(f"\nOf a signature: {signing / len(pool) * 1e3:.2f} CPU-ms; {len(bands(signatures[0]))} bands of 8 bytes")
    print(f"Pairs compared for sharing a band: {compared:,}, {compared / total * 1e6:.1f} in a million")
    print(f"Time beside the baseline: {finding / exactly:.2f}; bytes beside it: {signatures[0].nbytes / held:.2f}")
    for one, other in sorted(found, key=lambda pair: likeness(*(signatures[each] for each in pair)))[:show]:
        print(f"\n{likeness(signatures[one], signatures[other]):.2f}, sharing {exact.get((one, other), (0, 0))[1]:.0%}")
        for each in (pool[one], pool[other]):
            print(f"  {each.day} {each.title}\n    {each.url}\n    {' '.join(each.text.split())[:300]}")


def main() -> None:
    """Everything, one part after the other."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--show", type=int, default=0, help="print so many of the pairs found, the least alike first")
    show = asked.parse_args().show
    pool = articles()
    report_real(pool, show)
    report_edited(pool)
    report_patterned(pool)


if __name__ == "__main__":
    main()
