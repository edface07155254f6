"""Who changed what. Each row carries the hash of the row before, so a changed one shows."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.core.kinds import Role
from engine.core.messages import AuditEntry
from engine.core.people import Actor
from storage.columns import clean_text
from storage.database import Database
from storage.tables.audit import AUDIT

FIRST_HASH = "0" * 64


class Audit:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, entry: AuditEntry) -> None:
        """Returns after the commit; raises StorageError."""
        await self._database.write(lambda connection: append_entry(connection, entry))

    async def newest(self, limit: int) -> tuple[AuditEntry, ...]:
        """The last `limit` entries, newest first."""
        statement = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return tuple(_entry_of(row) for row in rows)

    async def page(self, before: int, limit: int) -> tuple[tuple[int, AuditEntry], ...]:
        """Entries before number `before` (0: the newest) with their numbers, newest first."""
        statement = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
        if before:
            statement = statement.where(AUDIT.c.id < before)
        rows = await self._database.read(lambda connection: connection.execute(statement).all())
        return tuple((row.id, _entry_of(row)) for row in rows)

    async def first_broken(self) -> int | None:
        """The number of the first row that does not fit the chain, or None when all do."""
        return await self._database.read(_first_broken)


def append_entry(connection: Connection, entry: AuditEntry) -> None:
    """Adds `entry` to the chain inside the caller's transaction."""
    entry = _storable(entry)  # the hash is of what can be read again
    newest = select(AUDIT.c.id, AUDIT.c.row_hash).order_by(AUDIT.c.id.desc()).limit(1)
    last = connection.execute(newest).one_or_none()
    number, previous_hash = (1, FIRST_HASH) if last is None else (last.id + 1, last.row_hash)
    connection.execute(
        AUDIT.insert(),
        {
            "id": number,
            "at": entry.at,
            "actor": entry.actor.name,
            "role": entry.actor.role.value,
            "person_id": entry.actor.person_id,
            "action": entry.action,
            "subject": entry.subject,
            "before": entry.before,
            "after": entry.after,
            "result": entry.result,
            "update_id": entry.update_id,
            "previous_hash": previous_hash,
            "row_hash": _hash(number, previous_hash, entry),
        },
    )


def _storable(entry: AuditEntry) -> AuditEntry:
    return replace(
        entry,
        actor=replace(entry.actor, name=clean_text(entry.actor.name)),
        subject=clean_text(entry.subject),
        before=clean_text(entry.before),
        after=clean_text(entry.after),
        result=clean_text(entry.result),
    )


def _first_broken(connection: Connection) -> int | None:
    expected_id, previous_hash = 1, FIRST_HASH
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.id)):
        found = _hash(row.id, row.previous_hash, _entry_of(row))
        if (row.id, row.previous_hash, row.row_hash) != (expected_id, previous_hash, found):
            return int(row.id)
        expected_id, previous_hash = row.id + 1, row.row_hash
    return None


def _hash(number: int, previous_hash: str, entry: AuditEntry) -> str:
    parts = [
        number, previous_hash, entry.at.isoformat(), entry.actor.name, entry.actor.role.value,
        entry.actor.person_id, entry.action, entry.subject, entry.before, entry.after,
        entry.result, entry.update_id,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _entry_of(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        at=row.at,
        actor=Actor(row.actor, Role(row.role), row.person_id),
        action=row.action,
        subject=row.subject,
        before=row.before,
        after=row.after,
        result=row.result,
        update_id=row.update_id,
    )
