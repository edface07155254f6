"""The desk's own record for its pictures, from the books and the database. Reads only."""

import asyncio
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from engine.analytics.facts import TradeFacts
from engine.core.state import EquityPoint
from engine.execution.desk import Desk
from engine.market.correlation import Together, hourly_returns, together
from engine.services.picture_answers import Calendar, Record, calendar_of, record_of

MOST_TRADES = 1000  # the last ones: what was true years ago is another market


class RecordArchive(Protocol):
    """The memory of closed trades and of equity. Raises StorageError."""

    async def facts(self, limit: int, since: datetime | None = None) -> tuple[TradeFacts, ...]:
        """The last `limit` closed trades with their rounds' votes, first closed first.

        `since`: only those that closed at or after it.
        """
        ...

    async def day_ends(self) -> tuple[EquityPoint, ...]:
        """The first stored point, then the last of each day (UTC), oldest first."""
        ...


class PictureReports:
    """Answers from the books and the database."""

    def __init__(self, desk: Desk, archive: RecordArchive, quote: str, zone: tzinfo = UTC) -> None:
        self._desk = desk
        self._archive = archive
        self._quote = quote
        self._zone = zone  # in which hours and weekdays are told
        self._facts: tuple[TradeFacts, ...] = ()
        self._record: Record | None = None  # of these facts

    async def facts(self) -> tuple[TradeFacts, ...]:
        """The last MOST_TRADES closed trades, first closed first.

        Trades are never changed: what was read once is kept, and only what closed since is read,
        the last moment once more, because two trades of one moment may become durable apart.
        """
        known = self._facts
        since = known[-1].trade.closed_at if known else None
        fresh = await self._archive.facts(MOST_TRADES, since)
        late = {fact.trade.trade_id for fact in fresh}
        kept = tuple(fact for fact in known if fact.trade.trade_id not in late)
        found = (*kept, *fresh)[-MOST_TRADES:]
        if [f.trade.trade_id for f in found] != [f.trade.trade_id for f in known]:
            self._facts, self._record = found, None
        return self._facts

    async def record(self) -> Record:
        """The last MOST_TRADES closed trades."""
        facts = await self.facts()
        if self._record is None:
            # some 40 ms: beside the event loop, which trades meanwhile
            found = await asyncio.to_thread(record_of, facts, self._quote, self._zone)
            if facts is not self._facts:  # somebody read newer ones meanwhile
                return found
            self._record = found
        return self._record

    async def calendar(self) -> Calendar:
        """Months and measures of the whole history, its last point now."""
        stored = await self._archive.day_ends()
        last_at = stored[-1].at if stored else None
        waiting = tuple(self._desk.books.points)
        points = (*stored, *(p for p in waiting if last_at is None or p.at > last_at))
        return calendar_of(points, self._quote)

    async def moves(self) -> Together:
        """How alike the desk's markets moved lately."""
        desk = self._desk
        symbols = list(desk.books.instruments)
        series = {symbol: desk.bars.view(symbol, desk.timeframe) for symbol in symbols}
        return together(hourly_returns(series, desk.timeframe), symbols, "")
