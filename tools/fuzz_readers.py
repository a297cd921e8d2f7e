"""Fuzzes the readers, guided by what each input reaches in them, and prints what that gave.

Kinds of input take their turns, each in a process of its own that begins with our invented examples and, where they
are there, the shared samples. A reading must end in time and in bounded memory, in articles whose paragraphs lie in
their text, in orders, or in refusals of one line. What does not is left as a file: ``--again FILE`` reads it anew.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.embeddings.sound import readings
from tests.embeddings.test_readers_dispatch import FORMATS
from tests.embeddings.test_readers_wire import anpa_message, dpa_message

SECONDS, MEGABYTES = 10, 1_500
"""What one input may take, in an interpreter that counts every branch; and the whole process."""
LONGEST = 40_000
"""Bytes in an input: long enough for nearly every sample, short enough for many a second."""
_SHARED = Path(os.environ.get("ONRECORD_SHARED") or Path(__file__).resolve().parents[2] / "shared")
_SAMPLES = _SHARED / "newsroom" / "samples"
_TOKENS = 400
_COPY = b'date 2026-09-24\n\nPORT AVEREL, Sept. 24 (SRN) -- The bank raised its rate.\n\n"It had to," she said.\n'
_KILL = b'KILL KILL KILL\n\nPlease kill item srn 0123 "Ferry is late". A kill is mandatory.\n'
_WITHDRAWN = "ATTENTION EDITORS: The PORT AVEREL item headlined 'Ferry is late' is withdrawn.\n".encode("utf-16")
_XML = ("nitf", "newsml-g2", "newsml-1", "ritzau", "wenn", "nitf in UTF-16")
_FEEDS = ("rss", "atom", "rss in UTF-32 without a mark")
_JSON = ("ninjs", "record", "json lines", "wordpress", "ans", "ap", "ap feed", "json feed", "ninjs in UTF-16")
_SITEMAP = (
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    b'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://orl.example/1</loc><news:news>'
    b"<news:publication_date>2026-09-15</news:publication_date><news:title>Orl rises</news:title></news:news>"
    b"</url></urlset>"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of input: our own examples, where samples are, and how long an input may be."""

    examples: tuple[bytes, ...]
    samples: tuple[str, ...] = ()
    longest: int = LONGEST


def _examples(names: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(FORMATS[name][0] for name in names)


KINDS: Mapping[str, Kind] = {
    "xml": Kind(
        (*_examples(_XML), _SITEMAP), ("news*/*", "nitf/*", "lifecycle/*.xml", "cms/*.xml", "sitemap-news/*.xml")
    ),
    "anpa": Kind((anpa_message(), anpa_message(kind="\x14\x12"), anpa_message(end="")), ("anpa1312/*",)),
    "iptc7901": Kind((dpa_message(), dpa_message(end="")), ("iptc7901/*",)),
    "text": Kind((_COPY, _KILL, _WITHDRAWN), ("anpa1312/*", "iptc7901/*")),
    "json": Kind(_examples(_JSON), ("*/*.json",)),
    "mail": Kind(_examples(["mail"]), ("email/*",)),
    "feeds": Kind(_examples(_FEEDS), ("feeds/*.xml",)),
    "html": Kind(_examples(["html"]), ("html/*.html",), longest=100_000),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What fuzzing one kind gave."""

    kind: str
    executions: int
    edges: int
    features: int
    corpus: int
    slowest: float
    memory: int
    findings: tuple[Path, ...]


def fuzz(name: str, seconds: float, findings: Path) -> Figures:
    """Fuzz one kind for so long, beginning anew where an input ended the process."""
    kind, end = KINDS[name], time.monotonic() + seconds
    findings.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="onrecord-fuzz-") as aside:
        corpus, tokens = Path(aside) / "corpus", Path(aside) / "tokens"
        seeds = _seeds(kind, corpus)
        tokens.write_text("".join(_dictionary(seeds)), encoding="ascii")
        told = []
        while (left := int(end - time.monotonic())) > 0:
            told.append(_run(kind, corpus, tokens, findings, left))
        size = sum(1 for _ in corpus.iterdir())
    runs = [_counted(one) for one in told]
    slowest = findings / "slowest.json"
    return Figures(
        kind=name,
        executions=sum(run["executions"] for run in runs),
        edges=max(run["edges"] for run in runs),
        features=max(run["features"] for run in runs),
        corpus=size,
        slowest=json.loads(slowest.read_text())["seconds"] if slowest.exists() else 0.0,
        memory=max(run["memory"] for run in runs),
        findings=tuple(sorted(one for one in findings.iterdir() if one.suffix == "" and one.name != "slowest")),
    )


def _seeds(kind: Kind, corpus: Path) -> list[bytes]:
    """The inputs to begin with, which are written into the corpus."""
    corpus.mkdir()
    found = [*kind.examples, *_samples(kind)]
    for number, data in enumerate(found):
        (corpus / f"seed-{number}").write_bytes(data)
    return found


def _samples(kind: Kind) -> Iterator[bytes]:
    for pattern in kind.samples:
        for file in sorted(_SAMPLES.glob(pattern)):
            if file.is_file() and file.stat().st_size <= kind.longest:
                yield file.read_bytes()


def _dictionary(seeds: Iterable[bytes]) -> Iterator[str]:
    """The words that stand most often in the seeds, as libFuzzer reads them."""
    words = Counter(word for seed in seeds for word in set(re.findall(rb"[\w:.-]{3,40}|<!\[\w+\[|<[?!]\w+", seed)))
    for word, _ in words.most_common(_TOKENS):
        yield '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n'


def _run(kind: Kind, corpus: Path, tokens: Path, findings: Path, seconds: int) -> str:
    """What libFuzzer told of a run until the time was over, or an input ended it."""
    flags = {
        "max_total_time": seconds,
        "timeout": SECONDS,
        "rss_limit_mb": MEGABYTES,
        "max_len": kind.longest,
        "dict": tokens,
        "artifact_prefix": f"{findings}/",
        "print_final_stats": 1,
    }
    command = [sys.executable, "-m", "tools.fuzz_target", str(findings), *(f"-{n}={v}" for n, v in flags.items())]
    done = subprocess.run([*command, str(corpus)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, check=False)
    told = done.stderr.decode(errors="replace")
    if "#" not in told:
        raise SystemExit(f"the fuzzer did not start: pip install -e '.[fuzz]'\n{told[-2000:]}")
    return told


def _counted(told: str) -> dict[str, int]:
    """Executions, edges, features and memory as libFuzzer counted them last."""
    line = next((one for one in reversed(told.splitlines()) if re.match(r"#\d+\s", one)), "")
    patterns = {"executions": r"#(\d+)", "edges": r"cov: (\d+)", "features": r"ft: (\d+)", "memory": r"rss: (\d+)"}
    found = {name: re.search(pattern, line) for name, pattern in patterns.items()}
    return {name: int(match[1]) if match else 0 for name, match in found.items()}


def main() -> None:
    """Fuzz all kinds, or those named, and print a line for each; the exit status tells whether anything was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}; all of them else")
    asked.add_argument("--minutes", type=float, default=10, help="for all kinds together")
    asked.add_argument("--findings", type=Path, default=Path(".fuzz"), help="where findings are left")
    asked.add_argument("--again", type=Path, metavar="FILE", help="read a finding anew, without fuzzing")
    given = asked.parse_args()
    if given.again:
        print(*readings(given.again.read_bytes()), sep="\n")
        return
    names = given.kinds or list(KINDS)
    if unknown := set(names) - set(KINDS):
        asked.error(f"no kind {', '.join(sorted(unknown))}: there are {', '.join(KINDS)}")
    print(
        f"{'kind':10}{'executions':>12}{'edges':>8}{'features':>10}{'corpus':>8}{'slowest':>11}{'memory':>10}  findings"
    )
    found: list[Path] = []
    for name in names:
        figures = fuzz(name, given.minutes * 60 / len(names), given.findings / name)
        found += figures.findings
        print(
            f"{name:10}{figures.executions:12,}{figures.edges:8,}{figures.features:10,}{figures.corpus:8,}"
            f"{figures.slowest:9.2f} s{figures.memory:7,} MB  {len(figures.findings)}",
            flush=True,
        )
    for file in found:
        print(f"found: {file}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
