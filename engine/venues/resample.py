"""Bars as columns, and longer bars made of shorter ones."""

from datetime import timedelta
from typing import NamedTuple

import numpy as np

from engine.core.clockwork import from_ms
from engine.core.market import Bar
from engine.core.timeframes import Timeframe
from engine.market import resample as market
from engine.market.bars import bars_of


class Columns(NamedTuple):
    """Bars of one symbol and timeframe, oldest first, without doubles; missing ones are missing."""

    open_ms: np.ndarray  # (bars,) int64, UTC milliseconds of the bar's start
    open: np.ndarray  # (bars,) float64, as the rest
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume_base: np.ndarray

    @property
    def size(self) -> int:
        return int(self.open_ms.size)

    def rows(self, first: int, last: int) -> "Columns":
        """Bars `first` up to but without `last`, as views."""
        return Columns(*(column[first:last] for column in self))


def as_bars(columns: Columns) -> list[Bar]:
    """The rows as `Bar` values."""
    if not columns.size:
        return []
    starts_ms = columns.open_ms.tolist()
    first_at, first_ms = from_ms(starts_ms[0]), starts_ms[0]
    prices = zip(*(column.tolist() for column in columns[1:]), strict=True)
    return [
        Bar(first_at + timedelta(milliseconds=start_ms - first_ms), *row)
        for start_ms, row in zip(starts_ms, prices, strict=True)
    ]


def resampled(columns: Columns, source: Timeframe, target: Timeframe) -> Columns:
    """Bars of `target` summed up from closed bars of `source`, which must divide it.

    - Only bars whose whole time the data covers: a first or last one cut by its ends is left out.
    - An outage inside a bar leaves the bar with what was traded; without any, there is no bar.
    """
    open_at_s = columns.open_ms // 1000
    made = market.resampled(bars_of(open_at_s, *columns[1:]), source, target)
    return Columns(
        made.open_at_s * 1000, made.open, made.high, made.low, made.close, made.volume_base
    )
