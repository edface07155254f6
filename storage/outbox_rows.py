"""Putting messages into the outbox inside somebody else's transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update

from engine.core.messages import PAGE, OutboxMessage
from storage.statements import insert_new, insert_new_returning
from storage.tables.outbox import OUTBOX
from storage.tables.pages import PAGES

QUEUED = "queued"
SENDING = "sending"
SENT = "sent"
FAILED = "failed"
SUPERSEDED = "superseded"


def put_messages(connection: Connection, messages: Sequence[OutboxMessage], at: datetime) -> int:
    """How many of `messages` were new. A waiting one of the same coalesce_key is superseded."""
    rows = {message.key: _row(message, at) for message in messages}
    new = set(insert_new_returning(connection, OUTBOX, list(rows.values()), "key"))
    for message in messages:
        if message.coalesce_key is not None and message.key in new:
            _supersede_older(connection, message)
    _open_pages(connection, [message for message in messages if message.key in new], at)
    return len(new)


def _open_pages(connection: Connection, messages: Sequence[OutboxMessage], at: datetime) -> None:
    """A critical alert waits for somebody's word from the moment in which it is told."""
    found = {str(each[PAGE]["page_id"]): each[PAGE] for each in (m.payload for m in messages)
             if PAGE in each}  # fmt: skip
    rows = [
        {
            "page_id": page_id,
            "event_key": page["event_key"],
            "gist": page["gist"],
            "opened_at": at,
            "rounds": 0,
            "next_at": at + timedelta(seconds=page["after_s"]),
        }
        for page_id, page in found.items()
    ]
    insert_new(connection, PAGES, rows)


def _supersede_older(connection: Connection, message: OutboxMessage) -> None:
    connection.execute(
        update(OUTBOX)
        .where(
            OUTBOX.c.coalesce_key == message.coalesce_key,
            OUTBOX.c.chat_id == message.chat_id,
            OUTBOX.c.state == QUEUED,
            OUTBOX.c.key != message.key,
        )
        .values(state=SUPERSEDED, file_bytes=None)
    )


def _row(message: OutboxMessage, at: datetime) -> dict[str, Any]:
    return {
        "key": message.key,
        "chat_id": message.chat_id,
        "priority": int(message.priority),
        "method": message.method,
        "payload": dict(message.payload),
        "file_name": message.file_name,
        "file_bytes": message.file_bytes,
        "plain": False,
        "once": message.once,
        "coalesce_key": message.coalesce_key,
        "created_at": at,
        "expires_at": message.expires_at,
        "state": QUEUED,
        "attempts": 0,
        "error": "",
    }
