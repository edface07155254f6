"""Calls under way, one per chat, and how one that hangs makes way for a safety message."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.telegram.patience import Failure
from bot.telegram.sender import Arrived
from engine.core.messages import OutboxMessage, Priority

PATIENCE_S = 0.25  # a healthy call is over by then


class Flights:
    """What is in the air."""

    def __init__(self) -> None:
        self._by_chat: dict[int, tuple[OutboxMessage, asyncio.Task[Arrived | Failure]]] = {}

    async def fly(
        self, message: OutboxMessage, call: Coroutine[Any, Any, Arrived | Failure]
    ) -> Arrived | Failure | None:
        """What came of the call; None when it was cut off to make way: it may have arrived."""
        task = asyncio.ensure_future(call)
        self._by_chat[message.chat_id] = (message, task)
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()  # for when we are cancelled; else it is done
            self._by_chat.pop(message.chat_id, None)
        return None if task.cancelled() else task.result()

    async def make_way(self, chat_id: int) -> None:
        """Cuts off a call of this chat that hangs, unless it must not be repeated."""
        message, task = self._by_chat.get(chat_id, (None, None))
        if message is None or task is None or message.once or message.priority is Priority.SAFETY:
            return
        await asyncio.wait({task}, timeout=PATIENCE_S)
        task.cancel()
