"""What open pages hear: each listener gets the events of one chat, as that person sees it."""

import asyncio
from dataclasses import dataclass, field

from bot.localchat.refusal import Json

BACKLOG_LIMIT = 500


@dataclass(eq=False, slots=True)
class Listener:
    """An open page. `lagging`: it was too slow, events were lost, it needs a new snapshot."""

    chat_id: int
    user_id: int
    events: asyncio.Queue[Json] = field(default_factory=lambda: asyncio.Queue(BACKLOG_LIMIT))
    lagging: bool = False


class Live:
    """The open pages."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    def listen(self, chat_id: int, user_id: int) -> Listener:
        """A new listener; give it to `leave` at the end."""
        listener = Listener(chat_id, user_id)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Ends a listener."""
        self._listeners.discard(listener)

    def tell(self, chat_id: int, kind: str, body: Json, *, only_user_id: int = 0) -> None:
        """Sends an event to the pages that show this chat, or to those of one person there.

        `chat_id` 0 means every page.
        """
        for listener in self._listeners:
            if chat_id not in {0, listener.chat_id} or only_user_id not in {0, listener.user_id}:
                continue
            try:
                listener.events.put_nowait({"kind": kind, **body})
            except asyncio.QueueFull:
                listener.lagging = True

    def close(self) -> None:
        """Tells all pages to come again later."""
        self.tell(0, "closing", {})
