"""What each way of sizing wants; the smallest wins. Drawn cases, then properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.evidence import NO_TALLY, Tally, noted
from engine.rules.sizing import SizeBound, size
from engine.rules.stakes import (
    UNKNOWN,
    StakeFacts,
    StakePolicy,
    adaptive_multiplier,
    staked,
    stakes,
    volatility_multiplier,
)
from tests.engine.rules.test_sizing import OPEN

FIXED = StakePolicy(0.01, 0.0, 0.0, 0, 30.0)
WINNERS, LOSERS = Tally(30.0, 0.0, 30e6, 0.0), Tally(0.0, 30.0, 0.0, 30e6)
SURE = UNKNOWN._replace(confidence_ratio=1.0)

# equity 10 000, 1 % at risk, entry 100, stop 95: 20 units by the fixed risk
CASES = {
    "the fixed risk alone": (FIXED, UNKNOWN, 20.0, SizeBound.RISK),
    "a Kelly stake above it does not count": (
        FIXED._replace(kelly_share_ratio=0.5), SURE, 20.0, SizeBound.RISK
    ),
    "a small share of Kelly": (
        FIXED._replace(kelly_share_ratio=0.005), SURE, 10.0, SizeBound.KELLY
    ),
    "no edge, no trade": (FIXED._replace(kelly_share_ratio=1.0), UNKNOWN, 0.0, SizeBound.KELLY),
    "10 % of equity at the usual volatility": (
        FIXED._replace(volatility_position_ratio=0.1), UNKNOWN, 10.0, SizeBound.VOLATILITY
    ),
    "half of it when it is twice as wild": (
        FIXED._replace(volatility_position_ratio=0.1),
        UNKNOWN._replace(expansion_ratio=2.0),
        5.0,
        SizeBound.VOLATILITY,
    ),
    "a fifth of it in the warm-up": (
        FIXED._replace(volatility_position_ratio=0.1),
        UNKNOWN._replace(expansion_ratio=math.nan),
        2.0,
        SizeBound.VOLATILITY,
    ),
    "calm never makes more than the fixed risk": (
        FIXED._replace(volatility_position_ratio=0.15),
        UNKNOWN._replace(expansion_ratio=0.1),
        20.0,
        SizeBound.RISK,
    ),
    "a losing symbol": (
        FIXED._replace(adapts=1), UNKNOWN._replace(symbol=LOSERS), 10.0, SizeBound.ADAPTIVE
    ),
    "a losing hour in a losing regime": (
        FIXED._replace(adapts=1),
        UNKNOWN._replace(hour=LOSERS, regime=LOSERS),
        5.0,
        SizeBound.ADAPTIVE,
    ),
    "a winning symbol makes it no larger": (
        FIXED._replace(adapts=1), UNKNOWN._replace(symbol=WINNERS), 20.0, SizeBound.RISK
    ),
    "a losing symbol, but not asked": (
        FIXED, UNKNOWN._replace(symbol=LOSERS), 20.0, SizeBound.RISK
    ),
    "the smallest wins": (
        StakePolicy(0.01, 0.005, 0.08, 1, 30.0),
        SURE._replace(symbol=LOSERS),
        8.0,
        SizeBound.VOLATILITY,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "facts", "qty_base", "bound_by"), CASES.values(), ids=CASES.keys()
)
def test_a_stake_and_what_decided_it(
    policy: StakePolicy, facts: StakeFacts, qty_base: float, bound_by: SizeBound
) -> None:
    wanted = stakes(10_000.0, 100.0, 95.0, facts, policy)
    sized = staked(wanted, 10_000.0, 100.0, 95.0, OPEN)
    assert (sized.qty_base, SizeBound(sized.bound_by)) == (qty_base, bound_by)
    assert (wanted.risk_base, sized.wanted_base) == (20.0, 20.0)


def test_a_way_that_is_off_wants_everything() -> None:
    wanted = stakes(10_000.0, 100.0, 95.0, UNKNOWN, FIXED)
    assert wanted.kelly_base == wanted.volatility_base == wanted.adaptive_base == math.inf


def test_kelly_takes_the_lower_bound_of_the_verdict_and_the_record_together() -> None:
    policy = FIXED._replace(kelly_share_ratio=1.0)
    wanted = stakes(10_000.0, 100.0, 95.0, UNKNOWN._replace(desk=WINNERS), policy)
    assert wanted.probability_low_ratio == pytest.approx(0.75 - math.sqrt(0.1875 / 60.0))
    assert wanted.payoff == 1.0
    assert wanted.kelly_risk_ratio == pytest.approx(2.0 * wanted.probability_low_ratio - 1.0)


def test_a_cap_after_a_stake_is_named_and_so_is_a_stake_under_the_minimum() -> None:
    policy = FIXED._replace(adapts=1)
    wanted = stakes(10_000.0, 100.0, 95.0, UNKNOWN._replace(symbol=LOSERS), policy)
    capped = staked(wanted, 10_000.0, 100.0, 95.0, OPEN._replace(room_quote=200.0))
    assert (capped.qty_base, capped.bound_by) == (2.0, SizeBound.ROOM)
    small = staked(wanted, 10_000.0, 100.0, 95.0, OPEN._replace(min_qty_base=11.0))
    assert (small.qty_base, small.bound_by) == (0.0, SizeBound.TOO_SMALL)


@pytest.mark.parametrize(
    ("expansion_ratio", "wanted"),
    [(1.0, 1.0), (2.0, 0.5), (0.5, 2.0), (0.1, 2.0), (10.0, 0.2), (math.inf, 0.2), (0.0, 0.2)],
)
def test_the_volatility_multiplier_is_inverse_from_a_fifth_to_twice(
    expansion_ratio: float, wanted: float
) -> None:
    assert volatility_multiplier(expansion_ratio) == wanted


def test_records_multiply_and_a_good_one_can_offset_a_bad_one_up_to_one() -> None:
    assert adaptive_multiplier(UNKNOWN._replace(hour=LOSERS, symbol=WINNERS), 30.0) == 0.75
    assert adaptive_multiplier(UNKNOWN._replace(hour=WINNERS), 30.0) == 1.0


def tallied(results: list[float]) -> Tally:
    tally = NO_TALLY
    for result_r in results:
        tally = noted(tally, result_r)
    return tally


TALLIES = st.lists(st.floats(-5.0, 5.0), max_size=20).map(tallied)


@given(
    equity_quote=st.floats(10.0, 1e6),
    entry_price=st.floats(0.01, 1e5),
    stop_ratio=st.floats(0.5, 1.5),
    facts=st.builds(
        StakeFacts,
        st.floats(0.0, 1.0),
        st.one_of(st.floats(0.0, 10.0), st.just(math.nan)),
        *[TALLIES] * 4,
    ),
    policy=st.builds(
        StakePolicy,
        st.floats(0.0005, 0.05),
        st.sampled_from([0.0, 0.1, 1.0]),
        st.sampled_from([0.0, 0.05, 1.0]),
        st.sampled_from([0, 1]),
        st.floats(1.0, 100.0),
    ),
)
def test_evidence_never_makes_a_trade_larger_than_its_fixed_risk(
    equity_quote: float,
    entry_price: float,
    stop_ratio: float,
    facts: StakeFacts,
    policy: StakePolicy,
) -> None:
    stop_price = entry_price * stop_ratio
    wanted = stakes(equity_quote, entry_price, stop_price, facts, policy)
    sized = staked(wanted, equity_quote, entry_price, stop_price, OPEN)
    fixed = size(equity_quote, policy.risk_ratio, entry_price, stop_price, OPEN)
    assert sized.qty_base <= fixed.qty_base
    if wanted.bound_by == SizeBound.RISK:
        assert sized == fixed
