"""What the tests of the real model share, made once; the servers that some tests need are in ``tests.servers``."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# What runs tests side by side sets it, and a console that is made then heeds no test's own.
os.environ.pop("COLUMNS", None)

from embeddings import Settings, open_archive

pytest_plugins = ["tests.servers.fixtures"]

ROOT = Path(__file__).parents[1]

# No test has a time limit: on a busy machine the same examples take many times as long.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where exported models are kept: ONRECORD_CACHE where it is set, else made anew for this run."""
    kept = os.environ.get("ONRECORD_CACHE")
    return Path(kept) if kept else tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def real_settings(cache: Path) -> Callable[[Path], Settings]:
    """Settings with all defaults but the archive, whatever the environment says."""

    def at(archive: Path) -> Settings:
        return Settings.from_environ({"ONRECORD_ARCHIVE": str(archive), "ONRECORD_CACHE": str(cache)})

    return at


@pytest.fixture(scope="session")
def wire(tmp_path_factory: pytest.TempPathFactory, real_settings: Callable[[Path], Settings]) -> Settings:
    """The settings of an archive that holds the sample wire, made once; who changes it copies it."""
    settings = real_settings(tmp_path_factory.mktemp("wire") / "archive")
    with open_archive(settings, writing=True) as archive:
        archive.ingest([ROOT / "sample" / "wire"])
    return settings
