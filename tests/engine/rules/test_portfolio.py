"""Limits of the whole: kept, reached, broken and unknown, for each; what balances may come in."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.limits import KEPT, Check, Limit
from engine.rules.portfolio import (
    Backing,
    Bound,
    PortfolioLimits,
    PortfolioNumbers,
    Wish,
    at_least,
    backing_after,
    check_beta,
    check_capital,
    check_correlation,
    check_leverage,
    check_liquidation,
    check_net,
    check_portfolio,
    check_position_value,
    check_sector,
    liquidation_ratio,
)

NAN = math.nan
# rule, code, arguments that keep it, arguments that break it (NaN: nobody knows)
TABLE: list[tuple[Callable[..., Check], Bound, tuple[Any, ...], tuple[Any, ...]]] = [
    (check_position_value, Bound.POSITION_VALUE, (500.0, 500.0), (500.1, 500.0)),
    (check_position_value, Bound.POSITION_VALUE, (NAN, 0.0), (NAN, 500.0)),
    (check_net, Bound.NET, (500.0, 1, 100.0, 1000.0, 0.6), (500.0, 1, 101.0, 1000.0, 0.6)),
    (check_net, Bound.NET, (-500.0, -1, 100.0, 1000.0, 0.6), (-500.0, -1, 101.0, 1000.0, 0.6)),
    (check_net, Bound.NET, (900.0, -1, 100.0, 1000.0, 0.6), (NAN, -1, 100.0, 1000.0, 0.6)),
    (check_net, Bound.NET, (0.0, 1, 1.0, 10.0, 0.6), (900.0, -1, 100.0, 0.0, 0.6)),
    (
        check_leverage, Bound.LEVERAGE,
        (Backing(3000.0, 1000.0), 3.0), (Backing(3001.0, 1000.0), 3.0),
    ),
    (check_leverage, Bound.LEVERAGE, (Backing(0.0, -1.0), 3.0), (Backing(1.0, 0.0), 3.0)),
    (
        check_liquidation, Bound.LIQUIDATION,
        (Backing(1000.0, 300.0), 0.0, 0.25), (Backing(1200.0, 300.0), 0.0, 0.26),
    ),
    (
        check_liquidation, Bound.LIQUIDATION,
        (Backing(1000.0, 0.0), 0.01, 0.0), (Backing(1000.0, NAN), 0.01, 0.2),
    ),
    (check_sector, Bound.SECTOR, (300.0, 100.0, 1000.0, 0.4), (300.0, 101.0, 1000.0, 0.4)),
    (check_correlation, Bound.CORRELATION, (0.7, 0.7), (0.71, 0.7)),
    (check_correlation, Bound.CORRELATION, (NAN, 1.0), (NAN, 0.99)),
]  # fmt: skip


@pytest.mark.parametrize(("check", "code", "kept", "broken"), TABLE)
def test_a_limit_of_the_whole_is_kept_and_broken_where_it_stands(
    check: Callable[..., Check], code: Bound, kept: tuple[Any, ...], broken: tuple[Any, ...]
) -> None:
    assert check(*kept).code == Limit.NONE
    assert check(*broken).code == code
    assert check(*broken).limit == broken[-1]


def test_a_minimum_of_zero_is_off_and_another_one_denies_what_is_not_known() -> None:
    assert at_least(Bound.MIN_EQUITY, NAN, 0.0).code == Limit.NONE
    assert at_least(Bound.MIN_EQUITY, 5.0, 5.0).code == Limit.NONE
    assert at_least(Bound.MIN_EQUITY, 4.9, 5.0).code == Bound.MIN_EQUITY
    assert at_least(Bound.MIN_EQUITY, NAN, 5.0).code == Bound.MIN_EQUITY


def test_capital_allows_one_position_per_share_of_it() -> None:
    assert check_capital(1, 200.0, 100.0) == Check(Limit.NONE, 2.0, 2.0)
    assert check_capital(2, 299.0, 100.0) == Check(Bound.CAPITAL, 3.0, 2.99)
    assert check_capital(900, -5.0, 0.0).code == Limit.NONE


@pytest.mark.parametrize(
    ("sign", "beta_quote", "beta", "code"),
    [
        (1, 800.0, 2.0, Limit.NONE),  # 800 + 100 * 2 = 1000 of 1000
        (1, 801.0, 2.0, Bound.BETA),
        (-1, -801.0, 2.0, Bound.BETA),
        (-1, 5000.0, 2.0, Limit.NONE),  # less than before
        (1, 5000.0, -1.0, Limit.NONE),  # moves against bitcoin
        (1, 0.0, NAN, Bound.BETA),
    ],
)
def test_beta_counts_what_moves_with_bitcoin(
    sign: int, beta_quote: float, beta: float, code: int
) -> None:
    wish = Wish(sign, 100.0, margined=True, beta=beta)
    assert check_beta(beta_quote, wish, 1000.0, 1.0).code == code


@pytest.mark.parametrize(
    ("margined", "margin", "maintenance", "expected"),
    [
        (0.0, 100.0, 0.01, 1.0),
        (1000.0, 0.0, 0.01, 0.0),
        (1000.0, NAN, 0.01, 0.0),
        (1000.0, 250.0, 0.0, 0.25),
        (1000.0, 260.0, 0.25, 0.008),
        (1000.0, 5.0, 0.01, 0.0),
        (1000.0, 5000.0, 0.01, 1.0),
        (1000.0, 5000.0, -1.0, 0.0),
    ],
)
def test_liquidation_comes_when_the_margin_is_used_up(
    margined: float, margin: float, maintenance: float, expected: float
) -> None:
    assert liquidation_ratio(margined, margin, maintenance) == pytest.approx(expected)


LIMITS = PortfolioLimits(
    min_equity_quote=500.0,
    max_position_quote=400.0,
    capital_per_position_quote=100.0,
    max_net_ratio=0.6,
    max_leverage=2.0,
    maintenance_ratio=0.01,
    min_liquidation_ratio=0.2,
    max_sector_ratio=0.4,
    max_correlation_ratio=0.7,
    max_beta_ratio=1.0,
)
CALM = PortfolioNumbers(
    open_positions=1,
    equity_quote=1000.0,
    net_quote=100.0,
    margined_quote=100.0,
    spot_quote=0.0,
    sector_quote=100.0,
    beta_quote=100.0,
    correlation_ratio=0.1,
)
WISH = Wish(1, 100.0, margined=True, beta=1.0)
BROKEN = {
    Bound.MIN_EQUITY: (CALM._replace(equity_quote=499.0), WISH),
    Bound.POSITION_VALUE: (CALM, WISH._replace(notional_quote=401.0)),
    Bound.CAPITAL: (CALM._replace(open_positions=10), WISH),
    Bound.NET: (CALM._replace(net_quote=501.0), WISH),
    Bound.LEVERAGE: (CALM._replace(spot_quote=901.0), WISH),
    Bound.LIQUIDATION: (CALM._replace(margined_quote=1800.0, spot_quote=600.0), WISH),
    Bound.SECTOR: (CALM._replace(sector_quote=301.0), WISH),
    Bound.CORRELATION: (CALM._replace(correlation_ratio=0.71), WISH),
    Bound.BETA: (CALM._replace(beta_quote=901.0), WISH),
}
ASKED_ALONE = {Bound.LIQUIDITY, Bound.FUNDING}  # of the market, not of the whole


def test_a_calm_portfolio_may_take_the_entry() -> None:
    assert check_portfolio(CALM, WISH, LIMITS) == KEPT


def test_every_bound_has_a_case_here() -> None:
    assert set(BROKEN) == set(Bound) - ASKED_ALONE
    assert not {int(bound) for bound in Bound} & {int(limit) for limit in Limit}


@pytest.mark.parametrize("bound", BROKEN)
def test_each_bound_alone_denies_the_entry(bound: Bound) -> None:
    limits = LIMITS._replace(max_leverage=20.0) if bound is Bound.LIQUIDATION else LIMITS
    desk, wish = BROKEN[bound]
    assert check_portfolio(desk, wish, limits).code == bound


def test_spot_coins_are_no_margin_and_their_price_takes_of_it() -> None:
    desk = CALM._replace(margined_quote=300.0, equity_quote=1000.0, spot_quote=200.0)
    wish = WISH._replace(notional_quote=50.0, margined=False)
    assert backing_after(desk, wish) == Backing(300.0, 750.0)
    assert backing_after(desk, wish._replace(margined=True)) == Backing(350.0, 800.0)


@given(
    net=st.floats(-1e6, 1e6),
    notional=st.floats(0.0, 1e6),
    equity=st.floats(1.0, 1e6),
    limit=st.floats(0.05, 5.0),
    sign=st.sampled_from([1, -1]),
)
def test_what_is_let_in_leaves_the_net_within_its_limit_or_smaller(
    net: float, notional: float, equity: float, limit: float, sign: int
) -> None:
    if check_net(net, sign, notional, equity, limit).code == Limit.NONE:
        after = abs(net + sign * notional)
        assert after <= limit * equity * (1 + 1e-9) or after < abs(net)


@given(
    margined=st.floats(1.0, 1e6), margin=st.floats(1.0, 1e6), more=st.floats(0.0, 1e6),
    maintenance=st.floats(0.0, 0.2),
)  # fmt: skip
def test_more_of_a_position_never_moves_liquidation_away(
    margined: float, margin: float, more: float, maintenance: float
) -> None:
    before = liquidation_ratio(margined, margin, maintenance)
    assert 0.0 <= liquidation_ratio(margined + more, margin, maintenance) <= before <= 1.0
