"""Where an archive is: a folder or a server, and no password in a message about either."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings import Settings
from embeddings.errors import BadSettings, StoreError
from embeddings.settings import Server, placed
from embeddings.store.embedded import EmbeddedStore, require_archive


def test_a_folder_or_a_server_is_told_by_how_it_begins() -> None:
    assert placed("archive") == Path("archive")
    assert placed("postgres://desk:p%40ss@db/news") == Server("postgresql://desk:p%40ss@db/news")
    assert "p%40ss" not in f"{placed('postgres://desk:p%40ss@db/news')!r}"


@pytest.mark.parametrize(
    "address",
    [
        "mysql://desk:secret@db/news",
        "postgresql+psycopg://desk:secret@db/news",
        "postgresq://desk:secret@db/news",
        "postgresql://desk:s@cret@db/news",
        "postgresql://desk:sec/r@et@db/news",
        "postgresql://desk:secret@/news",
        "postgresql://desk:secret@db",
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(BadSettings, match=r"ONRECORD_ARCHIVE (is|cannot)") as refused:
        Settings.from_environ({"ONRECORD_ARCHIVE": address})
    assert not any(part in str(refused.value) for part in ("secret", "s@cret", "r@et", "cret"))


def test_a_file_is_no_archive_and_is_said_to_be_one(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text("A crane fell.", encoding="utf-8")
    with pytest.raises(StoreError, match="is a file: an archive is a folder"):
        require_archive(file)
    with pytest.raises(StoreError, match="is a file: an archive is a folder"):
        EmbeddedStore(file, encoder="fake", dimension=8, writing=True)


def test_a_folder_that_cannot_be_entered_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, **_: object) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", refused)
    with pytest.raises(StoreError, match=r"cannot be entered \(Permission denied\): check its permissions"):
        require_archive(tmp_path)
