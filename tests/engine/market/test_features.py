"""The table of features: each row keeps what it says of itself."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.kinds import Regime
from engine.core.timeframes import Timeframe
from engine.market.bars import EMPTY, Bars
from engine.market.features import FEATURES, Setup, at_close, last_value
from engine.market.regime import STRAIGHT_FROM, VOLATILE_FROM, regime_of
from tests.engine.market.drawn import walk

SETUP = Setup(Timeframe.H1, atr_window_bars=14)
each = pytest.mark.parametrize("name", FEATURES)


@each
def test_the_first_value_comes_exactly_after_the_declared_warm_up(name: str) -> None:
    feature = FEATURES[name]
    needed = feature.warmup_bars(SETUP)
    bars = walk(3, needed + 30)
    whole = feature.compute(bars, SETUP)
    assert np.isnan(whole[: needed - 1]).all()
    assert np.isfinite(whole[needed - 1 :]).all()
    assert math.isnan(last_value(feature, bars.until(needed - 1), SETUP))


@each
@given(
    extra=st.integers(0, 20),
    seed=st.integers(0, 2**32 - 1),
    still_ratio=st.sampled_from([0.0, 0.5, 1.0]),
    setup=st.builds(Setup, st.sampled_from(Timeframe), st.integers(2, 60)),
)
def test_the_value_at_the_close_is_the_one_of_the_whole_history_to_the_last_bit(
    name: str, extra: int, seed: int, still_ratio: float, setup: Setup
) -> None:
    bars = walk(seed, _enough(name, setup) + extra, flat_ratio=still_ratio)
    whole = FEATURES[name].compute(bars, setup)
    live = last_value(FEATURES[name], bars, setup)
    assert np.float64(live).tobytes() == whole[-1].tobytes() or math.isnan(live)
    assert math.isnan(live) == bool(np.isnan(whole[-1]))


def _enough(name: str, setup: Setup) -> int:
    # a day of minutes is long enough to be left to one test
    return min(300, FEATURES[name].warmup_bars(setup))


@each
@given(
    extra=st.integers(0, 20),
    seed=st.integers(0, 2**32 - 1),
    still_ratio=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_values_stay_inside_the_declared_range(
    name: str, extra: int, seed: int, still_ratio: float
) -> None:
    feature = FEATURES[name]
    bars = walk(seed, _enough(name, SETUP) + extra, flat_ratio=still_ratio)
    known = feature.compute(bars, SETUP)
    known = known[np.isfinite(known)]
    assert known.size
    slack = 1e-9
    assert (known >= feature.low - slack).all()
    assert (known <= feature.high + slack).all()


@each
def test_every_row_says_its_unit_and_what_it_is(name: str) -> None:
    feature = FEATURES[name]
    assert feature.unit
    assert feature.about
    assert name.islower()


def test_without_bars_every_feature_is_nan() -> None:
    assert all(math.isnan(value) for value in at_close(EMPTY, SETUP).values())


def test_turnover_is_summed_over_24_hours_of_bars() -> None:
    bars = walk(5, 100)
    found = at_close(bars, SETUP)["volume_24h_quote"]
    assert found == pytest.approx(math.fsum((bars.close * bars.volume_base)[-24:].tolist()))
    daily = Setup(Timeframe.W1, 14)
    assert last_value(FEATURES["volume_24h_quote"], bars, daily) == pytest.approx(
        float(bars.close[-1] * bars.volume_base[-1])
    )


def features(expansion: float, straightness: float, drift: float) -> dict[str, float]:
    return {
        "expansion_ratio": expansion,
        "efficiency_ratio": straightness,
        "drift_ratio": drift,
    }


@pytest.mark.parametrize(
    ("values", "regime"),
    [
        (features(1.0, STRAIGHT_FROM, 0.02), Regime.TREND_UP),
        (features(1.0, STRAIGHT_FROM, -0.02), Regime.TREND_DOWN),
        (features(1.0, STRAIGHT_FROM - 0.01, 0.02), Regime.RANGE),
        (features(VOLATILE_FROM, 0.9, 0.2), Regime.VOLATILE),
        (features(math.nan, 0.9, 0.2), Regime.UNDEFINED),
        (features(1.0, math.nan, math.nan), Regime.UNDEFINED),
    ],
)
def test_regimes_by_their_drawn_cases(values: dict[str, float], regime: Regime) -> None:
    assert regime_of(values) is regime


def test_a_steady_rise_is_a_trend_and_its_warm_up_is_undefined() -> None:
    bars = walk(11, 150)
    rising = bars.close[0] * np.exp(0.004 * np.arange(150))
    steady = Bars(bars.open_at_s, rising, rising * 1.001, rising * 0.999, rising, bars.volume_base)
    assert regime_of(at_close(steady, SETUP)) is Regime.TREND_UP
    assert regime_of(at_close(steady.until(60), SETUP)) is Regime.UNDEFINED
