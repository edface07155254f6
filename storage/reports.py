"""What the desk can tell of its past: reads only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select

from engine.core.events import Event, ProposalDecided
from engine.core.orders import Fill, Order
from engine.core.positions import Position, Trade
from engine.core.state import DeskState, EquityPoint
from storage.database import Database
from storage.mapping.desk import equity_of, state_of
from storage.mapping.events import event_of
from storage.mapping.orders import fill_of, order_of
from storage.mapping.positions import position_of, trade_of
from storage.tables.decisions import DECISIONS
from storage.tables.desk_state import DESK_STATE
from storage.tables.equity import EQUITY
from storage.tables.events import EVENTS
from storage.tables.fills import FILLS
from storage.tables.orders import ORDERS
from storage.tables.positions import POSITIONS
from storage.tables.trades import TRADES
from storage.tallies import PLACE, PORTION, TradeTotals, place_of, totals_of


class Reports:
    """Every method raises StorageError when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self) -> DeskState | None:
        row = await self._one(select(DESK_STATE))
        return None if row is None else state_of(row)

    async def open_positions(self) -> tuple[Position, ...]:
        """Oldest first."""
        wanted = select(POSITIONS).where(POSITIONS.c.is_open).order_by(POSITIONS.c.position_id)
        return tuple(position_of(row) for row in await self._all(wanted))

    async def position(self, position_id: int) -> Position | None:
        row = await self._one(select(POSITIONS).where(POSITIONS.c.position_id == position_id))
        return None if row is None else position_of(row)

    async def orders_of(self, position_id: int) -> tuple[Order, ...]:
        """Every order of the position, oldest first."""
        wanted = select(ORDERS).where(ORDERS.c.position_id == position_id)
        in_order = wanted.order_by(ORDERS.c.created_at, ORDERS.c.client_order_id)
        return tuple(order_of(row) for row in await self._all(in_order))

    async def fills_of(self, position_id: int) -> tuple[Fill, ...]:
        """Every fill of the position's orders, oldest first."""
        wanted = (
            select(FILLS)
            .join(ORDERS, ORDERS.c.client_order_id == FILLS.c.client_order_id)
            .where(ORDERS.c.position_id == position_id)
            .order_by(FILLS.c.filled_at, FILLS.c.fill_id)
        )
        return tuple(fill_of(row) for row in await self._all(wanted))

    async def decision(
        self, *, position_id: int | None = None, symbol: str | None = None
    ) -> ProposalDecided | None:
        """The decision that made a position; or the newest, on a symbol where one is named."""
        found = select(DECISIONS).order_by(DECISIONS.c.at.desc()).limit(1)
        if position_id is not None:
            found = found.where(DECISIONS.c.position_id == position_id)
        elif symbol is not None:
            found = found.where(DECISIONS.c.symbol == symbol)
        row = await self._one(found)
        if row is None:
            return None
        key = f"ProposalDecided|{row.proposal_key}|{row.position_id or 0}"
        told = await self._one(select(EVENTS).where(EVENTS.c.key == key))
        event = None if told is None else event_of(told)
        return event if isinstance(event, ProposalDecided) else None

    async def trade(self, trade_id: int) -> Trade | None:
        row = await self._one(select(TRADES).where(TRADES.c.trade_id == trade_id))
        return None if row is None else trade_of(row)

    async def trades(
        self, *, before: int | None = None, limit: int = 10, symbol: str | None = None
    ) -> tuple[Trade, ...]:
        """A page of trades, last closed first; `before`: those closed before this trade_id."""
        page = select(TRADES).order_by(TRADES.c.closed_at.desc(), TRADES.c.trade_id.desc())
        if symbol is not None:
            page = page.where(TRADES.c.symbol == symbol)
        if before is not None:
            page = page.where(place_of(before) > PLACE)
        return tuple(trade_of(row) for row in await self._all(page.limit(limit)))

    async def trades_after(self, after: int | None, limit: int) -> tuple[Trade, ...]:
        """A page of trades, first closed first; `after`: those closed after this trade_id."""
        page = select(TRADES).order_by(TRADES.c.closed_at, TRADES.c.trade_id)
        if after is not None:
            page = page.where(place_of(after) < PLACE)
        return tuple(trade_of(row) for row in await self._all(page.limit(limit)))

    async def totals(self, since: datetime | None = None) -> TradeTotals:
        """Sums over the trades that closed at or after `since` (None: over all)."""
        totals, last = TradeTotals(), 0
        while rows := await self._all(_results(since, last)):
            totals, last = totals_of(rows, totals), rows[-1].trade_id
        return totals

    async def equity(
        self, points: int = 500, since: datetime | None = None
    ) -> tuple[EquityPoint, ...]:
        """The equity curve in about `points` points, oldest first, the last one always there."""
        rows = await self._database.read(lambda db: _thinned(db, points, since))
        return tuple(equity_of(row) for row in rows)

    async def max_drawdown_ratio(self, since: datetime | None = None) -> float:
        """The deepest of all stored points, not only of those that `equity` shows."""
        deepest = select(func.max(EQUITY.c.drawdown_ratio).label("ratio"))
        if since is not None:
            deepest = deepest.where(EQUITY.c.at >= since)
        row = await self._one(deepest)
        return 0.0 if row is None or row.ratio is None else float(row.ratio)

    async def last_events(self, limit: int, kinds: Sequence[str] = ()) -> tuple[Event, ...]:
        """The newest events, newest first; `kinds`: only of these classes, by name."""
        wanted = select(EVENTS).order_by(EVENTS.c.seq.desc()).limit(limit)
        if kinds:
            wanted = wanted.where(EVENTS.c.kind.in_(kinds))
        events = (event_of(row) for row in await self._all(wanted))
        return tuple(event for event in events if event is not None)

    async def _all(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        return await self._database.read(lambda db: db.execute(statement).all())

    async def _one(self, statement: Select[Any]) -> Row[Any] | None:
        return await self._database.read(lambda db: db.execute(statement).one_or_none())


def _results(since: datetime | None, after: int) -> Select[Any]:
    # in portions: a long history must not hold up the event loop while its sums are made
    columns = (TRADES.c.trade_id, TRADES.c.net_pnl_quote, TRADES.c.commission_quote)
    wanted = select(*columns, TRADES.c.result_r).where(TRADES.c.trade_id > after)
    if since is not None:
        wanted = wanted.where(TRADES.c.closed_at >= since)
    return wanted.order_by(TRADES.c.trade_id).limit(PORTION)


def _thinned(connection: Connection, points: int, since: datetime | None) -> Sequence[Row[Any]]:
    numbered = select(
        EQUITY,
        func.row_number().over(order_by=EQUITY.c.at).label("place"),
        func.count().over().label("count"),
    )
    if since is not None:
        numbered = numbered.where(EQUITY.c.at >= since)
    every = numbered.subquery()
    step = (every.c.count - 1) // points + 1
    kept = or_((every.c.count - every.c.place) % step == 0, every.c.place == 1)
    return connection.execute(select(every).where(kept).order_by(every.c.at)).all()
