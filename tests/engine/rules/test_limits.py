"""Limits: kept, reached, broken and unknown, for each."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.limits import (
    KEPT,
    Breaker,
    BreakerLimits,
    Check,
    DeskLimits,
    DeskNumbers,
    Limit,
    breaker,
    breaker_after,
    check_cool_down,
    check_daily_loss,
    check_drawdown,
    check_exposure,
    check_feed_age,
    check_heat,
    check_positions,
    check_spread,
    check_trades_per_hour,
    exposure_room_quote,
    first_broken,
)

NAN = math.nan
# rule, code, arguments that keep it, arguments that break it (NaN: nobody knows)
TABLE: list[tuple[Callable[..., Check], Limit, tuple[float, ...], tuple[float, ...]]] = [
    (check_positions, Limit.POSITIONS, (2, 3), (3, 3)),
    (check_exposure, Limit.EXPOSURE, (900.0, 100.0, 1000.0, 1.0), (900.0, 101.0, 1000.0, 1.0)),
    (check_exposure, Limit.EXPOSURE, (0.0, 0.0, 1000.0, 1.0), (NAN, 0.0, 1000.0, 1.0)),
    (check_exposure, Limit.EXPOSURE, (0.0, 1.0, 1.0, math.inf), (0.0, 1.0, 0.0, 3.0)),
    # reaching a loss limit is breaking it
    (check_daily_loss, Limit.DAILY_LOSS, (97.5, 100.0, 0.03125), (96.875, 100.0, 0.03125)),
    (check_daily_loss, Limit.DAILY_LOSS, (120.0, 100.0, 0.03), (NAN, 100.0, 0.03)),
    (check_drawdown, Limit.DRAWDOWN, (90.0, 100.0, 0.25), (75.0, 100.0, 0.25)),
    (check_drawdown, Limit.DRAWDOWN, (90.0, 100.0, 0.25), (90.0, NAN, 0.25)),
    (check_heat, Limit.HEAT, (40.0, 10.0, 1000.0, 0.05), (40.0, 11.0, 1000.0, 0.05)),
    (check_trades_per_hour, Limit.TRADES_PER_HOUR, (5, 6), (6, 6)),
    (check_cool_down, Limit.COOL_DOWN, (600.0, 600.0), (599.0, 600.0)),
    (check_cool_down, Limit.COOL_DOWN, (math.inf, 600.0), (NAN, 600.0)),
    (check_feed_age, Limit.STALE_FEED, (5.0, 5.0), (5.1, 5.0)),
    (check_feed_age, Limit.STALE_FEED, (5.0, math.inf), (NAN, math.inf)),
    (check_spread, Limit.SPREAD, (10.0, 10.0), (10.1, 10.0)),
]


@pytest.mark.parametrize(("check", "code", "kept", "broken"), TABLE)
def test_a_limit_is_kept_and_broken_where_it_stands(
    check: Callable[..., Check], code: Limit, kept: tuple[float, ...], broken: tuple[float, ...]
) -> None:
    assert check(*kept).code == Limit.NONE
    assert check(*broken).code == code
    assert check(*broken).limit == broken[-1]  # what the person is told


def test_room_is_what_exposure_still_allows() -> None:
    assert exposure_room_quote(900.0, 1000.0, 1.5) == 600.0
    assert exposure_room_quote(1600.0, 1000.0, 1.5) == 0.0
    assert exposure_room_quote(NAN, 1000.0, 1.5) == 0.0


LIMITS = DeskLimits(
    max_positions=3,
    max_gross_ratio=1.0,
    max_daily_loss_ratio=0.03,
    max_drawdown_ratio=0.2,
    max_heat_ratio=0.05,
    max_trades_per_hour=6,
    cool_down_s=600.0,
    max_feed_age_s=30.0,
    max_spread_bps=20.0,
)
CALM = DeskNumbers(
    open_positions=1,
    gross_quote=200.0,
    equity_quote=1000.0,
    day_start_quote=1000.0,
    peak_quote=1000.0,
    open_risk_quote=10.0,
    trades_last_hour=1,
    since_loss_s=math.inf,
    feed_age_s=1.0,
    spread_bps=2.0,
)
BROKEN = {
    Limit.POSITIONS: CALM._replace(open_positions=3),
    Limit.EXPOSURE: CALM._replace(gross_quote=950.0),
    Limit.DAILY_LOSS: CALM._replace(equity_quote=960.0),
    Limit.DRAWDOWN: CALM._replace(peak_quote=1300.0),
    Limit.HEAT: CALM._replace(open_risk_quote=45.0),
    Limit.TRADES_PER_HOUR: CALM._replace(trades_last_hour=6),
    Limit.COOL_DOWN: CALM._replace(since_loss_s=10.0),
    Limit.STALE_FEED: CALM._replace(feed_age_s=31.0),
    Limit.SPREAD: CALM._replace(spread_bps=21.0),
}


def test_a_calm_desk_may_enter() -> None:
    assert first_broken(CALM, 100.0, 10.0, LIMITS) == KEPT


def test_every_limit_has_a_case_here() -> None:
    assert set(BROKEN) == set(Limit) - {Limit.NONE}


@pytest.mark.parametrize(
    ("code", "desk"), BROKEN.items(), ids=lambda value: getattr(value, "name", "")
)
def test_each_limit_alone_denies_the_entry(code: Limit, desk: DeskNumbers) -> None:
    assert first_broken(desk, 100.0, 10.0, LIMITS).code == code


LADDER = BreakerLimits(
    reduce_day_loss_ratio=0.03,
    halt_day_loss_ratio=0.05,
    reduce_drawdown_ratio=0.1,
    halt_drawdown_ratio=0.2,
)


@pytest.mark.parametrize(
    ("lost_today_ratio", "lost_from_peak_ratio", "expected"),
    [
        (0.0, 0.0, Breaker.ACTIVE),
        (0.0299, 0.0999, Breaker.ACTIVE),
        (0.03, 0.0, Breaker.REDUCING),
        (0.0, 0.1, Breaker.REDUCING),
        (0.05, 0.0, Breaker.HALTED),
        (0.0, 0.2, Breaker.HALTED),
        (0.03, 0.2, Breaker.HALTED),  # the stricter of the two
        (NAN, 0.0, Breaker.HALTED),
        (0.0, NAN, Breaker.HALTED),
    ],
)
def test_the_breaker_steps_with_the_losses(
    lost_today_ratio: float, lost_from_peak_ratio: float, expected: Breaker
) -> None:
    assert breaker(lost_today_ratio, lost_from_peak_ratio, LADDER) == expected


@given(states=st.lists(st.sampled_from(list(Breaker)), min_size=1))
def test_a_breaker_never_resets_itself(states: list[Breaker]) -> None:
    present = int(Breaker.ACTIVE)
    for called_for in states:
        after = breaker_after(present, called_for)
        assert after >= present
        present = after
    assert present == max(states)
