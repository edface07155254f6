"""One desk per database.

SQLite: an flock on a file with our process id inside, and on Linux an abstract socket named after
the database's uuid, because an flock is defeated by deleting the file and nobody can delete the
socket. Both end with the process, whatever ended it. PostgreSQL: an advisory lock of a session;
it ends with its connection, and nobody tells. So a keeper asks `held` every CHECK_S, each yes is
good for PROVED_FOR_S, and `holds`, which costs nothing, is asked before anything is sent.
"""

import fcntl
import math
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from engine.core.errors import StorageError
from storage.database import parse_url
from storage.faults import told_plainly
from storage.files import PRIVATE

DESK_LOCK = 7_237_100  # the advisory lock of the one desk; any number that stays
CHECK_S = 5.0  # how often the keeper asks the server
PROVED_FOR_S = 15.0  # from the moment of the question; a successor waits as long before it acts


class TwinRunning(StorageError):
    """Another desk already works on this database."""

    def __init__(self, holder: str) -> None:
        super().__init__(
            f"the database is held by {holder}",
            chat_text=f"Another desk already runs on this database ({holder}).",
            hint="Stop it first, or give this one another DATABASE_URL.",
        )


class FileLock:
    """The lock of a SQLite database, held until `release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        """Takes the lock beside the database at `path`; raises TwinRunning."""
        self._path = path.with_name(path.name + ".lock")
        self._socket: socket.socket | None = None
        with told_plainly():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise TwinRunning(f"process {holder or 'unknown'}") from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode("ascii"), 0)

    def bind(self, database_uuid: str) -> None:
        """Takes the socket of this uuid as well, where there are such; raises TwinRunning."""
        if sys.platform != "linux":
            return
        bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            bound.bind(f"\0parley-{database_uuid}")
        except OSError as error:
            bound.close()
            raise TwinRunning("another process, on this file or on a copy of it") from error
        self._socket = bound

    async def held(self) -> bool:
        """True: the operating system takes it from nobody who lives."""
        return True

    def holds(self) -> bool:
        """True, for the same reason."""
        return True

    async def release(self) -> None:
        if self._socket is not None:
            self._socket.close()
        os.close(self._descriptor)


class Lease:
    """The lock of a PostgreSQL database: lost with its connection."""

    def __init__(
        self, connection: AsyncConnection, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        """`connection` has just taken the lock."""
        self._connection = connection
        self._monotonic_s = monotonic_s
        self._proved_until_s = monotonic_s() + PROVED_FOR_S

    @classmethod
    async def take(
        cls, database_url: str, monotonic_s: Callable[[], float] = time.monotonic
    ) -> "Lease":
        """The lease; raises TwinRunning when another desk has it, StorageError without a server."""
        with told_plainly():
            engine = create_async_engine(
                parse_url(database_url),
                poolclass=NullPool,
                isolation_level="AUTOCOMMIT",
                connect_args={"server_settings": {"application_name": "parley desk"}},
            )
            connection = await engine.connect()
            taken = await connection.scalar(
                text("SELECT pg_try_advisory_lock(:key)"), {"key": DESK_LOCK}
            )
        if not taken:
            await connection.close()
            raise TwinRunning("another process, on this host or another")
        return cls(connection, monotonic_s)

    def holds(self) -> bool:
        """Whether the lock is proved to be ours now. No IO: what `held` last learned.

        False also while the server is slow to answer: another desk may have the lock by then.
        """
        return self._monotonic_s() < self._proved_until_s

    async def held(self) -> bool:
        """Whether the lock is still ours; one round trip. False after the connection broke."""
        mine = text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND objid = :key AND pid = pg_backend_pid()"
        )
        asked_s = self._monotonic_s()
        try:
            is_ours = bool(await self._connection.scalar(mine, {"key": DESK_LOCK}))
        except (SQLAlchemyError, OSError):
            is_ours = False
        self._proved_until_s = asked_s + PROVED_FOR_S if is_ours else -math.inf
        return is_ours

    async def release(self) -> None:
        await self._connection.close()


async def take_lock(database_url: str, path: Path | None) -> FileLock | Lease:
    """The lock that suits the database; raises TwinRunning."""
    return await Lease.take(database_url) if path is None else FileLock(path)
