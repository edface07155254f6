"""Killed writers, full disks, locks, damage: nothing acknowledged is lost, each told plainly."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from engine.core.errors import StorageError
from storage.database import Database
from storage.journal import DatabaseJournal
from storage.opening import open_database
from storage.outbox import Outbox
from storage.tables.orders import ORDERS
from tests.storage.conftest import url_of
from tests.storage.samples import a_record

WRITER = """
import asyncio, resource, signal, sys
sys.path.insert(0, {root!r})
from engine.core.errors import StorageError
from storage.database import Database
from storage.journal import DatabaseJournal
from storage.outbox import Outbox
from tests.storage.samples import a_record

async def main():
    database = Database({url!r})
    journal = DatabaseJournal(database, Outbox(database))
    limit_bytes = {limit_bytes}
    if limit_bytes:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
    for number in range(1, 100_000):
        try:
            await journal.append(a_record(number))
        except StorageError as error:
            print(error.sentence(), flush=True)
            memory = await journal.load()
            print(len(memory.positions), flush=True)
            return
        print(number, flush=True)

asyncio.run(main())
"""


@contextmanager
def _writer(path: Path, limit_bytes: int = 0) -> Iterator[subprocess.Popen[str]]:
    root = str(Path(__file__).parents[2])
    code = WRITER.format(root=root, url=url_of(path), limit_bytes=limit_bytes)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


def _stored(path: Path) -> int:
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        orders, fills, positions, state = db.execute(
            "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM fills),"
            " (SELECT count(*) FROM positions), (SELECT last_position_id FROM desk_state)"
        ).fetchone()
    db.close()
    assert orders == fills == positions == state
    return int(orders)


def test_a_killed_writer_loses_nothing_that_was_acknowledged(database_path: Path) -> None:
    with _writer(database_path) as child:
        assert child.stdout is not None
        acknowledged = [int(child.stdout.readline()) for _ in range(60)]
        child.kill()
        acknowledged += [int(line) for line in child.stdout if line.endswith("\n")]
    assert acknowledged[-1] <= _stored(database_path) <= acknowledged[-1] + 1


def test_a_full_file_system_is_told_plainly_and_reads_go_on(database_path: Path) -> None:
    size_bytes = database_path.stat().st_size
    with _writer(database_path, limit_bytes=size_bytes + 300_000) as child:
        assert child.stdout is not None
        lines = child.stdout.read().split("\n")[:-1]
    acknowledged, sentence, readable = int(lines[-3]), lines[-2], int(lines[-1])
    assert sentence.startswith(("The disk failed, or a file-size limit", "The disk is full"))
    assert acknowledged == readable == _stored(database_path)


async def test_a_lock_of_another_program_is_told_plainly(database_path: Path) -> None:
    database = Database(url_of(database_path), lock_wait_s=0.05)
    journal = DatabaseJournal(database, Outbox(database))
    other = sqlite3.connect(database_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked") as caught:
        await journal.append(a_record())
    assert caught.value.chat_text == "The database is locked by another program."
    other.execute("ROLLBACK")
    other.close()
    await journal.append(a_record())
    assert len((await journal.load()).positions) == 1
    await database.close()


async def test_a_file_that_went_away_at_run_time_takes_no_new_start(database_path: Path) -> None:
    _gone(database_path)
    database = Database(url_of(database_path))
    with pytest.raises(StorageError) as caught:
        await database.write(_count_orders)
    assert caught.value.chat_text == "The database cannot be opened."
    assert _content(database_path) is None
    await database.close()


def _count_orders(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(ORDERS)).scalar_one())


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database. " * 500)


def _garbage_in_the_middle(path: Path) -> None:
    size_bytes = path.stat().st_size
    with path.open("r+b") as file:
        for place in range(8192, size_bytes - 4096, 4096):
            file.seek(place)
            file.write(b"\xff" * 2000)


def _torn(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _gone(path: Path) -> None:
    path.unlink()


def _another(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE identity SET database_uuid = 'another'")
    db.close()


def _without_identity(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM identity")
    db.close()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_empty, "parley.db is empty"),
        (_gone, "parley.db is gone"),
        (_garbage, "is not a database"),
        (_garbage_in_the_middle, "damaged"),
        (_torn, "damaged"),
        (_another, "is not the one that was here"),
        (_without_identity, "is not the one that was here"),
    ],
)
async def test_a_damaged_or_foreign_file_is_refused_and_never_taken_for_a_fresh_start(
    database_path: Path, damage: object, words: str
) -> None:
    assert callable(damage)
    damage(database_path)
    before = _content(database_path)
    with pytest.raises(StorageError) as caught:
        await open_database(url_of(database_path), database_path.parent / "backups")
    assert words in caught.value.chat_text
    assert "backups" in caught.value.hint
    assert _content(database_path) == before


async def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE notes (text)")
    db.close()
    with pytest.raises(StorageError, match="none of ours"):
        await open_database(url_of(path), tmp_path / "backups")
