"""What a venue's public endpoints say, in the desk's values."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.core.clockwork import to_ms
from engine.core.errors import SettingsError
from engine.core.market import Bar, Instrument, Quote
from engine.core.ports import Clock
from engine.core.timeframes import Timeframe
from engine.venues.ccxt_client import Reader
from engine.venues.ccxt_limiter import LANE, Lane
from engine.venues.ccxt_words import Listing, bar_of, listing_of, quote_of
from engine.venues.quirks import page_bars_of

RESYNC = timedelta(minutes=10)  # how long a measured clock offset is believed


class CcxtMarket:
    """Listings, bars, quotes and the clock of one venue, for `symbols`.

    Methods raise SettingsError for what the venue does not have, Temporary when it is away.
    """

    def __init__(self, reader: Reader, symbols: Sequence[str], clock: Clock) -> None:
        self._reader = reader
        self._client = reader.client
        self._symbols = tuple(dict.fromkeys(symbols))
        self._clock = clock
        self._listings: dict[str, Listing] = {}
        self._loading = asyncio.Lock()
        self._skew_s = 0.0
        self._skew_at: datetime | None = None

    async def instruments(self) -> tuple[Instrument, ...]:
        listings = await self._listed()
        return tuple(listings[symbol].instrument for symbol in self._symbols)

    async def closed(
        self, symbol: str, timeframe: Timeframe, after: datetime, until: datetime
    ) -> list[Bar]:
        """Bars that close after `after` and at or before `until`, oldest first, page by page."""
        await self._listed()
        if timeframe.value not in (self._client.timeframes or {}):
            raise SettingsError(f"TIMEFRAMES: the venue has no {timeframe} bars.")
        bars: list[Bar] = []
        since_at = timeframe.open_at(after)  # the first bar that closes after `after`
        while since_at + timeframe.delta <= until:
            rest_bars = (until - since_at) // timeframe.delta + 1  # the last may not be over
            page = await self._page(symbol, timeframe, since_at, rest_bars)
            fresh = sorted(bar for bar in page if bar.open_at >= since_at)
            bars += [bar for bar in fresh if bar.open_at + timeframe.delta <= until]
            if not fresh:
                break
            since_at = fresh[-1].open_at + timeframe.delta
        return bars

    async def quotes(self) -> Mapping[str, Quote]:
        """Best bid and ask of the symbols that have them now."""
        await self._listed()
        # an old price is worth nothing: the next poll is the next attempt
        found = await self._reader.ask(self._quotes, "quotes", waits_s=())
        return {symbol: quote for symbol, quote in found.items() if quote is not None}

    async def skew_s(self) -> float:
        """How far the venue's clock is ahead of ours, less half the way; 0 where it has none."""
        now_at = self._clock.now()
        if self._skew_at is not None and now_at - self._skew_at < RESYNC:
            return self._skew_s
        if self._client.has.get("fetchTime"):
            self._skew_s = await self._reader.ask(self._measured_skew_s, "time")
        self._skew_at = now_at
        return self._skew_s

    async def close(self) -> None:
        await self._reader.close()

    async def _listed(self) -> dict[str, Listing]:
        async with self._loading:
            if not self._listings:
                markets = await self._reader.ask(self._client.load_markets, "markets")
                mode = int(self._client.precisionMode)
                self._listings = {
                    symbol: listing_of(self._market(markets, symbol), mode)
                    for symbol in self._symbols
                }
        return self._listings

    def _market(self, markets: Mapping[str, Any], symbol: str) -> Mapping[str, Any]:
        market: Mapping[str, Any] | None = markets.get(symbol)
        if market is None:
            base = symbol.partition("/")[0]
            like = sorted(name for name in markets if name.startswith(f"{base}/"))[:5]
            hint = f"It has {', '.join(like)}." if like else ""
            raise SettingsError(f"SYMBOLS: the venue has no '{symbol}'.", hint=hint)
        return market

    # what follows is asked through the reader: an answer that cannot be read did not come

    async def _page(
        self, symbol: str, timeframe: Timeframe, since_at: datetime, most_bars: int
    ) -> list[Bar]:
        contract_base = float(self._listings[symbol].contract_base)
        limit = min(most_bars, page_bars_of(str(self._client.id), symbol))

        async def page() -> list[Bar]:
            since_ms = to_ms(since_at)
            rows = await self._client.fetch_ohlcv(symbol, timeframe.value, since_ms, limit)
            return [bar for row in rows if (bar := bar_of(row, contract_base)) is not None]

        turn = LANE.set(Lane.CANDLES)
        try:
            bars: list[Bar] = await self._reader.ask(page, "bars")
        finally:
            LANE.reset(turn)
        return bars

    async def _quotes(self) -> dict[str, Quote | None]:
        client, symbols = self._client, list(self._symbols)
        if client.has.get("fetchBidsAsks"):
            tickers = await client.fetch_bids_asks(symbols)
        elif client.has.get("fetchTickers"):
            tickers = await client.fetch_tickers(symbols)
        else:
            tickers = {symbol: await client.fetch_ticker(symbol) for symbol in symbols}
        return {
            symbol: quote_of(tickers.get(symbol) or {}, float(self._listings[symbol].contract_base))
            for symbol in symbols
        }

    async def _measured_skew_s(self) -> float:
        sent_at = self._clock.now()
        venue_ms = int(await self._client.fetch_time())
        half_way_at = sent_at + (self._clock.now() - sent_at) / 2
        return (venue_ms - to_ms(half_way_at)) / 1000.0
