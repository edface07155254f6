"""The paper venue's books in the database: an account that survives the process."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.core.kinds import OrderState
from engine.core.orders import Fill, Report, VenueOrder
from engine.venues.books import Books, BooksChange, IdTaken, PaperOrder, Seen, in_order
from storage.database import Database
from storage.mapping.orders import (
    fill_of,
    fill_row,
    payment_of,
    payment_row,
    request_of,
    request_row,
)
from storage.statements import insert_new, insert_new_one, replace_rows
from storage.tables.paper_account import PAPER_ACCOUNT
from storage.tables.paper_fills import PAPER_FILLS
from storage.tables.paper_holdings import PAPER_HOLDINGS
from storage.tables.paper_orders import PAPER_ORDERS
from storage.tables.paper_payments import PAPER_PAYMENTS


class DatabaseBooks:
    """The PaperBooks port; each method raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> Books | None:
        return await self._database.read(_load)

    async def save(self, change: BooksChange) -> None:
        await self._database.write(lambda connection: _save(connection, change))

    async def find(self, client_order_id: str) -> PaperOrder | None:
        statement = select(PAPER_ORDERS).where(PAPER_ORDERS.c.client_order_id == client_order_id)

        def work(connection: Connection) -> PaperOrder | None:
            found = _orders(connection, connection.execute(statement).all())
            return found[0] if found else None

        return await self._database.read(work)

    async def reports_since(self, at: datetime) -> tuple[Report, ...]:
        return await self._database.read(lambda connection: _reports(connection, at))


def _reports(connection: Connection, at: datetime) -> tuple[Report, ...]:
    forced = select(PAPER_ORDERS).where(PAPER_ORDERS.c.is_forced, PAPER_ORDERS.c.accepted_at >= at)
    paid = select(PAPER_PAYMENTS).where(PAPER_PAYMENTS.c.paid_at >= at)
    found = connection.execute(forced.order_by(PAPER_ORDERS.c.seq)).all()
    told = connection.execute(paid.order_by(PAPER_PAYMENTS.c.seq))
    return in_order(_orders(connection, found), [payment_of(row) for row in told])


def _load(connection: Connection) -> Books | None:
    account = connection.execute(select(PAPER_ACCOUNT)).one_or_none()
    if account is None:
        return None
    held = connection.execute(select(PAPER_HOLDINGS).order_by(PAPER_HOLDINGS.c.symbol)).all()
    working = (
        select(PAPER_ORDERS)
        .where(PAPER_ORDERS.c.is_working)
        .order_by(PAPER_ORDERS.c.accepted_at, PAPER_ORDERS.c.seq)
    )
    seen_at = account.seen_at
    return Books(
        cash_quote=account.cash_quote,
        base_by_symbol={row.symbol: row.held_base for row in held if row.held_base},
        working=_orders(connection, connection.execute(working).all()),
        seen=None if seen_at is None else Seen(seen_at, frozenset(account.seen_names)),
    )


def _save(connection: Connection, change: BooksChange) -> None:
    if change.order is not None:
        row = _order_row(change.order)
        if not change.is_new:
            replace_rows(connection, PAPER_ORDERS, [row])
        elif not insert_new_one(connection, PAPER_ORDERS, row):
            raise IdTaken(change.order.client_order_id)
    insert_new(connection, PAPER_FILLS, [fill_row(fill) for fill in change.new_fills])
    seen = change.seen
    account = {
        "id": 1,
        "cash_quote": change.cash_quote,
        "seen_at": None if seen is None else seen.at,
        "seen_names": None if seen is None else sorted(seen.names),
    }
    replace_rows(connection, PAPER_ACCOUNT, [account])
    held = [{"symbol": symbol, "held_base": base} for symbol, base in change.base_by_symbol.items()]
    replace_rows(connection, PAPER_HOLDINGS, held)
    insert_new(connection, PAPER_PAYMENTS, [payment_row(payment) for payment in change.payments])


def _orders(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[PaperOrder, ...]:
    ids = [row.client_order_id for row in rows]
    statement = (
        select(PAPER_FILLS)
        .where(PAPER_FILLS.c.client_order_id.in_(ids))
        .order_by(PAPER_FILLS.c.seq)
    )
    fills: dict[str, list[Fill]] = {}
    for row in connection.execute(statement):
        fills.setdefault(row.client_order_id, []).append(fill_of(row))
    return tuple(_order_of(row, tuple(fills.get(row.client_order_id, ()))) for row in rows)


def _order_row(order: PaperOrder) -> dict[str, Any]:
    return request_row(order.request) | {
        "venue_order_id": order.view.venue_order_id,
        "state": order.view.state.value,
        "is_working": order.is_working,
        "is_forced": order.view.is_forced,
        "accepted_at": order.accepted_at,
        "arrives_at": order.arrives_at,
        "ahead_base": order.ahead_base,
    }


def _order_of(row: Row[Any], fills: tuple[Fill, ...]) -> PaperOrder:
    view = VenueOrder(
        client_order_id=row.client_order_id,
        symbol=row.symbol,
        state=OrderState(row.state),
        fills=fills,
        venue_order_id=row.venue_order_id,
        is_forced=row.is_forced,
    )
    return PaperOrder(
        request=request_of(row),
        view=view,
        accepted_at=row.accepted_at,
        arrives_at=row.arrives_at,
        ahead_base=row.ahead_base,
    )
