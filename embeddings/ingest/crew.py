"""Who looks for quotations: this process, and once there is much to do others beside it.

One process of Python works on one thing at a time. The others are plain interpreters that are spoken to through
pipes. They import nothing of the program that runs here, which may be anybody's script, and end when their standard
input does: with this process, however it ends.
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from time import perf_counter
from typing import IO, Protocol, cast

from embeddings.ingest.pace import Pace, Stage
from embeddings.news import Article, Extraction

_MUCH = 300_000
"""Characters that are looked through in this process first: others take some seconds to begin."""
_WORK = "from embeddings.ingest.crew import work; work()"
_log = logging.getLogger(__name__)


class Extracts(Protocol):
    """Finds the quotations of an article."""

    def extract(self, article: Article) -> Extraction:
        """The quotations, or why none were looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """How many processes may look for quotations side by side, and what makes an extractor in each of them.

    ``make`` must be known by its name: a function of a module, or a ``partial`` of one. With 0 or 1 all is done in
    this process.
    """

    make: Callable[[], Extracts | None]
    processes: int = 1


def extracted(extractor: Extracts, article: Article) -> Extraction:
    """The quotations of an article; none, with the reason, where the extractor fails over it.

    Its rules meet whatever a wire sends. One article that they were not made for must not end the run of thousands.
    """
    try:
        return extractor.extract(article)
    except Exception as error:  # noqa: BLE001 - whatever it is, the article's words are whole, and can be found
        _log.warning("quotations of %s are not looked for: please report this", article.id, exc_info=error)
        return Extraction(skipped=f"a fault of the program, {type(error).__name__}: please report it")


class Crew:
    """Looks for quotations during one run; ``end`` it, which ends every process that it began."""

    def __init__(self, extractor: Extracts | None, hands: Hands | None, pace: Pace) -> None:
        self._extractor, self._hands, self._pace = extractor, hands, pace
        self._looked_through = 0
        self._threads: ThreadPoolExecutor | None = None
        self._workers: list[_Worker] = []
        self._free: SimpleQueue[_Worker | None] = SimpleQueue()
        self._ended = False

    def begin(self, article: Article) -> Callable[[], Extraction]:
        """Look for an article's quotations, or have it done; what is handed back gives them, and waits if need be."""
        if self._extractor is None:
            return Extraction
        if not self._many(article):
            found = self._extracted(article)
            return lambda: found
        if self._threads is None:
            self._threads = self._started(cast(Hands, self._hands))
        return self._threads.submit(self._sent, article).result

    def _many(self, article: Article) -> bool:
        self._looked_through += len(article.text)
        return self._hands is not None and self._hands.processes > 1 and self._looked_through > _MUCH

    def _started(self, hands: Hands) -> ThreadPoolExecutor:
        for _ in range(hands.processes):
            try:
                self._workers.append(_Worker(hands.make))
                self._free.put(self._workers[-1])
            except OSError as error:
                self._warn(str(error))
                self._free.put(None)
        return ThreadPoolExecutor(hands.processes, thread_name_prefix="quotations")

    def _sent(self, article: Article) -> Extraction:
        """What one of the processes finds; what this one finds where that is lost."""
        worker = self._free.get()
        try:
            if worker is None:
                return self._extracted(article)
            found, seconds = worker.extract(article)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            if self._ended:
                raise
            self._warn(f"{type(error).__name__} {error}".strip())
            worker = None
            return self._extracted(article)
        else:
            self._pace.add(Stage.EXTRACTING, seconds)
            return found
        finally:
            self._free.put(worker)

    def _warn(self, why: str) -> None:
        _log.warning("a process that looks for quotations is lost (%s): what it would do is done in this one", why)

    def _extracted(self, article: Article) -> Extraction:
        assert self._extractor is not None
        with self._pace.spent(Stage.EXTRACTING):
            return extracted(self._extractor, article)

    def end(self) -> None:
        """End every process that was begun; whoever waits for one of them is told that it is lost."""
        self._ended = True
        if self._threads:
            self._threads.shutdown(wait=False, cancel_futures=True)
            for worker in self._workers:
                worker.end()
            self._threads.shutdown()
            for worker in self._workers:
                worker.let_go()


class _Worker:
    """One process that looks for quotations, one article at a time; for one thread at a time."""

    def __init__(self, make: Callable[[], Extracts | None]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _WORK],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What goes wrong there is done once more here, and told then.
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            # An interrupt is for this process, which ends the others.
            start_new_session=True,
        )
        self._given, self._answered = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        self._make: Callable[[], Extracts | None] | None = make

    def extract(self, article: Article) -> tuple[Extraction, float]:
        """What it finds, and in how many seconds; raises OSError, EOFError or UnpicklingError where it is lost."""
        if self._make is not None:
            pickle.dump(self._make, self._given)
            self._make = None
        pickle.dump(article, self._given)
        self._given.flush()
        return cast(tuple[Extraction, float], pickle.load(self._answered))

    def end(self) -> None:
        """End it, whatever it does; whoever waits for its answer is told that there is none."""
        self._process.kill()
        self._process.wait()

    def let_go(self) -> None:
        """Close the pipes, once nobody waits for an answer."""
        for pipe in (self._given, self._answered):
            try:
                pipe.close()
            except OSError:
                # What was not sent any more is not missed.
                continue


def work() -> None:
    """Look for quotations in the articles that come on standard input, until it ends: what those processes do."""
    # Whatever prints does not disturb the answers.
    given, answered = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    extractor = pickle.load(given)()
    while True:
        try:
            article = pickle.load(given)
        except EOFError:
            return
        started = perf_counter()
        found = extracted(extractor, article)
        pickle.dump((found, perf_counter() - started), answered)
        answered.flush()
