"""One close of everything through the desk: 31 symbols on 5 timeframes, voters and risk included.

Run from the repository: `.venv/bin/python -m benchmarks.closes`. On a Monday at midnight every
timeframe closes; a desk in memory takes the prices, and then the bars, which are what is timed.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from loguru import logger

from benchmarks.market import EVERYTHING, SYMBOLS, TIMEFRAMES, a_walk
from benchmarks.seats import rule_panel
from benchmarks.tables import row, table
from engine.core.market import Bar, BarClosed, Instrument, MarketEvent, PriceMoved, TimePassed
from engine.core.timeframes import Timeframe
from engine.execution.bus import Bus
from engine.execution.clocks import MarketClock
from engine.execution.confirmers import ApproveAll
from engine.execution.desk import Desk, Doors
from engine.execution.dial import Dial
from engine.market.bars import KEEP_BARS
from engine.market.talib_calls import load
from engine.venues.books import MemoryBooks
from engine.venues.catalogue import costs_of, instrument_of
from engine.venues.paper import PaperVenue
from tests.fakes.memory_journal import MemoryJournal

REPEATS = 7
CLOSE_AT = datetime(2026, 11, 16, tzinfo=UTC)  # a Monday: all five timeframes
OPEN_FILTERS = EVERYTHING.model_copy(
    update={"volume_filter": False, "weekly_block": False, "regime_playbook": False}
)
Series = Mapping[tuple[str, Timeframe], list[Bar]]


class HistoryFeed:
    """Full stores of every series, and nothing to come."""

    step_s = 5.0

    def __init__(self, series: Series) -> None:
        self._series = series
        self.items = tuple(instrument_of(symbol, 100.0) for symbol in SYMBOLS)

    async def instruments(self) -> tuple[Instrument, ...]:
        return self.items

    async def history(
        self,
        symbol: str,
        timeframe: Timeframe,
        *,
        before: datetime | None,  # noqa: ARG002 - a Feed
        bars: int,
    ) -> tuple[Bar, ...]:
        return tuple(self._series[symbol, timeframe][:-1][-bars:])

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:  # noqa: ARG002
        return None

    async def events(self, after: datetime | None) -> AsyncIterator[MarketEvent]:  # noqa: ARG002
        return
        yield  # what makes it a generator


def report() -> str:
    """The table of this benchmark, as markdown."""
    logger.remove()
    load()
    found = asyncio.run(_closes())
    took_ms, decisions = [ms for ms, _ in found], [count for _, count in found]
    name = f"{len(SYMBOLS)} symbols x {len(TIMEFRAMES)} timeframes: {min(decisions)} to "
    name += f"{max(decisions)} proposals voted on, judged, sent"
    rows = [row(name, f"{statistics.median(took_ms):,.1f} ms", f"{max(took_ms):,.1f} ms")]
    return table("one close of everything, through the desk", "median", "worst", rows=rows)


async def _closes() -> list[tuple[float, int]]:
    found = []
    for repeat in range(REPEATS):
        series = {
            (symbol, timeframe): _ending(31 * (5 * repeat + place) + number, timeframe)
            for number, symbol in enumerate(SYMBOLS)
            for place, timeframe in enumerate(TIMEFRAMES)
        }
        found.append(await _closed(series))
    return found


def _ending(seed: int, timeframe: Timeframe) -> list[Bar]:
    # the last bar closes at CLOSE_AT; the others are history
    count = KEEP_BARS + 1
    return a_walk(seed, timeframe, count, int(CLOSE_AT.timestamp()) - count * timeframe.seconds)


async def _closed(series: Series) -> tuple[float, int]:
    desk, journal = _desk(series)
    await desk.start()
    for symbol in SYMBOLS:
        await desk.digest(_price(symbol, series[symbol, TIMEFRAMES[0]][-1]))
    began_s = time.perf_counter()
    for (symbol, timeframe), bars in series.items():
        closed = BarClosed(at=CLOSE_AT, symbol=symbol, timeframe=timeframe, bar=bars[-1])
        await desk.digest(closed)
    await desk.digest(TimePassed(at=CLOSE_AT))
    took_ms = (time.perf_counter() - began_s) * 1e3
    await desk.stop()
    return took_ms, len(journal.decided)


def _desk(series: Series) -> tuple[Desk, MemoryJournal]:
    clock, dial, journal = MarketClock(CLOSE_AT), Dial(OPEN_FILTERS), MemoryJournal()
    feed = HistoryFeed(series)
    venue = PaperVenue(
        MemoryBooks(),
        feed.items,
        {item.symbol: costs_of(item) for item in feed.items},
        clock,
        start_cash_quote=Decimal(10_000),
    )
    doors = Doors(
        feed=feed,
        venue=venue,
        observers=(venue,),
        advisor=rule_panel(
            lambda *asked: desk.bars.view(*asked), lambda: dial.parameters, lambda _: None
        ),
        confirmer=ApproveAll(),
        journal=journal,
        publisher=Bus(),
        clock=clock,
        wall=MarketClock(CLOSE_AT + timedelta(days=1)),
        order_prefix="bench",
        timeframes=TIMEFRAMES,
    )
    desk = Desk(doors, dial)
    return desk, journal


def _price(symbol: str, bar: Bar) -> PriceMoved:
    return PriceMoved(
        at=CLOSE_AT,
        symbol=symbol,
        open_price=bar.open,
        high_price=bar.high,
        low_price=bar.low,
        close_price=bar.close,
        volume_base=bar.volume_base,
    )


if __name__ == "__main__":
    print(report())
