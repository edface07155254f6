"""The breaker: tightens by itself, loosens only with a new day and only its own doing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.kinds import TradingState
from engine.core.parameters import Parameters
from engine.core.state import Cause, DeskState
from engine.risk.breakers import (
    STATES,
    Losses,
    losses_of,
    new_day,
    streak_until,
    tripped,
    watched,
)

ACTIVE, REDUCING, HALTED = STATES
PARAMETERS = Parameters()  # day 3 % and 6 %, drawdown 15 % and 25 %


@pytest.mark.parametrize(
    ("before", "today", "from_peak", "after"),
    [
        (ACTIVE, 0.0, 0.0, None),
        (ACTIVE, 0.0299, 0.1499, None),
        (ACTIVE, 0.03, 0.0, REDUCING),
        (ACTIVE, 0.06, 0.0, HALTED),
        (ACTIVE, 0.0, 0.15, REDUCING),
        (ACTIVE, 0.0, 0.25, HALTED),
        (REDUCING, 0.04, 0.0, None),
        (REDUCING, 0.06, 0.0, HALTED),
        (HALTED, 0.0, 0.0, None),  # never looser by itself
        (REDUCING, 0.0, 0.0, None),
    ],
)
def test_the_breaker_trips_at_its_limits_and_never_loosens(
    before: TradingState, today: float, from_peak: float, after: TradingState | None
) -> None:
    change = tripped(before, Losses(today, from_peak), PARAMETERS)
    assert (None if change is None else change.trading) is after
    if change is not None:
        assert change.cause is Cause.BREAKER


@pytest.mark.parametrize(
    ("losses", "sentence"),
    [
        (Losses(0.03, 0.0), "the day has lost 3.00%, the limit is 3.00%"),
        (Losses(0.07, 0.2), "the day has lost 7.00%, the limit is 6.00%"),
        (Losses(0.0, 0.16), "equity is 16.00% under its peak, the limit is 15.00%"),
        (Losses(0.04, 0.3), "equity is 30.00% under its peak, the limit is 25.00%"),
    ],
)
def test_the_sentence_names_the_loss_that_did_it(losses: Losses, sentence: str) -> None:
    change = tripped(ACTIVE, losses, PARAMETERS)
    assert change is not None
    assert change.why == sentence


@pytest.mark.parametrize(
    ("before", "cause", "from_peak", "after", "after_cause"),
    [
        (REDUCING, Cause.BREAKER, 0.05, ACTIVE, Cause.NONE),
        (HALTED, Cause.BREAKER, 0.05, ACTIVE, Cause.NONE),
        (HALTED, Cause.BREAKER, 0.16, REDUCING, Cause.BREAKER),
        (HALTED, Cause.BREAKER, 0.25, None, None),
        (REDUCING, Cause.BREAKER, 0.15, None, None),
        (REDUCING, Cause.PERSON, 0.0, None, None),
        (HALTED, Cause.PANIC, 0.0, None, None),
        (REDUCING, Cause.STORAGE, 0.0, None, None),
        (ACTIVE, Cause.NONE, 0.0, None, None),
    ],
)
def test_a_new_day_undoes_the_breakers_own_doing_only(
    before: TradingState,
    cause: Cause,
    from_peak: float,
    after: TradingState | None,
    after_cause: Cause | None,
) -> None:
    change = new_day(before, cause, Losses(0.0, from_peak), PARAMETERS)
    assert (None if change is None else (change.trading, change.cause)) == (
        None if after is None else (after, after_cause)
    )


def test_losses_are_ratios_of_the_days_start_and_of_the_peak() -> None:
    losses = losses_of(9000.0, 10_000.0, 12_000.0)
    assert losses.today_ratio == pytest.approx(0.1)
    assert losses.from_peak_ratio == pytest.approx(0.25)
    assert losses_of(11_000.0, 10_000.0, 11_000.0) == Losses(0.0, 0.0, 10_000.0, 11_000.0)


def test_a_loss_that_nobody_knows_trips_the_breaker() -> None:
    change = tripped(ACTIVE, Losses(float("nan"), 0.0), PARAMETERS)
    assert change is not None
    assert change.trading is HALTED


@pytest.mark.parametrize(("today", "after"), [(0.0149, None), (0.0151, REDUCING), (0.0301, HALTED)])
def test_halfway_to_the_halting_drawdown_a_day_may_lose_half_as_much(
    today: float, after: TradingState | None
) -> None:
    losses = Losses(today, 0.13, day_start_quote=875.0, peak_quote=1000.0)
    change = tripped(ACTIVE, losses, PARAMETERS)
    assert (None if change is None else change.trading) is after
    if change is not None:
        assert "the limit is" in change.why
    assert tripped(ACTIVE, losses, Parameters(adaptive_day_loss=False)) is None or today > 0.03


STREAK = Parameters(losing_streak=3, streak_pause_s=600)
LOST_AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = LOST_AT + timedelta(seconds=600)
CALM, DEEP, HEAVY = Losses(0.0, 0.0), Losses(0.07, 0.0), Losses(0.04, 0.0)


@pytest.mark.parametrize(
    ("before", "cause", "streak", "at", "losses", "day_began", "after"),
    [
        (ACTIVE, Cause.NONE, 2, LOST_AT, CALM, False, None),
        (ACTIVE, Cause.NONE, 3, LOST_AT, CALM, False, (REDUCING, Cause.STREAK)),
        (ACTIVE, Cause.NONE, 3, LATER, CALM, False, None),
        (REDUCING, Cause.STREAK, 3, LATER, CALM, False, (ACTIVE, Cause.NONE)),
        (REDUCING, Cause.STREAK, 3, LOST_AT, CALM, True, (REDUCING, Cause.STREAK)),
        (REDUCING, Cause.STREAK, 3, LOST_AT, HEAVY, False, (REDUCING, Cause.BREAKER)),
        (REDUCING, Cause.STREAK, 3, LATER, DEEP, False, (HALTED, Cause.BREAKER)),
        (REDUCING, Cause.BREAKER, 3, LATER, CALM, False, None),
        (REDUCING, Cause.BREAKER, 3, LOST_AT, CALM, True, (REDUCING, Cause.STREAK)),
        (REDUCING, Cause.BREAKER, 3, LATER, CALM, True, (ACTIVE, Cause.NONE)),
        (REDUCING, Cause.PERSON, 3, LOST_AT, CALM, True, None),
        (HALTED, Cause.PANIC, 3, LATER, CALM, True, None),
        (HALTED, Cause.KILL_FILE, 0, LATER, CALM, True, None),
    ],
)
def test_a_losing_streak_reduces_for_a_while_and_losses_go_before_it(
    before: TradingState,
    cause: Cause,
    streak: int,
    at: datetime,
    losses: Losses,
    day_began: bool,
    after: tuple[TradingState, Cause] | None,
) -> None:
    state = DeskState(trading=before, cause=cause, losing_streak=streak, last_loss_at=LOST_AT)
    change = watched(state, losses, STREAK, at=at, day_began=day_began)
    assert (None if change is None else (change.trading, change.cause)) == after


def test_a_streak_says_how_many_it_were_and_when_it_ends() -> None:
    state = DeskState(losing_streak=4, last_loss_at=LOST_AT)
    change = watched(state, CALM, STREAK, at=LOST_AT, day_began=False)
    assert change is not None
    assert change.why == "4 losses in a row, no entries until 02 Mar 12:10 UTC"
    assert streak_until(state, STREAK) == LATER
    assert streak_until(DeskState(losing_streak=4), STREAK) is None
    assert streak_until(replace(state, losing_streak=2), STREAK) is None


ratios = st.floats(0.0, 1.0)


@given(st.lists(st.tuples(ratios, ratios), max_size=20))
def test_within_a_day_the_state_only_tightens(path: list[tuple[float, float]]) -> None:
    state = ACTIVE
    for today, from_peak in path:
        change = tripped(state, Losses(today, from_peak), PARAMETERS)
        if change is not None:
            assert STATES.index(change.trading) > STATES.index(state)
            state = change.trading
