"""The tape in the database: the same request has one row."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.core.model_calls import SAID_KINDS, TapeEntry
from storage.database import Database
from storage.statements import replace_rows
from storage.tables.tape import TAPE

NAMES = tuple(field.name for field in fields(TapeEntry))


class DatabaseTape:
    """A TapeStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, keys: Sequence[str]) -> Mapping[str, TapeEntry]:
        """The entries of those keys that are there."""
        statement = select(TAPE).where(TAPE.c.key.in_(list(keys)))
        rows = await self._database.read(lambda db: db.execute(statement).all())
        return {row.key: _entry_of(row) for row in rows}

    async def keep(self, entries: Sequence[TapeEntry]) -> None:
        """Stores the entries. What was said once is not overwritten by a later failure."""
        await self._database.write(lambda db: _keep(db, entries))


def _keep(connection: Connection, entries: Sequence[TapeEntry]) -> None:
    keys = [entry.key for entry in entries]
    said = select(TAPE.c.key).where(TAPE.c.key.in_(keys), TAPE.c.kind.in_(SAID_KINDS))
    kept = set(connection.execute(said).scalars())
    fresh = [entry for entry in entries if entry.kind in SAID_KINDS or entry.key not in kept]
    replace_rows(connection, TAPE, [_row_of(entry) for entry in fresh])


def _row_of(entry: TapeEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in NAMES}


def _entry_of(row: Row[Any]) -> TapeEntry:
    return TapeEntry(**{name: getattr(row, name) for name in NAMES})
