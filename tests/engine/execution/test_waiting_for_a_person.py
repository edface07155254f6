"""What needs a person's look is not ended by a rule, whatever held the desk back before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.core.kinds import TradingState
from engine.core.parameters import Parameters
from engine.core.state import Cause, DeskState
from engine.execution.switch import tightened
from engine.risk.breakers import losses_of, watched
from tests.fakes.clocks import NOON

ACTIVE, REDUCING, HALTED = TradingState.ACTIVE, TradingState.REDUCING, TradingState.HALTED
NEEDS_A_PERSON = (Cause.LIQUIDATION, Cause.MISMATCH)
UNHURT = losses_of(10_000.0, 10_000.0, 10_000.0)
HELD_BACK_BY = {  # what ends by itself: the pause of a streak, a breaker on a new day
    "nothing": DeskState(),
    "a streak": DeskState(trading=REDUCING, cause=Cause.STREAK, losing_streak=8, last_loss_at=NOON),
    "a breaker": DeskState(trading=REDUCING, cause=Cause.BREAKER),
    "a halting breaker": DeskState(trading=HALTED, cause=Cause.BREAKER),
}


@pytest.mark.parametrize("cause", NEEDS_A_PERSON)
@pytest.mark.parametrize("before", HELD_BACK_BY.values(), ids=HELD_BACK_BY.keys())
def test_a_new_day_does_not_take_entries_again_after_what_needs_a_person(
    before: DeskState, cause: Cause
) -> None:
    state, _ = tightened(before, REDUCING, cause, "look at this", at=NOON)
    tomorrow_at = NOON + timedelta(days=1)
    change = watched(state, UNHURT, Parameters(), at=tomorrow_at, day_began=True)
    after = state if change is None else replace(state, trading=change.trading)
    assert after.trading is not ACTIVE


BROKE = losses_of(5_000.0, 10_000.0, 10_000.0)
ENDS_BY_ITSELF = (Cause.STORAGE, Cause.DISK, Cause.ACCOUNT, Cause.STREAK)


@pytest.mark.parametrize("cause", ENDS_BY_ITSELF)
def test_a_breaker_that_trips_meanwhile_is_not_ended_by_what_mends_itself(cause: Cause) -> None:
    state = DeskState(trading=REDUCING, cause=cause)
    change = watched(state, BROKE, Parameters(), at=NOON, day_began=False)
    assert change is not None
    assert (change.trading, change.cause) == (HALTED, Cause.BREAKER)


def test_a_breaker_on_top_of_a_persons_pause_keeps_the_persons_word() -> None:
    state = DeskState(trading=REDUCING, cause=Cause.PERSON)
    change = watched(state, BROKE, Parameters(), at=NOON, day_began=False)
    assert change is not None
    assert (change.trading, change.cause) == (HALTED, Cause.PERSON)


def test_the_accounts_trouble_neither_hides_a_mismatch_nor_takes_the_place_of_a_breaker() -> None:
    troubled = DeskState(trading=REDUCING, cause=Cause.ACCOUNT)
    state, events = tightened(troubled, REDUCING, Cause.MISMATCH, "look at this", at=NOON)
    assert (state.cause, len(events)) == (Cause.MISMATCH, 1)
    halted = DeskState(trading=HALTED, cause=Cause.BREAKER)
    assert tightened(halted, REDUCING, Cause.ACCOUNT, "the key", at=NOON) == (halted, ())
