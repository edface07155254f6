"""The simulated market as a feed: eight perpetuals, the same for the same seed, enterable anywhere.

The market is a function of (seed, symbol, moment): it does not depend on where it was entered,
how fast it ran, or which other symbols are looked at.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from engine.core.clockwork import require_utc
from engine.core.errors import SettingsError
from engine.core.market import (
    Bar,
    BarClosed,
    FundingSettled,
    Instrument,
    MarketEvent,
    PriceMoved,
    Quote,
    TimePassed,
)
from engine.core.timeframes import Timeframe
from engine.venues.catalogue import instrument_of
from engine.venues.interruptions import Interruption, interruption_at, is_silent
from engine.venues.simulated_bars import BarShop
from engine.venues.simulated_path import (
    BLOCK_S,
    CHARACTERS,
    FUNDING_S,
    STEP_S,
    STEPS,
    Block,
    block_of,
    funding_at,
)

SIMULATED_SYMBOLS = tuple(f"{base}/USDT:USDT" for base in CHARACTERS)
_STEP = timedelta(seconds=STEP_S)
_BLOCKS_KEPT = 64


class SimulatedFeed:
    """Ticks of every symbol each 5 market seconds, with the best bid and ask, and their bars.

    - `origin_at` is where `events(None)` begins; history reaches back before it.
    - A bar holds the ticks after its start up to and including its close.
    - `interruptions` halt a symbol, or delist it: it is silent then, and has no such bars.
    - Raises SettingsError for a symbol it does not simulate.
    """

    step_s = float(STEP_S)

    def __init__(
        self,
        symbols: Sequence[str],
        timeframes: Sequence[Timeframe],
        *,
        seed: int,
        origin_at: datetime,
        interruptions: Sequence[Interruption] = (),
    ) -> None:
        self._interruptions = tuple(interruptions)
        self._instruments = {symbol: _instrument(symbol) for symbol in symbols}
        self._timeframes = sorted(set(timeframes), key=lambda timeframe: timeframe.seconds)
        self._seed = seed
        origin_s = int(require_utc(origin_at).timestamp())
        self._origin_s = origin_s - origin_s % STEP_S
        self._block = lru_cache(maxsize=_BLOCKS_KEPT)(self._make_block)
        self._bars = BarShop(self._block)

    async def instruments(self) -> tuple[Instrument, ...]:
        return tuple(self._instruments.values())

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        """Up to `bars` closed bars, oldest first; the market has no beginning, so all of them."""
        if symbol not in self._instruments:
            raise _unknown(symbol)
        until_s = self._origin_s if before is None else int(require_utc(before).timestamp())
        close_at = timeframe.open_at(datetime.fromtimestamp(until_s, UTC))
        last_s = int(close_at.timestamp())
        first_s = last_s - bars * timeframe.seconds
        made = await asyncio.to_thread(self._bars.closed, symbol, timeframe, first_s, last_s)
        return tuple(
            bar
            for bar in made
            if not is_silent(
                self._interruptions, symbol, bar.open_at, bar.open_at + timeframe.delta
            )
        )

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:
        if symbol not in self._instruments:
            raise _unknown(symbol)
        until_s = self._origin_s if before is None else int(require_utc(before).timestamp())
        base = self._instruments[symbol].base
        return funding_at(self._seed, base, until_s // FUNDING_S * FUNDING_S)

    async def events(self, after: datetime | None) -> AsyncGenerator[MarketEvent, None]:
        """The market after `after`, for ever; without `after` the first moment is the origin's."""
        # the first tick at the origin itself would belong to history: the next one is the first
        after_s = self._origin_s if after is None else int(require_utc(after).timestamp())
        index, offset_s = divmod(after_s, BLOCK_S)
        first_step = offset_s // STEP_S  # tick k lies at (k + 1) * STEP_S
        while True:
            scene = await asyncio.to_thread(self._scene, index)
            for event in scene.events(first_step):
                yield event
            index, first_step = index + 1, 0

    def _scene(self, index: int) -> "_Scene":
        scene = _Scene(index, tuple(self._instruments), self._timeframes, self._block, self._bars)
        scene.interruptions = self._interruptions
        end_s = (index + 1) * BLOCK_S
        if end_s % FUNDING_S == 0:
            scene.settled = [
                FundingSettled(
                    at=datetime.fromtimestamp(end_s, UTC),
                    symbol=symbol,
                    funding_ratio=funding_at(self._seed, instrument.base, end_s),
                )
                for symbol, instrument in self._instruments.items()
            ]
        return scene

    def _make_block(self, symbol: str, index: int) -> Block:
        instrument = self._instruments[symbol]
        return block_of(self._seed, instrument.base, index, float(instrument.price_step))


class _Scene:
    """All that happens in one block."""

    def __init__(
        self,
        index: int,
        symbols: Sequence[str],
        timeframes: Sequence[Timeframe],
        block: Callable[[str, int], Block],
        bars: BarShop,
    ) -> None:
        self.settled: list[FundingSettled] = []  # at the block's end
        self.interruptions: Sequence[Interruption] = ()
        start_s = index * BLOCK_S
        self._start_at = datetime.fromtimestamp(start_s, UTC)
        self._ticks = [(symbol, _rows(block(symbol, index))) for symbol in symbols]
        self._closing: dict[datetime, list[BarClosed]] = {}
        for symbol in symbols:
            for timeframe in timeframes:
                for bar in bars.closed(symbol, timeframe, start_s, start_s + BLOCK_S):
                    at = bar.open_at + timeframe.delta
                    told = BarClosed(at=at, symbol=symbol, timeframe=timeframe, bar=bar)
                    self._closing.setdefault(at, []).append(told)

    def events(self, first_step: int) -> Iterator[MarketEvent]:
        """The block's events from tick `first_step` on."""
        told = self._every(first_step)
        return filter(self._is_told, told) if self.interruptions else told

    def _is_told(self, event: MarketEvent) -> bool:
        match event:
            case PriceMoved():
                after = event.at - _STEP
            case BarClosed():
                after = event.bar.open_at
            case FundingSettled():
                return interruption_at(self.interruptions, event.symbol, event.at) is None
            case _:
                return True
        return not is_silent(self.interruptions, event.symbol, after, event.at)

    def _every(self, first_step: int) -> Iterator[MarketEvent]:
        at = self._start_at + first_step * _STEP
        for step in range(first_step, STEPS):
            at += _STEP
            for symbol, rows in self._ticks:
                price, bid_price, ask_price, volume_base = rows[step]
                yield PriceMoved(
                    at=at,
                    symbol=symbol,
                    open_price=price,
                    high_price=price,
                    low_price=price,
                    close_price=price,
                    volume_base=volume_base,
                    quote=Quote(bid_price, ask_price),
                )
            if step == STEPS - 1:
                yield from self.settled
            yield from self._closing.get(at, ())
            yield TimePassed(at=at)


def _rows(block: Block) -> list[tuple[float, ...]]:
    return list(zip(*(column.tolist() for column in block), strict=True))


def _instrument(symbol: str) -> Instrument:
    if symbol not in SIMULATED_SYMBOLS:
        raise _unknown(symbol)
    return instrument_of(symbol, CHARACTERS[symbol.partition("/")[0]].price)


def _unknown(symbol: str) -> SettingsError:
    return SettingsError(
        f"SYMBOLS: the simulated market has no '{symbol}'.",
        hint=f"It has {', '.join(SIMULATED_SYMBOLS)}.",
    )
