"""What closed trades say: drawn records, then properties."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.kinds import Regime
from engine.rules.evidence import (
    MAX_RESULT_R,
    NO_TALLY,
    RegimeCode,
    Tally,
    expectancy_r,
    kelly_ratio,
    multiplier,
    noted,
    payoff_ratio,
    regime_stop_atr,
    win_ratio,
    win_ratio_low,
)

RESULTS = st.lists(st.floats(-20.0, 20.0), max_size=30)


def tally_of(*results_r: float) -> Tally:
    tally = NO_TALLY
    for result_r in results_r:
        tally = noted(tally, result_r)
    return tally


def test_every_regime_has_its_code() -> None:
    assert [code.name for code in RegimeCode] == [regime.name for regime in Regime]


def test_a_tally_counts_winners_and_losers_in_millionths_of_r() -> None:
    assert tally_of(2.0, -1.0, 0.5, 0.0) == Tally(2.0, 2.0, 2_500_000.0, 1_000_000.0)


@pytest.mark.parametrize("result_r", [math.nan, math.inf, -math.inf])
def test_a_result_that_is_no_number_is_not_counted(result_r: float) -> None:
    assert noted(NO_TALLY, result_r) is NO_TALLY


def test_an_absurd_result_does_not_drown_the_others() -> None:
    assert tally_of(1e300).won_micro_r == MAX_RESULT_R * 1e6
    assert tally_of(-1e300).lost_micro_r == MAX_RESULT_R * 1e6


@given(results=RESULTS)
def test_the_order_of_trades_does_not_matter(results: list[float]) -> None:
    assert tally_of(*results) == tally_of(*reversed(results)) == tally_of(*sorted(results))


# trades, prior trades -> win rate, its lower bound, payoff, expectancy
CONCLUSIONS = {
    "nothing known": ((), 10.0, 0.5, 0.5 - math.sqrt(0.025), 1.0, 0.0),
    "nothing known, nothing assumed": ((), 0.0, 0.5, 0.0, 1.0, 0.0),
    "ten winners of 2R": ((2.0,) * 10, 10.0, 0.75, 0.75 - math.sqrt(0.1875 / 20), 1.5, 1.0),
    "ten losers": ((-1.0,) * 10, 10.0, 0.25, 0.25 - math.sqrt(0.1875 / 20), 1.0, -0.5),
    "no prior: the plain record": (
        (3.0, -1.0, -1.0, -1.0), 0.0, 0.25, 0.25 - math.sqrt(0.1875 / 4), 3.0, 0.0
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("results", "prior", "win", "low", "payoff", "mean_r"),
    CONCLUSIONS.values(),
    ids=CONCLUSIONS.keys(),
)
def test_what_a_record_supports(
    results: tuple[float, ...], prior: float, win: float, low: float, payoff: float, mean_r: float
) -> None:
    tally = tally_of(*results)
    assert win_ratio(tally, 0.5, prior) == pytest.approx(win)
    assert win_ratio_low(tally, 0.5, prior) == pytest.approx(low)
    assert payoff_ratio(tally, prior) == pytest.approx(payoff)
    assert expectancy_r(tally, prior) == pytest.approx(mean_r)


def test_no_losses_and_no_prior_give_no_payoff_to_rely_on() -> None:
    assert payoff_ratio(Tally(1.0, 1.0, 0.0, 1e6), 0.0) == 0.0
    assert win_ratio_low(tally_of(-1.0), 0.5, 0.0) == 0.0


def test_the_multiplier_stays_at_one_until_trades_speak_and_never_leaves_its_span() -> None:
    assert multiplier(NO_TALLY, 30.0) == 1.0
    assert multiplier(tally_of(*[1.0] * 10), 30.0) == pytest.approx(1.25)
    assert multiplier(tally_of(*[-1.0] * 10), 30.0) == pytest.approx(0.75)
    assert multiplier(tally_of(*[-1.0] * 500), 30.0) == 0.5
    assert multiplier(tally_of(*[1.0] * 500), 30.0) == 1.5
    assert multiplier(Tally(math.nan, 1.0, 1.0, 1.0), 30.0) == 1.0


@given(results=RESULTS, prior=st.floats(1.0, 100.0))
def test_more_prior_draws_every_conclusion_closer_to_nothing_known(
    results: list[float], prior: float
) -> None:
    tally = tally_of(*results)
    for near, far in itertools.pairwise((prior * 4.0, prior)):
        assert abs(win_ratio(tally, 0.5, near) - 0.5) <= abs(win_ratio(tally, 0.5, far) - 0.5)
        assert abs(expectancy_r(tally, near)) <= abs(expectancy_r(tally, far))


# Kelly 1956: p - (1 - p) / b
KELLY = {
    (0.5, 1.0): 0.0,
    (0.6, 1.0): 0.2,
    (0.5, 2.0): 0.25,
    (0.4, 2.0): 0.1,
    (1.0, 1.0): 1.0,
    (0.3, 1.0): 0.0,
    (0.5, 0.0): 0.0,
    (math.nan, 2.0): 0.0,
    (0.6, math.nan): 0.0,
    (1.2, 1.0): 0.0,
}


@pytest.mark.parametrize(("bet", "share_ratio"), KELLY.items())
def test_the_kelly_stake(bet: tuple[float, float], share_ratio: float) -> None:
    assert kelly_ratio(*bet) == pytest.approx(share_ratio)


@given(probability=st.floats(0.0, 1.0), payoff=st.floats(0.01, 100.0))
def test_no_kelly_stake_is_more_than_the_chance_to_win(probability: float, payoff: float) -> None:
    assert 0.0 <= kelly_ratio(probability, payoff) <= probability


@pytest.mark.parametrize(
    ("regime", "stop_atr"),
    [
        (RegimeCode.TREND_UP, 2.0),
        (RegimeCode.TREND_DOWN, 2.0),
        (RegimeCode.RANGE, 1.5),
        (RegimeCode.VOLATILE, 2.5),
        (RegimeCode.UNDEFINED, 2.0),
    ],
)
def test_how_far_a_stop_belongs_by_regime(regime: RegimeCode, stop_atr: float) -> None:
    assert regime_stop_atr(regime) == stop_atr
