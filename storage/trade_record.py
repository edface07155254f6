"""Closed trades with the votes of their rounds, and equity at the end of each day: reads only."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from engine.analytics.facts import TradeFacts, VoterLean
from engine.core.state import EquityPoint
from storage.database import Database
from storage.mapping.desk import equity_of
from storage.mapping.positions import trade_of
from storage.tables.equity import EQUITY
from storage.tables.trades import TRADES
from storage.tables.votes import VOTES

PORTION = 200
MOST_DAYS = 3660


class TradeRecord:
    """Every method raises StorageError when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def facts(self, limit: int, since: datetime | None = None) -> tuple[TradeFacts, ...]:
        """The last `limit` closed trades with their rounds' votes and costs, first closed first.

        `since`: only those that closed at or after it. In portions: a long history must not hold
        up the event loop.
        """
        found: dict[int, TradeFacts] = {}  # by trade: one that closes meanwhile shifts the pages
        while len(found) < limit:
            page = await self._page(len(found), min(PORTION, limit - len(found)), since)
            found |= {fact.trade.trade_id: fact for fact in page}
            if len(page) < PORTION:
                break
        return tuple(reversed(found.values()))

    async def _page(self, skip: int, size: int, since: datetime | None) -> list[TradeFacts]:
        return await self._database.read(lambda db: _page(db, skip, size, since))

    async def day_ends(self) -> tuple[EquityPoint, ...]:
        """The first stored point and then the last of each day (UTC) that has one, MOST_DAYS."""
        rows = await self._database.read(_day_ends)
        return tuple(equity_of(row) for row in rows)


def _page(connection: Connection, skip: int, size: int, since: datetime | None) -> list[TradeFacts]:
    newest = TRADES.c.closed_at.desc(), TRADES.c.trade_id.desc()
    wanted = select(TRADES).order_by(*newest).offset(skip).limit(size)
    if since is not None:
        wanted = wanted.where(TRADES.c.closed_at >= since)
    trades = connection.execute(wanted).all()
    keys = {row.proposal_key for row in trades}
    rounds: dict[str, list[Row[Any]]] = {}
    for vote in connection.execute(_votes(keys)):
        rounds.setdefault(vote.forecast_key, []).append(vote)
    return [_facts_of(row, rounds.get(row.proposal_key, ())) for row in trades]


def _votes(keys: Iterable[str]) -> Select[Any]:
    votes = VOTES.c
    columns = (votes.forecast_key, votes.voter, votes.abstention, votes.cost_usd)
    asked = select(*columns, votes.up_ratio, votes.down_ratio)
    return asked.where(votes.forecast_key.in_(keys)).order_by(votes.forecast_key, votes.voter)


def _facts_of(row: Row[Any], votes: Sequence[Row[Any]]) -> TradeFacts:
    leans = (
        VoterLean(vote.voter, vote.up_ratio - vote.down_ratio)
        for vote in votes
        if not vote.abstention
    )
    return TradeFacts(
        trade=trade_of(row),
        leans=tuple(each for each in leans if math.isfinite(each.lean)),
        tokens_usd=math.fsum(v.cost_usd for v in votes if math.isfinite(v.cost_usd)),
    )


def _day_ends(connection: Connection) -> Sequence[Row[Any]]:
    # one look-up of the index per day: a year of points is a hundred thousand rows
    first, last = connection.execute(select(func.min(EQUITY.c.at), func.max(EQUITY.c.at))).one()
    if first is None:
        return ()
    midnight = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    days = min(MOST_DAYS, (midnight - first).days + 1)
    found = [connection.execute(select(EQUITY).where(EQUITY.c.at == first)).one()]
    for back in range(days - 1, -1, -1):
        end = midnight - timedelta(days=back)
        before = EQUITY.c.at < end, EQUITY.c.at >= end - timedelta(days=1)
        ends = select(EQUITY).where(*before).order_by(EQUITY.c.at.desc()).limit(1)
        row = connection.execute(ends).one_or_none()
        if row is not None and row.at != first:
            found.append(row)
    return found
