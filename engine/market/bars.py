"""The last closed bars of every symbol and timeframe, as arrays.

A view never changes after it was handed out: bars are appended behind it, and a full buffer is
copied to a new one instead of being shifted under it.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.core.market import Bar
from engine.core.timeframes import Timeframe
from engine.market.arrays import Floats, Ints
from engine.market.quality import is_dry, is_spike

KEEP_BARS = 1500  # a day of one-minute bars (1440) and some
SLACK_BARS = 500  # room behind the kept ones: one copy per so many bars
COLUMNS = 5  # open, high, low, close, volume
SKEW = timedelta(seconds=10)  # so much may our clock and the venue's be apart


class FindingKind(StrEnum):
    """What a bar's arrival showed."""

    GAP = "gap"  # bars before it are missing
    SPIKE = "spike"  # out of all proportion, and back
    DRY = "dry"  # nothing traded, though usually something is
    REPEATED = "repeated"  # not after the last one
    BAD = "bad"  # NaN, not positive, or high and low out of order
    MISALIGNED = "misaligned"  # does not start where a bar of its timeframe starts
    AHEAD = "ahead"  # closes later than our clock: one of the clocks is wrong


class Reaction(StrEnum):
    """What is done about it."""

    TAKE = "take"  # told, and used as any other
    DISTRUST = "distrust"  # used, but nothing is opened on it
    REFUSE = "refuse"  # not let in


REACTIONS: dict[FindingKind, Reaction] = {
    FindingKind.GAP: Reaction.TAKE,
    FindingKind.SPIKE: Reaction.DISTRUST,
    FindingKind.DRY: Reaction.DISTRUST,
    FindingKind.REPEATED: Reaction.REFUSE,
    FindingKind.BAD: Reaction.REFUSE,
    FindingKind.MISALIGNED: Reaction.REFUSE,
    FindingKind.AHEAD: Reaction.REFUSE,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know about a bar that came."""

    kind: FindingKind
    symbol: str
    timeframe: Timeframe
    bar: Bar
    missing_bars: int = 0

    @property
    def taken(self) -> bool:
        """Whether the bar was taken in."""
        return REACTIONS[self.kind] is not Reaction.REFUSE


@dataclass(frozen=True, slots=True)
class Bars:
    """Closed bars, oldest first; each array is (bars,), read-only."""

    open_at_s: Ints  # int64, seconds since the epoch
    open: Floats  # float64, quote per base
    high: Floats
    low: Floats
    close: Floats
    volume_base: Floats  # float64, base

    def __len__(self) -> int:
        return int(self.close.size)

    def until(self, count: int) -> "Bars":
        """The first `count` bars."""
        return self._sliced(slice(0, count))

    def tail(self, count: int) -> "Bars":
        """The last `count` bars (all of them where there are fewer)."""
        return self._sliced(slice(max(0, len(self) - count), len(self)))

    def _sliced(self, part: slice) -> "Bars":
        return Bars(
            self.open_at_s[part],
            self.open[part],
            self.high[part],
            self.low[part],
            self.close[part],
            self.volume_base[part],
        )


class BarStore:
    """Takes bars in order, and shows the last `keep_bars` of each symbol and timeframe."""

    def __init__(self, keep_bars: int = KEEP_BARS) -> None:
        self.keep_bars = keep_bars
        self._series: dict[tuple[str, Timeframe], _Series] = {}

    def add(
        self, symbol: str, timeframe: Timeframe, bar: Bar, now_at: datetime | None = None
    ) -> Finding | None:
        """Takes the bar in; a Finding where there is something to know (REACTIONS).

        With `now_at`, our clock, a bar that has not closed yet by more than SKEW is refused.
        """
        kind = _fault(bar, timeframe)
        if kind is None and now_at is not None and bar.open_at + timeframe.delta > now_at + SKEW:
            kind = FindingKind.AHEAD
        if kind is not None:
            return Finding(kind, symbol, timeframe, bar)
        series = self._series.get((symbol, timeframe))
        if series is None:
            series = self._series[symbol, timeframe] = _Series(self.keep_bars)
        open_at_s = int(bar.open_at.timestamp())
        elapsed_s = open_at_s - series.last_open_at_s if series.size else timeframe.seconds
        if elapsed_s <= 0:
            return Finding(FindingKind.REPEATED, symbol, timeframe, bar)
        series.append(open_at_s, bar)
        missing_bars = elapsed_s // timeframe.seconds - 1
        if missing_bars:
            return Finding(FindingKind.GAP, symbol, timeframe, bar, missing_bars)
        odd = oddity(series.view())
        return None if odd is None else Finding(odd, symbol, timeframe, bar)

    def view(self, symbol: str, timeframe: Timeframe) -> Bars:
        """The closed bars known so far, at most `keep_bars`; empty where none came."""
        series = self._series.get((symbol, timeframe))
        return EMPTY if series is None else series.view()


class _Series:
    def __init__(self, keep_bars: int) -> None:
        self._keep_bars = keep_bars
        self._allocate(min(64, keep_bars))
        self.size = 0  # bars kept
        self._end = 0  # where the next one goes
        self.last_open_at_s = 0

    def append(self, open_at_s: int, bar: Bar) -> None:
        if self._end == self._open_at_s.size:
            self._make_room()
        self._open_at_s[self._end] = open_at_s
        self._prices[:, self._end] = bar[1:]
        self._end += 1
        self.size = min(self.size + 1, self._keep_bars)
        self.last_open_at_s = open_at_s

    def view(self) -> Bars:
        part = slice(self._end - self.size, self._end)
        columns = self._shown[:, part]
        return Bars(self._shown_at_s[part], *columns)

    def _make_room(self) -> None:
        # a new buffer, never a shift in place: views handed out keep the old one
        kept = slice(self._end - self.size, self._end)
        open_at_s, prices = self._open_at_s[kept], self._prices[:, kept]
        self._allocate(min(2 * self.size, self._keep_bars) + SLACK_BARS)
        self._open_at_s[: self.size] = open_at_s
        self._prices[:, : self.size] = prices
        self._end = self.size

    def _allocate(self, room_bars: int) -> None:
        self._open_at_s = np.zeros(room_bars, dtype=np.int64)
        self._prices = np.zeros((COLUMNS, room_bars))
        self._shown_at_s = _read_only(self._open_at_s)
        self._shown = _read_only(self._prices)


def bars_of(
    open_at_s: Ints,
    open_price: Floats,
    high_price: Floats,
    low_price: Floats,
    close_price: Floats,
    volume_base: Floats,
) -> Bars:
    """The columns as Bars, read-only; raises ValueError where their lengths differ."""
    prices = (open_price, high_price, low_price, close_price, volume_base)
    if any(column.shape != open_at_s.shape for column in prices):
        shapes = [column.shape for column in (open_at_s, *prices)]
        raise ValueError(f"columns of different shapes: {shapes}")
    columns = [_read_only(column.astype(np.float64)) for column in prices]
    return Bars(_read_only(open_at_s.astype(np.int64)), *columns)


def _read_only(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    shown = values.view()
    shown.flags.writeable = False
    return shown


def oddity(bars: Bars) -> FindingKind | None:
    """What makes the last bar one to distrust; None where nothing does. Pure: backtests ask too."""
    if is_spike(bars.high, bars.low, bars.close):
        return FindingKind.SPIKE
    return FindingKind.DRY if is_dry(bars.volume_base) else None


def _fault(bar: Bar, timeframe: Timeframe) -> FindingKind | None:
    prices = bar[1:5]
    if not all(0.0 < price < math.inf for price in prices) or not 0.0 <= bar.volume_base < math.inf:
        return FindingKind.BAD
    if bar.low > min(bar.open, bar.close) or bar.high < max(bar.open, bar.close):
        return FindingKind.BAD
    if not _is_aligned(bar, timeframe):
        return FindingKind.MISALIGNED
    return None


def _is_aligned(bar: Bar, timeframe: Timeframe) -> bool:
    if timeframe is Timeframe.W1:  # weeks do not start with the epoch
        return timeframe.open_at(bar.open_at) == bar.open_at
    return bar.open_at.timestamp() % timeframe.seconds == 0.0


_NONE = np.zeros(0)
EMPTY = bars_of(np.zeros(0, dtype=np.int64), _NONE, _NONE, _NONE, _NONE, _NONE)
