"""Which database this is, and the prefix of every order that it ever names."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, select, update

from engine.core.ids import PREFIX_LENGTH, base36
from storage.database import Database
from storage.statements import insert_new
from storage.tables.identity import IDENTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    database_uuid: str
    order_prefix: str
    created_at: datetime
    last_clean_stop_at: datetime | None  # None: it never stopped, or it runs, or it was killed
    highest_position_id: int  # no number up to it is ever given again


def order_prefix(database_uuid: str) -> str:
    """Five characters of [a-z0-9] that follow from the uuid."""
    digest = hashlib.sha256(database_uuid.encode("ascii")).digest()
    number = int.from_bytes(digest[:8], "big") % 36**PREFIX_LENGTH
    return base36(number, PREFIX_LENGTH)


async def ensure_identity(database: Database, at: datetime) -> Identity:
    """The identity of `database`; a database without one gets it now."""
    database_uuid = str(uuid4())
    row = {
        "id": 1,
        "database_uuid": database_uuid,
        "order_prefix": order_prefix(database_uuid),
        "created_at": at,
        "highest_position_id": 0,
    }

    def give(connection: Connection) -> Identity:
        insert_new(connection, IDENTITY, [row])
        return _identity_of(connection.execute(select(IDENTITY)).one())

    found = await database.read(read_identity)
    return await database.write(give) if found is None else found


def read_identity(connection: Connection) -> Identity | None:
    """The identity, or None in a database that has none yet."""
    row = connection.execute(select(IDENTITY)).one_or_none()
    return None if row is None else _identity_of(row)


def _identity_of(row: Row[Any]) -> Identity:
    return Identity(
        database_uuid=row.database_uuid,
        order_prefix=row.order_prefix,
        created_at=row.created_at,
        last_clean_stop_at=row.last_clean_stop_at,
        highest_position_id=row.highest_position_id,
    )


async def bind(database: Database, account: str) -> str:
    """The account whose books the database holds: `account` where it had none so far."""
    unbound = IDENTITY.c.bound_to.is_(None)

    def give(connection: Connection) -> str:
        connection.execute(update(IDENTITY).where(unbound).values(bound_to=account))
        return str(connection.execute(select(IDENTITY.c.bound_to)).scalar_one())

    return await database.write(give)


async def mark_running(database: Database) -> None:
    """Forgets the last clean stop: from here on a missing one means that the desk was killed."""
    statement = update(IDENTITY).values(last_clean_stop_at=None)
    await database.write(lambda connection: connection.execute(statement).rowcount)


async def mark_clean_stop(database: Database, at: datetime) -> None:
    statement = update(IDENTITY).values(last_clean_stop_at=at)
    await database.write(lambda connection: connection.execute(statement).rowcount)
