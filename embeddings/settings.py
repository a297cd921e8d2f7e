"""The archive's settings, read from the environment once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import platformdirs

from embeddings.errors import BadSettings

ENCODERS = ("onnx-int8", "onnx-fp32", "torch")
FINDERS = ("tagger", "rules", "off")
"""What finds quotations; the first unless another is chosen, as with the encoders."""
_PROCESSES, _MOST_PROCESSES = 8, 256


SERVERS = ("postgresql://", "postgres://")
"""How the address of a server begins; anything else is a folder."""


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """An archive in a database: its address, and that of a replica to read from. Neither shows its password."""

    url: str
    replica: str | None = None

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    def __repr__(self) -> str:
        return f"Server('{self}'{', with a replica' if self.replica else ''})"


def placed(address: str, replica: str | None = None) -> Path | Server:
    """The folder or the server that an address names; raises BadSettings for one that cannot be."""
    if not address.startswith(SERVERS):
        if replica:
            raise BadSettings("ONRECORD_ARCHIVE_REPLICA is set, but ONRECORD_ARCHIVE names a folder: leave one out")
        # Not shown: it may hold a password.
        if "://" in address:
            raise BadSettings(
                "ONRECORD_ARCHIVE is neither a folder nor a server's address: write postgresql://host/name"
            )
        return Path(address)
    for name, url in (("ONRECORD_ARCHIVE", address), ("ONRECORD_ARCHIVE_REPLICA", replica)):
        if url and not (url.startswith(SERVERS) and urlsplit(url).hostname and urlsplit(url).path.strip("/")):
            raise BadSettings(f"{name} is no address: write postgresql://user:password@host/name")
        if url and (urlsplit(url).netloc.count("@") > 1 or "@" in urlsplit(url).path):
            raise BadSettings(f"{name} cannot be read: in a password, write @ as %40, / as %2F and % as %25")
    return Server(_one_spelling(address), _one_spelling(replica) if replica else None)


def _one_spelling(url: str) -> str:
    return f"postgresql://{url.partition('://')[2]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the archive is, what encodes it, what finds its quotations, and how sure an answer must be.

    ``threshold`` is the least probability at which passages are an answer, from 0 to 1; None takes the one that
    was measured together with the ranking weights.
    """

    archive: Path | Server
    model: str
    encoder: str
    threads: int
    cache: Path
    quotes: str
    processes: int
    threshold: float | None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read ONRECORD_* variables; raises BadSettings naming the variable that cannot be."""
        return cls(
            archive=placed(
                environ.get("ONRECORD_ARCHIVE") or "archive", environ.get("ONRECORD_ARCHIVE_REPLICA") or None
            ),
            model=environ.get("ONRECORD_MODEL") or "sentence-transformers/all-MiniLM-L6-v2",
            encoder=_one_of(environ, "ONRECORD_ENCODER", ENCODERS),
            threads=_whole_number(environ, "ONRECORD_THREADS", default=os.cpu_count() or 1),
            cache=Path(environ.get("ONRECORD_CACHE") or platformdirs.user_cache_dir("onrecord")),
            quotes=_one_of(environ, "ONRECORD_QUOTES", FINDERS),
            processes=_processes(environ, "ONRECORD_PROCESSES"),
            threshold=_probability(environ, "ONRECORD_THRESHOLD"),
        )

    @property
    def beside(self) -> Path:
        """Where the names of files begin that belong to the archive and are none of its own."""
        if isinstance(self.archive, Path):
            return self.archive
        return self.cache / "archives" / quote(str(self.archive).partition("://")[2], safe="")


def _one_of(environ: Mapping[str, str], name: str, choices: Sequence[str]) -> str:
    """The variable's value, the first of the choices where there is none."""
    value = environ.get(name) or choices[0]
    if value not in choices:
        raise BadSettings(f"{name}={value} is not known: use one of {', '.join(choices)}")
    return value


def _whole_number(environ: Mapping[str, str], name: str, *, default: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isdecimal() or int(value) < 1:
        raise BadSettings(f"{name}={value} is not a number of threads: use 1 or more, or leave it out")
    return int(value)


def _processes(environ: Mapping[str, str], name: str) -> int:
    """How many processes look for quotations in a long run: each takes memory, so no more than a few by themselves."""
    value = environ.get(name) or str(min(os.cpu_count() or 1, _PROCESSES))
    if not value.isdecimal() or int(value) > _MOST_PROCESSES:
        raise BadSettings(f"{name}={value} is not a number of processes: use 0 to {_MOST_PROCESSES}, or leave it out")
    return int(value)


def _probability(environ: Mapping[str, str], name: str) -> float | None:
    value = environ.get(name)
    if not value:
        return None
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise BadSettings(f"{name}={value} is not a probability: use a number from 0 to 1, or leave it out")
    return number
