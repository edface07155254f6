"""Labels of the forecast event, and how often it happened before."""

import numpy as np
import pytest

from engine.market import indicators
from engine.market.barriers import (
    Asked,
    BaseRates,
    Outcome,
    Touch,
    base_rates,
    labels,
    outcome_of,
    touched,
)
from engine.market.bars import EMPTY, Bars, bars_of
from tests.engine.market.drawn import walk


def bars(*high_low: tuple[float, float], first_s: int = 0) -> Bars:
    """Hourly bars of these highs and lows."""
    count = len(high_low)
    high = np.array([pair[0] for pair in high_low])
    low = np.array([pair[1] for pair in high_low])
    open_at_s = first_s + 3600 * np.arange(count)
    middle = (high + low) / 2.0
    return bars_of(open_at_s, middle, high, low, middle, np.ones(count))


QUIET = (101.0, 99.0)


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        ((QUIET, (102.0, 99.0)), Touch(Outcome.UP, 2)),
        ((QUIET, (101.0, 98.0)), Touch(Outcome.DOWN, 2)),
        (((102.0, 98.0),), Touch(Outcome.BOTH, 1)),
        ((QUIET, (101.0, 98.0), (103.0, 99.0)), Touch(Outcome.DOWN, 2)),
        ((QUIET,) * 4, Touch(Outcome.NEITHER, 4)),
        ((QUIET, QUIET, QUIET, QUIET, (105.0, 99.0)), Touch(Outcome.NEITHER, 4)),
        ((QUIET,) * 3, None),
        ((), None),
    ],
)
def test_the_first_touch_within_the_horizon_decides(
    seen: tuple[tuple[float, float], ...], found: Touch | None
) -> None:
    history = bars(*seen) if seen else EMPTY
    assert touched(history, 102.0, 98.0, 4) == found


def test_a_label_is_one_for_the_barrier_that_was_first_alone() -> None:
    assert [labels(each) for each in (Outcome.UP, Outcome.DOWN)] == [(1.0, 0.0), (0.0, 1.0)]
    assert labels(Outcome.NEITHER) == labels(Outcome.BOTH) == (0.0, 0.0)


def test_an_event_is_looked_up_by_its_close_in_any_history_that_holds_it() -> None:
    asked = Asked(close_s=7200, bar_s=3600, up_price=102.0, down_price=98.0, horizon_bars=3)
    whole = bars((103.0, 97.0), (103.0, 97.0), QUIET, (102.0, 99.0))
    assert outcome_of(whole, asked) == Touch(Outcome.UP, 2)
    assert outcome_of(whole.tail(2), asked) == Touch(Outcome.UP, 2)
    assert outcome_of(whole.until(3), asked) is None
    assert outcome_of(whole.until(2), asked) is None
    assert outcome_of(EMPTY, asked) is None


def test_an_outcome_that_a_gap_may_hide_is_lost() -> None:
    asked = Asked(close_s=3600, bar_s=3600, up_price=102.0, down_price=98.0, horizon_bars=3)
    late = bars((102.0, 99.0), first_s=7200)  # the bar at 3600 is missing
    assert outcome_of(late, asked) == Touch(Outcome.LOST, 1)
    forgotten = bars(QUIET, QUIET, QUIET, first_s=36_000)
    assert outcome_of(forgotten, asked) == Touch(Outcome.LOST, 3)


def test_base_rates_count_what_touched_counts_bar_by_bar() -> None:
    history = walk(3, 400)
    atr = indicators.atr(history.high, history.low, history.close, 14)
    horizon = 12
    slow = []
    for at in range(400 - horizon):
        if np.isfinite(atr[at]):
            after = history.tail(400 - at - 1)
            width = 2.0 * atr[at]
            found = touched(after, history.close[at] + width, history.close[at] - width, horizon)
            assert found is not None
            slow.append(found.outcome)
    rates = base_rates(history, atr, 2.0, horizon)
    whole = len(slow) + 40.0
    assert rates.bars == len(slow)
    assert rates.up_ratio == pytest.approx((slow.count(Outcome.UP) + 18.0) / whole)
    assert rates.down_ratio == pytest.approx((slow.count(Outcome.DOWN) + 18.0) / whole)


def test_a_market_without_a_past_has_the_even_chances_of_a_random_walk() -> None:
    atr = np.full(5, np.nan)
    assert base_rates(walk(1, 5), atr, 2.0, 12) == BaseRates(0.45, 0.45, 0)
