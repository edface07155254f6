"""Longer bars from shorter ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.clockwork import to_ms
from engine.core.timeframes import Timeframe
from engine.venues.resample import Columns, as_bars, resampled
from tests.fakes.bar_files import Row, walk, without
from tests.fakes.clocks import NOON


def columns_of(rows: list[Row]) -> Columns:
    starts_ms = np.array([row[0] for row in rows], dtype=np.int64)
    prices = (np.array([row[n] for row in rows], dtype=np.float64) for n in range(1, 6))
    return Columns(starts_ms, *prices)


def slowly(rows: list[Row], length_ms: int, anchor_ms: int) -> dict[int, tuple[float, ...]]:
    """The oracle: buckets in a dict."""
    buckets: dict[int, list[Row]] = {}
    for row in rows:
        buckets.setdefault((row[0] - anchor_ms) // length_ms * length_ms + anchor_ms, []).append(
            row
        )
    return {
        start_ms: (
            held[0][1],
            max(row[2] for row in held),
            min(row[3] for row in held),
            held[-1][4],
            sum(row[5] for row in held),
        )
        for start_ms, held in buckets.items()
    }


@given(
    offset=st.integers(0, 40),
    count=st.integers(1, 120),
    missing=st.sets(st.integers(0, 119)),
    target=st.sampled_from([Timeframe.H1, Timeframe.H4, Timeframe.D1, Timeframe.W1]),
)
def test_a_longer_bar_is_the_sum_of_its_time(
    offset: int, count: int, missing: set[int], target: Timeframe
) -> None:
    source = Timeframe.H12 if target is Timeframe.W1 else Timeframe.M15
    first_at = source.open_at(NOON) + offset * source.delta
    rows = without(walk(first_at, source, count), missing)
    if not rows:
        return
    made = resampled(columns_of(rows), source, target)
    length_ms = target.seconds * 1000
    anchor_ms = to_ms(target.open_at(NOON)) % length_ms
    wanted = slowly(rows, length_ms, anchor_ms)
    end_ms = rows[-1][0] + source.seconds * 1000
    wanted = {
        start_ms: bar
        for start_ms, bar in wanted.items()
        if start_ms >= rows[0][0] and start_ms + length_ms <= end_ms
    }
    got = {to_ms(bar.open_at): bar[1:] for bar in as_bars(made)}
    assert got.keys() == wanted.keys()
    for start_ms, bar in got.items():
        assert bar[:4] == wanted[start_ms][:4]
        assert bar[4] == pytest.approx(wanted[start_ms][4])


def test_weeks_begin_on_monday() -> None:
    made = resampled(columns_of(walk(NOON, Timeframe.H12, 60)), Timeframe.H12, Timeframe.W1)
    assert {bar.open_at.weekday() for bar in as_bars(made)} == {0}
    assert made.size > 1


def test_lengths_that_do_not_add_up_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        resampled(columns_of(walk(NOON, Timeframe.M3, 9)), Timeframe.M3, Timeframe.M5)


def test_no_bars_stay_no_bars() -> None:
    none = columns_of([])
    assert as_bars(resampled(none, Timeframe.M15, Timeframe.H1)) == []
