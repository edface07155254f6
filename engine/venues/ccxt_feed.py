"""A real market by polling a venue's public REST endpoints through ccxt."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime, timedelta

from engine.core.errors import Temporary
from engine.core.market import (
    Bar,
    BarClosed,
    FundingSettled,
    Instrument,
    MarketEvent,
    PriceMoved,
    TimePassed,
)
from engine.core.ports import Clock
from engine.core.timeframes import Timeframe
from engine.venues.ccxt_client import Reader
from engine.venues.ccxt_market import CcxtMarket
from engine.venues.feed_funding import Fundings, last_ratio
from engine.venues.feed_past import Past
from engine.venues.feed_told import Told
from engine.venues.stream_reads import Reads

POLL_S = 1.0
PATIENCE_S = 5.0  # for a bar that does not come; then time goes on without it


class CcxtFeed:
    """Quotes each second and closed bars of a venue; for venues without streams.

    - `events(after)` begins with the bars missed since `after`: their range as `PriceMoved`.
    - Around a bar's close prices wait until the bar is told, so the order of a moment holds.
    - While the venue is away time passes and symbols are silent. What was missed is told when it
      is back, each bar at its own close: only then is `at` older than an event before it.
    - `volume_base` of a price is estimated from the symbol's last bar.
    """

    step_s = 5.0  # a slow answer or two is healthy

    def __init__(
        self,
        reader: Reader,
        market: CcxtMarket,
        symbols: Sequence[str],
        timeframes: Sequence[Timeframe],
        clock: Clock,
    ) -> None:
        self._market = market
        self._symbols = tuple(dict.fromkeys(symbols))
        self._timeframes = sorted(set(timeframes), key=lambda timeframe: timeframe.seconds)
        self._driver = self._timeframes[0]
        self._clock = clock
        self._past = Past(market, self._symbols, clock)
        self._reads = Reads(reader)
        self._fundings = Fundings(self._reads, self._symbols, clock)
        self._closed = False

    async def instruments(self) -> tuple[Instrument, ...]:
        return await self._market.instruments()

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        return await self._past.history(symbol, timeframe, before=before, bars=bars)

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:
        return await last_ratio(self._reads, symbol, before or self._clock.now())

    async def events(self, after: datetime | None) -> AsyncGenerator[MarketEvent, None]:
        after_at = after or await self._past.origin()
        told = Told(after_at, self._symbols, self._timeframes)
        missed_after = after  # of fundings: only what was paid while the desk was off
        while not self._closed:
            for event in await self._bars(told, missed_after):
                yield event
                missed_after = None
            now_at = self._clock.now()
            if now_at > told.at:
                for event in await self._prices(told, now_at):
                    yield event
                told.at = now_at
                yield TimePassed(at=now_at)
            await self._fundings.refresh()
            await self._clock.sleep(POLL_S)

    async def close(self) -> None:
        """Ends `events` at its next turn and closes the connections."""
        self._closed = True
        await self._market.close()

    async def _bars(self, told: Told, missed_after: datetime | None) -> list[MarketEvent]:
        # the events of bars that closed since the last time; none while the venue is away
        now_at = self._clock.now()
        border_at = self._driver.open_at(now_at)
        paid_at = self._fundings.due_at(now_at) or border_at
        if border_at <= told.border_at and paid_at <= told.border_at:
            return []
        border_at = max(border_at, paid_at)
        try:
            bars = await self._settled(told, border_at)
            fundings = await self._paid(missed_after, border_at)
        except Temporary:
            return []  # the border stays where it was: they are asked for again
        return told.take(bars, fundings, border_at)

    async def _settled(self, told: Told, border_at: datetime) -> list[BarClosed]:
        while (waiting := border_at - await self._past.settled_at()) > timedelta(0):
            await self._clock.sleep(waiting.total_seconds())
        bars = await self._past.missing(told.due(border_at), border_at)
        patient_until = border_at + timedelta(seconds=PATIENCE_S)
        while not told.is_complete(bars, border_at) and self._clock.now() < patient_until:
            await self._clock.sleep(POLL_S / 2)
            bars = await self._past.missing(told.due(border_at), border_at)
        return bars

    async def _paid(
        self, missed_after: datetime | None, border_at: datetime
    ) -> list[FundingSettled]:
        if missed_after is not None:
            return await self._fundings.missed(missed_after, border_at)
        learned = await self._fundings.learned(border_at)
        return self._fundings.taken(learned, border_at)

    async def _prices(self, told: Told, now_at: datetime) -> list[MarketEvent]:
        try:
            quotes = await self._market.quotes()
        except Temporary:
            return []
        events: list[MarketEvent] = []
        for symbol in self._symbols:
            quote = quotes.get(symbol)
            if quote is None:
                continue
            mid_price = quote.mid_price
            told.priced(symbol, now_at)
            events.append(
                PriceMoved(
                    at=now_at,
                    symbol=symbol,
                    open_price=mid_price,
                    high_price=mid_price,
                    low_price=mid_price,
                    close_price=mid_price,
                    volume_base=told.volume_a_second.get(symbol, 0.0) * POLL_S,
                    quote=quote,
                )
            )
        return events
