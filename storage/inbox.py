"""Updates from Telegram, stored before they are confirmed and worked off once each."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from engine.core.messages import AuditEntry, InboxState, InboxUpdate, OutboxMessage
from engine.core.ports import Receipt
from storage.audit import append_entry
from storage.database import Database
from storage.mapping.desk import receipt_row
from storage.moments import Now, utc_now
from storage.outbox import Outbox
from storage.outbox_rows import put_messages
from storage.statements import insert_new, insert_new_one
from storage.tables.inbox import INBOX
from storage.tables.receipts import RECEIPTS


class Inbox:
    """`arrived` is set after each commit that put something in."""

    def __init__(self, database: Database, outbox: Outbox, now: Now = utc_now) -> None:
        self._database = database
        self._outbox = outbox
        self._now = now
        self.arrived = asyncio.Event()

    async def add(self, received: InboxUpdate) -> bool:
        """Whether the update is new. Returns after the commit; raises StorageError."""
        row = {
            "bot_id": received.bot_id,
            "update_id": received.update_id,
            "user_id": received.user_id,
            "chat_id": received.chat_id,
            "said_at": received.said_at,
            "received_at": received.received_at,
            "payload": dict(received.payload),
            "state": InboxState.WAITING.value,
            "result": "",
        }
        new = await self._database.write(lambda db: insert_new_one(db, INBOX, row))
        if new:
            self.arrived.set()
        return new

    async def waiting(self, limit: int = 100) -> tuple[InboxUpdate, ...]:
        """Updates that are not worked off, oldest first; at start-up those of the last run too."""
        statement = (
            select(INBOX)
            .where(INBOX.c.state == InboxState.WAITING.value)
            .order_by(INBOX.c.bot_id, INBOX.c.update_id)
            .limit(limit)
        )
        rows = await self._database.read(lambda db: db.execute(statement).all())
        return tuple(_update_of(row) for row in rows)

    async def finish(
        self,
        done: InboxUpdate,
        state: InboxState,
        result: str,
        *,
        messages: Sequence[OutboxMessage] = (),
        receipt: Receipt | None = None,
        audit: Sequence[AuditEntry] = (),
    ) -> bool:
        """Whether the update was still waiting; only then the rest is stored, with it."""
        at = self._now()
        closing = (
            update(INBOX)
            .where(INBOX.c.bot_id == done.bot_id, INBOX.c.update_id == done.update_id)
            .where(INBOX.c.state == InboxState.WAITING.value)
            .values(state=state.value, result=result, done_at=at)
        )

        def work(connection: Connection) -> bool:
            if connection.execute(closing).rowcount != 1:
                return False
            put_messages(connection, messages, at)
            if receipt is not None:
                insert_new(connection, RECEIPTS, [receipt_row(receipt)])
            for entry in audit:
                append_entry(connection, entry)
            return True

        finished = await self._database.write(work)
        if messages:
            self._outbox.arrived.set()
        return finished

    async def prune(self, before: datetime) -> int:
        """How many finished updates, received before the moment, were deleted."""
        statement = delete(INBOX).where(
            INBOX.c.state != InboxState.WAITING.value, INBOX.c.received_at < before
        )
        return await self._database.write(lambda db: db.execute(statement).rowcount)


def _update_of(row: Row[Any]) -> InboxUpdate:
    return InboxUpdate(
        bot_id=row.bot_id,
        update_id=row.update_id,
        user_id=row.user_id,
        chat_id=row.chat_id,
        said_at=row.said_at,
        received_at=row.received_at,
        payload=row.payload,
    )
