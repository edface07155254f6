"""Regimes stay where they are until they clearly leave, and remember only so far."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.kinds import Regime
from engine.core.timeframes import Timeframe
from engine.market.feature import Setup
from engine.market.features import FEATURES
from engine.market.regime import (
    BENT_BELOW,
    CALM_BELOW,
    MEASURES,
    MEMORY_BARS,
    STRAIGHT_FROM,
    VOLATILE_FROM,
    regime_along,
    regime_at,
    regime_of,
)
from tests.engine.market.drawn import walk

SETUP = Setup(Timeframe.H1, 14)
Row = tuple[float, float, float]  # expansion, straightness, drift
CALM: Row = (1.0, 0.1, 0.01)
UP, DOWN, RANGE = Regime.TREND_UP, Regime.TREND_DOWN, Regime.RANGE
VOLATILE, UNDEFINED = Regime.VOLATILE, Regime.UNDEFINED


def along(*rows: Row) -> Regime:
    """The regime after these rows."""
    return regime_along([np.array(column) for column in zip(*rows, strict=True)])


@pytest.mark.parametrize(
    ("before", "row", "after"),
    [
        (RANGE, (VOLATILE_FROM, 0.1, 0.1), VOLATILE),
        (RANGE, (VOLATILE_FROM - 0.01, 0.1, 0.1), RANGE),
        (VOLATILE, (CALM_BELOW, 0.9, 0.1), VOLATILE),
        (VOLATILE, (CALM_BELOW - 0.01, 0.1, 0.1), RANGE),
        (VOLATILE, (CALM_BELOW - 0.01, STRAIGHT_FROM, 0.1), UP),
        (RANGE, (1.0, STRAIGHT_FROM, 0.1), UP),
        (RANGE, (1.0, STRAIGHT_FROM, -0.1), DOWN),
        (RANGE, (1.0, STRAIGHT_FROM - 0.01, 0.1), RANGE),
        (UP, (1.0, BENT_BELOW, 0.1), UP),
        (UP, (1.0, BENT_BELOW - 0.01, 0.1), RANGE),
        (UP, (1.0, STRAIGHT_FROM - 0.01, -0.1), RANGE),  # turned, and not straight yet
        (UP, (1.0, STRAIGHT_FROM, -0.1), DOWN),
        (DOWN, (1.0, BENT_BELOW, -0.1), DOWN),
        (UP, (VOLATILE_FROM, 0.9, 0.1), VOLATILE),
        (UP, (math.nan, 0.9, 0.1), UNDEFINED),
        (UP, (1.0, math.nan, math.nan), UNDEFINED),
    ],
)
def test_the_next_regime_by_its_drawn_cases(before: Regime, row: Row, after: Regime) -> None:
    assert regime_of(dict(zip(MEASURES, row, strict=True)), before) is after


def test_a_regime_is_carried_from_row_to_row() -> None:
    between = (1.0, 0.25, 0.01)  # too bent to begin a trend, straight enough to go on with one
    assert along(CALM, between) is RANGE
    assert along((1.0, 0.4, 0.01), between, between) is UP
    assert along((1.0, 0.4, 0.01), CALM, between) is RANGE


def test_what_lies_further_back_than_the_memory_is_forgotten() -> None:
    begun, between = (1.0, 0.4, 0.01), (1.0, 0.25, 0.01)
    assert along(begun, *[between] * (MEMORY_BARS - 1)) is UP
    assert along(begun, *[between] * MEMORY_BARS) is RANGE


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), cut=st.integers(0, 40))
def test_a_regime_is_the_same_from_any_history_that_holds_its_memory(seed: int, cut: int) -> None:
    bars = walk(seed, 220)
    needed = max(FEATURES[name].warmup_bars(SETUP) for name in MEASURES) + MEMORY_BARS - 1
    wanted = regime_at(bars, SETUP)
    assert regime_at(bars.tail(needed + cut), SETUP) is wanted
    assert regime_along([FEATURES[name].compute(bars, SETUP) for name in MEASURES]) is wanted


def test_too_short_a_history_is_undefined() -> None:
    assert regime_at(walk(1, 90), SETUP) is UNDEFINED
    assert regime_at(walk(1, 101), SETUP) is not UNDEFINED


def test_hysteresis_changes_its_mind_less_often() -> None:
    bars = walk(77, 1200)
    columns = [FEATURES[name].compute(bars, SETUP) for name in MEASURES]
    rows = list(zip(*(column[101:].tolist() for column in columns), strict=True))
    plain = [regime_of(dict(zip(MEASURES, row, strict=True))) for row in rows]
    held = [regime_along([c[: 102 + i] for c in columns]) for i in range(len(rows))]
    changes = [sum(a is not b for a, b in itertools.pairwise(line)) for line in (plain, held)]
    assert changes[1] < 0.8 * changes[0]
