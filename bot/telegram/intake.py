"""Takes updates in: stores each before Telegram may forget it, and hands it to the worker.

A stranger's update is not stored at all, except that a pairing code is tried.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from aiogram.types import Update
from loguru import logger

from bot.telegram.asked import Said
from bot.telegram.gate import Vocabulary
from bot.telegram.roster import Roster, StrangerLog
from bot.telegram.updates import ChatChanged, Incoming, chat_changed, incoming
from engine.core.errors import StorageError
from engine.core.messages import InboxUpdate
from handlers.desk import CodeCheck, Pairing
from storage.inbox import Inbox

PAUSE_S = (0.1, 5.0)  # between attempts at a database that refuses: first and longest
START = "/start"


class Worker(Protocol):
    def submit(self, update: InboxUpdate, *, is_stored: bool = True) -> None: ...


class Intake:
    """Where updates come in, by polling or by webhook."""

    def __init__(  # noqa: PLR0913  the parts that one update passes, each used
        self,
        *,
        bot_id: int,
        inbox: Inbox,
        roster: Roster,
        strangers: StrangerLog,
        pairing: Pairing,
        codes: CodeCheck,
        vocabulary: Vocabulary,
        worker: Worker,
        on_chat: Callable[[ChatChanged], None],
        now: Callable[[], datetime],
    ) -> None:
        self._bot_id = bot_id
        self._inbox = inbox
        self._roster = roster
        self._strangers = strangers
        self._pairing = pairing
        self._codes = codes
        self._vocabulary = vocabulary
        self._worker = worker
        self._on_chat = on_chat
        self._now = now

    async def take_all(self, updates: Sequence[Update]) -> None:
        """Returns when all are safe. A safety one does not wait for those before it."""
        urgent = [update for update in updates if self._is_urgent(update)]
        await asyncio.gather(self._in_order(updates, urgent), *map(self.take, urgent))

    def hurry(self, update: Update) -> None:
        """Runs an update that cannot be stored yet, when it is a safety one of somebody known."""
        came = incoming(update)
        if came is not None and self._goes_first(came):
            self._worker.submit(self._row(came), is_stored=False)

    async def take(self, update: Update) -> None:
        """Returns when the update is safe, or nobody's word. Raises nothing but CancelledError."""
        change = chat_changed(update)
        if change is not None:
            self._on_chat(change)
        came = incoming(update)
        if came is None:
            return
        pause_s, is_submitted = PAUSE_S[0], False
        while True:
            try:
                await self._admit(came, is_submitted=is_submitted)
                return
            except StorageError as error:
                logger.warning("intake: {}", error.log_text)
            if not is_submitted and self._goes_first(came):
                # a panic does not wait for the disk; it is stored as soon as that is possible
                self._worker.submit(self._row(came), is_stored=False)
                is_submitted = True
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, PAUSE_S[1])

    async def _in_order(self, updates: Sequence[Update], urgent: Sequence[Update]) -> None:
        for update in updates:
            if update not in urgent:
                await self.take(update)

    def _is_urgent(self, update: Update) -> bool:
        came = incoming(update)
        return came is not None and self._goes_first(came)

    async def _admit(self, came: Incoming, *, is_submitted: bool) -> None:
        if not await self._roster.knows(came.person_id):
            paired = await self._paired(came)
            if paired is None:
                self._strangers.note(came.person_id, came.name)
                return
            came = paired
        if came.code and came.is_private:
            await self._codes.attempt(came.person_id, came.code, came.update_id)
        row = self._row(came)
        is_new = await self._inbox.add(row)
        if is_new and not is_submitted:
            self._worker.submit(row)
        if came.is_private:
            await self._roster.note_chat(came.person_id, came.chat_id)
            self._on_chat(ChatChanged(came.chat_id, is_open=True))

    async def _paired(self, came: Incoming) -> Incoming | None:
        # `/start <code>` in the private chat; the code itself is kept nowhere
        asked = came.asked
        if not (isinstance(asked, Said) and came.is_private):
            return None
        words = asked.text.split()
        if len(words) != 2 or words[0] != START:
            return None
        role = await self._pairing.redeem(words[1], came.person_id, came.name, came.chat_id)
        if role is None:
            return None
        return replace(came, asked=replace(asked, text=START, just_paired=True))

    def _goes_first(self, came: Incoming) -> bool:
        return self._roster.knew(came.person_id) and self._vocabulary.is_safety(came.asked)

    def _row(self, came: Incoming) -> InboxUpdate:
        now = self._now()
        return InboxUpdate(
            bot_id=self._bot_id,
            update_id=came.update_id,
            user_id=came.person_id,
            chat_id=came.chat_id,
            said_at=came.said_at or now,  # a tap carries no time: the button's own deadline counts
            received_at=now,
            payload=came.asked.as_payload(),
        )
