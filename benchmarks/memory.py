"""Whether memory stays flat: the whole desk on its database over a simulated year of hourly bars.

Run from the repository: `.venv/bin/python -m benchmarks.memory [months]`. Eight perpetuals, every
strategy on, as fast as possible. The market is made bar by bar and keeps nothing itself.
"""

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np
from loguru import logger

from benchmarks.seats import rule_panel
from benchmarks.tables import row, table
from bot.vitals import rss_mib
from engine.core.market import (
    Bar,
    BarClosed,
    FundingSettled,
    Instrument,
    MarketEvent,
    PriceMoved,
    TimePassed,
)
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.execution.bus import Bus
from engine.execution.clocks import MarketClock, SystemClock
from engine.execution.confirmers import ApproveAll
from engine.execution.desk import Desk, Doors
from engine.execution.dial import Dial
from engine.market.talib_calls import load
from engine.venues.catalogue import costs_of, instrument_of
from engine.venues.paper import PaperVenue
from storage.journal import DatabaseJournal
from storage.opening import open_database
from storage.outbox import Outbox
from storage.paper_books import DatabaseBooks

BASES = ("BTC", "ETH", "BNB", "SOL", "DOGE", "LINK", "AVAX", "MATIC")
FIRST_AT = datetime(2023, 1, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
MONTH_HOURS = 730
MONTHS = 12
WARM_MONTHS = 3  # until every buffer of bars is full: 1500 and the slack behind them
EVERYTHING = Parameters(
    donchian_breakout=True,
    band_reversion=True,
    trend_pullback=True,
    volatility_squeeze=True,
)


class Sample(NamedTuple):
    """One look at the process."""

    month: int
    rss_mib: float
    objects: int  # that the collector of garbage knows
    trades: int


class WalkFeed:
    """Hourly bars of random walks, made when they are told and forgotten at once."""

    step_s = 3600.0

    def __init__(self, hours: int, clock: MarketClock) -> None:
        self._hours = hours
        self._clock = clock
        self._symbols = [f"{base}/USDT:USDT" for base in BASES]
        self.items = tuple(instrument_of(symbol, 100.0) for symbol in self._symbols)

    async def instruments(self) -> tuple[Instrument, ...]:
        return self.items

    async def history(
        self,
        symbol: str,  # noqa: ARG002 - a Feed
        timeframe: Timeframe,  # noqa: ARG002
        *,
        before: datetime | None,  # noqa: ARG002
        bars: int,  # noqa: ARG002
    ) -> tuple[Bar, ...]:
        return ()

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:  # noqa: ARG002
        return None

    async def events(self, after: datetime | None) -> AsyncIterator[MarketEvent]:  # noqa: ARG002
        chance = np.random.default_rng(2023)
        price = np.full(len(BASES), 100.0)
        for hour in range(self._hours):
            trend = 0.0012 * np.sin((hour / 60.0) + np.arange(len(BASES)))
            path = price * np.exp(np.cumsum(chance.normal(trend / 4, 0.003, (4, len(BASES))), 0))
            opened_at, at = FIRST_AT + hour * HOUR, FIRST_AT + (hour + 1) * HOUR
            highs, lows = np.maximum(path.max(0), price), np.minimum(path.min(0), price)
            rows = zip(price.tolist(), highs.tolist(), lows.tolist(), path[3].tolist(), strict=True)
            bars = {
                s: Bar(opened_at, *told, 5e5) for s, told in zip(self._symbols, rows, strict=True)
            }
            price = path[3]
            self._clock.move_to(at)
            for symbol, bar in bars.items():
                yield PriceMoved(
                    at=at,
                    symbol=symbol,
                    open_price=bar.open,
                    high_price=bar.high,
                    low_price=bar.low,
                    close_price=bar.close,
                    volume_base=bar.volume_base,
                )
            if at.hour % 8 == 0:
                for symbol in bars:
                    yield FundingSettled(at=at, symbol=symbol, funding_ratio=0.0001)
            for symbol, bar in bars.items():
                yield BarClosed(at=at, symbol=symbol, timeframe=Timeframe.H1, bar=bar)
            yield TimePassed(at=at)


def report(months: int = MONTHS) -> str:
    """The table of this benchmark, as markdown."""
    samples, took_s = asyncio.run(_year(months))
    flat_from = next((s for s in samples if s.month >= WARM_MONTHS), samples[0])
    grown_mib = samples[-1].rss_mib - flat_from.rss_mib
    rows = [
        row(str(s.month), f"{s.rss_mib:.1f} MiB", f"{s.objects:,}", f"{s.trades:,}")
        for s in samples
    ]
    lines = (
        table("month", "RSS", "Python objects", "trades so far", rows=rows),
        "",
        f"{grown_mib:+.1f} MiB from month {flat_from.month} (all bars kept) to month "
        f"{samples[-1].month}; {months * MONTH_HOURS * len(BASES) / took_s:,.0f} bars a second.",
    )
    return "\n".join(lines)


async def _year(months: int) -> tuple[list[Sample], float]:
    load()
    logger.remove()
    clock, wall = MarketClock(FIRST_AT), SystemClock(_failed)
    dial, feed = Dial(EVERYTHING), WalkFeed(months * MONTH_HOURS, clock)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/parley.db"
        opened = await open_database(url, Path(folder) / "backups")
        venue = PaperVenue(
            DatabaseBooks(opened.database),
            feed.items,
            {item.symbol: costs_of(item) for item in feed.items},
            clock,
            start_cash_quote=Decimal(10_000),
        )
        desk = Desk(
            Doors(
                feed=feed,
                venue=venue,
                observers=(venue,),
                advisor=rule_panel(
                    lambda *asked: desk.bars.view(*asked), lambda: dial.parameters, lambda _: None
                ),
                confirmer=ApproveAll(),
                journal=DatabaseJournal(opened.database, Outbox(opened.database), lambda _: ()),
                publisher=Bus(),
                clock=clock,
                wall=wall,
                order_prefix="bench",
                timeframes=(Timeframe.H1,),
            ),
            dial,
        )
        samples, took_s = await _sampled(desk, feed)
        await wall.close()
        await opened.database.close()
    return samples, took_s


async def _sampled(desk: Desk, feed: WalkFeed) -> tuple[list[Sample], float]:
    await desk.start()
    samples: list[Sample] = []
    began_s, moments = time.perf_counter(), 0
    async for event in feed.events(None):
        await desk.digest(event)
        if not isinstance(event, TimePassed):
            continue
        moments += 1
        if moments % MONTH_HOURS == 0:
            gc.collect()
            trades = desk.books.state.last_position_id
            samples.append(Sample(moments // MONTH_HOURS, rss_mib(), len(gc.get_objects()), trades))
    took_s = time.perf_counter() - began_s
    await desk.stop()
    return samples, took_s


def _failed(error: BaseException) -> None:
    raise SystemExit(f"a decision failed: {error!r}")


if __name__ == "__main__":
    print(report(int(sys.argv[1]) if len(sys.argv) > 1 else MONTHS))
