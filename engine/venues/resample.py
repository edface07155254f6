"""Bars as columns, and longer bars made of shorter ones."""

from datetime import timedelta
from typing import NamedTuple

import numpy as np

from engine.core.clockwork import from_ms
from engine.core.market import Bar
from engine.core.timeframes import Timeframe

WEEK_ANCHOR_MS = 345_600_000  # 1970-01-05 was a Monday


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
    if target.seconds % source.seconds:
        raise ValueError(f"{source} bars do not add up to {target} bars")
    length_ms = target.seconds * 1000
    anchor_ms = WEEK_ANCHOR_MS if target is Timeframe.W1 else 0
    if not columns.size:
        return columns
    first_ms = int(columns.open_ms[0])
    start_ms = anchor_ms + -((anchor_ms - first_ms) // length_ms) * length_ms
    end_ms = int(columns.open_ms[-1]) + source.seconds * 1000
    full_ms = start_ms + (end_ms - start_ms) // length_ms * length_ms
    inside = (columns.open_ms >= start_ms) & (columns.open_ms < full_ms)
    kept = Columns(*(column[inside] for column in columns))
    if not kept.size:
        return kept
    bucket = (kept.open_ms - start_ms) // length_ms
    firsts = np.flatnonzero(np.diff(bucket, prepend=-1))
    lasts = np.append(firsts[1:], kept.size) - 1
    return Columns(
        start_ms + bucket[firsts] * length_ms,
        kept.open[firsts],
        np.maximum.reduceat(kept.high, firsts),
        np.minimum.reduceat(kept.low, firsts),
        kept.close[lasts],
        np.add.reduceat(kept.volume_base, firsts),
    )
