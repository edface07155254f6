"""Edits of a message that nobody asked for just now: a card that fills while its round goes on."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from loguru import logger

from bot.telegram.compose import Card, Place, compose
from engine.core.errors import StorageError
from engine.core.messages import OutboxMessage
from handlers.contract import Answer
from handlers.contract import Priority as Urgency
from storage.outbox import Outbox


class Redraws:
    """Puts edits into the outbox; of several for one message the newest is enough."""

    def __init__(
        self, outbox: Outbox, wake: Callable[[], None], now: Callable[[], datetime]
    ) -> None:
        self._outbox = outbox
        self._wake = wake
        self._now = now
        self._count = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()  # first come, first edited

    def redraw(self, chat_id: int, message_id: int, answer: Answer) -> None:
        """Shows `answer` in place of the message's text, soon."""
        self._count += 1
        name = f"redraw:{chat_id}:{message_id}"
        key = f"{name}:{int(self._now().timestamp() * 1000)}:{self._count}"
        shown = replace(answer, edit=True, priority=Urgency.REPLY)
        calls = compose(shown, Place(chat_id, key, Card(message_id, has_photo=False)))[:1]
        task = asyncio.create_task(
            self._put([replace(call, coalesce_key=name) for call in calls]), name=name
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Waits for the edits that are on their way into the outbox."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _put(self, messages: list[OutboxMessage]) -> None:
        try:
            async with self._turn:
                await self._outbox.put(messages)
        except StorageError as error:
            logger.warning("a card was not redrawn: {}", error.log_text)
            return
        self._wake()
