"""One desk per database, whatever ended the last one."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from engine.core.errors import StorageError
from storage.lock import PROVED_FOR_S, FileLock, Lease, TwinRunning, take_lock

HOLDER = """
import pathlib, sys, time
sys.path.insert(0, {root!r})
from engine.core.errors import StorageError
from storage.lock import FileLock
lock = FileLock(pathlib.Path({path!r}))
lock.bind({uuid!r})
print("held", flush=True)
time.sleep(60)
"""


async def test_a_second_desk_is_told_who_holds_the_database(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    lock = FileLock(path)
    assert await lock.held()
    assert lock.holds()
    with pytest.raises(TwinRunning) as caught:
        FileLock(path)
    assert f"process {os.getpid()}" in caught.value.chat_text
    assert caught.value.hint
    await lock.release()
    again = FileLock(path)
    await again.release()


@pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's")
def test_a_holder_is_noticed_without_its_lock_file_and_kill_9_frees_it(
    tmp_path: Path,
) -> None:
    path, uuid = tmp_path / "parley.db", str(uuid4())
    code = HOLDER.format(root=str(Path(__file__).parents[2]), path=str(path), uuid=uuid)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            holder.send_signal(signal.SIGSTOP)
            with pytest.raises(TwinRunning, match=f"process {holder.pid}"):
                FileLock(path)
            (tmp_path / "parley.db.lock").unlink()
            lock = FileLock(path)
            with pytest.raises(TwinRunning, match="a copy of it"):
                lock.bind(uuid)
        finally:
            holder.kill()
    lock.bind(uuid)
    asyncio.run(lock.release())


@pytest.mark.postgres
async def test_a_lease_is_one_and_is_known_to_be_lost(postgres_url: str) -> None:
    lease = await take_lock(postgres_url, None)
    assert isinstance(lease, Lease)
    assert await lease.held()
    with pytest.raises(TwinRunning):
        await Lease.take(postgres_url)
    await cut(postgres_url)
    assert not await lease.held()
    next_desk = await Lease.take(postgres_url)
    assert await next_desk.held()
    assert not await lease.held()
    await next_desk.release()
    await lease.release()


@pytest.mark.postgres
async def test_a_lease_is_proved_for_a_while_and_a_lost_one_proves_nothing(
    postgres_url: str,
) -> None:
    now_s = 100.0
    lease = await Lease.take(postgres_url, lambda: now_s)
    assert lease.holds()
    now_s += PROVED_FOR_S
    assert not lease.holds(), "nobody has asked the server since"
    assert await lease.held()
    assert lease.holds(), "the answer renews it"
    await cut(postgres_url)
    assert lease.holds(), "the loss is not known yet: a successor waits this long"
    assert not await lease.held()
    assert not lease.holds()
    now_s -= 10.0
    assert not lease.holds(), "what is lost stays lost"
    await lease.release()


async def cut(postgres_url: str) -> None:
    """The server ends the connection that holds the lock."""
    engine = create_async_engine(postgres_url)
    async with engine.connect() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'parley desk' AND datname = current_database()"
            )
        )
    await engine.dispose()


def test_a_folder_that_we_may_not_write_to_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError) as caught:
        FileLock(tmp_path / "file" / "parley.db")
    assert caught.value.chat_text == "The database cannot be opened."


async def test_a_file_database_takes_a_file_lock(tmp_path: Path) -> None:
    lock = await take_lock("sqlite+aiosqlite:///x.db", tmp_path / "var" / "parley.db")
    assert isinstance(lock, FileLock)
    await lock.release()
