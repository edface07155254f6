"""Delivers the outbox: safest first, in order per chat, at the pace Telegram allows.

The order is the database's (`Outbox.claim`); this side sends, waits, and says what became of it.
A message that has to wait goes back into the outbox, so that one of a higher priority overtakes it.
While Telegram is away nothing is claimed: it is asked by itself until it answers, however long that
takes, and what piled up meanwhile is told as a digest. Only what is in flight is held in memory.
"""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from loguru import logger

from bot.telegram.catchup import CatchUp
from bot.telegram.fates import Fates
from bot.telegram.flights import Flights
from bot.telegram.outage import Outage, backoff_s
from bot.telegram.patience import Failure, Meaning
from bot.telegram.sender import Arrived, Sender
from engine.core.errors import StorageError
from engine.core.messages import OutboxMessage, Priority
from storage.outbox import Delivery, Outbox

LOOK_AGAIN_S = 5.0  # though nothing was said: rows of another process, clocks that were set
STORAGE_PAUSE_S = 0.5
KEY_PAUSE_S = 30.0
FAULT_PAUSE_S = 5.0
GIVE_UP_AFTER = 100  # attempts at one message while Telegram answers everything else
TAP_WORTH_S = 10.0  # a tap's answer is refused as too old soon after
EXPRESS_WORTH_S = 120.0


class Deliverer:
    """The outbox's way to Telegram. `wake` after a commit that put something in."""

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        fates: Fates,
        catch_up: CatchUp,
        now: Callable[[], datetime],
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._fates = fates
        self._catch_up = catch_up
        self._now = now
        self._outage = Outage()
        self._flights = Flights()
        self._nudged = asyncio.Event()
        self._due_at: list[datetime] = []  # a heap: when something put back is due
        self._dead: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None
        self._is_closing = False

    @property
    def is_away(self) -> bool:
        """Whether Telegram does not answer, as far as sending knows."""
        return self._outage.is_away

    @property
    def dead_chats(self) -> frozenset[int]:
        """Chats that take no messages from us."""
        return frozenset(self._dead)

    async def start(self) -> None:
        """Takes up what a crash left in flight, then delivers until `stop`."""
        for delivery in await self._outbox.recover():
            await self._fates.undeliverable(delivery, Failure(Meaning.MAYBE, "the desk stopped"))
        self._loop = asyncio.create_task(self._run(), name="outbox")

    async def stop(self, deadline_s: float) -> None:
        """Sends what may leave within the deadline; the rest stays in the outbox."""
        self._is_closing = True
        self._outbox.arrived.set()
        self._nudged.set()
        if self._loop is not None:  # its round ends by itself: a claim is not cut in the middle
            await asyncio.wait({self._loop}, timeout=deadline_s)
            self._loop.cancel()
        with suppress(TimeoutError, StorageError):
            async with asyncio.timeout(deadline_s):
                await self._drain(self._now() + timedelta(seconds=deadline_s))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def wake(self) -> None:
        """Something was put into the outbox."""
        self._outbox.arrived.set()

    def make_way(self, chat_id: int) -> None:
        """A safety message waits for this chat: a call that hangs is cut off and sent again."""
        self._spawn(self._flights.make_way(chat_id))

    def nudge(self) -> None:
        """Telegram answered somebody: no reason to wait any longer."""
        if self._outage.is_away:
            self._nudged.set()

    def chat_opened(self, chat_id: int, *, is_open: bool) -> None:
        """The chat takes messages again, or takes none any more."""
        if is_open:
            self._dead.discard(chat_id)
        else:
            self._dead.add(chat_id)

    def express(self, message: OutboxMessage) -> None:
        """Sends at once what is worth nothing later, or cannot be stored; lost in a crash."""
        self._spawn(self._express(message))

    async def _run(self) -> None:
        while not self._is_closing:
            try:
                await self._round()
            except StorageError as error:
                logger.warning("outbox: {}", error.log_text)
                await asyncio.sleep(STORAGE_PAUSE_S)
            except Exception:  # noqa: BLE001  the supervisor: delivery must go on whatever it was
                logger.opt(exception=True).error("outbox: a round failed")
                await asyncio.sleep(STORAGE_PAUSE_S)

    async def _round(self) -> None:
        if self._outage.is_away:
            await self._ask_until_answered()
        self._outbox.arrived.clear()  # before looking: what is put in meanwhile is not slept over
        if self._is_closing:
            return
        for delivery in await self._outbox.claim():
            self._spawn(self._deliver(delivery))
        with suppress(TimeoutError):  # not wait_for: in 3.11 it may swallow a cancellation
            async with asyncio.timeout(self._idle_s()):
                await self._outbox.arrived.wait()

    async def _drain(self, until: datetime) -> None:
        while not self._outage.is_away:
            for delivery in await self._outbox.claim():
                self._spawn(self._deliver(delivery))
            if self._tasks:
                await asyncio.wait(self._tasks)
                continue
            pause_s = self._idle_s()
            if not self._due_at or self._due_at[0] > until:
                return
            await asyncio.sleep(pause_s)

    async def _ask_until_answered(self) -> None:
        failures = 0
        while not self._is_closing and not await self._sender.answers():
            failures += 1
            self._nudged.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(backoff_s(failures)):
                    await self._nudged.wait()
        if self._is_closing:
            return
        began_at = self._outage.began_at
        self._outage.answered()
        if began_at is not None:
            await self._catch_up.after(self._now() - began_at)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._attempt(delivery)
        except Exception:  # noqa: BLE001  the supervisor: a row left as "sending" blocks its chat
            logger.opt(exception=True).error("outbox: {} failed", delivery.message.key)
            await self._put_back(delivery, FAULT_PAUSE_S, "a fault of ours")

    async def _attempt(self, delivery: Delivery) -> None:
        message = delivery.message
        if message.chat_id in self._dead and message.priority is not Priority.SAFETY:
            await self._undeliverable(delivery, Failure(Meaning.DEAD, "the chat is closed"))
            return
        wait_s = self._sender.wait_s(message)
        if wait_s > 0:
            await self._put_back(delivery, wait_s, "waits for its turn")
            if message.priority is Priority.ALERT:
                await self._catch_up.storm(message.chat_id)
            return
        message = await self._fates.ready(message)
        call = self._sender.send(message, as_plain=delivery.plain)
        result = await self._flights.fly(message, call)
        if result is None:
            await self._put_back(delivery, 0.0, "made way for a safety message")
        elif isinstance(result, Arrived):
            await self._arrived(delivery, result)
        else:
            await self._failed(delivery, result)

    async def _arrived(self, delivery: Delivery, result: Arrived) -> None:
        chat_id = delivery.message.chat_id
        self._dead.discard(chat_id)
        lasted = self._outage.arrived(chat_id, self._now())
        await self._stored(lambda: self._outbox.sent(delivery.id, result.message_id))
        if result.message_id is not None:
            await self._stored(lambda: self._fates.arrived(delivery, result.message_id or 0))
        if lasted > timedelta(0):
            await self._catch_up.after(lasted)

    async def _failed(self, delivery: Delivery, failure: Failure) -> None:
        message = delivery.message
        meaning = failure.meaning
        if meaning is Meaning.LATER:
            await self._put_back(delivery, failure.wait_s, failure.text)
        elif meaning is Meaning.KEY:
            self._outage.failed(message.chat_id, self._now())
            await self._put_back(delivery, KEY_PAUSE_S, failure.text)
        elif meaning is Meaning.GONE:
            await self._stored(lambda: self._outbox.failed(delivery.id, failure.text))
            await self._stored(lambda: self._fates.gone(delivery))
        elif meaning is Meaning.AGAIN or (
            meaning is Meaning.MAYBE and not message.once and delivery.attempts < GIVE_UP_AFTER
        ):
            self._outage.failed(message.chat_id, self._now())
            is_safety = message.priority is Priority.SAFETY
            pause_s = self._outage.pause_s(message.chat_id, is_safety=is_safety)
            await self._put_back(delivery, pause_s, failure.text)
        else:
            if meaning is Meaning.DEAD:
                self._dead.add(message.chat_id)
            await self._undeliverable(delivery, failure)

    async def _undeliverable(self, delivery: Delivery, failure: Failure) -> None:
        maybe = " (it may have arrived)" if failure.meaning is Meaning.MAYBE else ""
        error = f"{failure.text}{maybe}"
        logger.warning("{} was not delivered: {}", delivery.message.method, error)
        await self._stored(lambda: self._outbox.failed(delivery.id, error))
        await self._stored(lambda: self._fates.undeliverable(delivery, failure))

    async def _put_back(self, delivery: Delivery, wait_s: float, why: str) -> None:
        due_at = self._now() + timedelta(seconds=wait_s)
        await self._stored(lambda: self._outbox.later(delivery.id, due_at, why))
        heapq.heappush(self._due_at, due_at)

    async def _express(self, message: OutboxMessage) -> None:
        is_tap = message.method == "answerCallbackQuery"
        worth_s = TAP_WORTH_S if is_tap else EXPRESS_WORTH_S
        failures = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(worth_s):
                while True:
                    await asyncio.sleep(self._sender.wait_s(message))
                    result = await self._sender.send(message)
                    if isinstance(result, Arrived):
                        return
                    if result.meaning not in {Meaning.LATER, Meaning.AGAIN, Meaning.MAYBE}:
                        logger.warning("{} was refused: {}", message.method, result.text)
                        return
                    failures += 1
                    await asyncio.sleep(result.wait_s or backoff_s(failures))

    async def _stored(self, write: Callable[[], Awaitable[None]]) -> None:
        # what was sent must be marked as sent, or it would be sent again
        while True:
            try:
                return await write()
            except StorageError as error:
                logger.warning("outbox: {}", error.log_text)
                await asyncio.sleep(STORAGE_PAUSE_S)

    def _idle_s(self) -> float:
        now = self._now()
        while self._due_at and self._due_at[0] <= now:
            heapq.heappop(self._due_at)
        if not self._due_at:
            return LOOK_AGAIN_S
        return min(LOOK_AGAIN_S, (self._due_at[0] - now).total_seconds() + 0.001)

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._outbox.arrived.set()  # the chat's next message may go
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.opt(exception=error).error("outbox: a delivery failed")
