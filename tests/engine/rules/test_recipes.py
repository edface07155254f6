"""Exit plans as data: where the stop goes, what the levels are in R, and how each plan leaves."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.parameters.exit_plans import DEFAULT_PLAN, EXIT_PLANS
from engine.rules.evidence import RegimeCode
from engine.rules.exits import ExitReason, opened
from engine.rules.plans import STOP_ONLY, Plan
from engine.rules.recipes import RECIPES, Recipe, StopFrom, Unit, adapted, first_stop, planned
from tests.engine.rules.tables import Bar, Left, mirrored, play

STOP, TARGET = ExitReason.STOP, ExitReason.TARGET
TRAIL, BREAKEVEN = ExitReason.TRAIL, ExitReason.BREAKEVEN
GIVE_BACK = ExitReason.GIVE_BACK
TREND, RANGE, STORM = RegimeCode.TREND_UP, RegimeCode.RANGE, RegimeCode.VOLATILE


def test_every_plan_of_the_parameters_is_in_the_table() -> None:
    assert set(EXIT_PLANS) == {DEFAULT_PLAN, *RECIPES}


# plan, regime, win rate -> the first stop of a long from 100 that was proposed at 96, ATR 2
STOPS = {
    "as proposed, whatever the rest": ("ladder", STORM, 0.9, 96.0),
    "1 % of the price": ("percent", TREND, 0.5, 99.0),
    "2 ATR in a trend": ("regime", TREND, 0.5, 96.0),
    "1.5 ATR in a range": ("regime", RANGE, 0.5, 97.0),
    "2.5 ATR in a storm": ("regime", STORM, 0.5, 95.0),
    "2 ATR where the regime is not known": ("regime", RegimeCode.UNDEFINED, 0.5, 96.0),
    "an even record leaves the proposal": ("adaptive", TREND, 0.5, 96.0),
    "only winners: half as far again": ("adaptive", TREND, 1.0, 94.0),
    "only losers: half as far": ("adaptive", TREND, 0.0, 98.0),
    "an unknown record leaves the proposal": ("adaptive", TREND, math.nan, 96.0),
}


@pytest.mark.parametrize(("name", "regime", "win", "stop_price"), STOPS.values(), ids=STOPS.keys())
def test_where_a_plan_puts_the_first_stop(
    name: str, regime: int, win: float, stop_price: float
) -> None:
    assert first_stop(RECIPES[name], 1, 100.0, 96.0, 2.0, regime, win) == stop_price
    above = first_stop(RECIPES[name], -1, 100.0, 104.0, 2.0, regime, win)
    assert above == pytest.approx(200.0 - stop_price)


@pytest.mark.parametrize(
    ("name", "entry_price", "proposed_price", "atr_price"),
    [
        ("regime", 100.0, 96.0, math.nan),
        ("regime", 100.0, 96.0, 0.0),
        ("regime", 100.0, 96.0, 50.0),  # a long's stop would be at zero
        ("adaptive", 100.0, 104.0, 2.0),  # proposed on the wrong side
        ("adaptive", 100.0, 100.0, 2.0),
        ("percent", math.nan, 96.0, 2.0),
    ],
)
def test_a_stop_that_is_no_price_on_the_losing_side_is_none(
    name: str, entry_price: float, proposed_price: float, atr_price: float
) -> None:
    stop_price = first_stop(RECIPES[name], 1, entry_price, proposed_price, atr_price, TREND, 0.5)
    assert stop_price == 0.0


def test_a_recipe_without_an_opinion_keeps_even_an_absurd_proposal_to_the_digit() -> None:
    plain = Recipe(int(StopFrom.PROPOSAL), 0.0, 0.0, int(Unit.R), STOP_ONLY)
    assert first_stop(plain, 1, 100.0, 96.1, 2.0, TREND, 0.5) == 96.1
    assert first_stop(plain, 1, 100.0, 104.0, 2.0, TREND, 0.5) == 104.0


def test_levels_in_r_are_the_plan_itself() -> None:
    assert planned(RECIPES["r_multiple"], 100.0, 95.0, 2.0) is RECIPES["r_multiple"].levels


def test_percent_levels_become_multiples_of_the_risk() -> None:
    plan = planned(RECIPES["ladder"], 100.0, 95.0, math.nan)
    assert (plan.target_1_r, plan.target_2_r, plan.target_3_r) == pytest.approx((0.4, 0.8, 1.2))
    assert (plan.share_1_ratio, plan.share_2_ratio, plan.share_3_ratio) == (0.33, 0.33, 0.34)


def test_atr_levels_become_multiples_of_the_risk() -> None:
    assert planned(RECIPES["adaptive"], 100.0, 96.0, 2.0).target_1_r == pytest.approx(1.5)
    assert planned(RECIPES["adaptive"], 100.0, 96.0, math.nan).target_1_r == 0.0


@pytest.mark.parametrize("stop_price", [100.0, 0.0, math.nan])
def test_without_a_risk_percent_levels_are_off(stop_price: float) -> None:
    plan = planned(RECIPES["ladder"], 100.0, stop_price, 2.0)
    assert (plan.target_1_r, plan.give_back_from_r, plan.trail_from_r) == (0.0, 0.0, 0.0)


def test_every_level_and_nothing_else_is_converted() -> None:
    levels = Plan(1.0, 0.1, 2.0, 0.2, 3.0, 0.3, 4.0, 5.0, 0.6, 7.0, 0.8, 9.0, 0.01)
    recipe = Recipe(int(StopFrom.PROPOSAL), 0.0, 0.0, int(Unit.PRICE), levels)
    doubled = planned(recipe, 100.0, 50.0, 1.0)
    assert doubled == Plan(2.0, 0.1, 4.0, 0.2, 6.0, 0.3, 8.0, 10.0, 0.6, 14.0, 0.8, 9.0, 0.01)


# plan, bars of a long from 100 with its stop at 95 (percent: 99), ATR 1, and what leaves
LIVES: dict[str, tuple[str, float, list[Bar], list[Left]]] = {
    "percent: +2 % takes all": (
        "percent",
        99.0,
        [(100.0, 101.9, 99.5, 101.0), (101.0, 102.1, 100.0, 102.0)],
        [Left(1, TARGET, 1.0, 102.0)],
    ),
    "percent: -1 % takes all": (
        "percent",
        99.0,
        [(100.0, 101.9, 98.0, 101.0)],
        [Left(0, STOP, 1.0, 99.0)],
    ),
    "r_multiple: half at 1R, breakeven takes the rest": (
        "r_multiple",
        95.0,
        [(100.0, 105.0, 99.0, 104.0), (104.0, 104.5, 99.0, 100.0)],
        [Left(0, TARGET, 0.5, 105.0), Left(1, BREAKEVEN, 0.5, 100.0)],
    ),
    "r_multiple: from 1.5R the stop trails by 1 ATR": (
        "r_multiple",
        95.0,
        [(100.0, 107.5, 99.0, 107.0), (107.0, 107.2, 106.0, 106.5)],
        [Left(0, TARGET, 0.5, 105.0), Left(1, TRAIL, 0.5, 106.5)],
    ),
    "ladder: a third at +2, +4 and +6 %": (
        "ladder",
        95.0,
        [(100.0, 102.0, 99.5, 102.0), (102.0, 104.0, 101.0, 103.0), (103.0, 106.0, 103.0, 106.0)],
        [Left(0, TARGET, 0.33, 102.0), Left(1, TARGET, 0.33, 104.0), Left(2, TARGET, 0.34, 106.0)],
    ),
    "give_back: after +5 % it leaves at +3 %": (
        "give_back",
        95.0,
        [(100.0, 105.0, 99.5, 104.0), (104.0, 104.5, 102.5, 103.0)],
        [Left(1, GIVE_BACK, 1.0, 103.0)],
    ),
    "give_back: under +3 % nothing is guarded": (
        "give_back",
        95.0,
        [(100.0, 102.9, 99.5, 102.0), (102.0, 102.5, 100.1, 100.5)],
        [],
    ),
    "adaptive: all at 3 ATR": (
        "adaptive",
        95.0,
        [(100.0, 103.0, 99.0, 102.0)],
        [Left(0, TARGET, 1.0, 103.0)],
    ),
}


def approximately(left: list[Left]) -> list[object]:
    return [(row.bar, row.reason, row.qty_base, pytest.approx(row.price)) for row in left]


@pytest.mark.parametrize(("name", "stop_price", "bars", "left"), LIVES.values(), ids=LIVES.keys())
def test_how_a_plan_leaves(name: str, stop_price: float, bars: list[Bar], left: list[Left]) -> None:
    plan = planned(RECIPES[name], 100.0, stop_price, 1.0)
    long = play(opened(1, 1.0, 100.0, stop_price), bars, plan)
    assert [tuple(row) for row in long.exits] == approximately(left)
    short = play(opened(-1, 1.0, 100.0, 200.0 - stop_price), mirrored(bars), plan)
    upside_down = [row._replace(price=200.0 - row.price) for row in left]
    assert [tuple(row) for row in short.exits] == approximately(upside_down)


PRICES = st.floats(1.0, 1e5)


@given(
    name=st.sampled_from(sorted(RECIPES)),
    sign=st.sampled_from([1, -1]),
    entry_price=PRICES,
    away_ratio=st.floats(0.001, 0.5),
    atr_ratio=st.floats(0.0001, 0.3),
    regime=st.sampled_from(list(RegimeCode)),
    win=st.floats(0.0, 1.0),
)
def test_a_first_stop_is_always_on_the_losing_side(
    name: str,
    sign: int,
    entry_price: float,
    away_ratio: float,
    atr_ratio: float,
    regime: RegimeCode,
    win: float,
) -> None:
    proposed_price = entry_price * (1.0 - sign * away_ratio)
    atr_price = entry_price * atr_ratio
    recipe = RECIPES[name]
    stop_price = first_stop(recipe, sign, entry_price, proposed_price, atr_price, regime, win)
    assert stop_price >= 0.0
    assert stop_price == 0.0 or (entry_price - stop_price) * sign > 0.0


@given(
    name=st.sampled_from(sorted(RECIPES)),
    entry_price=PRICES,
    away_ratio=st.floats(0.001, 0.5),
    atr_ratio=st.floats(0.0001, 0.3),
)
def test_a_longs_and_a_shorts_plan_are_one(
    name: str, entry_price: float, away_ratio: float, atr_ratio: float
) -> None:
    distance_price = entry_price * away_ratio
    atr_price = entry_price * atr_ratio
    long = planned(RECIPES[name], entry_price, entry_price - distance_price, atr_price)
    short = planned(RECIPES[name], entry_price, entry_price + distance_price, atr_price)
    assert long == pytest.approx(short)


@given(
    distance_price=st.floats(0.01, 1e4),
    adapts_ratio=st.sampled_from([0.0, 0.25, 0.5, 0.9]),
    win=st.floats(0, 1),
)
def test_an_adapted_stop_stays_within_its_share(
    distance_price: float, adapts_ratio: float, win: float
) -> None:
    there = adapted(distance_price, adapts_ratio, win)
    assert abs(there - distance_price) <= distance_price * (adapts_ratio + 1e-12)
