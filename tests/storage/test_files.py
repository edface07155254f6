"""What lies beside the database on the disk."""

import shutil
import stat
from pathlib import Path
from typing import NamedTuple

import pytest

from storage.files import (
    BALLAST_BYTES,
    REDUCE_BYTES,
    WARN_BYTES,
    Ballast,
    DiskLevel,
    WatchedFile,
    disk_level,
    write_private,
)


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(
    ("free_bytes", "level"),
    [
        (WARN_BYTES, DiskLevel.OK),
        (WARN_BYTES - 1, DiskLevel.LOW),
        (REDUCE_BYTES, DiskLevel.LOW),
        (REDUCE_BYTES - 1, DiskLevel.CRITICAL),
        (0, DiskLevel.CRITICAL),
    ],
)
def test_the_disk_has_three_levels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_bytes: int, level: DiskLevel
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, free_bytes))
    assert disk_level(tmp_path) is level


def test_a_moved_replaced_or_deleted_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    path.touch()
    watched = WatchedFile(path)
    path.write_bytes(b"content may change")
    assert not watched.moved()
    path.rename(tmp_path / "elsewhere.db")
    assert watched.moved()
    path.touch()
    assert watched.moved()
    (tmp_path / "elsewhere.db").replace(path)
    assert not watched.moved()


def test_ballast_gives_its_room_back_when_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ballast = Ballast(tmp_path / "ballast")
    assert ballast.keep()
    assert ballast.keep()
    assert (tmp_path / "ballast").stat().st_size == BALLAST_BYTES
    assert ballast.release()
    assert not ballast.release()
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, REDUCE_BYTES - 1))
    assert not ballast.keep()  # it would take the room that exits need


def test_a_private_file_is_whole_and_ours_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_private(path, b"first")
    write_private(path, b"second")
    assert path.read_bytes() == b"second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
