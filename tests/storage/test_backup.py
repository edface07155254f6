"""Backups of a database in use are complete, checked, few, and can be put back."""

import sqlite3
import stat
from pathlib import Path

import pytest

from engine.core.errors import StorageError
from storage.backup import backups, restore_backup, write_backup
from storage.database import Database
from storage.journal import DatabaseJournal
from storage.opening import open_database
from storage.outbox import Outbox
from tests.storage.conftest import url_of
from tests.storage.samples import a_record, at


def _damage(path: Path) -> None:
    path.write_bytes(b"garbage" * 1000)


async def test_a_backup_holds_what_only_the_log_has_yet(
    database_path: Path, file_database: Database
) -> None:
    journal = DatabaseJournal(file_database, Outbox(file_database))
    await journal.append(a_record(1))
    backup = write_backup(database_path, database_path.parent / "backups", at(0))
    await journal.append(a_record(2))
    restored = Database(url_of(backup))
    memory = await DatabaseJournal(restored, Outbox(restored)).load()
    assert memory.positions == a_record(1).positions
    await restored.close()


def test_only_the_newest_backups_are_kept(database_path: Path) -> None:
    folder = database_path.parent / "backups"
    written = [write_backup(database_path, folder, at(day * 86_400), keep=3) for day in range(5)]
    assert backups(database_path, folder) == written[:1:-1]
    assert {path.suffix for path in folder.iterdir()} == {".db"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_damaged_database_is_not_backed_up(database_path: Path) -> None:
    folder = database_path.parent / "backups"
    good = write_backup(database_path, folder, at(0))
    _damage(database_path)
    with pytest.raises(StorageError, match=r"(?i)not a database"):
        write_backup(database_path, folder, at(60))
    assert list(folder.iterdir()) == [good]


async def test_a_restored_backup_opens_and_the_damaged_file_is_kept(database_path: Path) -> None:
    backup = write_backup(database_path, database_path.parent / "backups", at(0))
    _damage(database_path)
    aside = restore_backup(backup, database_path)
    assert aside is not None
    assert aside.read_bytes().startswith(b"garbage")
    opened = await open_database(url_of(database_path), database_path.parent / "backups")
    await opened.database.close()


def test_a_damaged_backup_is_not_put_back(database_path: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.db"
    bad.write_bytes(b"garbage" * 1000)
    before = database_path.read_bytes()
    with pytest.raises(StorageError):
        restore_backup(bad, database_path)
    assert database_path.read_bytes() == before


def test_a_backup_can_be_put_where_nothing_is_left(database_path: Path) -> None:
    backup = write_backup(database_path, database_path.parent / "backups", at(0))
    database_path.unlink()
    assert restore_backup(backup, database_path) is None
    with sqlite3.connect(database_path) as db:
        assert db.execute("SELECT count(*) FROM identity").fetchone() == (1,)
    db.close()
