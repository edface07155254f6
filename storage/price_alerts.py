"""Prices that people want to hear of. A firing and its message are one transaction."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from engine.core.messages import OutboxMessage
from engine.core.price_alerts import PriceAlert
from storage.database import Database
from storage.outbox_rows import put_messages
from storage.tables.price_alerts import PRICE_ALERTS


class PriceAlerts:
    """Raises StorageError when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[PriceAlert, ...]:
        """Everybody's, oldest first."""
        statement = select(PRICE_ALERTS).order_by(PRICE_ALERTS.c.id)
        rows = await self._database.read(lambda db: db.execute(statement).all())
        return tuple(_alert_of(row) for row in rows)

    async def add(
        self, person_id: int, symbol: str, level_price: Decimal, at: datetime, **how: bool
    ) -> int:
        """The number of the new alert. `how`: is_above, repeats, armed."""
        row = {
            "person_id": person_id,
            "symbol": symbol,
            "level_price": level_price,
            "fired": 0,
            "created_at": at,
            **how,
        }

        def work(connection: Connection) -> int:
            made = connection.execute(insert(PRICE_ALERTS).values(row)).inserted_primary_key
            return 0 if made is None else int(made[0])

        return await self._database.write(work)

    async def remove(self, alert_id: int, person_id: int) -> bool:
        """Whether the person had such an alert."""
        statement = delete(PRICE_ALERTS).where(
            PRICE_ALERTS.c.id == alert_id, PRICE_ALERTS.c.person_id == person_id
        )
        return await self._database.write(lambda db: db.execute(statement).rowcount == 1)

    async def forget(self, person_id: int) -> None:
        """For somebody who has no role any more."""
        statement = delete(PRICE_ALERTS).where(PRICE_ALERTS.c.person_id == person_id)
        await self._database.write(lambda db: db.execute(statement).rowcount)

    async def arm(self, alert_ids: Sequence[int]) -> None:
        """The price was on the other side: from now on these may fire."""
        statement = update(PRICE_ALERTS).where(PRICE_ALERTS.c.id.in_(alert_ids)).values(armed=True)
        await self._database.write(lambda db: db.execute(statement).rowcount)

    async def fire(self, alert: PriceAlert, message: OutboxMessage, at: datetime) -> bool:
        """Whether it was armed: it is then disarmed, or gone, and `message` is on its way."""
        return await self._database.write(lambda db: _fire(db, alert, message, at))


def _fire(connection: Connection, alert: PriceAlert, message: OutboxMessage, at: datetime) -> bool:
    chosen = (PRICE_ALERTS.c.id == alert.alert_id, PRICE_ALERTS.c.armed)
    if alert.repeats:
        disarmed = update(PRICE_ALERTS).where(*chosen).values(armed=False, fired=alert.fired + 1)
        count = connection.execute(disarmed).rowcount
    else:
        count = connection.execute(delete(PRICE_ALERTS).where(*chosen)).rowcount
    if count == 1:
        put_messages(connection, (message,), at)
    return count == 1


def _alert_of(row: Row[Any]) -> PriceAlert:
    return PriceAlert(
        alert_id=row.id,
        person_id=row.person_id,
        symbol=row.symbol,
        is_above=row.is_above,
        level_price=row.level_price,
        repeats=row.repeats,
        armed=row.armed,
        fired=row.fired,
    )
