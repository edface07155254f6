"""A market from a list of bars: every moment as a feed tells it, enterable after any of them."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from engine.core.market import (
    Bar,
    BarClosed,
    FundingSettled,
    Instrument,
    MarketEvent,
    PriceMoved,
    TimePassed,
)
from engine.core.timeframes import Timeframe
from engine.execution.clocks import MarketClock
from engine.venues.catalogue import instrument_of
from tests.fakes.clocks import NOON

HOUR = timedelta(hours=1)
BTC, ETH, SOL = "BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT"


def wandering_bars(seed: int, count: int, start_price: float) -> tuple[Bar, ...]:
    """Hourly bars of a random walk with slow trends, so that averages cross often."""
    rng = np.random.default_rng(seed)
    slow = np.sin(np.arange(count) / 6.0 + seed) * 0.006
    moves = rng.normal(0.0, 0.005, count) + slow
    closes = start_price * np.exp(np.cumsum(moves))
    bars = []
    before = start_price
    for index, close in enumerate(closes):
        wick = abs(rng.normal(0.0, 0.003, 2))
        high = max(before, close) * (1.0 + wick[0])
        low = min(before, close) * (1.0 - wick[1])
        volume = float(rng.uniform(500.0, 1500.0))
        bars.append(Bar(NOON + index * HOUR, before, high, low, float(close), volume))
        before = float(close)
    return tuple(bars)


def drawn_funding(seed: int, count: int) -> dict[datetime, float]:
    """A settlement every eight of `count` hours, at a drawn ratio."""
    chance = np.random.default_rng(seed)
    ratios = chance.normal(0.0001, 0.0003, count // 8)
    return {NOON + (8 * number) * HOUR: round(ratio, 8) for number, ratio in enumerate(ratios)}


class ScriptedFeed:
    """Hourly bars by symbol; the first `warmup` of them are history. Moves the clock itself."""

    step_s = 3600.0

    def __init__(
        self,
        bars: Mapping[str, Sequence[Bar]],
        clock: MarketClock,
        *,
        warmup: int,
        funding: Mapping[str, Mapping[datetime, float]] | None = None,
    ) -> None:
        """`funding`: by symbol, the ratios by the moment of their settlement."""
        self._funding = funding or {}
        self._bars = {symbol: tuple(series) for symbol, series in bars.items()}
        self._clock = clock
        self._warmup = warmup

    async def instruments(self) -> tuple[Instrument, ...]:
        return tuple(instrument_of(symbol, 1.0) for symbol in self._bars)

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        series = self._bars[symbol]
        until_at = series[self._warmup].open_at if before is None else before
        return tuple(bar for bar in series if bar.open_at + HOUR <= until_at)[-bars:]

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:
        until_at = self._bars[symbol][self._warmup].open_at if before is None else before
        paid = [ratio for at, ratio in self._funding.get(symbol, {}).items() if at <= until_at]
        return paid[-1] if paid else None

    async def events(self, after: datetime | None) -> AsyncGenerator[MarketEvent, None]:
        count = max(len(series) for series in self._bars.values())
        for index in range(self._warmup, count):
            at = NOON + (index + 1) * HOUR
            if after is not None and at <= after:
                continue
            self._clock.move_to(at)
            here = {s: series[index] for s, series in self._bars.items() if index < len(series)}
            for symbol, bar in here.items():
                yield price_of(symbol, bar)
            for symbol, settled in self._funding.items():
                if at in settled:
                    yield FundingSettled(at=at, symbol=symbol, funding_ratio=settled[at])
            for symbol, bar in here.items():
                yield BarClosed(at=at, symbol=symbol, timeframe=Timeframe.H1, bar=bar)
            yield TimePassed(at=at)


def price_of(symbol: str, bar: Bar) -> PriceMoved:
    """The bar's range at the moment of its close."""
    return PriceMoved(
        at=bar.open_at + HOUR,
        symbol=symbol,
        open_price=bar.open,
        high_price=bar.high,
        low_price=bar.low,
        close_price=bar.close,
        volume_base=bar.volume_base,
    )
