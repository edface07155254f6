"""The database behind two doors: `write` is one transaction, `read` is one consistent look.

Both take a plain function over a SQLAlchemy connection. It runs as a whole away from the event
loop's tasks, so no transaction can be left open across an await, and a cancelled caller leaves
nothing half done. Why a function: on SQLite one hop to the writer's thread costs 0.1 ms, while
awaiting each statement through aiosqlite costs 0.6 ms for every one of them.

SQLite: writes go through one thread and take the write lock at BEGIN (facts/reliability.md 1.1);
reads go through aiosqlite beside it. PostgreSQL: a write takes a transaction-scoped advisory lock
first. Each statement then sees all that was committed before, which is what BEGIN IMMEDIATE gives
on SQLite; with one writer at a time no serialisation failure is possible, so none is retried.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from engine.core.errors import SettingsError, StorageError
from storage.faults import told_plainly

T = TypeVar("T")
Work = Callable[[Connection], T]

LOCK_WAIT_S = 10
WRITER_LOCK = 7_237_101  # the advisory lock of PostgreSQL's writers; any number that stays
_WRITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_READ_PRAGMAS = ("query_only=ON",)


def parse_url(database_url: str) -> URL:
    """The parsed URL; raises SettingsError for a text that is not one of ours."""
    try:
        url = make_url(database_url)
    except ArgumentError as error:
        raise SettingsError(
            "DATABASE_URL is not a database URL",
            hint="Write sqlite+aiosqlite:///file.db or postgresql+asyncpg://user@host/name.",
        ) from error
    if url.drivername not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
        raise SettingsError(
            f"DATABASE_URL names the driver {url.drivername}",
            hint="The desk speaks sqlite+aiosqlite and postgresql+asyncpg.",
        )
    return url


def sqlite_path(database_url: str) -> Path | None:
    """The file of a SQLite URL, None for PostgreSQL; raises SettingsError without a file name."""
    url = parse_url(database_url)
    if not url.drivername.startswith("sqlite"):
        return None
    if not url.database or url.database == ":memory:":
        raise SettingsError(
            "DATABASE_URL names no file", hint="A desk needs a memory: sqlite+aiosqlite:///file.db."
        )
    return Path(url.database)


class Database:
    """Connects lazily. The file of a SQLite URL must exist: `storage/opening.py` makes it."""

    def __init__(self, database_url: str, *, lock_wait_s: float = LOCK_WAIT_S) -> None:
        self.url = parse_url(database_url)
        self.path = sqlite_path(database_url)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="storage")
        self._turn = asyncio.Lock()
        self._closed = False
        self._wrote = False
        if self.path is not None:
            self._sync: Engine | None = _sqlite_writer(self.path, lock_wait_s)
            self._async = _sqlite_readers(self.path, lock_wait_s)
            self._readers = self._async
        else:
            self._sync = None
            self._async = _postgres(self.url, lock_wait_s)
            self._readers = self._async.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    async def write(self, work: Work[T]) -> T:
        """What `work` returned, after its transaction is durable; raises StorageError.

        An exception of `work` itself rolls back and is raised as it is.
        """
        if self._closed:
            raise StorageError("the database is closed", hint="The desk is stopping.")
        self._wrote = True
        with told_plainly():
            if self._sync is not None:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._thread, _in_transaction, self._sync, work)
            async with self._turn, self._async.begin() as connection:
                return await connection.run_sync(_as_only_writer, work)

    async def read(self, work: Work[T]) -> T:
        """What `work` returned from one snapshot of the database; raises StorageError."""
        with told_plainly():
            async with self._readers.connect() as connection:
                return await connection.run_sync(work)

    async def close(self) -> None:
        """Waits for the last write, moves the write-ahead log into the file, lets go."""
        if self._closed:
            return
        self._closed = True
        if self._sync is not None and self._wrote:  # one who only read leaves the log alone
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, _checkpoint_and_dispose, self._sync)
        await self._async.dispose()
        self._thread.shutdown()  # its last job is done: this waits for nothing


def _in_transaction(engine: Engine, work: Work[T]) -> T:
    with engine.begin() as connection:
        return work(connection)


def _as_only_writer(connection: Connection, work: Work[T]) -> T:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
    return work(connection)


def _checkpoint_and_dispose(engine: Engine) -> None:
    # a full or locked disk: the write-ahead log stays beside the file, nothing is lost
    with suppress(SQLAlchemyError, sqlite3.Error):
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()
    engine.dispose()


def _sqlite_url(driver: str, path: Path) -> URL:
    # mode=rw: a file that was deleted is an error, never a new empty database
    query = {"mode": "rw", "uri": "true"}
    return URL.create(driver, database=f"file:{quote(str(path.absolute()))}", query=query)


def _sqlite_writer(path: Path, lock_wait_s: float) -> Engine:
    arguments = {"timeout": lock_wait_s, "check_same_thread": False}
    engine = create_engine(_sqlite_url("sqlite", path), connect_args=arguments, pool_size=1)
    _configure(engine, _WRITE_PRAGMAS, "BEGIN IMMEDIATE")
    return engine


def _sqlite_readers(path: Path, lock_wait_s: float) -> AsyncEngine:
    arguments = {"timeout": lock_wait_s}
    engine = create_async_engine(_sqlite_url("sqlite+aiosqlite", path), connect_args=arguments)
    _configure(engine.sync_engine, _READ_PRAGMAS, "BEGIN DEFERRED")
    return engine


def _configure(engine: Engine, pragmas: tuple[str, ...], begin: str) -> None:
    @event.listens_for(engine, "connect")
    def _connected(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # else the driver opens transactions by itself, too late
        cursor = raw.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _postgres(url: URL, lock_wait_s: float) -> AsyncEngine:
    settings = {"application_name": "parley", "lock_timeout": f"{int(lock_wait_s * 1000)}ms"}
    return create_async_engine(
        url,
        pool_pre_ping=True,  # the server may have been restarted since
        connect_args={"timeout": lock_wait_s, "server_settings": settings},
    )
