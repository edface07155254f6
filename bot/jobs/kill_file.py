"""The kill switch that needs neither chat nor terminal: a file called KILL in the data folder."""

import asyncio

from bot.jobs.contract import Every, Job, Workshop
from engine.core.kinds import TradingState
from engine.core.state import Cause

KILL_FILE = "KILL"


async def watch_kill_file(workshop: Workshop) -> None:
    """Halts while the file lies there, and again after a resume; its removal starts nothing."""
    path = workshop.data_dir / KILL_FILE
    if await asyncio.to_thread(path.exists):
        why = f"the file {KILL_FILE} lies in {workshop.data_dir}: remove it, then /resume"
        await workshop.switch.tighten(TradingState.HALTED, Cause.KILL_FILE, why)


JOB = Job("kill_file", watch_kill_file, Every(2))
