"""What runs beside the desk: the audience, the lock, the jobs, the terminal, the loop's watch."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.account_watch import AccountWatch
from bot.audience import Audience
from bot.engine_room import EngineRoom
from bot.jobs.contract import Workshop
from bot.jobs.registry import JOBS
from bot.loop_watch import LoopWatch
from bot.pictures import PictureRoom
from bot.retuning import retuner_of
from bot.schedule import scheduler
from bot.settings import Settings
from bot.terminal import TerminalDesk
from bot.told import Told
from engine.core.kinds import TradingState
from engine.core.parameters.research import zone_named
from engine.core.state import Cause
from engine.execution.cash_watch import CashWatch
from storage.database import Database
from storage.files import Ballast, WatchedFile
from storage.inbox import Inbox
from storage.lock import CHECK_S, FileLock, Lease
from storage.terminal import TerminalCommands

AUDIENCE_S = 10.0
Lock = FileLock | Lease


class Upkeep:
    """Long tasks by name, for the supervisor."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        room: EngineRoom,
        audience: Audience,
        lock: Lock,
        pictures: PictureRoom,
        lost: Callable[[str], None],
    ) -> None:
        """`lost` hears why this process must not go on."""
        self._data_dir = settings.data_dir
        self._database = database
        self._room = room
        self._audience = audience
        self._lock = lock
        self._lost = lost
        self.desk_runs = False  # said by who starts it
        room.desk.executor.send_while(lock.holds)
        self._roll_call = asyncio.Event()
        self.terminal = TerminalDesk(TerminalCommands(database), room.controls)
        self.watch = LoopWatch()
        self._retuner = retuner_of(settings, database, room)
        self.told = Told(database, room, audience, pictures, self.call_the_roll)

    def tasks(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """What is to be kept alive."""
        return {
            "terminal": self.terminal.run,
            "audience": self._keep_audience,
            "loop watch": self.watch.run,
            "jobs": self._keep_jobs,
            **self._room.tasks(),
        }

    def call_the_roll(self) -> None:
        """Somebody joined or left: look the people up now."""
        self._roll_call.set()

    async def _keep_audience(self) -> None:
        while True:
            await self._audience.refresh()
            self._roll_call.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._roll_call.wait(), AUDIENCE_S)

    async def keep_lock(self) -> None:
        """Proves the lock again and again, from before the desk's start; its loss ends all."""
        while await self._lock.held():  # noqa: ASYNC110 - the server tells of no loss
            await asyncio.sleep(CHECK_S)
        # another host may hold the lease by now: nothing more leaves from here
        why = "the lock on the database was lost"
        if self.desk_runs:  # before that there is no state to move
            await self._room.desk.switch.tighten(TradingState.HALTED, Cause.TWIN, why)
        self._lost(why)

    async def _keep_jobs(self) -> None:
        path = self._database.path
        ballast = None if path is None else Ballast(self._data_dir / "ballast")
        if ballast is not None:
            await asyncio.to_thread(ballast.keep)
        live = self._room.live
        workshop = Workshop(
            database=self._database,
            inbox=Inbox(self._database, self._room.outbox),
            outbox=self._room.outbox,
            desk=self._room.desk,
            data_dir=self._data_dir,
            record=self._room.parley.record,
            file=None if path is None else WatchedFile(path),
            ballast=ballast,
            account=None if live is None else AccountWatch(live.look, self._room.desk),
            cash=None if live is None else CashWatch(self._room.desk, live.venue),
            retuner=self._retuner,
            told=self.told,
            tuning=self._room.tuning,
        )
        jobs = scheduler(JOBS, workshop, zone_named(self._room.dial.parameters.home_zone))
        jobs.start()
        if workshop.account is not None:
            await workshop.account.check()  # what a start lets pass is told at once
        try:
            await asyncio.Event().wait()
        finally:
            jobs.shutdown(wait=False)
