"""The link to Telegram: built, started, supervised and stopped in the right order.

The engine runs before and after it. Telegram may be absent at boot, for hours, or for ever: the
outbox keeps what must be told, and the loop here goes on asking.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from aiogram.exceptions import AiogramError
from loguru import logger

from bot.telegram.aftermath import Aftermath
from bot.telegram.catchup import CatchUp
from bot.telegram.deliver import Deliverer
from bot.telegram.figures import CallBook
from bot.telegram.gate import Vocabulary
from bot.telegram.intake import Intake
from bot.telegram.livecard import LiveCards
from bot.telegram.menus import Menus
from bot.telegram.outage import backoff_s
from bot.telegram.perform import Performer
from bot.telegram.polling import Poller
from bot.telegram.roster import Roster, StrangerLog
from bot.telegram.sender import Sender
from bot.telegram.session import make_bot
from bot.telegram.settings import Link, LinkSettings, LinkState, Stores, Voice
from bot.telegram.updates import ALLOWED_UPDATES, ChatChanged
from bot.telegram.watch import CallMeter, PollWatch
from bot.telegram.webhook import WebhookDoor
from bot.telegram.worker import Worker
from engine.core.errors import StorageError
from engine.core.events import TwinSeen
from handlers.contract import Button, Command
from handlers.desk import Desk

LONGEST_PAUSE_S = 30.0
WEBHOOK_CHECK_S = 300.0
STOP_S = 5.0  # for what is running, and again for what is on its way out


class TelegramLink:
    """The chat's wire. `start` returns at once; nothing here raises into the desk."""

    def __init__(
        self,
        *,
        settings: LinkSettings,
        stores: Stores,
        desk: Desk,
        commands: Sequence[Command],
        buttons: Sequence[Button],
        voice: Voice,
    ) -> None:
        self._settings = settings
        self._desk = desk
        self._voice = voice
        self._now_s = asyncio.get_running_loop().time
        self._link = Link.STOPPED
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = asyncio.Event()
        self._due = asyncio.Event()  # cards and menus are to be looked at now
        self._calls = CallBook()
        self._watch = PollWatch(self._now_s, self._twin, self._answered)
        meter = CallMeter(self._now_s, self._calls)
        self._bot = make_bot(settings.token, settings.api_base, (self._watch, meter))
        self._vocabulary = Vocabulary({command.name: command for command in commands}, buttons)
        self._roster = Roster(stores.people, self._now_s)
        self._strangers = StrangerLog(desk.now, voice.tell)
        self._menus = Menus(self._bot, self._vocabulary.commands)
        performer = Performer(
            desk=desk,
            roster=self._roster,
            vocabulary=self._vocabulary,
            now_s=self._now_s,
            timeout_s=settings.handler_s,
        )
        self._live = LiveCards(stores.outbox, stores.live, performer.render, desk.now)
        self._aftermath = Aftermath(
            stores.outbox, self._live, stores.live, self._roster, voice.arrived
        )
        self._deliverer = Deliverer(
            stores.outbox,
            Sender(self._bot, self._now_s, settings.chat_limit),
            self._aftermath,
            CatchUp(stores.outbox, self._roster, voice.digest, settings.digest_over, desk.now),
            desk.now,
        )
        self._worker = Worker(
            self._bot.id, stores.inbox, performer, self._vocabulary, self._deliverer
        )
        self._intake = Intake(
            bot_id=self._bot.id,
            inbox=stores.inbox,
            roster=self._roster,
            strangers=self._strangers,
            pairing=desk.pairing,
            codes=desk.codes,
            vocabulary=self._vocabulary,
            worker=self._worker,
            on_chat=self._chat_changed,
            now=desk.now,
        )
        self._poller = Poller(self._bot, self._intake, settings.poll_s)

    async def start(self) -> None:
        """Delivers and works off what waits, and connects for as long as it takes.

        Raises StorageError when the database does not answer.
        """
        await self._roster.everybody()
        await self._deliverer.start()
        await self._worker.start()
        self._link = Link.CONNECTING
        self._tasks = [
            asyncio.create_task(self._keep_connected(), name="telegram"),
            asyncio.create_task(self._keep_up(), name="telegram upkeep"),
        ]

    async def stop(self) -> None:
        """Takes no more updates, ends what runs, sends what may leave, closes the wire."""
        self._closing.set()
        self._due.set()
        self._poller.stop()
        if self._tasks:  # the upkeep ends by itself: what it stores is not cut in the middle
            await asyncio.wait(self._tasks, timeout=STOP_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._link = Link.STOPPED
        await self._worker.stop(STOP_S)
        await self._deliverer.stop(STOP_S)
        await self._bot.session.close()

    def wake(self) -> None:
        """Something was put into the outbox by somebody else's transaction."""
        self._deliverer.wake()

    def people_changed(self) -> None:
        """Somebody came, went or has another role: menus and live cards follow now."""
        self._due.set()

    def start_link(self, code: str) -> str:
        """The deep link that sends `/start code`; "" while the bot's name is not known."""
        name = self._vocabulary.bot_name
        return f"https://t.me/{name}?start={code}" if name else ""

    def webhook(self) -> WebhookDoor:
        """The route's handler for TELEGRAM_WEBHOOK_URL's path."""
        return WebhookDoor(self._bot, self._intake, self._settings.webhook_secret)

    def state(self) -> LinkState:
        """How the link is, now."""
        last_s = self._watch.last_success_s
        return LinkState(
            link=self._link,
            poll_age_s=None if last_s is None else self._now_s() - last_s,
            conflicts=self._watch.conflicts,
            token_refused=self._watch.token_refused,
            last_error=self._watch.last_error,
            is_away=self._deliverer.is_away,
            dead_chats=self._deliverer.dead_chats,
            undelivered_critical=self._aftermath.undelivered_critical,
            stranger_updates=self._strangers.updates,
            calls=dict(self._calls.by_method),
        )

    async def _keep_connected(self) -> None:
        failures = 0
        while not self._closing.is_set():
            try:
                await self._connect()
                failures = 0
                await self._receive()
            except AiogramError as error:
                logger.warning("Telegram does not answer: {}", type(error).__name__)
            except Exception:  # noqa: BLE001  the supervisor: receiving must begin again
                logger.opt(exception=True).error("receiving from Telegram failed")
            self._link = Link.CONNECTING
            failures += 1
            await self._pause(backoff_s(failures, LONGEST_PAUSE_S))

    async def _connect(self) -> None:
        me = await self._bot.get_me()
        self._vocabulary.bot_name = me.username or ""
        if self._settings.webhook_url:
            await self._bot.set_webhook(
                self._settings.webhook_url,
                secret_token=self._settings.webhook_secret.get_secret_value() or None,
                allowed_updates=ALLOWED_UPDATES,
                drop_pending_updates=False,  # a /panic sent while the desk was down still counts
            )
        else:
            await self._bot.delete_webhook(drop_pending_updates=False)
        if self._link is Link.CONNECTING:  # not again at each check of the webhook
            logger.info("connected to Telegram as @{}", me.username)
        self._link = Link.WEBHOOK if self._settings.webhook_url else Link.POLLING
        self._answered()
        self._due.set()

    async def _receive(self) -> None:
        if not self._settings.webhook_url:
            await self._poller.run()
        while not await self._pause(WEBHOOK_CHECK_S):
            await self._connect()  # sets it again: somebody may have taken it away

    async def _keep_up(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.live_card_s()):
                    await self._due.wait()
            self._due.clear()
            if (
                self._closing.is_set()
                or self._link not in {Link.POLLING, Link.WEBHOOK}
                or self._deliverer.is_away
            ):
                continue
            try:
                people = await self._roster.everybody()
                await self._live.refresh(people)
                await self._menus.show(people)
            except StorageError as error:
                logger.warning("upkeep: {}", error.log_text)
            except Exception:  # noqa: BLE001  the supervisor: cards and menus must not end with it
                logger.opt(exception=True).error("upkeep failed")

    async def _pause(self, seconds: float) -> bool:
        # whether the link is closing
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        return self._closing.is_set()

    def _answered(self) -> None:
        self._deliverer.nudge()

    def _chat_changed(self, change: ChatChanged) -> None:
        if change.is_open or change.chat_id < 0 or self._roster.knew(change.chat_id):
            self._deliverer.chat_opened(change.chat_id, is_open=change.is_open)

    def _twin(self, conflicts: int) -> None:
        self._voice.tell(TwinSeen(at=self._desk.now(), conflicts=conflicts))
