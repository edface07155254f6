"""What a desk needs before its first moment: an account to measure from, and the past."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from engine.core.market import Bar, PriceMoved
from engine.core.ports import Feed, Record, Venue
from engine.core.timeframes import Timeframe
from engine.execution.books import Books
from engine.execution.scribe import Scribe
from engine.market.bars import KEEP_BARS, BarStore

AT_ONCE = 6  # symbols asked for side by side: an answer takes longer than its turn


class Told(NamedTuple):
    """What the feed knows of a symbol's present: its last bar of the first timeframe."""

    symbol: str
    last: Bar | None
    funding_ratio: float | None


async def first_start(books: Books, scribe: Scribe, venue: Venue) -> None:
    """Writes the state of a desk that never ran; raises StorageError.

    Losses of the day and from the peak are measured from it before the first moment is over.
    """
    cash_quote = (await venue.holdings()).cash_quote
    books.state = replace(
        books.state,
        cash_quote=cash_quote,
        start_cash_quote=cash_quote,
        day_start_equity_quote=cash_quote,
        day_base_quote=cash_quote,
        peak_equity_quote=cash_quote,
        breaker_day_quote=cash_quote,
        breaker_peak_quote=cash_quote,
    )
    await scribe.write(Record(state=books.state))


async def warm_up(
    books: Books, bars: BarStore, feed: Feed, timeframes: Sequence[Timeframe]
) -> None:
    """Bars, marks and the last funding up to the cursor; the first timeframe gives the marks."""
    before, gate = books.state.cursor_at, asyncio.Semaphore(AT_ONCE)

    async def told(symbol: str) -> Told:
        last: Bar | None = None
        async with gate:
            for timeframe in timeframes:
                history = await feed.history(symbol, timeframe, before=before, bars=KEEP_BARS)
                for bar in history:  # series by series, so that the loop has its turns
                    bars.add(symbol, timeframe, bar)
                if history and timeframe is timeframes[0]:
                    last = history[-1]
            return Told(symbol, last, await feed.funding_ratio(symbol, before=before))

    asking = [asyncio.ensure_future(told(symbol)) for symbol in books.instruments]
    try:
        for each in asking:  # in the order of the instruments, whoever is told first
            found = await each
            if found.last is not None:
                price = _as_price(found.symbol, found.last, timeframes[0])
                books.last_price[found.symbol] = price
            if found.funding_ratio is not None:
                books.funding_ratio[found.symbol] = found.funding_ratio
    finally:
        for each in asking:
            each.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


def _as_price(symbol: str, bar: Bar, timeframe: Timeframe) -> PriceMoved:
    # the last known price before the first event: positions are marked to it
    return PriceMoved(
        at=bar.open_at + timeframe.delta,
        symbol=symbol,
        open_price=bar.close,
        high_price=bar.close,
        low_price=bar.close,
        close_price=bar.close,
    )
