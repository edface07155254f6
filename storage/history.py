"""Closed trades by filter, the sums of their days, and what equity was: reads only."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.core.positions import Trade
from engine.core.queries import EVERY_TRADE, TradeFilter
from engine.core.state import EquityPoint
from storage.database import Database
from storage.mapping.desk import equity_of
from storage.mapping.positions import trade_of
from storage.tables.equity import EQUITY
from storage.tables.orders import ORDERS
from storage.tables.trades import TRADES
from storage.tallies import PLACE, Tallies, TradeTotals, meant, place_of


class History:
    """Every method raises StorageError when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tallies = Tallies(database)

    async def page(
        self, wanted: TradeFilter = EVERY_TRADE, *, before: int | None = None, limit: int = 10
    ) -> tuple[Trade, ...]:
        """Such trades, last closed first; `before`: those that closed before this trade_id."""
        page = select(TRADES).where(*meant(wanted))
        if before is not None:
            page = page.where(place_of(before) > PLACE)
        newest = page.order_by(TRADES.c.closed_at.desc(), TRADES.c.trade_id.desc()).limit(limit)
        rows = await self._database.read(lambda db: db.execute(newest).all())
        return tuple(trade_of(row) for row in rows)

    async def trade(self, trade_id: int) -> Trade | None:
        wanted = select(TRADES).where(TRADES.c.trade_id == trade_id)
        row = await self._database.read(lambda db: db.execute(wanted).one_or_none())
        return None if row is None else trade_of(row)

    async def strategies(self) -> tuple[str, ...]:
        """The names under which trades were made, in the order of the alphabet."""
        names = select(TRADES.c.strategy).distinct().order_by(TRADES.c.strategy)
        rows = await self._database.read(lambda db: db.execute(names).all())
        return tuple(row.strategy for row in rows)

    async def days(self, wanted: TradeFilter = EVERY_TRADE) -> Mapping[date, TradeTotals]:
        """Sums by the day (UTC) of the closing, oldest first; days without a trade are absent.

        The first look reads every such trade, each later one only what closed since.
        """
        return await self._tallies.days(wanted)

    async def equity_at(self, moments: Sequence[datetime]) -> tuple[EquityPoint | None, ...]:
        """For each moment the last point at or before it; None where there is none."""
        rows = await self._database.read(lambda db: [_last_point(db, at) for at in moments])
        return tuple(None if row is None else equity_of(row) for row in rows)

    async def order_latencies_ms(self, limit: int) -> tuple[float, ...]:
        """From sending to the answer, of the last orders that were answered; newest first."""
        asked = select(ORDERS.c.latency_ms).where(ORDERS.c.latency_ms.is_not(None))
        newest = asked.order_by(ORDERS.c.created_at.desc()).limit(limit)
        rows = await self._database.read(lambda db: db.execute(newest).all())
        return tuple(float(row.latency_ms) for row in rows)


def _last_point(connection: Connection, at: datetime) -> Row[Any] | None:
    newest = select(EQUITY).where(EQUITY.c.at <= at).order_by(EQUITY.c.at.desc()).limit(1)
    return connection.execute(newest).one_or_none()
