"""Short forms of names and what an article prints for them in full; pure."""

from __future__ import annotations

import re

_SHORT = r"[A-Z][A-Z&.]{0,6}[A-Z](?:s\b)?"
_GLOSSED = re.compile(rf"\((?:the |or )?[\"“]?({_SHORT})[\"”]?\)")
_UNFOLDED = re.compile(rf"\b({_SHORT}) \(([A-Z][\w'’]+(?: [\w'’-]+){{1,7}})\)")
_ALONE = re.compile(r"(?<![\w@#.-])[A-Z]{3,6}(?![\w-])")
_NAME = re.compile(r"(?<![\w-])[A-Z][\w'’]+(?:(?: (?:of|for|and|the|on|in))* [A-Z][\w'’]+){2,6}")
_LITTLE = frozenset("of for and the on in to de la du des et".split())
_REACH = 120


def acronyms(text: str) -> dict[str, str]:
    """Every short form with the full one: "Korean Central News Agency (KCNA)", or capitals that fit one name only."""
    found: dict[str, str] = {}
    for match in _GLOSSED.finditer(text):
        full = _before(text, match.start(), _letters(match.group(1)))
        if full:
            found.setdefault(match.group(1), full)
    for match in _UNFOLDED.finditer(text):
        if _initials(match.group(2)) == _letters(match.group(1)):
            found.setdefault(match.group(1), match.group(2))
    return found | _unglossed(text, set(_ALONE.findall(text)) - found.keys())


def _before(text: str, end: int, letters: str) -> str | None:
    """The words before a gloss whose initials are its letters."""
    words = list(re.finditer(r"[^\s(),;:]+", text[max(0, end - _REACH) : end]))
    for first in range(len(words) - 1, max(-1, len(words) - len(letters) - 6), -1):
        word = words[first].group()
        if not word[0].isupper():
            continue
        full = text[max(0, end - _REACH) + words[first].start() : end].rstrip()
        if _fits(full, letters) and not re.search(r"[()\n]", full):
            return full
    return None


def _fits(full: str, letters: str) -> bool:
    return letters in (_initials(full), _initials(full, little=True)) or (
        full[0].lower() == letters[0]
        and _inside(letters, full)
        and len(_initials(full)) in (len(letters), len(letters) - 1)
    )


def _inside(letters: str, full: str) -> bool:
    """Whether the letters stand in the name in this order."""
    rest = iter(full.lower())
    return all(letter in rest for letter in letters)


def _initials(full: str, *, little: bool = False) -> str:
    return "".join(
        word[0].lower() for word in re.findall(r"\w+", re.sub(r"['’]s?\b", "", full)) if little or word not in _LITTLE
    )


def _letters(short: str) -> str:
    return re.sub(r"[^A-Z]", "", short).lower()


def _unglossed(text: str, shorts: set[str]) -> dict[str, str]:
    if not shorts:
        return {}
    fulls: dict[str, set[str]] = {}
    for match in _NAME.finditer(text):
        fulls.setdefault(_initials(match.group()), set()).add(match.group())
    fitting = {short: fulls.get(short.lower(), set()) for short in shorts}
    return {short: next(iter(names)) for short, names in fitting.items() if len(names) == 1}
