"""Critical alerts on which nobody said a word: told again, then to the next person."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from engine.core.ids import base36
from engine.core.kinds import Role
from engine.core.messages import OutboxMessage, Priority
from engine.core.telling import call_order
from handlers.alert_keys import SEEN_ALL, seen_markup
from handlers.views.text import count_of, duration, escape
from storage.pages import Page, Pages

TURNS = 2  # so often is everybody called; who has not looked then sees it with the next message
SHOWN = 8


class Escalation:
    """`look` may be called as often as one likes."""

    def __init__(self, pages: Pages, badge: str) -> None:
        self._pages = pages
        self._badge = badge

    async def look(
        self, chats: Mapping[int, Role], after: timedelta, now: datetime
    ) -> tuple[OutboxMessage, ...]:
        """Calls for what is due, and returns the calls. `chats`: who could be called, by chat.

        The first call goes to the first owner, each further one to one person more.
        """
        due = await self._pages.due(now)
        order = call_order(chats)
        called: list[OutboxMessage] = []
        for rounds in sorted({page.rounds for page in due}):
            pages = [page for page in due if page.rounds == rounds]
            messages = [self._call(pages, chat_id, now) for chat_id in order[: rounds + 1]]
            is_last = rounds + 1 >= TURNS * max(1, len(order))
            await self._pages.told_again(pages, None if is_last else now + after, messages, now)
            called += messages
        return tuple(called)

    def _call(self, pages: Sequence[Page], chat_id: int, now: datetime) -> OutboxMessage:
        names = ",".join(f"{page.page_id}{page.rounds}" for page in pages)
        digest = hashlib.sha256(names.encode()).hexdigest()[:16]
        page_id = pages[0].page_id if len(pages) == 1 else all_until(now)
        return OutboxMessage(
            key=f"call:{digest}:{chat_id}",
            chat_id=chat_id,
            method="sendMessage",
            payload={
                "text": call_text(pages, now, self._badge),
                "reply_markup": seen_markup(page_id),
            },
            priority=Priority.SAFETY,
        )


def all_until(now: datetime) -> str:
    """Stands in a button for all alerts that were told up to this moment."""
    return SEEN_ALL + base36(int(now.timestamp()), 7)


def call_text(pages: Sequence[Page], now: datetime, badge: str) -> str:
    """Which alerts nobody has seen, the oldest first, and since when."""
    waited_s = (now - min(page.opened_at for page in pages)).total_seconds()
    lines = [f"· {escape(page.gist, 120)}" for page in pages[:SHOWN]]
    more = len(pages) - SHOWN
    return "\n".join(
        [
            f"🔴 <b>No word for {duration(waited_s)}</b> · {escape(badge)}",
            f"{count_of(len(pages), 'critical alert')} that nobody has seen:",
            *lines,
            *([f"and {more} more"] if more > 0 else []),
            "Look with /status, then tap Seen: others are called otherwise.",
        ]
    )
