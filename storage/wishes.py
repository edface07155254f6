"""How each person wants to be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from engine.core.telling import AlertClass, Loudness, Wishes
from storage.database import Database
from storage.statements import replace_rows
from storage.tables.wishes import WISHES


class WishBook:
    """Raises StorageError when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def everybodys(self) -> dict[int, Wishes]:
        """The wishes of all who have said any, by person."""
        rows = await self._database.read(lambda db: db.execute(select(WISHES)).all())
        return {row.person_id: _wishes_of(row) for row in rows}

    async def of(self, person_id: int) -> Wishes:
        """The person's wishes; the usual ones when nothing was said."""
        statement = select(WISHES).where(WISHES.c.person_id == person_id)
        row = await self._database.read(lambda db: db.execute(statement).one_or_none())
        return Wishes() if row is None else _wishes_of(row)

    async def put(self, person_id: int, wishes: Wishes) -> None:
        row = _row(person_id, wishes)
        await self._database.write(lambda db: replace_rows(db, WISHES, [row]))

    async def forget(self, person_id: int) -> None:
        """For somebody who has no role any more."""
        statement = delete(WISHES).where(WISHES.c.person_id == person_id)
        await self._database.write(lambda db: db.execute(statement).rowcount)


def _row(person_id: int, wishes: Wishes) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "zone": wishes.zone,
        "quiet_from": wishes.quiet_from,
        "quiet_to": wishes.quiet_to,
        "daily_at": wishes.daily_at,
        "daily_since_at": wishes.daily_since_at,
        "loudness": {kind.value: loudness.value for kind, loudness in wishes.loudness.items()},
        "snoozed": {kind.value: until.isoformat() for kind, until in wishes.snoozed.items()},
    }


def _wishes_of(row: Row[Any]) -> Wishes:
    return Wishes(
        zone=row.zone,
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        daily_at=row.daily_at,
        daily_since_at=row.daily_since_at,
        loudness={AlertClass(kind): Loudness(value) for kind, value in row.loudness.items()},
        snoozed={AlertClass(kind): datetime.fromisoformat(at) for kind, at in row.snoozed.items()},
    )
