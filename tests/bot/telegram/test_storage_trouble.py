"""The database takes no writes: a panic is done and answered, the rest waits, nothing is lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from engine.core.messages import InboxState
from tests.bot.telegram.rig import OWNER, TRADER, Rig
from tests.bot.telegram.test_commands import states


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process holds the database's write lock."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_panic_is_done_and_answered_and_stored_afterwards(rig: Rig, tmp_path: Path) -> None:
    async with rig.running():
        await rig.asks("/card", TRADER)
        with locked(tmp_path / "parley.db"):
            assert await rig.asks("/panic", TRADER) == "<b>HALTED</b>"
        assert await rig.asks("/card", TRADER) == "Buy 1 BTC?"
    assert [name for name, _ in rig.table.effects] == ["panic"]
    assert await states(rig.database) == [InboxState.DONE.value] * 3
    assert [call.params["text"] for call in rig.world.calls.since(0, "sendMessage")].count(
        "<b>HALTED</b>"
    ) == 1


async def test_a_panic_does_not_wait_behind_what_cannot_be_stored(rig: Rig, tmp_path: Path) -> None:
    async with rig.running():
        await rig.asks("/card", TRADER)
        with locked(tmp_path / "parley.db"):
            await rig.says("/pause", OWNER)
            await rig.calls("getUpdates", 1)
            assert await rig.asks("/panic", TRADER) == "<b>HALTED</b>"
            assert rig.table.attempts == ["panic"]
        await rig.hears("paused")
        assert await rig.asks("/card", TRADER) == "Buy 1 BTC?"
    assert rig.table.attempts == ["panic", "pause"]
    assert await states(rig.database) == [InboxState.DONE.value] * 4
