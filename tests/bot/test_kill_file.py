"""The file KILL halts a running desk, and keeps it halted as long as it lies there."""

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from bot.jobs.kill_file import JOB, KILL_FILE
from engine.core.commands import Resume
from engine.core.events import TradingStateChanged
from engine.core.kinds import Role, TradingState
from engine.core.people import Actor
from engine.core.state import Cause
from engine.execution.desk import Desk
from engine.services.controls import Controls
from tests.fakes.desk_rig import DeskRig
from tests.fakes.memory_journal import MemoryJournal

if TYPE_CHECKING:
    from bot.jobs.contract import Workshop

OWNER = Actor("Olivia", Role.OWNER, 1001)


def trading(desk: Desk) -> TradingState:
    return desk.books.state.trading


async def test_the_file_halts_at_once_and_again_after_a_resume(tmp_path: Path) -> None:
    journal = MemoryJournal()
    rig = DeskRig(journal=journal)
    desk = rig.boot()
    await desk.start()
    workshop = cast("Workshop", SimpleNamespace(data_dir=tmp_path, switch=desk.switch))
    await JOB.run(workshop)
    assert trading(desk) is TradingState.ACTIVE
    (tmp_path / KILL_FILE).touch()
    await JOB.run(workshop)
    await JOB.run(workshop)
    state = desk.books.state
    assert (state.trading, state.cause) == (TradingState.HALTED, Cause.KILL_FILE)
    assert "remove it, then /resume" in state.why
    assert journal.state is not None
    assert journal.state.trading is TradingState.HALTED, "it survives a restart"
    assert len(rig.told(TradingStateChanged)) == 1, "told once"
    controls = Controls(desk)
    await controls.resume(Resume(command_id="1", actor=OWNER))
    await JOB.run(workshop)
    assert trading(desk) is TradingState.HALTED
    (tmp_path / KILL_FILE).unlink()
    await JOB.run(workshop)
    assert trading(desk) is TradingState.HALTED, "its removal starts nothing"
    await controls.resume(Resume(command_id="2", actor=OWNER))
    await JOB.run(workshop)
    assert trading(desk) is TradingState.ACTIVE
