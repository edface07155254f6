"""A recorded market as a feed: bars from files, told as they closed."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.core.clockwork import from_ms, to_ms
from engine.core.errors import SettingsError
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
from engine.venues.catalogue import instrument_of
from engine.venues.funding import Funding, between, last_ratio, on_grid
from engine.venues.interruptions import Interruption, interruption_at, is_silent
from engine.venues.replay_files import BarFolder
from engine.venues.resample import Columns, as_bars

CHUNK_STEPS = 512  # moments made at once: numpy does the reading, and the loop is held 10 ms

WARMUP_SHARE_RATIO = 0.25  # of a recording at most: a short one is for trading, too


class Span(NamedTuple):
    """The moments that are told: `start_ms` is history's, each later step is an event's."""

    start_ms: int
    end_ms: int


class ReplayFeed:
    """The bars of `folder`, one moment for each close of the shortest timeframe.

    - The shortest timeframe drives the prices: `PriceMoved` carries the bar's range and volume.
    - Without `from_at` events begin once a symbol has `warmup_bars` bars of every timeframe, or
      a quarter of a short recording; before that is history.
    - `to_at` is the last moment told; without it the end of the recording.
    - Where bars are missing the symbol is silent and time passes, as in the outage it was. So it
      is where the folder's `interruptions.csv` halts it, and once that delists it.
    - Raises SettingsError (from every method) when symbols, timeframes or files are not there.
    """

    def __init__(
        self,
        folder: Path,
        symbols: Sequence[str],
        timeframes: Sequence[Timeframe],
        *,
        warmup_bars: int,
        from_at: datetime | None = None,
        to_at: datetime | None = None,
    ) -> None:
        self._folder = folder
        self._symbols = tuple(dict.fromkeys(symbols))
        self._timeframes = sorted(set(timeframes), key=lambda timeframe: timeframe.seconds)
        self._warmup_bars = warmup_bars
        self._from_at, self._to_at = from_at, to_at
        self._recording: _Recording | None = None
        self._driver = _driver(self._symbols, self._timeframes)
        self.step_s = float(self._driver.seconds)

    async def instruments(self) -> tuple[Instrument, ...]:
        recording = await self._recorded()
        return tuple(
            instrument_of(symbol, float(recording.series[symbol, self._driver].close[0]))
            for symbol in self._symbols
        )

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        recording = await self._recorded()
        columns = recording.series.get((symbol, timeframe))
        if columns is None:
            raise SettingsError(f"the replay has no {timeframe} bars of '{symbol}'")
        until_ms = recording.span.start_ms if before is None else to_ms(before)
        last = _closed_by(columns, timeframe, until_ms)
        found = as_bars(columns.rows(max(0, last - bars), last))
        return tuple(bar for bar in found if recording.traded(symbol, timeframe, bar))

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:
        recording = await self._recorded()
        until_ms = recording.span.start_ms if before is None else to_ms(before)
        return last_ratio(recording.funding[symbol], until_ms)

    async def events(self, after: datetime | None) -> AsyncGenerator[MarketEvent, None]:
        """The recording from its first moment, or from the one after `after`, to its end."""
        recording = await self._recorded()
        span, step_ms = recording.span, self._driver.seconds * 1000
        after_ms = span.start_ms if after is None else max(to_ms(after), span.start_ms)
        told_ms = span.start_ms + (after_ms - span.start_ms) // step_ms * step_ms
        while told_ms < span.end_ms:
            until_ms = min(told_ms + CHUNK_STEPS * step_ms, span.end_ms)
            for event in self._chunk(recording, told_ms, until_ms):
                yield event
            told_ms = until_ms

    async def interruptions(self) -> tuple[Interruption, ...]:
        """When symbols do not trade: for the venue, which then refuses orders."""
        return (await self._recorded()).interruptions

    async def ends_at(self) -> datetime:
        """The last moment that is told."""
        return from_ms((await self._recorded()).span.end_ms)

    async def starts_at(self) -> datetime:
        """Where history ends; the first event is one step later."""
        return from_ms((await self._recorded()).span.start_ms)

    def _chunk(
        self, recording: "_Recording", after_ms: int, until_ms: int
    ) -> Iterator[MarketEvent]:
        driving: list[tuple[str, dict[datetime, Bar]]] = []
        closing: dict[datetime, list[BarClosed]] = {}
        for symbol in self._symbols:
            for timeframe in self._timeframes:
                bars = recording.closing(symbol, timeframe, after_ms, until_ms)
                if timeframe is self._driver:
                    driving.append((symbol, bars))
                for at, bar in bars.items():
                    told = BarClosed(at=at, symbol=symbol, timeframe=timeframe, bar=bar)
                    closing.setdefault(at, []).append(told)
        settled = recording.settled(after_ms, until_ms)
        step, at, last_at = self._driver.delta, from_ms(after_ms), from_ms(until_ms)
        while at < last_at:
            at += step
            for symbol, by_close in driving:
                moved = by_close.get(at)
                if moved is not None:
                    yield _price_moved(symbol, at, moved)
            yield from settled.get(at, ())
            yield from closing.get(at, ())
            yield TimePassed(at=at)

    async def _recorded(self) -> "_Recording":
        if self._recording is None:
            self._recording = await asyncio.to_thread(self._load)
        return self._recording

    def _load(self) -> "_Recording":
        folder = BarFolder(self._folder)
        series = {
            (symbol, timeframe): folder.columns(symbol, timeframe)
            for symbol in self._symbols
            for timeframe in self._timeframes
        }
        step_ms = self._driver.seconds * 1000
        funding = {symbol: on_grid(folder.funding(symbol), step_ms) for symbol in self._symbols}
        return _Recording(series, funding, folder.interruptions(), self._span(series))

    def _span(self, series: dict[tuple[str, Timeframe], Columns]) -> Span:
        step_ms = self._driver.seconds * 1000
        driven = [series[symbol, self._driver] for symbol in self._symbols]
        end_ms = max(int(columns.open_ms[-1]) for columns in driven) + step_ms
        if self._to_at is not None:
            end_ms = min(end_ms, to_ms(self._to_at) // step_ms * step_ms)
        if self._from_at is not None:
            start_ms = to_ms(self._from_at) // step_ms * step_ms
        else:
            start_ms = min(self._warm_ms(series, symbol) for symbol in self._symbols)
        first_ms = min(int(columns.open_ms[0]) for columns in driven)
        start_ms = max(start_ms, first_ms)
        if start_ms >= end_ms:
            raise SettingsError(
                f"MARKET: nothing to replay between {from_ms(start_ms)} and {from_ms(end_ms)}.",
                hint="Choose an earlier start, a later end or fewer bars of warm-up.",
            )
        return Span(start_ms, end_ms)

    def _warm_ms(self, series: dict[tuple[str, Timeframe], Columns], symbol: str) -> int:
        # when `symbol` has its warm-up on every timeframe
        closes_ms = [int(series[symbol, self._driver].open_ms[0])]
        for timeframe in self._timeframes:
            starts_ms = series[symbol, timeframe].open_ms
            bars = min(self._warmup_bars, int(starts_ms.size * WARMUP_SHARE_RATIO))
            if bars > 0:
                closes_ms.append(int(starts_ms[bars - 1]) + timeframe.seconds * 1000)
        return max(closes_ms)


class _Recording(NamedTuple):
    series: dict[tuple[str, Timeframe], Columns]
    funding: dict[str, Funding]  # on the grid of the moments
    interruptions: tuple[Interruption, ...]
    span: Span

    def traded(self, symbol: str, timeframe: Timeframe, bar: Bar) -> bool:
        """Whether nothing interrupted the symbol while the bar was made."""
        close_at = bar.open_at + timeframe.delta
        return not is_silent(self.interruptions, symbol, bar.open_at, close_at)

    def closing(
        self, symbol: str, timeframe: Timeframe, after_ms: int, until_ms: int
    ) -> dict[datetime, Bar]:
        # the bars that close after `after_ms` and not after `until_ms`, by their close
        columns = self.series[symbol, timeframe]
        first = _closed_by(columns, timeframe, after_ms)
        last = _closed_by(columns, timeframe, until_ms)
        length = timedelta(seconds=timeframe.seconds)
        return {
            bar.open_at + length: bar
            for bar in as_bars(columns.rows(first, last))
            if self.traded(symbol, timeframe, bar)
        }

    def settled(self, after_ms: int, until_ms: int) -> dict[datetime, list[FundingSettled]]:
        # the funding paid after `after_ms` and not after `until_ms`, by its moment
        found: dict[datetime, list[FundingSettled]] = {}
        for symbol, funding in self.funding.items():
            for at_ms, ratio in between(funding, after_ms, until_ms):
                at = from_ms(at_ms)
                if interruption_at(self.interruptions, symbol, at) is not None:
                    continue
                told = FundingSettled(at=at, symbol=symbol, funding_ratio=ratio)
                found.setdefault(at, []).append(told)
        return found


def _closed_by(columns: Columns, timeframe: Timeframe, at_ms: int) -> int:
    # how many bars have closed at or before `at_ms`
    last_open_ms = at_ms - timeframe.seconds * 1000
    return int(np.searchsorted(columns.open_ms, last_open_ms, side="right"))


def _price_moved(symbol: str, at: datetime, bar: Bar) -> PriceMoved:
    return PriceMoved(
        at=at,
        symbol=symbol,
        open_price=bar.open,
        high_price=bar.high,
        low_price=bar.low,
        close_price=bar.close,
        volume_base=bar.volume_base,
    )


def _driver(symbols: Sequence[str], timeframes: Sequence[Timeframe]) -> Timeframe:
    if not symbols or not timeframes:
        raise SettingsError("SYMBOLS and TIMEFRAMES: a replay needs at least one of each.")
    driver = timeframes[0]
    for timeframe in timeframes:
        if timeframe.seconds % driver.seconds:
            raise SettingsError(
                f"TIMEFRAMES: {driver} bars do not add up to {timeframe} bars.",
                hint="Choose lengths that are multiples of the shortest.",
            )
    return driver
