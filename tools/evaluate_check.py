"""Prints how well the source of words is found: as printed, perturbed, in a message; and what is not on file abstained.

Sentences of rtqa's articles, out of the archive that holds them, are looked for; then sentences of other years and of
novels, which nothing on file is like. Beside it stand what a question finds, and difflib over every paragraph.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from time import process_time

from rich.console import Console
from rich.table import Table

from embeddings import Archive, Article, Found, Span
from embeddings.alignment import printed_words
from embeddings.paragraphs import paragraphs, sentences
from tools.datasets import archive_of, question_set, shared

SENTENCES = 300
COMPARED = 12
"""So many sentences are compared with every paragraph by difflib, which takes seconds for each."""
SHORTEST, LONGEST = 8, 40
UNRELATED = {"news of 2016": "polnear_dev.jsonl", "novels": "pdnc_dev.jsonl"}
console = Console(width=120, highlight=False)

Finds = Callable[[str], str | None]
"""The passage that a system gives for a text, None where it abstains."""


@dataclass(frozen=True, slots=True)
class Disturbing:
    """Makes of a sentence what people paste."""

    vocabulary: Sequence[str]
    chance: random.Random

    def edited(self, text: str, edits: int) -> str:
        """The text with so many words put in, left out, replaced or misread."""
        words = text.split()
        for _ in range(edits):
            self._edit(words)
        return " ".join(words)

    def replaced_inside(self, text: str) -> str:
        """The text with another word in the place of one that is neither the first nor the last."""
        words = text.split()
        at = self.chance.randrange(2, len(words) - 2)
        return " ".join([*words[:at], "otherwise", *words[at + 1 :]])

    def _edit(self, words: list[str]) -> None:
        at, how = self.chance.randrange(len(words)), self.chance.choice("rdim")
        if how == "d" and len(words) > 1:
            del words[at]
        elif how == "i":
            words.insert(at, self.chance.choice(self.vocabulary))
        elif how == "m":
            place = self.chance.randrange(len(words[at]))
            words[at] = words[at][:place] + self.chance.choice("rnlceo") + words[at][place + 1 :]
        else:
            words[at] = self.chance.choice(self.vocabulary)


def main() -> None:
    """The table."""
    with archive_of(question_set("rtqa")) as archive:
        report(archive)


def report(archive: Archive) -> None:
    """Every row, for the check and for what it is compared with."""
    chance = random.Random(0)
    articles = list(archive.store.served())
    on_file = [span.cut(article.text) for article, span in drawn(articles, SENTENCES, chance)]
    disturbing = Disturbing([w for a in chance.sample(articles, 200) for w in a.text.split()], chance)
    systems: dict[str, Finds] = {"check": lambda text: checked(archive, text), "ask": lambda text: asked(archive, text)}
    table = Table(title=f"{len(on_file)} sentences on file: the first place is theirs", title_justify="left")
    for column in ("as pasted", *systems, "CPU ms a check"):
        table.add_column(column, justify="left" if column == "as pasted" else "right")
    for label, pasted in rows(on_file, disturbing).items():
        started = process_time()
        shares = [share(find, pasted, on_file) for find in list(systems.values())[:1]]
        spent = (process_time() - started) / len(on_file)
        shares += [share(find, pasted, on_file) for find in list(systems.values())[1:]]
        table.add_row(label, *(f"{one:.1%}" for one in shares), f"{spent * 1000:.0f}")
    console.print(table)
    _exactness(archive, on_file, disturbing)
    _unrelated(systems, chance)
    _difflib(articles, on_file, disturbing)


def drawn(articles: Sequence[Article], count: int, chance: random.Random) -> Iterator[tuple[Article, Span]]:
    """Sentences of eight to forty words, from anywhere."""
    while count:
        article = chance.choice(articles)
        span = chance.choice(sentences(article.text, chance.choice(article.paragraphs).span))
        if SHORTEST <= len(printed_words(article.text, span)) <= LONGEST:
            count -= 1
            yield article, span


def rows(on_file: Sequence[str], disturbing: Disturbing) -> dict[str, list[str]]:
    """What is pasted for each sentence, by what was done to it."""
    plain = str.maketrans(dict.fromkeys('“”"«»', "") | {"’": "'", "‘": "'", "–": "-", "—": "-", ",": ""})
    return {
        "as printed": list(on_file),
        "in capitals, without marks": [text.translate(plain).upper() for text in on_file],
        "in a message": [
            f"hey, somebody tweeted that they said “{t.translate(plain)}” 😳 is it true?" for t in on_file
        ],
        **{f"{edits} words changed": [disturbing.edited(text, edits) for text in on_file] for edits in range(1, 6)},
    }


def checked(archive: Archive, text: str) -> str | None:
    """The words in the paragraph of the likeness that comes first, and those that go on after it."""
    found = archive.check(text, limit=1).likenesses
    if not found:
        return None
    passage = found[0].passage
    return passage.article.text[passage.paragraph.start : max(passage.paragraph.end, found[0].span.end)]


def asked(archive: Archive, text: str) -> str | None:
    """The passage that comes first when the text is asked as a question."""
    answer = archive.ask(text[:2_000], limit=1, marked=0)
    return answer.passages[0].text if isinstance(answer, Found) else None


def share(find: Finds, pasted: Sequence[str], on_file: Sequence[str]) -> float:
    """How often what is found holds the sentence."""
    found = (find(text) for text in pasted)
    return sum(
        passage is not None and holds(passage, text) for passage, text in zip(found, on_file, strict=True)
    ) / len(on_file)


def holds(passage: str, text: str) -> bool:
    """Whether all words of the text stand in the passage, in a row."""
    mine, theirs = ([word.form for word in printed_words(each)] for each in (text, passage))
    return any(theirs[i : i + len(mine)] == mine for i in range(len(theirs)))


def _exactness(archive: Archive, on_file: Sequence[str], disturbing: Disturbing) -> None:
    """How often the first place is called word for word, where it is and where it is not."""
    plain = [text for text in on_file if not any(mark in text for mark in "“”\"‘’'–—:")]
    for label, texts in (
        ("as printed", plain),
        ("with one word inside replaced", [disturbing.replaced_inside(text) for text in plain]),
    ):
        found = [archive.check(text, limit=1).likenesses for text in texts]
        exact = sum(bool(one) and one[0].exact for one in found)
        console.print(f"Called word for word, {label}: {exact} of {len(texts)}")


def _unrelated(systems: dict[str, Finds], chance: random.Random) -> None:
    for label, name in UNRELATED.items():
        lines = (shared() / "data" / "quotes" / name).read_text(encoding="utf-8").splitlines()
        texts = [json.loads(line)["text"] for line in lines]
        articles = [Article(id=str(n), text=text, paragraphs=paragraphs(text)) for n, text in enumerate(texts)]
        pasted = [span.cut(article.text) for article, span in drawn(articles, SENTENCES, chance)]
        told = ", ".join(
            f"{system} {sum(find(text) is None for text in pasted) / len(pasted):.1%}"
            for system, find in systems.items()
        )
        console.print(f"Not on file ({label}), abstained: {told}")


def _difflib(articles: Sequence[Article], on_file: Sequence[str], disturbing: Disturbing) -> None:
    """The paragraph with most of the words in order, by difflib."""
    every = [paragraph.span.cut(article.text) for article in articles for paragraph in article.paragraphs]
    words = [[word.form for word in printed_words(text)] for text in every]
    started = process_time()
    right = 0
    for text in on_file[:COMPARED]:
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2([word.form for word in printed_words(disturbing.edited(text, 3))])
        right += holds(every[max(range(len(every)), key=lambda i: _in_order(matcher, words[i]))], text)
    spent = (process_time() - started) / COMPARED
    console.print(
        f"difflib over {len(every):,} paragraphs, 3 words changed: {right} of {COMPARED} found, {spent:.1f} CPU s each"
    )


def _in_order(matcher: SequenceMatcher[str], words: list[str]) -> int:
    matcher.set_seq1(words)
    return sum(block.size for block in matcher.get_matching_blocks())


if __name__ == "__main__":
    main()
