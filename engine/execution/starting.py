"""What a desk needs before its first moment: an account to measure from, and the past."""

from collections.abc import Sequence
from dataclasses import replace

from engine.core.market import Bar, PriceMoved
from engine.core.ports import Feed, Record, Venue
from engine.core.timeframes import Timeframe
from engine.execution.books import Books
from engine.execution.scribe import Scribe
from engine.market.bars import KEEP_BARS, BarStore


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
        peak_equity_quote=cash_quote,
        breaker_day_quote=cash_quote,
        breaker_peak_quote=cash_quote,
    )
    await scribe.write(Record(state=books.state))


async def warm_up(
    books: Books, bars: BarStore, feed: Feed, timeframes: Sequence[Timeframe]
) -> None:
    """Bars, marks and the last funding up to the cursor; the first timeframe gives the marks."""
    before = books.state.cursor_at
    for symbol in books.instruments:
        for timeframe in timeframes:
            history = await feed.history(symbol, timeframe, before=before, bars=KEEP_BARS)
            for bar in history:
                bars.add(symbol, timeframe, bar)
            if history and timeframe is timeframes[0]:
                books.last_price[symbol] = _as_price(symbol, history[-1], timeframe)
        ratio = await feed.funding_ratio(symbol, before=before)
        if ratio is not None:
            books.funding_ratio[symbol] = ratio


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
