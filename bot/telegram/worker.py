"""Works off the inbox: once each, in order per person, safety at once, nobody behind anybody else.

A row ends in one transaction with its replies and its audit row. A crash before that runs the row
again at the next start; its command id is the same, so its effect comes once.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from html import escape
from typing import Protocol

from loguru import logger

from bot.telegram.asked import Tapped, asked_from
from bot.telegram.compose import Place, compose
from bot.telegram.gate import Vocabulary
from bot.telegram.names import command_id_of, reply_key
from bot.telegram.perform import Outcome, Performer
from engine.core.errors import StorageError
from engine.core.messages import InboxState, InboxUpdate, OutboxMessage
from handlers.contract import Answer
from storage.inbox import Inbox

SAFETY_AT_ONCE = 8
BACKLOG_LIMIT = 10_000  # rows taken up at the start; more than a day of typing
SPINNER_S = 4.0  # Telegram forgets a tap soon after; then its answer is refused as too old
PAUSE_S = (0.1, 5.0)  # between attempts at a database that refuses: first and longest


class Speaker(Protocol):
    """Where answers go: rows that are already durable, and words that need not be."""

    def wake(self) -> None: ...

    def make_way(self, chat_id: int) -> None: ...

    def express(self, message: OutboxMessage) -> None: ...


class Worker:
    """The tasks behind the inbox. A row is handed over by `submit`, once it is stored."""

    def __init__(
        self,
        bot_id: int,
        inbox: Inbox,
        performer: Performer,
        vocabulary: Vocabulary,
        speaker: Speaker,
    ) -> None:
        self._bot_id = bot_id
        self._inbox = inbox
        self._performer = performer
        self._vocabulary = vocabulary
        self._speaker = speaker
        self._taken: set[int] = set()  # update ids in our hands
        self._unstored: set[int] = set()  # those of them that no row stands for yet
        self._lanes: dict[int, deque[InboxUpdate]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._safety = asyncio.Semaphore(SAFETY_AT_ONCE)
        self._closed = False

    async def start(self) -> None:
        """Runs again what a crash left unfinished."""
        for update in await self._inbox.waiting(BACKLOG_LIMIT):
            if update.bot_id == self._bot_id:
                self.submit(update)
            else:  # the token was changed: another bot's chats and taps are not ours to answer
                await self._inbox.finish(update, InboxState.REFUSED, "asked of another bot")

    def submit(self, update: InboxUpdate, *, is_stored: bool = True) -> None:
        """Takes a row over, once; one that is not stored yet is stored before it ends."""
        if self._closed or update.update_id in self._taken:
            return
        self._taken.add(update.update_id)
        if not is_stored:
            self._unstored.add(update.update_id)
        if self._vocabulary.is_safety(asked_from(update.payload)):
            self._spawn(self._at_once(update))
            return
        lane = self._lanes.get(update.user_id)
        if lane is None:
            self._lanes[update.user_id] = deque([update])
            self._spawn(self._in_order(update.user_id))
        else:
            lane.append(update)

    async def stop(self, deadline_s: float) -> None:
        """Takes nothing more, and waits for what runs; the rest stays in the inbox."""
        self._closed = True
        for lane in self._lanes.values():
            lane.clear()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=deadline_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _at_once(self, update: InboxUpdate) -> None:
        async with self._safety:
            await self._work_off(update, is_safety=True)

    async def _in_order(self, person_id: int) -> None:
        lane = self._lanes[person_id]
        try:
            while lane:
                await self._work_off(lane.popleft(), is_safety=False)
        finally:
            del self._lanes[person_id]

    async def _work_off(self, update: InboxUpdate, *, is_safety: bool) -> None:
        try:
            outcome = await self._perform(update)
            await self._end(update, outcome, is_safety=is_safety)
        except Exception:  # noqa: BLE001  the supervisor: a fault of ours must not stop the lane
            logger.opt(exception=True).error("update {} was not worked off", update.update_id)
        finally:
            self._taken.discard(update.update_id)
            self._unstored.discard(update.update_id)

    async def _perform(self, update: InboxUpdate) -> Outcome:
        asked = asked_from(update.payload)
        if not isinstance(asked, Tapped):
            return await self._until_stored(lambda: self._performer.perform(update))
        task = asyncio.ensure_future(self._until_stored(lambda: self._performer.perform(update)))
        try:
            done, _ = await asyncio.wait({task}, timeout=SPINNER_S)
            if not done:
                self._answer_tap(update, asked, Outcome(state=InboxState.DONE, result=""))
            outcome = await task
        except asyncio.CancelledError:
            task.cancel()
            raise
        if not done:
            return _spoken(update, outcome)
        if not outcome.is_silent:
            self._answer_tap(update, asked, outcome)
        return outcome

    async def _until_stored(self, perform: Callable[[], Awaitable[Outcome]]) -> Outcome:
        # only the look-up of the role can raise this: nothing was done yet
        pause_s = PAUSE_S[0]
        while True:
            try:
                return await perform()
            except StorageError as error:
                logger.warning("inbox: {}", error.log_text)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, PAUSE_S[1])

    async def _end(self, update: InboxUpdate, outcome: Outcome, *, is_safety: bool) -> None:
        messages = outcome.messages
        pause_s = PAUSE_S[0]
        while True:
            try:
                if update.update_id in self._unstored:
                    await self._inbox.add(update)
                await self._inbox.finish(
                    update,
                    outcome.state,
                    outcome.result,
                    messages=messages,
                    audit=outcome.audit,
                )
            except StorageError as error:
                logger.warning("inbox: {}", error.log_text)
                if is_safety:  # a panic is answered even when nothing can be written
                    for message in messages:
                        self._speaker.express(message)
                    messages = ()
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, PAUSE_S[1])
            else:
                self._speaker.wake()
                if is_safety:
                    self._speaker.make_way(update.chat_id)
                return

    def _answer_tap(self, update: InboxUpdate, tapped: Tapped, outcome: Outcome) -> None:
        payload: dict[str, object] = {"callback_query_id": tapped.callback_id}
        if outcome.toast:
            payload["text"] = outcome.toast
        if outcome.is_refusal:
            payload["show_alert"] = True
        self._speaker.express(
            OutboxMessage(
                key=f"tap:{update.bot_id}:{update.update_id}",
                chat_id=update.chat_id,
                method="answerCallbackQuery",
                payload=payload,
            )
        )


def _spoken(update: InboxUpdate, outcome: Outcome) -> Outcome:
    # the tap was answered with nothing to end its spinner: what it should have said is written
    if not outcome.toast or outcome.messages:
        return outcome
    key = f"{reply_key(command_id_of(update))}:toast"
    messages = compose(Answer(text=escape(outcome.toast)), Place(update.chat_id, key))
    return replace(outcome, messages=messages)
