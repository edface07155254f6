"""After an outage: the alerts that piled up in a chat become one digest. Critical ones stay."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.telegram.roster import Roster
from engine.core.messages import OutboxMessage
from handlers.digest import mergeable
from storage.outbox import Outbox

OUTAGE_FROM = timedelta(seconds=20)  # a shorter one is a hiccup: its alerts come one by one

Digest = Callable[[Sequence[OutboxMessage]], OutboxMessage]


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
            waiting = await self._outbox.waiting_since(chat_id, before)
            alerts = [delivery for delivery in waiting if mergeable(delivery.message)]
            if len(alerts) > self._digest_over():
                digest = self._digest([delivery.message for delivery in alerts])
                await self._outbox.replace([delivery.id for delivery in alerts], digest)
