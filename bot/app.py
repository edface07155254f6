"""The process: everything that does IO is made here, started in order, and stopped in order.

The engine starts first. Telegram's library takes seconds to import, so that happens in a thread
while the desk already trades; the chat joins when it is ready, and may stay away for ever.
"""

import asyncio
import os
import secrets
import signal
import sys
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from aiohttp import web
from loguru import logger
from pydantic import SecretStr

from bot.audience import Audience, admit
from bot.engine_room import EngineRoom, build
from bot.http_server import add_vitals, application, serving
from bot.jobs.contract import Workshop
from bot.jobs.registry import JOBS
from bot.localchat.server import add_local_chat
from bot.localchat.world import DEFAULT_TOKEN, World
from bot.markets import Market, open_market
from bot.pictures import PictureRoom
from bot.schedule import scheduler
from bot.settings import Settings, changed_since_start
from bot.summary import summary_text
from bot.supervisor import Supervisor
from bot.terminal import TerminalDesk
from bot.vitals import LoopWatch, Vitals
from engine.core.commands import Pause
from engine.core.errors import DeskError
from engine.core.events import DeskStarted, DeskStopped, Event, TaskFailed, TwinSeen
from engine.core.kinds import TradingState
from engine.core.people import TERMINAL
from engine.core.ports import Record
from engine.core.state import Cause
from engine.execution.clocks import SystemClock
from engine.services.answers import Gauge
from storage.database import sqlite_path
from storage.files import Ballast, WatchedFile
from storage.identity import mark_clean_stop, mark_running
from storage.inbox import Inbox
from storage.lock import FileLock, take_lock
from storage.opening import Opened, open_database
from storage.people import People
from storage.reports import Reports as StoredReports
from storage.terminal import TerminalCommands

if TYPE_CHECKING:
    from bot.chat import Chat

AUDIENCE_S = 10.0


async def run(settings: Settings) -> int:
    """Runs the desk until it is told to stop or its market ends; returns the exit code.

    Raises SettingsError or StorageError when it cannot start.
    """
    async with AsyncExitStack() as stack:
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True, mode=0o700)
        lock = await take_lock(settings.database, sqlite_path(settings.database))
        stack.push_async_callback(lock.release)
        opened = await open_database(settings.database, settings.data_dir / "backups")
        stack.push_async_callback(opened.database.close)
        if isinstance(lock, FileLock):
            lock.bind(opened.identity.database_uuid)
        wall = SystemClock(_thought_failed)
        stack.push_async_callback(wall.close)
        state = await StoredReports(opened.database).state()
        resumed_at = None if state is None else state.cursor_at
        market = await open_market(settings, wall, opened.identity.created_at, resumed_at)
        stack.push_async_callback(market.close)
        process = await Process.made(settings, opened, market, wall)
        return await process.run(stack)


class Process:
    """One desk in one process, from its start to its stop."""

    def __init__(
        self,
        settings: Settings,
        opened: Opened,
        room: EngineRoom,
        audience: Audience,
        people: People,
    ) -> None:
        self._settings = settings
        self._opened = opened
        self._room = room
        self._audience = audience
        self._people = people
        self._supervisor = Supervisor(self._task_failed)
        self._watch = LoopWatch()
        self._pictures = PictureRoom()
        self._vitals = Vitals(
            room, self._supervisor, self._watch, settings.data_dir, self._chat_gauge
        )
        self._chat: Chat | None = None
        self._stopping = asyncio.Event()
        self._why = "asked to stop"
        self._roll_call = asyncio.Event()
        self._telling: set[asyncio.Task[Any]] = set()
        self._boot_id = secrets.token_hex(4)

    @classmethod
    async def made(
        cls, settings: Settings, opened: Opened, market: Market, wall: SystemClock
    ) -> "Process":
        """The process with its people admitted and its engine room built."""
        people = People(opened.database)
        await admit(settings, people, datetime.now(UTC))
        audience = Audience(people, market.mode.badge)
        await audience.refresh()
        room = await build(
            settings,
            opened,
            market,
            wall,
            audience.announce,
            lambda: changed_since_start(settings),
        )
        return cls(settings, opened, room, audience, people)

    async def run(self, stack: AsyncExitStack) -> int:
        """Starts everything, waits for the end, stops everything."""
        started_s = time.perf_counter()
        app, world = self._application()
        base = await stack.enter_async_context(
            serving(app, self._settings.http_host, self._settings.http_port)
        )
        self._listen_to_signals()
        asked = await self._room.start()
        await mark_running(self._opened.database)
        await self._tell_start(asked)
        desk = self._supervisor.start("desk", self._room.desk.run)
        self._start_helpers()
        self._supervisor.start("chat", lambda: self._open_chat(base, world is not None))
        _say(f"{self._room.market.mode.words}: trading after {_since(started_s)} s")
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((desk, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        ended = desk.done() and not self._stopping.is_set()
        if ended:
            self._why = "the recorded market ended"
        await self._stop()
        if ended:
            _say(await summary_text(self._room, time.perf_counter() - started_s))
        return 0

    def _application(self) -> tuple[web.Application, World | None]:
        app = application()
        add_vitals(app, self._vitals.gauges, self._vitals.metrics)
        world = None if self._settings.has_token else World(DEFAULT_TOKEN)
        if world is not None:
            add_local_chat(app, world)
        elif self._settings.telegram_webhook_url:
            app.router.add_post("/telegram", self._webhook)
        return app, world

    async def _webhook(self, request: web.Request) -> web.StreamResponse:
        if self._chat is None or self._chat.link is None:
            return web.Response(status=503)  # Telegram asks again
        return await self._chat.link.webhook()(request)

    async def _tell_start(self, asked: int) -> None:
        books = self._room.desk.books
        event = DeskStarted(
            at=datetime.now(UTC),
            mode=self._room.market.mode.words,
            trading=books.state.trading,
            open_positions=len(books.positions),
            resolved_orders=asked,
            boot_id=self._boot_id,
        )
        await self._room.desk.scribe.keep(Record(events=(event,)))

    def _start_helpers(self) -> None:
        database = self._opened.database
        terminal = TerminalDesk(TerminalCommands(database), self._room.controls)
        self._supervisor.start("terminal", terminal.run)
        self._supervisor.start("audience", self._keep_audience)
        self._supervisor.start("loop watch", self._watch.run)
        self._supervisor.start("jobs", self._keep_jobs)

    async def _keep_audience(self) -> None:
        while True:
            await self._audience.refresh()
            self._roll_call.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._roll_call.wait(), AUDIENCE_S)

    async def _keep_jobs(self) -> None:
        database, data_dir = self._opened.database, self._settings.data_dir
        ballast = None if database.path is None else Ballast(data_dir / "ballast")
        if ballast is not None:
            await asyncio.to_thread(ballast.keep)
        workshop = Workshop(
            database=database,
            inbox=Inbox(database, self._room.outbox),
            outbox=self._room.outbox,
            desk=self._room.desk,
            data_dir=data_dir,
            file=None if database.path is None else WatchedFile(database.path),
            ballast=ballast,
        )
        jobs = scheduler(JOBS, workshop)
        jobs.start()
        try:
            await asyncio.Event().wait()
        finally:
            jobs.shutdown(wait=False)

    async def _open_chat(self, base: str, is_local: bool) -> None:
        # seconds of imports: in a thread, and never while an exit waits for this loop
        module = await asyncio.to_thread(import_module, "bot.chat")
        self._chat = module.Chat(
            self._settings,
            self._room,
            self._opened.database,
            self._vitals,
            self._pictures,
            self._tell,
            lambda _person_id: self._roll_call.set(),
        )
        chat = self._chat
        if is_local:
            await chat.start(SecretStr(DEFAULT_TOKEN), base)
            _say(f"the chat is at {base}/")
        else:
            await chat.start(self._settings.telegram_bot_token, self._settings.telegram_api_base)
            await self._offer_pairing()
        self._room.bus.subscribe(lambda _event: self._wake_chat())

    def _wake_chat(self) -> None:
        if self._chat is not None and self._chat.link is not None:
            self._chat.link.wake()

    async def _offer_pairing(self) -> None:
        if self._chat is None:
            return
        code = await self._chat.pairing.owner_code()
        if code is not None:
            _say(
                "Nobody may talk to this desk yet. Within 10 minutes, send your bot:"
                f"\n  /start {code}\nThis makes you its owner."
            )

    def _chat_gauge(self) -> Gauge:
        if self._chat is None:
            return Gauge(name="Chat", value="starting", good=True)
        return self._chat.gauge()

    def _tell(self, event: Event) -> None:
        """For callers that do not await: the event becomes durable and is told."""
        self._beside(self._told(event))

    async def _told(self, event: Event) -> None:
        await self._room.desk.scribe.keep(Record(events=(event,)))
        if isinstance(event, TwinSeen):
            await self._room.desk.switch.tighten(
                TradingState.REDUCING, Cause.TWIN, "another process uses our Telegram token"
            )

    def _beside(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _task_failed(self, name: str, text: str, failures: int) -> None:
        event = TaskFailed(at=datetime.now(UTC), task=name, text=text, failures=failures)
        await self._room.desk.scribe.keep(Record(events=(event,)))

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: None)  # a closed terminal ends nothing
        loop.add_signal_handler(signal.SIGUSR1, lambda: self._beside(self._pause()))

    async def _pause(self) -> None:
        command = Pause(command_id=f"signal-{time.time_ns()}", actor=TERMINAL, why="SIGUSR1")
        await self._room.controls.pause(command)

    async def _stop(self) -> None:
        """The intake first, the engine last; the whole of it within ten seconds."""
        await self._room.market.close()
        await self._supervisor.stop("desk", "jobs", "terminal", "audience", "loop watch")
        await self._room.desk.stop()
        event = DeskStopped(at=datetime.now(UTC), why=self._why, boot_id=self._boot_id)
        await self._room.desk.scribe.keep(Record(events=(event,)))
        await asyncio.gather(*self._telling, return_exceptions=True)
        await self._supervisor.stop("chat")
        if self._chat is not None and self._chat.link is not None:
            await self._chat.link.stop()
        await self._pictures.close()
        with suppress(DeskError):
            await mark_clean_stop(self._opened.database, datetime.now(UTC))


def _thought_failed(error: BaseException) -> None:
    logger.opt(exception=error).error("a decision failed")


def _say(text: str) -> None:
    """A line for the person at the terminal; a closed terminal is no reason to stop."""
    with suppress(OSError, ValueError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def _since(started_s: float) -> str:
    return f"{time.perf_counter() - started_s:.1f}"


def main(settings: Settings) -> int:
    """The desk until its end, on an event loop of its own."""
    os.umask(0o077)
    return asyncio.run(run(settings))
