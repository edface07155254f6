"""The outbox as the deliverer sees it: claim, send, say what became of it.

Each chat gets its messages in the order (priority, number), one at a time. A message that waits
(`retry_after`) holds back those behind it in its chat; one of a higher priority still goes first.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Update, delete, func, select, update

from engine.core.messages import OutboxMessage, Priority
from storage.database import Database
from storage.moments import Now, utc_now
from storage.outbox_rows import FAILED, QUEUED, SENDING, SENT, SUPERSEDED, put_messages
from storage.tables.outbox import OUTBOX

MAY_HAVE_ARRIVED = "the desk stopped while it was being sent: it may have arrived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message that was claimed for sending."""

    id: int
    message: OutboxMessage
    created_at: datetime
    attempts: int  # this one included
    plain: bool  # send without entities: Telegram refused them


class Outbox:
    """`arrived` is set after each commit that may have put something in."""

    def __init__(self, database: Database, now: Now = utc_now) -> None:
        self._database = database
        self._now = now
        self.arrived = asyncio.Event()

    async def put(self, messages: Sequence[OutboxMessage]) -> int:
        """How many of `messages` were new; returns after the commit, raises StorageError."""
        at = self._now()
        new = await self._database.write(lambda db: put_messages(db, messages, at))
        self.arrived.set()
        return new

    async def claim(self) -> tuple[Delivery, ...]:
        """At most one message for each chat that has none under way, now marked as sending."""
        at = self._now()
        return await self._database.write(lambda db: _claim(db, at))

    async def sent(self, delivery_id: int, message_id: int | None = None) -> None:
        """It arrived; its file is dropped."""
        values = {"state": SENT, "sent_at": self._now(), "message_id": message_id, "error": ""}
        await self._mark(delivery_id, values | {"file_bytes": None})

    async def failed(self, delivery_id: int, error: str) -> None:
        """It will not be tried again."""
        values = {"state": FAILED, "error": error, "sent_at": self._now(), "file_bytes": None}
        await self._mark(delivery_id, values)

    async def later(
        self, delivery_id: int, not_before: datetime, error: str, *, plain: bool = False
    ) -> None:
        """To be tried again at `not_before`; `plain`: without entities from now on."""
        values = {"state": QUEUED, "not_before": not_before, "error": error}
        await self._mark(delivery_id, values | ({"plain": True} if plain else {}))

    async def recover(self) -> tuple[Delivery, ...]:
        """Start-up: what was under way waits again. Returns those that must not be repeated.

        These are marked as failed, and the person is to be told that they may have arrived.
        """
        at = self._now()
        return await self._database.write(lambda db: _recover(db, at))

    async def waiting(self) -> dict[Priority, int]:
        """How many messages wait or are under way, by priority."""
        statement = (
            select(OUTBOX.c.priority, func.count().label("count"))
            .where(OUTBOX.c.state.in_((QUEUED, SENDING)))
            .group_by(OUTBOX.c.priority)
        )
        rows = await self._database.read(lambda db: db.execute(statement).all())
        return {Priority(priority): count for priority, count in rows}

    async def waiting_since(
        self, chat_id: int, before: datetime, priority: Priority = Priority.ALERT
    ) -> tuple[Delivery, ...]:
        """Messages of one chat and priority that were queued before the moment, oldest first."""
        statement = (
            _without_files()
            .where(OUTBOX.c.state == QUEUED, OUTBOX.c.chat_id == chat_id)
            .where(OUTBOX.c.priority == int(priority), OUTBOX.c.created_at < before)
            .order_by(OUTBOX.c.id)
        )
        rows = await self._database.read(lambda db: db.execute(statement).all())
        return tuple(_delivery_of(row, None, row.attempts) for row in rows)

    async def replace(self, delivery_ids: Sequence[int], digest: OutboxMessage) -> bool:
        """Whether `digest` took the place of these messages: all still waited, else nothing."""
        at = self._now()
        done = await self._database.write(lambda db: _replace(db, delivery_ids, digest, at))
        self.arrived.set()
        return done

    async def known(self, keys: Sequence[str]) -> set[str]:
        """Those of `keys` under which a message was ever put in, and not yet pruned."""
        statement = select(OUTBOX.c.key).where(OUTBOX.c.key.in_(keys))
        return set(await self._database.read(lambda db: db.execute(statement).scalars().all()))

    async def drop(self, chat_id: int) -> int:
        """How many waiting messages of a chat were given up: its person has no role any more."""
        waiting = update(OUTBOX).where(OUTBOX.c.chat_id == chat_id, OUTBOX.c.state == QUEUED)
        values = {"state": SUPERSEDED, "error": "no role any more", "file_bytes": None}
        return await self._database.write(lambda db: db.execute(waiting.values(**values)).rowcount)

    async def with_buttons(self, chat_id: int, since: datetime, limit: int) -> tuple[int, ...]:
        """The ids of a chat's messages that were sent with buttons since then, newest first."""
        sent = (OUTBOX.c.chat_id == chat_id, OUTBOX.c.state == SENT, OUTBOX.c.created_at >= since)
        statement = (
            select(OUTBOX.c.message_id, OUTBOX.c.payload)
            .where(*sent, OUTBOX.c.message_id.is_not(None))
            .order_by(OUTBOX.c.id.desc())
            .limit(10 * limit)
        )
        rows = await self._database.read(lambda db: db.execute(statement).all())
        found = (row.message_id for row in rows if "reply_markup" in row.payload)
        return tuple(dict.fromkeys(found))[:limit]

    async def prune(self, before: datetime) -> int:
        """How many finished messages, queued before the moment, were deleted."""
        statement = delete(OUTBOX).where(
            OUTBOX.c.state.in_((SENT, FAILED, SUPERSEDED)), OUTBOX.c.created_at < before
        )
        return await self._database.write(lambda db: db.execute(statement).rowcount)

    async def _mark(self, delivery_id: int, values: Mapping[str, Any]) -> None:
        statement = _change(delivery_id).values(**values)
        await self._database.write(lambda db: db.execute(statement).rowcount)


def _change(delivery_id: int) -> Update:
    # only what is under way: a late word about a message that was recovered changes nothing
    return update(OUTBOX).where(OUTBOX.c.id == delivery_id, OUTBOX.c.state == SENDING)


def _without_files() -> Any:
    return select(*(column for column in OUTBOX.c if column.name != "file_bytes"))


def _claim(connection: Connection, at: datetime) -> tuple[Delivery, ...]:
    busy = select(OUTBOX.c.chat_id).where(OUTBOX.c.state == SENDING)
    chats = select(OUTBOX.c.chat_id).where(OUTBOX.c.state == QUEUED).distinct()
    free = chats.where(OUTBOX.c.chat_id.not_in(busy)).order_by(OUTBOX.c.chat_id)
    firsts = [_first_of(connection, chat, at) for chat in connection.execute(free).scalars().all()]
    return tuple(_under_way(connection, row) for row in firsts if row is not None)


def _first_of(connection: Connection, chat_id: int, at: datetime) -> Row[Any] | None:
    """The message whose turn it is in the chat, or None when it has to wait, or there is none."""
    turn = (
        select(OUTBOX)
        .where(OUTBOX.c.state == QUEUED, OUTBOX.c.chat_id == chat_id)
        .order_by(OUTBOX.c.priority, OUTBOX.c.id)
        .limit(1)
    )
    row = connection.execute(turn).one_or_none()
    while row is not None and row.expires_at is not None and row.expires_at <= at:
        expired = {"state": SUPERSEDED, "error": "expired", "file_bytes": None}
        connection.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(**expired))
        row = connection.execute(turn).one_or_none()
    waits = row is not None and row.not_before is not None and row.not_before > at
    return None if waits else row


def _under_way(connection: Connection, row: Row[Any]) -> Delivery:
    attempts = row.attempts + 1
    sending = {"state": SENDING, "attempts": attempts}
    connection.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(**sending))
    return _delivery_of(row, row.file_bytes, attempts)


def _recover(connection: Connection, at: datetime) -> tuple[Delivery, ...]:
    under_way = OUTBOX.c.state == SENDING
    lost = connection.execute(_without_files().where(under_way, OUTBOX.c.once)).all()
    connection.execute(
        update(OUTBOX)
        .where(under_way, OUTBOX.c.once)
        .values(state=FAILED, error=MAY_HAVE_ARRIVED, sent_at=at, file_bytes=None)
    )
    connection.execute(update(OUTBOX).where(under_way).values(state=QUEUED))
    return tuple(_delivery_of(row, None, row.attempts) for row in lost)


def _replace(
    connection: Connection, delivery_ids: Sequence[int], digest: OutboxMessage, at: datetime
) -> bool:
    chosen = OUTBOX.c.id.in_(delivery_ids)
    waiting = select(func.count()).where(chosen, OUTBOX.c.state == QUEUED)
    if connection.execute(waiting).scalar_one() != len(delivery_ids):
        return False
    connection.execute(update(OUTBOX).where(chosen).values(state=SUPERSEDED, file_bytes=None))
    return put_messages(connection, (digest,), at) == 1


def _delivery_of(row: Row[Any], file_bytes: bytes | None, attempts: int) -> Delivery:
    message = OutboxMessage(
        key=row.key,
        chat_id=row.chat_id,
        method=row.method,
        payload=row.payload,
        priority=Priority(row.priority),
        coalesce_key=row.coalesce_key,
        file_name=row.file_name,
        file_bytes=file_bytes,
        once=row.once,
        expires_at=row.expires_at,
    )
    return Delivery(
        id=row.id,
        message=message,
        created_at=row.created_at,
        attempts=attempts,
        plain=row.plain,
    )
