"""A command from a terminal reaches the running desk, and its answer comes back."""

from dataclasses import replace

import pytest

from engine.core.messages import TerminalCommand
from storage.database import Database
from storage.live_messages import LiveMessages
from storage.terminal import TerminalCommands
from tests.storage.samples import AT, at

PANIC = TerminalCommand(command_id="t1", kind="panic", actor="terminal", at=AT)


@pytest.fixture
def commands(database: Database) -> TerminalCommands:
    return TerminalCommands(database)


async def test_a_command_waits_until_it_is_answered(commands: TerminalCommands) -> None:
    pause = replace(PANIC, command_id="t0", kind="pause", at=at(1))
    assert await commands.put(pause)
    assert await commands.put(PANIC)
    assert not await commands.put(PANIC)
    assert await commands.waiting() == (PANIC, pause)
    await commands.finish("t1", "halted")
    await commands.finish("t1", "something else")
    assert await commands.waiting() == (pause,)
    assert await commands.find("t1") == replace(PANIC, answer="halted")
    assert await commands.find("t2") is None


async def test_a_live_message_is_remembered_by_chat_and_name(database: Database) -> None:
    live = LiveMessages(database)
    await live.put(1, "status", 10)
    await live.put(1, "status", 11)
    await live.put(-1_001_234_567_890, "status", 12)
    assert await live.find(1, "status") == 11
    assert await live.find(1, "other") is None
    await live.remove(1, "status")
    assert await live.find(1, "status") is None
    assert await live.find(-1_001_234_567_890, "status") == 12
