"""A real market over a venue's WebSocket streams, with REST where they are silent or cut."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime

from engine.core.market import Bar, Instrument, MarketEvent
from engine.core.ports import Clock
from engine.core.timeframes import Timeframe
from engine.venues.ccxt_client import Reader
from engine.venues.ccxt_market import CcxtMarket
from engine.venues.feed_funding import last_ratio
from engine.venues.feed_past import Past
from engine.venues.stream_client import StreamClient
from engine.venues.stream_reads import Reads
from engine.venues.stream_run import Run


class StreamFeed:
    """Prices as they are made, closed bars, and the fundings of perpetuals.

    - A symbol's `PriceMoved` is the range of its mids and prints since its last one: however busy
      the desk was, no extreme is lost. Moments are at least 20 ms apart.
    - `events(after)` begins with the bars missed since `after`: their range as `PriceMoved`.
    - A bar is told once, when the streams or REST have proved it. Until then the market's clock
      stands just before its close; after five seconds time goes on. A bar that comes later is
      told at its own close: only then is `at` older than an event before it.
    - While streams are not there, or say nothing, quotes are asked for each second.
    """

    step_s = 5.0  # a quiet symbol is asked for after three, and an answer takes its time

    def __init__(
        self,
        reader: Reader,
        market: CcxtMarket,
        client: StreamClient,
        symbols: Sequence[str],
        timeframes: Sequence[Timeframe],
        clock: Clock,
    ) -> None:
        self._reader = reader
        self._market = market
        self._client = client
        self._symbols = tuple(dict.fromkeys(symbols))
        self._timeframes = sorted(set(timeframes), key=lambda timeframe: timeframe.seconds)
        self._clock = clock
        self._past = Past(market, self._symbols, clock)
        self._run: Run | None = None
        self._closed = False

    async def instruments(self) -> tuple[Instrument, ...]:
        return await self._market.instruments()

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        return await self._past.history(symbol, timeframe, before=before, bars=bars)

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:
        return await last_ratio(Reads(self._reader), symbol, before or self._clock.now())

    async def events(self, after: datetime | None) -> AsyncGenerator[MarketEvent, None]:
        """The market from now on; one run at a time."""
        await self._market.instruments()
        self._client.share_markets(self._reader)
        after_at = after or await self._past.origin()
        parts = (self._market, self._client, Reads(self._reader), self._past, self._clock)
        run = self._run = Run(parts, self._symbols, self._timeframes, after_at)
        run.start()
        try:
            for event in await run.caught_up():
                yield event
                await run.breathe()
            while not self._closed:
                for event in run.moment():
                    yield event
                    await run.breathe()
                await run.pause()
        finally:
            await run.stop()

    async def close(self) -> None:
        """Ends `events` at its next turn and closes the connections."""
        self._closed = True
        if self._run is not None:
            self._run.wake()
            await self._run.stop()
        await self._client.close()
        await self._market.close()
