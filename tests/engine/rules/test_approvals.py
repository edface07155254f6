"""Which trades wait for a person."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.approvals import AskedFor
from engine.core.parameters import Parameters
from engine.execution.parking import limits_of
from engine.rules.approvals import ApprovalLimits, TradeNumbers, drift_r, needed

OFF = ApprovalLimits(1e9, 10.0, 1.0, 100.0, 1.0, False, 1e9, 10.0)
SMALL = TradeNumbers(
    notional_quote=500.0, risk_quote=5.0, equity_quote=10_000.0, leverage=0.3, dissent_ratio=0.2,
    is_first=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "asked_for"),
    [
        (OFF._replace(over_quote=499.0), AskedFor.NOTIONAL),
        (OFF._replace(over_ratio=0.049), AskedFor.SHARE),
        (OFF._replace(risk_ratio=0.0004), AskedFor.RISK),
        (OFF._replace(leverage=0.29), AskedFor.LEVERAGE),
        (OFF._replace(dissent_ratio=0.19), AskedFor.DISSENT),
        (OFF._replace(first_trade=True), AskedFor.FIRST_TRADE),
    ],
)
def test_each_limit_asks_by_itself_and_is_passed_when_exceeded(
    limits: ApprovalLimits, asked_for: AskedFor
) -> None:
    need = needed(SMALL, limits)
    assert (need.people, [cause.asked_for for cause in need.causes]) == (1, [asked_for])


@pytest.mark.parametrize(
    "limits",
    [
        OFF,
        OFF._replace(over_quote=500.0, over_ratio=0.05, risk_ratio=0.0005, leverage=0.3),
        OFF._replace(dissent_ratio=0.2, two_over_quote=500.0, two_over_ratio=0.05),
    ],
)
def test_at_its_limit_a_trade_needs_no_word(limits: ApprovalLimits) -> None:
    assert needed(SMALL, limits).people == 0


@pytest.mark.parametrize(
    "limits", [OFF._replace(two_over_quote=499.0), OFF._replace(two_over_ratio=0.049)]
)
def test_over_the_second_limit_two_people_are_needed(limits: ApprovalLimits) -> None:
    need = needed(SMALL, limits)
    assert (need.people, need.causes[-1].asked_for) == (2, AskedFor.TWO_PEOPLE)


def test_what_is_not_a_number_and_equity_that_is_gone_ask() -> None:
    assert needed(SMALL._replace(dissent_ratio=math.nan), OFF).people == 1
    assert needed(SMALL._replace(equity_quote=0.0), OFF).people == 2
    assert needed(SMALL._replace(equity_quote=math.nan), OFF).people == 2


def test_by_default_an_ordinary_trade_is_not_asked_and_the_last_slot_is() -> None:
    limits = limits_of(Parameters())
    ordinary = TradeNumbers(1000.0, 50.0, 10_000.0, 0.4, 1 / 3, True)
    assert needed(ordinary, limits).people == 0
    assert needed(ordinary._replace(leverage=0.51), limits).people == 1
    assert needed(ordinary._replace(dissent_ratio=0.4), limits).people == 1


@given(st.floats(0.0, 1e6), st.floats(0.0, 1e6))
def test_a_larger_trade_never_asks_fewer(one: float, more: float) -> None:
    limits = ApprovalLimits(400.0, 0.04, 0.5, 1.0, 0.5, False, 3000.0, 0.2)
    small = SMALL._replace(notional_quote=one)
    large = SMALL._replace(notional_quote=one + more)
    assert needed(small, limits).people <= needed(large, limits).people


def test_drift_is_told_in_parts_of_the_risk_either_way() -> None:
    assert drift_r(100.0, 101.0, 98.0) == 0.5
    assert drift_r(100.0, 99.0, 98.0) == 0.5
    assert drift_r(100.0, 100.0, 102.0) == 0.0
    assert drift_r(100.0, 100.0, 0.0) == math.inf
    assert drift_r(100.0, 100.0, 100.0) == math.inf
