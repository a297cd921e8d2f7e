"""Draws the bot's messages as Slack would, light and dark, in .preview/pictures: ``python -m tools.preview [FOLDER]``.

Those that the README shows are copied into docs/images.

The folder (``.preview/messages`` unless given) holds JSON files. Each is a message (``text``, ``blocks``), a list of
messages (a conversation), or a modal or home view. A message may also say ``from`` (a person who sent it, instead of
the bot), ``private`` (only the asker sees it) and ``people`` (user ids to names).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".preview"
PICTURES = WORK / "pictures"
IMAGES = ROOT / "docs" / "images"
PRINTED = ("answer-light", "quotes-light", "nothing-light", "source-light", "context-light", "answer-dark")
"""What stands in the README."""
SOURCE = ROOT / "tools" / "preview"
MOST_BYTES = 300_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Install the renderer where it is missing, draw every file of the folder, and check the pictures' size."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else WORK / "messages"
    files = sorted(folder.glob("*.json"))
    if not files:
        return _fail(f"there is no JSON file in {folder}: write the messages there first, or name another folder")
    missing = _missing()
    if missing:
        return _fail(missing)
    WORK.mkdir(exist_ok=True)
    PICTURES.mkdir(exist_ok=True)
    _install()
    _draw(files)
    pictures = [PICTURES / f"slack-{file.stem}-{theme}.png" for file in files for theme in ("light", "dark")]
    for picture in pictures:
        print(f"{picture.relative_to(ROOT)}  {picture.stat().st_size // 1000} kB")
    printed = [picture for picture in pictures if picture.stem.removeprefix("slack-") in PRINTED]
    for picture in printed:
        shutil.copy(picture, IMAGES)
    heavy = [picture.name for picture in printed if picture.stat().st_size > MOST_BYTES]
    return _fail(f"over {MOST_BYTES // 1000} kB: {', '.join(heavy)}; show less in them") if heavy else 0


def _missing() -> str | None:
    if not _browser():
        return "no Chromium is installed: apt-get install chromium"
    if not (shutil.which("node") and shutil.which("npm")):
        return "Node.js with npm is not installed: apt-get install nodejs npm"
    return None


def _browser() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _install() -> None:
    """The pinned packages, anew only when the pins change."""
    wanted, have = (SOURCE / "package.json").read_bytes(), WORK / "package.json"
    if (WORK / "node_modules").is_dir() and have.is_file() and have.read_bytes() == wanted:
        return
    print("Installing the renderer in .preview (once) …")
    have.write_bytes(wanted)
    quiet = ("--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
    try:
        subprocess.run(["npm", "install", *quiet], cwd=WORK, check=True)
    except subprocess.CalledProcessError:
        # Left here, it would pass for a finished installation.
        have.unlink()
        raise


def _draw(files: list[Path]) -> None:
    # The clock of the pictures is not the machine's.
    environ = os.environ | {"TZ": "UTC", "NODE_ENV": "production"}
    command = [
        "node",
        str(SOURCE / "render.mjs"),
        str(_browser()),
        str(PICTURES),
        *(str(file.resolve()) for file in files),
    ]
    subprocess.run(command, cwd=WORK, env=environ, check=True)


def _fail(message: str) -> int:
    print(f"preview: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
