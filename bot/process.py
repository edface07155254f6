"""One desk in one process, from its start to its stop."""

import asyncio
import secrets
import signal
import time
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING

from aiohttp import web

from bot.audience import Audience
from bot.engine_room import EngineRoom
from bot.heartbeat import Heartbeat
from bot.http_server import add_vitals, application, serving
from bot.jobs import kill_file
from bot.localchat.server import add_local_chat
from bot.localchat.world import DEFAULT_TOKEN, World
from bot.pictures import PictureRoom
from bot.settings import Settings
from bot.summary import summary_text
from bot.supervisor import Supervisor
from bot.teller import say
from bot.trade_pictures import TradePictures
from bot.upkeep import Lock, Upkeep
from bot.vitals import Instruments, Vitals
from engine.core.commands import Pause
from engine.core.errors import DeskError
from engine.core.events import DeskStarted, DeskStopped
from engine.core.people import TERMINAL
from engine.services.answers import Gauge
from storage.database import Database
from storage.identity import mark_clean_stop, mark_running

if TYPE_CHECKING:
    from bot.chat import Chat


DESK_ENDS_S = 4.0
ENDED_BY_ITSELF = 1


class Process:
    """Starts the engine first, then the chat; stops the chat first, then the engine."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        room: EngineRoom,
        audience: Audience,
        lock: Lock,
    ) -> None:
        self._settings = settings
        self._database = database
        self._room = room
        self._teller = room.teller
        self._supervisor = Supervisor(self._teller.task_failed, self._end)
        self._pictures = PictureRoom()
        self._upkeep = Upkeep(settings, database, room, audience, lock, self._pictures, self._end)
        runs_at_sight = room.market.mode.speed > 0.0  # else nobody could look at what is drawn
        self._trade_pictures = TradePictures(
            room.reports,
            self._pictures,
            room.outbox,
            audience,
            lambda: runs_at_sight and room.dial.parameters.trade_pictures,
        )
        self._chat: Chat | None = None
        self._stopping = asyncio.Event()
        self._why = "asked to stop"
        self._exit_code = 0
        self._boot_id = secrets.token_hex(4)
        self._vitals = Vitals(
            Instruments(
                room=room,
                database=database,
                supervisor=self._supervisor,
                watch=self._upkeep.watch,
                data_dir=settings.data_dir,
                boot_id=self._boot_id,
                telegram=self._chat_gauge,
                calls_s=lambda: () if self._chat is None else self._chat.calls_s(),
            )
        )
        if settings.heartbeat_url.get_secret_value():
            heartbeat = Heartbeat(settings.heartbeat_url, self._vitals.gauges)
            self._upkeep.told.heartbeat = heartbeat

    async def run(self, stack: AsyncExitStack) -> int:
        """Starts everything, waits for the end, stops everything; returns the exit code."""
        started_s = time.perf_counter()
        app, world = self._application()
        base = await stack.enter_async_context(
            serving(app, self._settings.http_host, self._settings.http_port)
        )
        self._listen_to_signals()
        self._supervisor.start("lock", self._upkeep.keep_lock)
        if not await self._is_started():
            await self._supervisor.stop("lock")
            return self._exit_code
        desk = self._supervisor.start("desk", self._room.desk.run)
        for name, work in self._upkeep.tasks().items():
            self._supervisor.start(name, work)
        self._supervisor.start("trade pictures", self._trade_pictures.run)
        self._supervisor.start("chat", lambda: self._open_chat(base, is_local=world is not None))
        say(f"{self._room.market.mode.words}: trading after {_since(started_s)} s")
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((desk, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        ended = desk.done() and not self._stopping.is_set()
        if ended:
            self._why = "the recorded market ended"
        await self._stop()
        if ended:
            say(await summary_text(self._room, time.perf_counter() - started_s))
        return self._exit_code

    async def _is_started(self) -> bool:
        # a stop that is asked for while the desk warms up, or waits for its venue, comes first
        starting = asyncio.create_task(self._start_desk())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            say("stopped before it had started")
            return False
        await starting  # raises what the start raised
        return True

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

    async def _start_desk(self) -> None:
        asked = await self._room.start()
        await mark_running(self._database)
        books = self._room.desk.books
        await self._teller.told(
            DeskStarted(
                at=datetime.now(UTC),
                mode=self._room.market.mode.words,
                trading=books.state.trading,
                open_positions=len(books.positions),
                resolved_orders=asked,
                boot_id=self._boot_id,
            )
        )
        self._upkeep.desk_runs = True
        # a panic asked for while no desk ran comes before the first price
        await self._upkeep.terminal.work_off()
        await kill_file.look(self._settings.data_dir, self._room.desk.switch)

    async def _open_chat(self, base: str, *, is_local: bool) -> None:
        module = await asyncio.to_thread(import_module, "bot.chat")  # seconds, so in a thread
        self._chat = chat = module.Chat(
            self._settings,
            self._room,
            self._database,
            self._vitals,
            self._pictures,
            self._teller.tell,
            self._upkeep.told,
        )
        if is_local:
            await chat.start_here(base)
            say(f"the chat is at {base}/")
        else:
            await chat.start(self._settings.telegram_bot_token, self._settings.telegram_api_base)
            await self._offer_pairing(chat)
        self._room.bus.subscribe(lambda _event: self._wake_chat())
        self._room.bus.subscribe(self._trade_pictures.heard)

    async def _offer_pairing(self, chat: "Chat") -> None:
        code = await chat.pairing.owner_code()
        if code is not None:
            say(
                "Nobody may talk to this desk yet. Within 10 minutes, send your bot:"
                f"\n  /start {code}\nThis makes you its owner."
            )

    def _wake_chat(self) -> None:
        if self._chat is not None and self._chat.link is not None:
            self._chat.link.wake()

    def _chat_gauge(self) -> Gauge:
        if self._chat is None:
            return Gauge(name="Chat", value="starting", good=True)
        return self._chat.gauge()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: None)  # a closed terminal ends nothing
        loop.add_signal_handler(signal.SIGUSR1, lambda: self._teller.beside(self._pause()))

    async def _pause(self) -> None:
        command = Pause(command_id=f"signal-{time.time_ns()}", actor=TERMINAL, why="SIGUSR1")
        await self._room.controls.pause(command)

    def _end(self, why: str) -> None:
        # not of a person's asking: whoever keeps the process alive is to start it again
        say(why)
        self._why = why
        self._exit_code = ENDED_BY_ITSELF
        self._stopping.set()

    async def _stop(self) -> None:
        """Market and upkeep, then the desk, then the chat with its last words."""
        await self._room.market.close()
        await self._supervisor.finish("desk", DESK_ENDS_S)  # an order on its way gets its answer
        await self._supervisor.stop(*self._upkeep.tasks())
        await self._room.desk.stop()
        now = datetime.now(UTC)
        await self._teller.told(DeskStopped(at=now, why=self._why, boot_id=self._boot_id))
        await self._teller.finish()
        await self._supervisor.stop("chat", "trade pictures")
        if self._chat is not None:
            await self._chat.stop()
        await self._pictures.close()
        with suppress(DeskError):
            await mark_clean_stop(self._database, datetime.now(UTC))


def _since(started_s: float) -> str:
    return f"{time.perf_counter() - started_s:.1f}"
