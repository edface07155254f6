"""Transactions: nobody's write is lost, nothing half done stays, every error is a sentence."""

import asyncio
import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, text

from engine.core.errors import SettingsError, StorageError
from storage.database import Database, parse_url, sqlite_path
from storage.faults import storage_error

CUT_THE_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
MAKE = "CREATE TABLE counter (value INTEGER NOT NULL)"


def _value(connection: Connection) -> int:
    return int(connection.execute(text("SELECT value FROM counter")).scalar_one())


def _count_one(connection: Connection) -> None:
    connection.execute(text("UPDATE counter SET value = :new"), {"new": _value(connection) + 1})


def _make(connection: Connection) -> None:
    connection.execute(text(MAKE))
    connection.execute(text("INSERT INTO counter VALUES (0)"))


async def test_one_hundred_and_sixty_read_then_write_transactions_are_all_counted(
    database_url: str,
) -> None:
    databases = [Database(database_url) for _ in range(2)]  # as two processes would have them
    await databases[0].write(_make)

    async def count_twenty(database: Database) -> None:
        for _ in range(20):
            await database.write(_count_one)

    await asyncio.gather(*(count_twenty(databases[task % 2]) for task in range(8)))
    assert await databases[0].read(_value) == 160
    for database in databases:
        await database.close()


async def test_an_error_in_the_work_rolls_back_and_is_raised_as_it_is(database: Database) -> None:
    await database.write(_make)

    def work(connection: Connection) -> None:
        _count_one(connection)
        raise LookupError("changed my mind")

    with pytest.raises(LookupError, match="changed my mind"):
        await database.write(work)
    assert await database.read(_value) == 0


async def test_a_cancelled_write_is_done_or_not_and_the_next_one_works(database: Database) -> None:
    await database.write(_make)
    for _ in range(20):
        task = asyncio.create_task(database.write(_count_one))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    before = await database.read(_value)
    assert 0 <= before <= 20
    await database.write(_count_one)
    assert await database.read(_value) > before


async def test_a_look_sees_one_moment_of_the_database(database_url: str) -> None:
    database, other = Database(database_url), Database(database_url)
    await database.write(_make)
    seen, counted = threading.Event(), threading.Event()

    def look_twice(connection: Connection) -> tuple[int, int]:
        first = _value(connection)
        seen.set()
        assert counted.wait(10)
        return first, _value(connection)

    looking = asyncio.to_thread(asyncio.run, _look_and_close(other, look_twice))
    task = asyncio.create_task(looking)
    await asyncio.to_thread(seen.wait, 10)
    await database.write(_count_one)
    counted.set()
    assert await task == (0, 0)
    assert await database.read(_value) == 1
    await database.close()


async def _look_and_close(
    database: Database, look: Callable[[Connection], tuple[int, int]]
) -> tuple[int, int]:
    found = await database.read(look)
    await database.close()
    return found


async def test_a_look_cannot_write(database: Database) -> None:
    await database.write(_make)
    with pytest.raises(StorageError, match=r"(?i)read-?only"):
        await database.read(_count_one)


async def test_a_missing_table_is_told_as_a_sentence(database: Database) -> None:
    with pytest.raises(StorageError) as caught:
        await database.read(_value)
    assert caught.value.sentence() == (
        "The database has not the tables that this version needs. Run: parley migrate."
    )


async def test_a_closed_database_refuses_writes(database: Database) -> None:
    await database.close()
    await database.close()
    with pytest.raises(StorageError, match="closed"):
        await database.write(_make)


async def test_a_server_that_is_not_there_is_told_as_a_sentence(unused_tcp_port: int) -> None:
    database = Database(f"postgresql+asyncpg://nobody:secret@127.0.0.1:{unused_tcp_port}/none")
    with pytest.raises(StorageError) as caught:
        await database.read(_value)
    assert caught.value.chat_text == "The database server does not answer."
    assert "secret" not in caught.value.log_text
    await database.close()


@pytest.mark.postgres
async def test_a_server_that_was_restarted_is_found_again(postgres_url: str) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    await database.write(_make)
    await other.write(lambda db: db.execute(CUT_THE_OTHERS).all())
    await database.write(_count_one)
    assert await database.read(_value) == 1
    await database.close()
    await other.close()


@pytest.mark.postgres
async def test_a_database_that_the_server_does_not_have_is_told_plainly(postgres_url: str) -> None:
    database = Database(postgres_url.rpartition("/")[0] + "/none_of_this_name")
    with pytest.raises(StorageError) as caught:
        await database.read(_value)
    assert caught.value.chat_text == "The database server refused the log-in."
    await database.close()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EACCES, "read-only"),
        (errno.EIO, "The disk failed"),
        (errno.ECONNREFUSED, "does not answer"),
    ],
)
def test_an_error_of_the_operating_system_is_told_by_its_number(number: int, words: str) -> None:
    assert words in storage_error(OSError(number, "x")).chat_text


async def test_the_file_is_durable_at_every_commit(file_database: Database) -> None:
    def pragmas(connection: Connection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}

    found = await file_database.write(pragmas)
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


async def test_a_path_may_hold_the_signs_that_urls_are_made_of(tmp_path: Path) -> None:
    path = tmp_path / "a b#c%20d.db"
    path.touch()
    database = Database(str(URL.create("sqlite+aiosqlite", database=str(path))))
    await database.write(_make)
    assert await database.read(_value) == 0
    assert {each for each in os.listdir(tmp_path) if each.endswith(".db")} == {path.name}  # noqa: PTH208
    await database.close()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite:///x.db", "mysql://x/y", "postgresql+psycopg://x/y"]
)
def test_a_url_that_is_not_ours_is_refused_with_a_hint(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_url(url)
    assert caught.value.hint


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
def test_a_desk_without_memory_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="names no file"):
        sqlite_path(url)


def test_a_postgres_url_has_no_file() -> None:
    assert sqlite_path("postgresql+asyncpg://x@127.0.0.1/y") is None
