"""Sums over closed trades, by day of their closing. What was added up once is not read again.

Trades are never changed: only those that closed since the last look are read, and the number of
rows is compared. Where it differs (two that closed at one moment became durable apart, or the
database was put back from a backup) everything is added up anew.
"""

import math
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Row,
    Select,
    cast,
    func,
    literal,
    select,
    tuple_,
)

from engine.core.money import ZERO
from engine.core.queries import TradeFilter
from storage.database import Database
from storage.tables.trades import TRADES

PLACE = tuple_(TRADES.c.closed_at, TRADES.c.trade_id)  # pages follow the exits
PORTION = 1000
KEPT = 64  # filters whose sums are remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeTotals:
    """Exact sums over closed trades; results are net of fees."""

    trades: int = 0
    wins: int = 0  # closed above zero
    losses: int = 0  # closed below zero
    net_pnl_quote: Decimal = ZERO
    won_quote: Decimal = ZERO
    lost_quote: Decimal = ZERO  # as a positive number
    commission_quote: Decimal = ZERO
    result_r: float = 0.0  # sum of the trades' R multiples


def totals_of(rows: Sequence[Row[Any]], before: TradeTotals) -> TradeTotals:
    """`before` with the results of `rows`: net_pnl_quote, commission_quote, result_r."""
    # money is text: SQL would sum it as floats
    results = [row.net_pnl_quote for row in rows]
    won = [result for result in results if result > 0]
    lost = [-result for result in results if result < 0]
    return TradeTotals(
        trades=before.trades + len(rows),
        wins=before.wins + len(won),
        losses=before.losses + len(lost),
        net_pnl_quote=sum(results, before.net_pnl_quote),
        won_quote=sum(won, before.won_quote),
        lost_quote=sum(lost, before.lost_quote),
        commission_quote=sum((row.commission_quote for row in rows), before.commission_quote),
        result_r=before.result_r + math.fsum(_known(row.result_r for row in rows)),
    )


def meant(wanted: TradeFilter) -> list[ColumnElement[bool]]:
    """The conditions of a query for these trades."""
    trades = TRADES.c
    found: list[ColumnElement[bool]] = []
    if wanted.symbol:
        found.append(trades.symbol == wanted.symbol)
    if wanted.strategy:
        found.append(trades.strategy == wanted.strategy)
    if wanted.side is not None:
        found.append(trades.side == wanted.side.value)
    if wanted.won is not None:
        # a float keeps the sign of every decimal; its value is not used
        net = cast(trades.net_pnl_quote, Double)
        found.append(net > 0.0 if wanted.won else net < 0.0)
    if wanted.since is not None:
        found.append(trades.closed_at >= wanted.since)
    return found


def place_of(trade_id: int) -> Any:
    """Where a trade stands in PLACE: numbers follow the entries, and two may close at once."""
    closed_at = select(TRADES.c.closed_at).where(TRADES.c.trade_id == trade_id).scalar_subquery()
    return tuple_(closed_at, trade_id)


@dataclass(frozen=True, slots=True)
class _Sums:
    days: Mapping[date, TradeTotals] = field(default_factory=dict)  # rising
    last: tuple[datetime, int] | None = None  # closing and number of the newest trade
    trades: int = 0


class Tallies:
    """Sums by filter. Every method raises StorageError when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[TradeFilter, _Sums] = OrderedDict()

    async def days(self, wanted: TradeFilter) -> Mapping[date, TradeTotals]:
        """The sums of each day (UTC) on which such a trade closed, oldest first."""
        sums = await self._caught_up(wanted, self._kept.get(wanted, _Sums()))
        if sums.trades != await self._database.read(lambda db: _count(db, wanted)):
            sums = await self._caught_up(wanted, _Sums())
        self._kept[wanted] = sums
        self._kept.move_to_end(wanted)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return sums.days

    async def _caught_up(self, wanted: TradeFilter, sums: _Sums) -> _Sums:
        # in portions: a long history must not hold up the event loop while its sums are made
        while True:
            rows = await self._database.read(partial(_run, _after(wanted, sums.last)))
            sums = _grown(sums, rows)
            if len(rows) < PORTION:
                return sums


def _run(asked: Select[Any], connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(asked).all()


def _after(wanted: TradeFilter, last: tuple[datetime, int] | None) -> Select[Any]:
    trades = TRADES.c
    columns = (trades.trade_id, trades.closed_at, trades.net_pnl_quote, trades.commission_quote)
    asked = select(*columns, trades.result_r).where(*meant(wanted))
    if last is not None:
        asked = asked.where(_bound(last) < PLACE)
    return asked.order_by(trades.closed_at, trades.trade_id).limit(PORTION)


def _bound(place: tuple[datetime, int]) -> Any:
    # with their types: a bare moment would be bound in the driver's form, which sorts otherwise
    closed_at = literal(place[0], TRADES.c.closed_at.type)
    return tuple_(closed_at, literal(place[1], TRADES.c.trade_id.type))


def _count(connection: Connection, wanted: TradeFilter) -> int:
    asked = select(func.count()).select_from(TRADES).where(*meant(wanted))
    return int(connection.execute(asked).scalar_one())


def _grown(sums: _Sums, rows: Sequence[Row[Any]]) -> _Sums:
    if not rows:
        return sums
    by_day: dict[date, list[Row[Any]]] = {}
    for row in rows:
        by_day.setdefault(row.closed_at.date(), []).append(row)
    days = dict(sums.days)
    for day, closed in by_day.items():
        days[day] = totals_of(closed, days.get(day, TradeTotals()))
    last = rows[-1]
    return replace(
        sums,
        days=days,
        last=(last.closed_at, last.trade_id),
        trades=sums.trades + len(rows),
    )


def _known(values: Iterable[float]) -> Iterator[float]:
    return (value for value in values if not math.isnan(value))
