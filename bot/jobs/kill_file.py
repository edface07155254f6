"""The kill switch that needs neither chat nor terminal: a file called KILL in the data folder."""

import asyncio
from pathlib import Path

from bot.jobs.contract import Every, Job, Workshop
from engine.core.kinds import TradingState
from engine.core.state import Cause
from engine.execution.switch import Switch

KILL_FILE = "KILL"


async def look(data_dir: Path, switch: Switch) -> None:
    """Halts where the file lies, now."""
    if await asyncio.to_thread((data_dir / KILL_FILE).exists):
        why = f"the file {KILL_FILE} lies in {data_dir}: remove it, then /resume"
        await switch.tighten(TradingState.HALTED, Cause.KILL_FILE, why)


async def watch_kill_file(workshop: Workshop) -> None:
    """Halts while the file lies there, and again after a resume; its removal starts nothing."""
    await look(workshop.data_dir, workshop.switch)


JOB = Job("kill_file", watch_kill_file, Every(2))
