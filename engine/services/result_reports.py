"""What the desk earned: by day, week and month, by kind of trade, and in figures. Reads only."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import fsum

from engine.analytics.breakdown import Dimension, Part, breakdown
from engine.analytics.facts import TradeFacts
from engine.analytics.summary import Summary, summarise
from engine.core.money import ZERO, to_quote
from engine.core.queries import EVERY_TRADE
from engine.core.state import EquityPoint
from engine.execution import valuation
from engine.execution.desk import Desk
from engine.services.picture_reports import PictureReports
from engine.services.ports import TradeHistory, TradeTotals
from engine.services.result_answers import Breakdown, Period, Periods, Span, Stats

MOST_PARTS = 100  # breakdowns that are remembered
MOST_PERIODS = {Span.DAY: 31, Span.WEEK: 26, Span.MONTH: 24}


class ResultReports:
    """Answers from the books and the database."""

    def __init__(
        self, desk: Desk, history: TradeHistory, record: PictureReports, quote: str
    ) -> None:
        self._desk = desk
        self._history = history
        self._record = record
        self._quote = quote
        self._facts: tuple[TradeFacts, ...] = ()  # of which these parts and this summary are
        self._parts: dict[tuple[Dimension, date | None], tuple[tuple[Part, ...], int]] = {}
        self._summary: Summary | None = None

    async def periods(self, span: Span, count: int) -> Periods:
        """The last `count` periods (at least one, at most MOST_PERIODS), empty ones included."""
        count = min(max(1, count), MOST_PERIODS[span])
        starts = _starts(span, self._desk.clock.now().date(), count)
        days = await self._history.days(EVERY_TRADE)
        points = await self._history.equity_at([_midnight(start) for start in starts])
        ends = [*points[1:], None]
        rows = [
            _period(start, until, days, (point, end))
            for start, until, point, end in zip(
                starts, [*starts[1:], date.max], points, ends, strict=True
            )
        ]
        rows[-1] = self._so_far(rows[-1], points[-1])
        return Periods(
            span=span, rows=tuple(reversed(rows)), quote=self._quote, market_at=self._as_of()
        )

    def _so_far(self, row: Period, start: EquityPoint | None) -> Period:
        # the present period ends now, at the marks: its last stored point may be minutes old
        now_quote = to_quote(valuation.equity_quote(self._desk.books))
        begun = self._desk.books.state.start_cash_quote if start is None else start.equity_quote
        return _with_equity(row, begun, now_quote)

    async def parts(self, dimension: Dimension, days: int | None = None) -> Breakdown:
        """The last closed trades by `dimension`; `days`: only those of as many days, with today."""
        facts = await self._known()
        since = None
        if days is not None:
            since = self._desk.clock.now().date() - timedelta(days=days - 1)
        found = self._parts.get((dimension, since))
        if found is None:
            found = await asyncio.to_thread(_told_apart, facts, dimension, since)
            if facts is self._facts:  # nobody read newer ones meanwhile
                self._parts[dimension, since] = found
        return Breakdown(
            dimension=dimension,
            parts=found[0],
            trades=found[1],
            days=days,
            quote=self._quote,
            market_at=self._as_of(),
        )

    async def _known(self) -> tuple[TradeFacts, ...]:
        facts = await self._record.facts()
        if facts is not self._facts or len(self._parts) > MOST_PARTS:
            self._facts, self._summary = facts, None
            self._parts.clear()
        return facts

    async def stats(self) -> Stats:
        """The measures of the last trades, and of the whole equity curve."""
        facts = await self._known()
        calendar = await self._record.calendar()
        start_quote = self._desk.books.state.start_cash_quote
        summary = self._summary
        if summary is None:
            summary = await asyncio.to_thread(_summed, facts, start_quote)
            self._summary = summary if facts is self._facts else None
        return Stats(
            record=await self._record.record(),
            summary=summary,
            performance=calendar.performance,
            market_at=self._as_of(),
        )

    def _as_of(self) -> datetime | None:
        return self._desk.books.state.cursor_at


def _told_apart(
    facts: Sequence[TradeFacts], dimension: Dimension, since: date | None
) -> tuple[tuple[Part, ...], int]:
    """The parts of the trades that closed on or after a day, and how many trades these are."""
    if since is not None:
        facts = [fact for fact in facts if fact.trade.closed_at >= _midnight(since)]
    return breakdown(facts, dimension), len(facts)


def _summed(facts: Sequence[TradeFacts], start_quote: Decimal) -> Summary:
    return summarise([fact.trade for fact in facts], start_quote)


def _starts(span: Span, today: date, count: int) -> list[date]:
    """The first days of the last `count` periods, oldest first; the last one holds `today`."""
    found = [_FIRST[span](today)]
    while len(found) < count:
        found.append(_FIRST[span](found[-1] - timedelta(days=1)))
    return found[::-1]


_FIRST: dict[Span, Callable[[date], date]] = {
    Span.DAY: lambda day: day,
    Span.WEEK: lambda day: day - timedelta(days=day.weekday()),
    Span.MONTH: lambda day: day.replace(day=1),
}


def _period(
    start: date,
    until: date,
    days: Mapping[date, TradeTotals],
    points: tuple[EquityPoint | None, EquityPoint | None],
) -> Period:
    """The period from `start` to before `until`, with the equity at both of its ends."""
    own = [totals for day, totals in days.items() if start <= day < until]
    row = Period(
        start=start,
        trades=sum(each.trades for each in own),
        wins=sum(each.wins for each in own),
        net_quote=sum((each.net_pnl_quote for each in own), ZERO),
        commission_quote=sum((each.commission_quote for each in own), ZERO),
        result_r=fsum(each.result_r for each in own),
        equity_quote=None,
        change_ratio=None,
    )
    before, after = points
    if after is None:
        return row
    return _with_equity(row, None if before is None else before.equity_quote, after.equity_quote)


def _with_equity(row: Period, before: Decimal | None, after: Decimal) -> Period:
    change = float(after / before) - 1.0 if before is not None and before > 0 else None
    return replace(row, equity_quote=after, change_ratio=change)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
