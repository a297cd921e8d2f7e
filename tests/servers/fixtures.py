"""What tests ask for that need PostgreSQL: started at the first use, stopped when all tests are through."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.servers.cluster import Primary, Replica, Runs, new_primary, new_replica
from tests.servers.engine import engine

SWITCH = "ONRECORD_TEST_POSTGRES"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Primary]:
    """A primary. A server that does not start is a failure, and nothing is skipped but by the switch."""
    if os.environ.get(SWITCH) == "off":
        pytest.skip(f"NOT TESTED: all that needs PostgreSQL, as {SWITCH}=off says")
    runs = Runs(engine())
    try:
        with new_primary(runs) as primary:
            yield primary
    finally:
        runs.close()


@pytest.fixture(scope="session")
def replica(postgres: Primary) -> Iterator[Replica]:
    """A streaming replica of the primary."""
    with new_replica(postgres) as replica:
        yield replica


@pytest.fixture
def database(postgres: Primary) -> Iterator[str]:
    """The address of a database of this test's own."""
    address = postgres.fresh()
    yield address
    postgres.start()
    postgres.drop(address)


@pytest.fixture
def shards(postgres: Primary) -> Iterator[tuple[str, str, str]]:
    """Three databases of this test's own, to be the shards of a fourth."""
    with ExitStack() as closing:
        addresses = postgres.fresh(), postgres.fresh(), postgres.fresh()
        for address in addresses:
            closing.callback(postgres.drop, address)
        closing.callback(postgres.start)
        yield addresses
