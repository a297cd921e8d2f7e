"""Lines that were broken to fit a page or a wire, put together again; pure.

A line break becomes one space and nothing else changes. After a hyphen it becomes nothing ("centre-" and "right"),
unless an "and" follows, as in "pre- and post-war"; the hyphen itself stays, for only its writer knows whose it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_HYPHENED = re.compile(r"[^\W_]-\Z")
_HANGING = re.compile(r"(?:and|or|to|und|oder|bis|et|ou|y|o|e)\b")
_SOFT_HYPHEN = "\u00ad"


def unwrapped(lines: Iterable[str]) -> str:
    """One paragraph out of its lines, each without the white space around it."""
    pieces: list[str] = []
    for line in filter(None, (line.strip() for line in lines)):
        if pieces and pieces[-1].endswith(_SOFT_HYPHEN):
            pieces[-1] = pieces[-1].removesuffix(_SOFT_HYPHEN)
        elif pieces and not _goes_on(pieces[-1], line):
            pieces.append(" ")
        pieces.append(line)
    return "".join(pieces)


def _goes_on(before: str, line: str) -> bool:
    """Whether a compound word was broken behind its hyphen."""
    return bool(_HYPHENED.search(before[-2:])) and line[0].islower() and not _HANGING.match(line)
