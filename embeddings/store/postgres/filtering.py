"""What filters say, as conditions on the columns that stand beside every serving, paragraph and window; pure."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from embeddings.news import Article, Filters
from embeddings.store.packing import bytes_of, microseconds

FREE = -(2**63)
"""The hour of release of what was never under embargo."""
NEVER = 2**63 - 1
"""The hour of release of what is held until a later version says otherwise."""

COLUMNS = "day, release, language, section, sources"


def key(name: str) -> int:
    """A name as a number of 64 bits, by which it is filtered and looked up."""
    return int.from_bytes(blake2b(bytes_of(name), digest_size=8).digest(), "big", signed=True)


def keys(names: Iterable[str]) -> list[int]:
    """The numbers of these names."""
    return sorted(map(key, names))


def filtered(article: Article) -> tuple[int | None, int, int | None, int | None, list[int]]:
    """The values of ``COLUMNS`` for an article."""
    release = NEVER if article.held else microseconds(article.embargoed_until)
    return (
        article.day.toordinal() if article.day else None,
        FREE if release is None else release,
        None if article.language is None else key(article.language),
        None if article.section is None else key(article.section),
        keys({hop.party for hop in article.chain}),
    )


def condition(filters: Filters) -> tuple[str, dict[str, object]]:
    """A condition in SQL on the columns ``serving`` and ``COLUMNS``, with its values."""
    values: dict[str, object] = {"at": microseconds(filters.at)}
    tests = [] if filters.viewer.embargo_group else ["release <= %(at)s"]
    if filters.since:
        tests.append("day >= %(since)s")
        values["since"] = filters.since.toordinal()
    if filters.before:
        tests.append("day < %(before)s")
        values["before"] = filters.before.toordinal()
    for column, names in (("language", filters.languages), ("section", filters.sections)):
        if names:
            tests.append(f"{column} = ANY(%({column})s::bigint[])")
            values[column] = keys(names)
    if filters.outlets:
        tests.append("sources && %(outlets)s::bigint[]")
        values["outlets"] = keys(filters.outlets)
    if filters.speakers:
        tests.append("serving = ANY(ARRAY(SELECT c.serving FROM credits c WHERE c.key = ANY(%(speakers)s::bigint[])))")
        values["speakers"] = keys(filters.speakers)
    return " AND ".join(tests) or "true", values


def written_out(filters: Filters) -> str:
    """The same condition with its values in their places: numbers, all of them, whatever the filters say."""
    test, values = condition(filters)
    return test % {name: _number(value) for name, value in values.items()}


def _number(value: object) -> str:
    return f"'{{{','.join(map(_number, value))}}}'" if isinstance(value, list) else f"{value:d}"
