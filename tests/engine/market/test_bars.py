"""The store of closed bars: in order, complete or told, and views that never change."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.market import Bar
from engine.core.timeframes import Timeframe
from engine.market.bars import SLACK_BARS, BarStore, FindingKind, bars_of

START_AT = datetime(2026, 1, 5, tzinfo=UTC)
H1 = Timeframe.H1


def a_bar(hour: int, close: float = 100.0) -> Bar:
    return Bar(START_AT + timedelta(hours=hour), 100.0, max(101.0, close), 99.0, close, 5.0)


def test_bars_come_back_in_order_with_their_columns() -> None:
    store = BarStore()
    for hour in range(3):
        assert store.add("BTC/USDT", H1, a_bar(hour, close=100.0 + hour)) is None
    view = store.view("BTC/USDT", H1)
    assert view.close.tolist() == [100.0, 101.0, 102.0]
    assert view.high.tolist() == [101.0, 101.0, 102.0]
    assert view.open_at_s.tolist() == [int(a_bar(hour).open_at.timestamp()) for hour in range(3)]


def test_an_unknown_series_is_empty() -> None:
    assert len(BarStore().view("BTC/USDT", H1)) == 0


def test_series_of_other_symbols_and_timeframes_are_apart() -> None:
    store = BarStore()
    store.add("BTC/USDT", H1, a_bar(0))
    store.add("ETH/USDT", H1, a_bar(0))
    store.add("BTC/USDT", Timeframe.M15, a_bar(0))
    assert len(store.view("BTC/USDT", H1)) == 1


@pytest.mark.parametrize("hour", [5, 4, 0])
def test_a_bar_that_is_not_after_the_last_one_is_refused(hour: int) -> None:
    store = BarStore()
    store.add("BTC/USDT", H1, a_bar(5))
    finding = store.add("BTC/USDT", H1, a_bar(hour))
    assert finding is not None
    assert finding.kind is FindingKind.REPEATED
    assert not finding.taken
    assert len(store.view("BTC/USDT", H1)) == 1


def test_a_gap_is_told_with_its_length_and_the_bar_is_taken() -> None:
    store = BarStore()
    store.add("BTC/USDT", H1, a_bar(0))
    finding = store.add("BTC/USDT", H1, a_bar(4))
    assert finding is not None
    assert (finding.kind, finding.missing_bars, finding.taken) == (FindingKind.GAP, 3, True)
    assert len(store.view("BTC/USDT", H1)) == 2


@pytest.mark.parametrize(
    "bar",
    [
        a_bar(1)._replace(close=math.nan),
        a_bar(1)._replace(high=math.inf),
        a_bar(1)._replace(low=0.0),
        a_bar(1)._replace(low=100.5),
        a_bar(1)._replace(high=99.5),
        a_bar(1)._replace(volume_base=-1.0),
        a_bar(1)._replace(volume_base=math.nan),
    ],
)
def test_a_bar_that_cannot_be_is_refused(bar: Bar) -> None:
    store = BarStore()
    store.add("BTC/USDT", H1, a_bar(0))
    finding = store.add("BTC/USDT", H1, bar)
    assert finding is not None
    assert finding.kind is FindingKind.BAD
    assert len(store.view("BTC/USDT", H1)) == 1


@pytest.mark.parametrize(
    ("timeframe", "late"),
    [
        (H1, timedelta(minutes=7)),
        (H1, timedelta(microseconds=1)),
        (Timeframe.D1, timedelta(hours=8)),
        (Timeframe.W1, timedelta(days=3)),  # a Thursday, as the epoch was
    ],
)
def test_a_bar_off_its_timeframes_grid_is_refused(timeframe: Timeframe, late: timedelta) -> None:
    assert BarStore().add("BTC/USDT", timeframe, a_bar(0)) is None  # START_AT is a Monday
    bar = a_bar(0)._replace(open_at=START_AT + late)
    finding = BarStore().add("BTC/USDT", timeframe, bar)
    assert finding is not None
    assert finding.kind is FindingKind.MISALIGNED


@given(keep=st.integers(1, 90), count=st.integers(1, 400))
def test_the_last_bars_are_kept_and_old_views_stay_as_they_were(keep: int, count: int) -> None:
    store = BarStore(keep)
    seen = []
    for hour in range(count):
        store.add("BTC/USDT", H1, a_bar(hour, close=100.0 + hour))
        if hour % 37 == 0:
            view = store.view("BTC/USDT", H1)
            seen.append((view, view.close.tolist()))
    wanted = [100.0 + hour for hour in range(max(0, count - keep), count)]
    assert store.view("BTC/USDT", H1).close.tolist() == wanted
    assert all(view.close.tolist() == then for view, then in seen)


def test_memory_stays_flat_however_long_it_runs() -> None:
    store = BarStore(100)
    for hour in range(3 * SLACK_BARS):
        store.add("BTC/USDT", H1, a_bar(hour))
    base = store.view("BTC/USDT", H1).close.base
    assert base is not None
    assert base.nbytes <= 5 * 8 * (100 + SLACK_BARS)


def test_a_view_cannot_be_written_to() -> None:
    store = BarStore()
    store.add("BTC/USDT", H1, a_bar(0))
    view = store.view("BTC/USDT", H1)
    with pytest.raises(ValueError, match="read-only"):
        view.close[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        view.open_at_s[0] = 1


def test_columns_of_different_lengths_are_refused_with_their_shapes() -> None:
    with pytest.raises(ValueError, match=r"\(2,\).*\(1,\)"):
        bars_of(np.arange(2), np.ones(2), np.ones(2), np.ones(2), np.ones(1), np.ones(2))
