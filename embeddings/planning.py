"""What an archive of a given size needs: arithmetic over constants that were measured, each with its source; no I/O.

A machine is full when its working set is 70 % of its memory, and busy when half of its processors are: what is left
carries a peak, a failed neighbour and the growth until somebody looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, exp, isfinite, log, log2
from statistics import NormalDist

from embeddings.errors import BadQuestion


@dataclass(frozen=True, slots=True)
class Constant:
    """One measured, chosen or given number: how it is called, its value and unit, and where it comes from."""

    name: str
    value: float
    unit: str
    source: str


class Engine(StrEnum):
    """Where the archive is kept."""

    EMBEDDED = "embedded"
    POSTGRES = "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a plan: what, how much, the formula, and the constants that stand in it."""

    name: str
    value: float
    unit: str
    formula: str
    constants: tuple[Constant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to set up, and the figures for it in the order in which they are worked out."""

    engine: Engine
    reason: str
    figures: tuple[Figure, ...]
    advice: tuple[str, ...]

    @property
    def constants(self) -> tuple[Constant, ...]:
        """Every constant that some figure stands on, once."""
        return tuple({one.name: one for figure in self.figures for one in figure.constants}.values())

    def __getitem__(self, name: str) -> float:
        """A figure by its name; KeyError where the plan has none."""
        return {one.name: one.value for one in self.figures}[name]


_SCALE = "python -m tools.bench_scale, at ten million"
_SERVER = "PostgreSQL 18.1 and pgvector 0.8.5, measured at 100,000 to a million paragraphs"

# Chosen: how full a machine may be, and what is bought.
FULL = Constant("full", 0.7, "of memory", "chosen: the rest is for a peak and for growth")
BUSY = Constant("busy", 0.5, "of processors", "chosen: with half of the machines gone, the rest still answer")
FREE = Constant("free", 0.3, "of the disk", "chosen: for compaction, an index built beside the old one, growth")
COPIES = Constant("copies", 3, "machines a shard", "chosen: a primary and two replicas, so that one may fail")
LARGEST = Constant("largest", 128, "GB of memory", "chosen: what a machine may have before the archive is sharded")
CORES = Constant("cores", 16, "processors", "chosen: what a machine may have before there are more of them")
HALFVEC_SHARDS = Constant("halfvec_shards", 8, "shards", "chosen: above, the smaller index is worth its loss of recall")
BOTS = Constant("bots", 4, "replicas a machine", "chosen: a processor and the memory for each")

# The embedded engine, on one machine: what tools/bench_scale.py prints is written down here and nowhere else.
EMBEDDED_MOST = Constant("embedded_most", 10_000_000, "paragraphs", f"{_SCALE}: no more was measured")
EMBEDDED_TEXT = Constant("embedded_text", 0.25, "KB a paragraph", _SCALE)
EMBEDDED_INDEX = Constant("embedded_index", 0.97, "KB a paragraph", _SCALE)
EMBEDDED_RESIDENT = Constant("embedded_resident", 0.2, "KB a paragraph", _SCALE)
_STEPS = ((10_000, 14.0, 18.0), (100_000, 21.0, 26.0), (1_000_000, 26.0, 34.0), (10_000_000, 39.0, 55.0))
"""Paragraphs, and the 50th and 95th percentile of a question with five sentences marked, in a processor's ms."""
_CURVE = "python -m tools.bench_scale, asked again"
EMBEDDED_P50 = {size: Constant(f"embedded_p50 at {size:,}", middle, "ms", _CURVE) for size, middle, _ in _STEPS}
EMBEDDED_P95 = {size: Constant(f"embedded_p95 at {size:,}", late, "ms", _CURVE) for size, _, late in _STEPS}

# The encoder and the bot.
ENCODING = Constant("encoding", 152, "paragraphs a second a processor", "onrecord bench encode (int8)")
QUESTION = Constant("question", 3.2, "ms", "int8 through onnxruntime, one question")
RANKING = Constant("ranking", 9, "ms", "what a question takes besides, five sentences marked (tools.bench_scale)")
BOT_MEMORY = Constant("bot_memory", 0.3, "GB a replica", "make bench-replicas: 0.24 GB resident, and a reserve")
BOT_CONNECTIONS = Constant(
    "bot_connections", 18, "a replica", "what its pools keep: 8 to the archive, 10 to its memory"
)
MOST_CONNECTIONS = Constant(
    "most_connections", 200, "connections", "max_connections of deploy/kubernetes/database.yaml"
)
SOCKETS = Constant("sockets", 10, "connections", "Slack's limit for Socket Mode; each replica holds one")

# PostgreSQL with pgvector.
ROW = Constant("row", 3.55, "KB a paragraph", f"{_SERVER}: text, word index, vector, halfvec index")
SENTENCES = Constant("sentences", 0.17, "KB a paragraph", f"{_SCALE}: read for what is shown alone")
HALFVEC = Constant("halfvec", 1.2, "KB a paragraph", f"{_SERVER}: HNSW over halfvec")
BINARY = Constant("binary", 0.35, "KB a paragraph", f"{_SERVER}: HNSW over bits, 100 re-ranked, recall .985")
WAL = Constant("wal", 16, "GB a machine", "chosen: max_wal_size, and what is kept for a replica that is away")
WORDS = Constant("words", 17, "ms a million paragraphs", f"{_SERVER}: weak-AND at a million, taken as proportional")
NEAREST = Constant("nearest", 3.6, "ms at 100,000", f"{_SERVER}: HNSW, taken to grow with the logarithm")
TRIPS = Constant("trips", 5, "a question", "coverage, candidates, copies, quotations, sentences: one each (tests)")
TRIP = Constant("trip", 1.0, "ms", "chosen: there and back within one data centre")
TAIL = Constant(
    "tail", 2.0, "p95 ÷ p50", "make bench-postgres at 100,000: 1.2 to 1.5 on a quiet machine, up to 2.3 on a busy one"
)
COPYING = Constant("copying", 9_600, "rows a second", f"{_SERVER}: COPY before the index is built")
LIVE = Constant("live", 122, "rows a second", f"{_SERVER}: into a live index")
GRAPH = Constant(
    "graph", 2_217, "rows a second a processor", "FAISS HNSW32 at a million, 451 CPU-s; taken for pgvector"
)

_KB, _DAY = 1e-6, 86_400
_SOLD = (8, 16, 32, 64, 128)
"""GB of memory that machines are sold with."""
_MOST_PARAGRAPHS, _MOST_QUESTIONS, _MOST_REPLICAS = 100_000_000_000, 10_000.0, 1_000


@dataclass(frozen=True, slots=True)
class _Asked:
    paragraphs: int
    questions: float
    replicas: int


def plan(*, paragraphs: int, questions_per_second: float, replicas: int) -> Plan:
    """What so many paragraphs and questions need with so many replicas of the bot; raises BadQuestion for nonsense."""
    asked = _Asked(paragraphs, questions_per_second, replicas)
    _refuse_nonsense(asked)
    reason = _outgrown(asked)
    return _on_postgres(asked, reason) if reason else _on_one_machine(asked)


def _refuse_nonsense(asked: _Asked) -> None:
    limits = (
        ("--paragraphs", asked.paragraphs, 1, _MOST_PARAGRAPHS),
        ("--questions-per-second", asked.questions, 0.001, _MOST_QUESTIONS),
        ("--replicas", asked.replicas, 1, _MOST_REPLICAS),
    )
    for option, value, least, most in limits:
        if not (isfinite(value) and least <= value <= most):
            raise BadQuestion(f"{option} {value:,} cannot be planned for: give a number from {least:,} to {most:,}")


def _outgrown(asked: _Asked) -> str:
    """Why one machine will not do; nothing where it will."""
    if asked.paragraphs > EMBEDDED_MOST.value:
        return f"more than the {EMBEDDED_MOST.value:,.0f} paragraphs that one machine was measured with"
    if asked.replicas > 1:
        return "several replicas of the bot need one database that all of them reach"
    if _embedded_cores(asked) > CORES.value:
        return f"more questions than {CORES.value:.0f} processors answer at half their use"
    return ""


def _figure(name: str, value: float, unit: str, formula: str, *constants: Constant) -> Figure:
    return Figure(name, value, unit, formula, constants)


def _on_one_machine(asked: _Asked) -> Plan:
    n, cores = asked.paragraphs, max(2, _embedded_cores(asked))
    resident = n * EMBEDDED_RESIDENT.value * _KB + BOT_MEMORY.value
    stored = n * (EMBEDDED_TEXT.value + EMBEDDED_INDEX.value) * _KB
    per_paragraph = (EMBEDDED_TEXT, EMBEDDED_INDEX)
    middle, middles = _between(EMBEDDED_P50, n)
    late, lates = _between(EMBEDDED_P95, n)
    at = "between the sizes measured, by the logarithm of the size"
    figures = (
        _figure("shards", 1, "", "one folder"),
        _figure("bot replicas", 1, "", "one: the archive is a folder of its machine"),
        _figure("machines", 1, "", "the bot and its archive on one"),
        _figure("processors a machine", cores, "", "questions a second × p50 ÷ busy, 2 at least", BUSY),
        _figure(
            "working set", resident, "GB", "paragraphs × embedded_resident + bot_memory", EMBEDDED_RESIDENT, BOT_MEMORY
        ),
        *_memory(resident, 1),
        _figure("text and indexes", stored, "GB", "paragraphs × (embedded_text + embedded_index)", *per_paragraph),
        *_disk(stored, 1, "text and indexes"),
        _figure("connections", 0, "", "there is no server"),
        _figure("question, p50", middle, "ms", at, *middles),
        _figure("question, p95", late, "ms", at, *lates),
        *_backfill(n, cores),
    )
    advice = (
        f"{EMBEDDED_MOST.value - n:,.0f} more paragraphs fit before `onrecord migrate` has to move it to PostgreSQL.",
        "One machine can fail: keep a copy of the folder elsewhere (docs/store.md).",
    )
    reason = "it fits on one machine, and nothing is quicker or simpler"
    return Plan(engine=Engine.EMBEDDED, reason=reason, figures=figures, advice=advice)


def _embedded_cores(asked: _Asked) -> int:
    return ceil(asked.questions * _between(EMBEDDED_P50, asked.paragraphs)[0] / 1000 / BUSY.value)


def _between(measured: dict[int, Constant], paragraphs: int) -> tuple[float, tuple[Constant, Constant]]:
    """A value between the two sizes measured that are nearest, in proportion to logarithms, and those two."""
    sizes = sorted(measured)
    size = min(max(paragraphs, sizes[0]), sizes[-1])
    above = next(one for one in sizes[1:] if size <= one)
    below = sizes[sizes.index(above) - 1]
    share = log(size / below) / log(above / below)
    ends = measured[below], measured[above]
    return ends[0].value + share * (ends[1].value - ends[0].value), ends


def _on_postgres(asked: _Asked, reason: str) -> Plan:
    n = asked.paragraphs
    binary = _shards(n, ROW.value) > HALFVEC_SHARDS.value
    kept = ROW.value - HALFVEC.value + BINARY.value if binary else ROW.value
    shards = max(_shards(n, kept), int(HALFVEC_SHARDS.value)) if binary else _shards(n, kept)
    here = ceil(n / shards)
    copies, cores = _read_capacity(asked.questions, _search(here))
    figures = (
        *_database(here, shards, copies, cores, binary=binary),
        *_bots(asked, shards, copies),
        *_latencies(here, shards),
        *_backfill(n, cores),
        *_loading(here, shards, cores, BINARY if binary else HALFVEC),
    )
    told = Plan(engine=Engine.POSTGRES, reason=reason, figures=figures, advice=())
    return Plan(engine=told.engine, reason=reason, figures=figures, advice=tuple(_advice(told, here, kept)))


def _shards(paragraphs: int, kilobytes: float) -> int:
    """So many machines of the largest size hold the rows, doubled until they do: each shard is parted in two."""
    needed = paragraphs * kilobytes * _KB / (LARGEST.value * FULL.value)
    return int(2 ** max(0, ceil(log2(needed))))


def _search(paragraphs: int) -> float:
    """Milliseconds that one machine takes to find candidates among its paragraphs."""
    nearest = NEAREST.value * max(1.0, log(paragraphs) / log(100_000))
    return nearest + WORDS.value * paragraphs / 1_000_000


def _read_capacity(questions: float, search: float) -> tuple[int, int]:
    """Machines a shard, and processors each: every shard looks for every question, on one of its machines."""
    needed = questions * search / 1000 / BUSY.value
    copies = max(COPIES.value, ceil(needed / CORES.value))
    return int(copies), max(2, ceil(needed / COPIES.value)) if copies == COPIES.value else int(CORES.value)


def _database(here: int, shards: int, copies: int, cores: int, *, binary: bool) -> Iterator[Figure]:
    """Shards, machines, memory and disk of the database; ``here`` paragraphs a shard."""
    row, rows = ("(row − halfvec + binary)", (ROW, HALFVEC, BINARY)) if binary else ("row", (ROW,))
    kept = ROW.value - HALFVEC.value + BINARY.value if binary else ROW.value
    working, stored = here * kept * _KB, here * (ROW.value + SENTENCES.value) * _KB
    fit = f"paragraphs × {row} ÷ (largest × full), as a power of two" + ("; halfvec_shards at least" if binary else "")
    many = "copies; more where they would need more than cores"
    yield _figure("shards", shards, "", fit, *rows, LARGEST, FULL, HALFVEC_SHARDS)
    yield _figure("machines a shard", copies, "", many, COPIES, CORES)
    yield _figure(
        "processors a machine", cores, "", "questions a second × search ÷ machines a shard ÷ busy, 2 at least", BUSY
    )
    yield _figure("working set", working, "GB a shard", f"paragraphs a shard × {row}", *rows)
    yield from _memory(working, shards * copies)
    whole = "paragraphs × (row + sentences): there is room for either index"
    yield _figure("text and indexes", stored * shards, "GB", whole, ROW, SENTENCES)
    yield _figure("kept for replicas", WAL.value, "GB a machine", "wal", WAL)
    yield from _disk(stored + WAL.value, shards * copies, "(paragraphs a shard × (row + sentences) + wal)")


def _bots(asked: _Asked, shards: int, copies: int) -> Iterator[Figure]:
    """Replicas of the bot, two at least wherever there is a server, what they need, and all machines together."""
    needed = asked.questions * (QUESTION.value + RANKING.value) / 1000 / BUSY.value
    bots = max(asked.replicas, ceil(needed), 2)
    hosts = max(2, ceil(bots / BOTS.value))
    coordinators = int(COPIES.value) if shards > 1 else 0
    enough = "as asked; 2 at least; more where questions a second × (question + ranking) ÷ busy is more"
    whole = (
        f"shards × machines a shard + {coordinators} that coordinate + {hosts} for the bot (bots on each, 2 at least)"
    )
    yield _figure("bot replicas", bots, "", enough, QUESTION, RANKING, BUSY)
    yield _figure("memory of the bot", bots * BOT_MEMORY.value, "GB", "bot replicas × bot_memory", BOT_MEMORY)
    yield _figure("machines", shards * copies + coordinators + hosts, "", whole, COPIES, BOTS)
    yield _figure(
        "connections",
        bots * BOT_CONNECTIONS.value,
        "",
        "bot replicas × bot_connections, to one primary",
        BOT_CONNECTIONS,
    )


def _latencies(here: int, shards: int) -> Iterator[Figure]:
    """A whole question: a search is as late as its slowest shard (Dean and Barroso, The Tail at Scale, 2013)."""
    spread = log(TAIL.value) / NormalDist().inv_cdf(0.95)
    trips = int(TRIPS.value) * (2 if shards > 1 else 1)
    yield _figure(
        "search", _search(here), "ms", "words × paragraphs a shard + nearest × log(paragraphs a shard)", WORDS, NEAREST
    )
    for percent in (50, 95):
        slowest = _search(here) * exp(spread * NormalDist().inv_cdf((percent / 100) ** (1 / shards)))
        formula = f"question + ranking + {trips} × trip + search of the slowest shard, log-normal by tail"
        whole = QUESTION.value + RANKING.value + trips * TRIP.value + slowest
        yield _figure(f"question, p{percent}", whole, "ms", formula, QUESTION, RANKING, TRIPS, TRIP, TAIL)


def _memory(working: float, machines: int) -> Iterator[Figure]:
    needed = working / FULL.value
    size = next((size for size in _SOLD if size >= needed), needed)
    yield _figure("memory a machine", size, "GB", "working set ÷ full, as machines are sold", FULL)
    yield _figure("memory in all", size * machines, "GB", f"memory a machine × {machines}")


def _disk(stored: float, machines: int, what: str) -> Iterator[Figure]:
    each = stored / (1 - FREE.value)
    yield _figure("disk a machine", each, "GB", f"{what} ÷ (1 − free)", FREE)
    yield _figure("disk in all", each * machines, "GB", f"disk a machine × {machines}")


def _backfill(paragraphs: int, cores: int) -> Iterator[Figure]:
    a_day = ENCODING.value * _DAY
    yield _figure("encoded a day", a_day, "paragraphs a processor", "encoding × 86,400 s", ENCODING)
    yield _figure("backfill", paragraphs / a_day / cores, "days", "paragraphs ÷ encoded a day ÷ processors a machine")


def _loading(here: int, shards: int, cores: int, graph: Constant) -> Iterator[Figure]:
    """Filling the database for the first time, and what may come each day from then on."""
    each = "paragraphs a shard"
    yield _figure("copying in", here / COPYING.value / 3600, "hours", f"{each} ÷ copying, all shards at once", COPYING)
    building = here / GRAPH.value / cores / 3600
    yield _figure("vector index built", building, "hours", f"{each} ÷ graph ÷ processors a machine", GRAPH)
    memory = here * graph.value * _KB
    yield _figure(
        "maintenance_work_mem", memory, "GB", f"{each} × {graph.name}: the graph fits while it is built", graph
    )
    yield _figure("new paragraphs a day", shards * LIVE.value * _DAY, "at most", "shards × live × 86,400 s", LIVE)


def _advice(told: Plan, here: int, kilobytes: float) -> Iterator[str]:
    room = int(LARGEST.value * FULL.value / (kilobytes * _KB)) - here
    yield f"{room:,} more paragraphs fit on each shard, at {LARGEST.value:.0f} GB, before the shards are doubled."
    if kilobytes < ROW.value:
        yield "It reckons with an index over bits, which Onrecord does not make yet: without it, twice the shards."
    if told["bot replicas"] > SOCKETS.value:
        yield f"More than {SOCKETS.value:.0f} replicas: let events come over HTTP, not through Socket Mode."
    if told["connections"] > MOST_CONNECTIONS.value:
        yield f"More than {MOST_CONNECTIONS.value:.0f} connections: raise max_connections, or put a pooler in between."
    if here > EMBEDDED_MOST.value:
        yield "Over 10 million paragraphs a shard, an index with block-max WAND finds words sooner (docs/scale.md)."
