"""Run as a program of its own: a PDF on standard input → its text and what it says of itself, as JSON.

A PDF can keep a reader busy for ever or make it ask for any amount of memory. Here it can do so only to a process
that has a limit on both, and that nothing else depends on.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Mapping

SECONDS = 30
MEMORY = 1_500_000_000
MAX_PAGES = 400
MAX_CHARACTERS = 5_000_000


def extracted(data: bytes) -> Mapping[str, object]:
    """The text of every page with title, author and time, or under "refused" why there is none."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        return {"refused": "encrypted: save it without a password"}
    count = len(reader.pages)
    if count > MAX_PAGES:
        return {"refused": f"{count:,} pages, more than {MAX_PAGES}: give each article a file of its own"}
    pages: list[str] = []
    for page in reader.pages:
        pages.append(page.extract_text())
        if sum(map(len, pages)) > MAX_CHARACTERS:
            return {"refused": f"more than {MAX_CHARACTERS:,} characters: give each article a file of its own"}
    return {"pages": pages, **_told(reader.metadata or {})}


def _told(metadata: Mapping[str, object]) -> Mapping[str, str]:
    names = {"title": "/Title", "author": "/Author", "created": "/CreationDate", "modified": "/ModDate"}
    return {name: str(metadata.get(key) or "") for name, key in names.items()}


def main() -> None:
    """Answer with one line of JSON, whatever comes in."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        answer = extracted(sys.stdin.buffer.read())
    except Exception as error:  # noqa: BLE001 (a broken PDF makes its reader fail in any way there is)
        needs_a_library = type(error).__name__ in ("DependencyError", "FileNotDecryptedError")
        why = "encrypted: save it without a password" if needs_a_library else "a damaged PDF: have it made again"
        answer = {"refused": f"{why} ({type(error).__name__})"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
