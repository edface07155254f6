"""A real market by polling a venue's public REST endpoints through ccxt."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime, timedelta

from engine.core.errors import SettingsError, Temporary
from engine.core.market import Bar, BarClosed, Instrument, MarketEvent, PriceMoved, TimePassed
from engine.core.ports import Clock
from engine.core.timeframes import Timeframe
from engine.venues.ccxt_market import CcxtMarket

POLL_S = 1.0
SETTLE_S = 1.0  # after a bar's close until the venue has summed up its last trades
PATIENCE_S = 5.0  # for a bar that does not come; then time goes on without it


class CcxtFeed:
    """Quotes each second and closed bars of a venue.

    - `events(after)` begins with the bars missed since `after`: their range as `PriceMoved`.
    - Around a bar's close prices wait until the bar is told, so the order of a moment holds.
    - While the venue is away time passes and symbols are silent. What was missed is told when it
      is back, each bar at its own close: only then is `at` older than an event before it.
    - `volume_base` of a price is estimated from the symbol's last bar.
    """

    step_s = 5.0  # a slow answer or two is healthy

    def __init__(
        self,
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
        self._origin_at: datetime | None = None
        self._closed = False

    async def instruments(self) -> tuple[Instrument, ...]:
        return await self._market.instruments()

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        if symbol not in self._symbols:
            raise SettingsError(f"the feed does not follow '{symbol}'")
        until_at = before or await self._origin()
        last_at = timeframe.open_at(min(until_at, await self._settled_at()))
        first_at = last_at - bars * timeframe.delta
        return tuple(await self._market.closed(symbol, timeframe, first_at, last_at))

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:  # noqa: ARG002
        return None  # not polled: paper positions on this feed pay none

    async def events(self, after: datetime | None) -> AsyncGenerator[MarketEvent, None]:
        after_at = after or await self._origin()
        told = _Told(after_at, self._symbols, self._timeframes)
        while not self._closed:
            for event in await self._bars(told):
                yield event
            now_at = self._clock.now()
            if now_at > told.at:
                for event in await self._prices(told, now_at):
                    yield event
                told.at = now_at
                yield TimePassed(at=now_at)
            await self._clock.sleep(POLL_S)

    async def close(self) -> None:
        """Ends `events` at its next turn and closes the connections."""
        self._closed = True
        await self._market.close()

    async def _origin(self) -> datetime:
        # where history ends and events begin: all bars up to here are settled
        if self._origin_at is None:
            self._origin_at = await self._settled_at()
        return self._origin_at

    async def _settled_at(self) -> datetime:
        skew_s = await self._market.skew_s()
        return self._clock.now() + timedelta(seconds=skew_s - SETTLE_S)

    async def _bars(self, told: "_Told") -> list[MarketEvent]:
        # the events of bars that closed since the last time; none while the venue is away
        border_at = self._driver.open_at(self._clock.now())
        if border_at <= told.border_at:
            return []
        try:
            return told.take(await self._settled(told, border_at), border_at)
        except Temporary:
            return []  # the border stays where it was: they are asked for again

    async def _settled(self, told: "_Told", border_at: datetime) -> list[BarClosed]:
        while (waiting := border_at - await self._settled_at()) > timedelta(0):
            await self._clock.sleep(waiting.total_seconds())
        bars = await self._missing(told, border_at)
        patient_until = border_at + timedelta(seconds=PATIENCE_S)
        while not told.is_complete(bars, border_at) and self._clock.now() < patient_until:
            await self._clock.sleep(POLL_S / 2)
            bars = await self._missing(told, border_at)
        return bars

    async def _missing(self, told: "_Told", border_at: datetime) -> list[BarClosed]:
        due = [
            (symbol, timeframe, closed_at)
            for (symbol, timeframe), closed_at in told.closed_at.items()
            if timeframe.open_at(border_at) > closed_at
        ]
        found = await asyncio.gather(
            *(
                self._market.closed(symbol, timeframe, closed_at, timeframe.open_at(border_at))
                for symbol, timeframe, closed_at in due
            )
        )
        return [
            BarClosed(at=bar.open_at + timeframe.delta, symbol=symbol, timeframe=timeframe, bar=bar)
            for (symbol, timeframe, _), bars in zip(due, found, strict=True)
            for bar in bars
        ]

    async def _prices(self, told: "_Told", now_at: datetime) -> list[MarketEvent]:
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
            told.priced_at[symbol] = now_at
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


class _Told:
    """What the desk already heard."""

    def __init__(
        self, after_at: datetime, symbols: Sequence[str], timeframes: Sequence[Timeframe]
    ) -> None:
        self.at = after_at
        self._driver = timeframes[0]
        self.border_at = self._driver.open_at(after_at)
        self.closed_at = {  # close of each series' last bar that was told
            (symbol, timeframe): timeframe.open_at(after_at)
            for symbol in symbols
            for timeframe in timeframes
        }
        self.priced_at = dict.fromkeys(symbols, after_at)
        self.volume_a_second: dict[str, float] = {}

    def is_complete(self, bars: Sequence[BarClosed], border_at: datetime) -> bool:
        """Whether every series that ends at or before the border has its last bar."""
        last = {(bar.symbol, bar.timeframe): bar.at for bar in bars}
        return all(
            last.get((symbol, timeframe), closed_at) >= timeframe.open_at(border_at)
            for (symbol, timeframe), closed_at in self.closed_at.items()
        )

    def take(self, bars: Sequence[BarClosed], border_at: datetime) -> list[MarketEvent]:
        """The events of these bars, moment by moment, ranges first; they are told now."""
        moments: dict[datetime, list[BarClosed]] = {}
        for bar in bars:
            moments.setdefault(bar.at, []).append(bar)
        events: list[MarketEvent] = []
        for at in sorted(moments):
            events += [moved for bar in moments[at] if (moved := self._range(bar)) is not None]
            events += moments[at]
            if at > self.at:
                self.at = at
                events.append(TimePassed(at=at))
        for bar in bars:
            self.closed_at[bar.symbol, bar.timeframe] = bar.at
        self.border_at = border_at
        return events

    def _range(self, told: BarClosed) -> PriceMoved | None:
        # of a whole bar without a price: the desk was off, or the venue was
        if told.timeframe is not self._driver:
            return None
        bar = told.bar
        self.volume_a_second[told.symbol] = bar.volume_base / self._driver.seconds
        if bar.open_at < self.priced_at[told.symbol]:
            return None
        self.priced_at[told.symbol] = told.at
        return PriceMoved(
            at=told.at,
            symbol=told.symbol,
            open_price=bar.open,
            high_price=bar.high,
            low_price=bar.low,
            close_price=bar.close,
            volume_base=bar.volume_base,
        )
