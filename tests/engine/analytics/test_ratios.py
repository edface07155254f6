"""Ratios agree with a well-known library, and are None where they have no meaning."""

import math
from collections.abc import Callable

import empyrical
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analytics import ratios
from engine.market.arrays import Floats

YEAR = 365
Measure = Callable[[Floats], float | None]
PAIRS: dict[str, tuple[Measure, Callable[[Floats], float]]] = {
    "sharpe": (ratios.sharpe, lambda r: empyrical.sharpe_ratio(r, annualization=YEAR)),
    "sortino": (ratios.sortino, lambda r: empyrical.sortino_ratio(r, annualization=YEAR)),
    "omega": (ratios.omega, lambda r: empyrical.omega_ratio(r, annualization=YEAR)),
    "calmar": (ratios.calmar, lambda r: empyrical.calmar_ratio(r, annualization=YEAR)),
    "annual return": (
        ratios.annual_return_ratio,
        lambda r: empyrical.annual_return(r, annualization=YEAR),
    ),
    "volatility": (
        ratios.annual_volatility_ratio,
        lambda r: empyrical.annual_volatility(r, annualization=YEAR),
    ),
    "drawdown": (ratios.max_drawdown_ratio, lambda r: -empyrical.max_drawdown(r)),
    "value at risk": (
        ratios.value_at_risk_ratio,
        lambda r: max(0.0, -empyrical.value_at_risk(r)),
    ),
    "shortfall": (
        ratios.shortfall_ratio,
        lambda r: max(0.0, -empyrical.conditional_value_at_risk(r)),
    ),
}
MADE = {
    "ordinary": np.random.default_rng(1).normal(0.001, 0.02, 500),
    "fat tails": 0.01 * np.random.default_rng(2).standard_t(3, 2000),
    "all wins": np.random.default_rng(3).uniform(0.001, 0.02, 60),
    "all losses": -np.random.default_rng(4).uniform(0.001, 0.02, 60),
    "two": np.array([0.03, -0.01]),
    "one": np.array([0.03]),
    "nothing": np.zeros(0),
    "flat": np.zeros(40),
    "always the same": np.full(40, 0.01),
    "one loss": np.array([0.0, 0.0, -0.5, 0.0]),
}


@pytest.mark.parametrize("returns", MADE.values(), ids=MADE)
@pytest.mark.parametrize("name", PAIRS)
def test_each_measure_is_the_librarys_or_none(name: str, returns: Floats) -> None:
    ours, theirs = PAIRS[name]
    found = ours(returns)
    if found is None:
        return
    assert math.isfinite(found)
    if returns.size:
        assert found == pytest.approx(theirs(returns), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", PAIRS)
def test_ordinary_returns_have_every_measure(name: str) -> None:
    assert PAIRS[name][0](MADE["ordinary"]) is not None


def test_what_has_no_meaning_is_none() -> None:
    assert ratios.sharpe(MADE["always the same"]) is None  # no deviation, no risk to divide by
    assert ratios.sharpe(MADE["one"]) is None
    assert ratios.sortino(MADE["all wins"]) is None
    assert ratios.omega(MADE["all wins"]) is None
    assert ratios.calmar(MADE["all wins"]) is None
    assert ratios.annual_return_ratio(MADE["nothing"]) is None
    assert ratios.annual_return_ratio(np.array([9.0])) is None  # 10 to the 365th is no figure
    assert ratios.annual_return_ratio(np.array([0.1, -1.0, 0.2])) == -1.0


moderate = st.lists(st.floats(-0.5, 0.5), max_size=80).map(np.array)


@given(moderate)
def test_no_measure_is_ever_nan_and_a_wider_tail_is_milder(returns: Floats) -> None:
    for ours, _ in PAIRS.values():
        found = ours(returns)
        assert found is None or math.isfinite(found)
    deep, mild = (ratios.shortfall_ratio(returns, tail) for tail in (0.01, 0.2))
    assert (deep is None) == (not returns.size)
    if deep is not None and mild is not None:
        assert deep >= mild - 1e-12


@given(moderate, st.floats(0.1, 10.0))
def test_the_sharpe_ratio_does_not_know_the_size_of_the_bets(returns: Floats, by: float) -> None:
    found, scaled = ratios.sharpe(returns), ratios.sharpe(returns * by)
    if found is not None and scaled is not None:
        assert scaled == pytest.approx(found, rel=1e-6, abs=1e-9)
