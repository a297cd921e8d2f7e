"""Where the tests of the memory keep it: in a file, and on a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.memories import in_file
from tests.servers import Primary


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        yield in_file(tmp_path)
        return
    primary: Primary = request.getfixturevalue("postgres")
    address = primary.fresh()
    yield address
    primary.drop(address)
