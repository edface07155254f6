"""The disk and the database's file: entries stop before there is no room for exits."""

import asyncio

from bot.jobs.contract import Every, Job, Workshop
from engine.core.kinds import TradingState
from engine.core.state import Cause
from storage.files import DiskLevel, disk_level


async def watch_disk(workshop: Workshop) -> None:
    """Reduces while the disk is nearly full or the file was moved away; lets go afterwards."""
    level = await asyncio.to_thread(disk_level, workshop.data_dir)
    state = workshop.desk.books.state
    why = ""
    if level is DiskLevel.CRITICAL:
        why = "the disk is nearly full: free some space"
    elif workshop.file is not None and workshop.file.moved():
        why = "the database file was moved or deleted: stop the desk and put it back"
    if why and state.trading is TradingState.ACTIVE:
        await workshop.switch.move(TradingState.REDUCING, Cause.DISK, why)
    elif not why and state.cause is Cause.DISK:
        await workshop.switch.move(TradingState.ACTIVE, Cause.NONE, "the disk has room again")
    if level is DiskLevel.CRITICAL and workshop.ballast is not None:
        await asyncio.to_thread(workshop.ballast.release)


JOB = Job("disk", watch_disk, Every(60))
