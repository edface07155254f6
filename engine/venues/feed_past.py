"""What a venue remembers, as its feeds need it: where history ends, and bars that were missed."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from engine.core.errors import SettingsError
from engine.core.market import Bar, BarClosed
from engine.core.ports import Clock
from engine.core.timeframes import Timeframe
from engine.venues.ccxt_market import CcxtMarket
from engine.venues.feed_told import Series

SETTLE_S = 1.0  # after a bar's close until the venue has summed up its last trades


class Past:
    """Closed bars of one venue by REST. Raises SettingsError, Temporary as `CcxtMarket` does."""

    def __init__(self, market: CcxtMarket, symbols: Sequence[str], clock: Clock) -> None:
        self._market = market
        self._symbols = frozenset(symbols)
        self._clock = clock
        self._origin_at: datetime | None = None

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        """As `Feed.history`."""
        if symbol not in self._symbols:
            raise SettingsError(f"the feed does not follow '{symbol}'")
        until_at = before or await self.origin()
        last_at = timeframe.open_at(min(until_at, await self.settled_at()))
        first_at = last_at - bars * timeframe.delta
        return tuple(await self._market.closed(symbol, timeframe, first_at, last_at))

    async def origin(self) -> datetime:
        """Where history ends and events begin: all bars up to here are settled."""
        if self._origin_at is None:
            self._origin_at = await self.settled_at()
        return self._origin_at

    async def settled_at(self) -> datetime:
        """The latest moment whose bars the venue has summed up; ours, less its clock's lag."""
        skew_s = await self._market.skew_s()
        return self._clock.now() + timedelta(seconds=skew_s - SETTLE_S)

    async def missing(
        self, due: Sequence[tuple[Series, datetime]], border_at: datetime
    ) -> list[BarClosed]:
        """The bars of the series that closed after their moment, up to the border."""
        found = await asyncio.gather(
            *(self.series(series, closed_at, border_at) for series, closed_at in due)
        )
        return [bar for bars in found for bar in bars]

    async def series(
        self, series: Series, closed_at: datetime, border_at: datetime
    ) -> list[BarClosed]:
        """The series' bars that closed after `closed_at`, up to the border, oldest first."""
        symbol, timeframe = series
        until_at = timeframe.open_at(border_at)
        bars = await self._market.closed(symbol, timeframe, closed_at, until_at)
        return [closed(series, bar) for bar in bars]


def closed(series: Series, bar: Bar) -> BarClosed:
    """The bar as an event at its close."""
    symbol, timeframe = series
    return BarClosed(at=bar.open_at + timeframe.delta, symbol=symbol, timeframe=timeframe, bar=bar)
