"""Bars that came, and what is done about each: every finding has a reaction."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from engine.core.market import Bar
from engine.core.timeframes import Timeframe
from engine.market.bars import (
    REACTIONS,
    SKEW,
    BarStore,
    FindingKind,
    Reaction,
    oddity,
)
from engine.market.quality import DRY_BARS, SPIKE_BARS, is_dry, is_spike

START_AT = datetime(2026, 1, 5, tzinfo=UTC)
H1 = Timeframe.H1
ENOUGH = SPIKE_BARS + 1


USUAL = {"open": 100.0, "high": 100.4, "low": 99.6, "close": 100.1, "volume_base": 5.0}


def a_bar(hour: int, **changes: float) -> Bar:
    return Bar(START_AT + timedelta(hours=hour), **(USUAL | changes))


def store_of(hours: int, **changes: float) -> BarStore:
    store = BarStore()
    for hour in range(hours):
        assert store.add("BTC/USDT", H1, a_bar(hour, **changes)) is None
    return store


def test_every_finding_has_a_reaction() -> None:
    assert set(REACTIONS) == set(FindingKind)
    assert set(REACTIONS.values()) == set(Reaction)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"low": 80.0}, FindingKind.SPIKE),
        ({"high": 125.0}, FindingKind.SPIKE),
        ({"low": 80.0, "close": 81.0}, None),  # it stayed there: a move
        ({"low": 98.5}, None),  # twice the usual range
        ({"volume_base": 0.0}, FindingKind.DRY),
    ],
)
def test_an_odd_bar_is_taken_told_and_distrusted(
    changes: dict[str, float], found: FindingKind | None
) -> None:
    store = store_of(ENOUGH)
    finding = store.add("BTC/USDT", H1, a_bar(ENOUGH, **changes))
    assert len(store.view("BTC/USDT", H1)) == ENOUGH + 1
    assert (None if finding is None else finding.kind) is found
    if finding is not None:
        assert finding.taken
        assert REACTIONS[finding.kind] is Reaction.DISTRUST
    assert oddity(store.view("BTC/USDT", H1)) is found


def test_a_gap_is_told_before_anything_odd() -> None:
    finding = store_of(ENOUGH).add("BTC/USDT", H1, a_bar(ENOUGH + 2, low=80.0))
    assert finding is not None
    assert finding.kind is FindingKind.GAP


def test_a_small_range_is_no_spike_however_still_it_was_before() -> None:
    close = np.full(ENOUGH + 1, 100.0)
    low = close.copy()
    low[-1] = 98.1
    assert not is_spike(close, low, close)
    low[-1] = 97.9
    assert is_spike(close, low, close)


def test_a_spike_needs_its_bars_to_compare_with() -> None:
    close = np.full(ENOUGH, 100.0)
    low = close.copy()
    low[-1] = 50.0
    assert not is_spike(close, low, close)


def test_a_spike_is_measured_from_the_close_before_and_by_the_median() -> None:
    high, low = np.full(60, 101.0), np.full(60, 99.0)
    close = np.full(60, 100.0)
    low[5:25] = 10.0  # a wild past under half of the bars changes no median
    low[-1], high[-1] = 77.1, 101.0
    assert not is_spike(high, low, close)  # 23.9 is under twelve times 2
    low[-1] = 76.9
    assert is_spike(high, low, close)


def test_a_feed_that_tells_no_volumes_is_not_dry() -> None:
    assert store_of(ENOUGH, volume_base=0.0) is not None
    volume = np.zeros(DRY_BARS + 2)
    volume[0] = 1.0  # too long ago to count
    assert not is_dry(volume)
    volume[1] = 1.0
    assert is_dry(volume)
    assert not is_dry(np.ones(3))


def test_a_bar_that_closes_after_our_clock_is_refused() -> None:
    store, bar = BarStore(), a_bar(0)
    close_at = bar.open_at + timedelta(hours=1)
    early_at = close_at - SKEW - timedelta(milliseconds=1)
    finding = store.add("BTC/USDT", H1, bar, early_at)
    assert finding is not None
    assert (finding.kind, finding.taken) == (FindingKind.AHEAD, False)
    assert len(store.view("BTC/USDT", H1)) == 0
    assert store.add("BTC/USDT", H1, bar, close_at - SKEW) is None


def test_a_bar_that_cannot_be_is_bad_whatever_the_clock_says() -> None:
    finding = BarStore().add("BTC/USDT", H1, a_bar(0, low=-1.0), START_AT)
    assert finding is not None
    assert finding.kind is FindingKind.BAD
