"""Alerts that piled up in a chat become one digest: after an outage, and in a storm.

Critical ones stay. In a storm more alerts wait for their turn in a chat than a person can read.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.telegram.roster import Roster
from engine.core.messages import OutboxMessage
from handlers.digest import mergeable
from storage.outbox import Outbox

OUTAGE_FROM = timedelta(seconds=20)  # a shorter one is a hiccup: its alerts come one by one


class Digest(Protocol):
    """Makes one message of many alerts; `crowded`: nobody was away."""

    def __call__(
        self, messages: Sequence[OutboxMessage], *, crowded: bool = False
    ) -> OutboxMessage: ...


class CatchUp:
    """Merges what waits in the outbox."""

    def __init__(
        self,
        outbox: Outbox,
        roster: Roster,
        digest: Digest,
        digest_over: Callable[[], int],
        now: Callable[[], datetime],
        outage_from: timedelta = OUTAGE_FROM,
    ) -> None:
        self._outbox = outbox
        self._roster = roster
        self._digest = digest
        self._digest_over = digest_over
        self._now = now
        self._outage_from = outage_from

    async def after(self, lasted: timedelta) -> None:
        """Merges each chat's alerts when the outage was one and they are more than a handful."""
        if lasted < self._outage_from:
            return
        before = self._now()
        people = await self._roster.everybody()
        for chat_id in {person.chat_id or person.person_id for person in people}:
            await self._merge(chat_id, before, crowded=False)

    async def storm(self, chat_id: int) -> None:
        """Merges the chat's alerts when more than a handful wait for their turn."""
        await self._merge(chat_id, self._now(), crowded=True)

    async def _merge(self, chat_id: int, before: datetime, *, crowded: bool) -> None:
        waiting = await self._outbox.waiting_since(chat_id, before)
        alerts = [delivery for delivery in waiting if mergeable(delivery.message)]
        if len(alerts) > self._digest_over():
            messages = [delivery.message for delivery in alerts]
            digest = self._digest(messages, crowded=crowded)
            await self._outbox.replace([delivery.id for delivery in alerts], digest)
