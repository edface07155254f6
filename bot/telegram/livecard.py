"""The pinned live card of a chat: sent once, pinned, then edited in place when its content changes.

A person who asks for it again gets it where they look: the new one is pinned, the old one removed.
One that was deleted by hand is sent again at the next refresh.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime

from bot.telegram.compose import Card, Place, compose
from bot.telegram.names import LIVE_PREFIX, live_key
from engine.core.messages import OutboxMessage, Person, Priority
from handlers.contract import Answer
from handlers.contract import Priority as Urgency
from storage.live_messages import LiveMessages
from storage.outbox import Outbox

LIVE_NAMES = ("status",)  # commands whose answers are live cards

_TIME_OF_DAY = re.compile(r"\b\d{2}:\d{2}(?::\d{2})?\b")  # "as of" alone is no change

Render = Callable[[Person, str], Awaitable[Answer | None]]


class LiveCards:
    """The live cards of private chats. `render` gives a card's content of this moment."""

    def __init__(
        self, outbox: Outbox, store: LiveMessages, render: Render, now: Callable[[], datetime]
    ) -> None:
        self._outbox = outbox
        self._store = store
        self._render = render
        self._now = now
        self._shown: dict[tuple[int, str], str] = {}  # content of the last edit

    async def adopt(self, chat_id: int, name: str, message_id: int) -> None:
        """The message that has just arrived is the live card from now on. Raises StorageError."""
        old_id = await self._store.find(chat_id, name)
        await self._store.put(chat_id, name, message_id)
        self._shown.pop((chat_id, name), None)
        calls = [("pinChatMessage", {"message_id": message_id, "disable_notification": True})]
        if old_id is not None and old_id != message_id:
            calls.append(("deleteMessage", {"message_id": old_id}))
        await self._outbox.put([
            OutboxMessage(
                key=f"{method}:{chat_id}:{payload['message_id']}",
                chat_id=chat_id,
                method=method,
                payload=payload,
                priority=Priority.LIVE,
            )
            for method, payload in calls
        ])  # fmt: skip

    async def refresh(self, people: Iterable[Person]) -> None:
        """Queues an edit of each card whose content changed. Raises StorageError."""
        for person in people:
            for name in LIVE_NAMES if person.chat_id is not None else ():
                await self._refresh(person, person.chat_id or 0, name)

    async def gone(self, person: Person, chat_id: int, name: str, message_id: int) -> None:
        """The card is not there any more: a new one is sent. Raises StorageError."""
        if await self._store.find(chat_id, name) != message_id:
            return  # an old card; the new one is well
        await self._store.remove(chat_id, name)
        answer = await self._render(person, name)
        if answer is not None:
            quiet = replace(answer, edit=False, priority=Urgency.LIVE)
            key = live_key(name, f"again:{chat_id}:{message_id}")
            await self._outbox.put(compose(quiet, Place(chat_id, key))[:1])

    async def _refresh(self, person: Person, chat_id: int, name: str) -> None:
        message_id = await self._store.find(chat_id, name)
        answer = await self._render(person, name) if message_id is not None else None
        if message_id is None or answer is None:
            return
        content = _TIME_OF_DAY.sub("", answer.text)
        if self._shown.get((chat_id, name)) == content:
            return
        self._shown[chat_id, name] = content
        moment_ms = int(self._now().timestamp() * 1000)
        place = Place(chat_id, f"edit:{name}:{chat_id}:{moment_ms}", Card(message_id, False))
        edit = replace(answer, edit=True, priority=Urgency.LIVE)
        coalesce_key = f"{LIVE_PREFIX}:{name}"
        await self._outbox.put([
            replace(message, coalesce_key=coalesce_key) for message in compose(edit, place)[:1]
        ])  # fmt: skip


def card_of(message: OutboxMessage) -> tuple[str, int] | None:
    """The live card (name and message id) that this message edits; None for all others."""
    prefix, _, name = (message.coalesce_key or "").partition(":")
    message_id = message.payload.get("message_id")
    if prefix != LIVE_PREFIX or not isinstance(message_id, int):
        return None
    return name, message_id
