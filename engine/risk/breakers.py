"""The breaker: what losses do to the trading state. It tightens by itself, all day long; it
loosens only when a new UTC day finds its own doing no longer called for. A losing streak reduces
for a while, and lets go by itself. A person's word and a panic neither ever touches.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.core.kinds import TradingState
from engine.core.parameters import Parameters
from engine.core.state import SELF_ENDING, Cause, DeskState
from engine.rules import ledger, limits, restraint
from engine.rules.limits import Breaker, BreakerLimits

STATES = (TradingState.ACTIVE, TradingState.REDUCING, TradingState.HALTED)  # by Breaker's number


@dataclass(frozen=True, slots=True)
class Losses:
    """How the account stands, as ratios, positive = lost."""

    today_ratio: float  # from the day's start
    from_peak_ratio: float
    day_start_quote: float = 1.0  # what the day began with, and the peak: limits adapt to them
    peak_quote: float = 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """A trading state to go to, and the sentence for it."""

    trading: TradingState
    cause: Cause
    why: str


def losses_of(equity_quote: float, day_start_quote: float, peak_quote: float) -> Losses:
    """Loss of the day and drawdown; 1.0 where a start or a peak is unknown."""
    return Losses(
        ledger.drawdown_ratio(equity_quote, day_start_quote),
        ledger.drawdown_ratio(equity_quote, peak_quote),
        day_start_quote,
        peak_quote,
    )


def plain_limits(parameters: Parameters) -> BreakerLimits:
    """The parameters of the breaker as the rules take them, not adapted to capital."""
    return BreakerLimits(
        reduce_day_loss_ratio=parameters.daily_loss_reduce_ratio,
        halt_day_loss_ratio=parameters.daily_loss_halt_ratio,
        reduce_drawdown_ratio=parameters.drawdown_reduce_ratio,
        halt_drawdown_ratio=parameters.drawdown_halt_ratio,
    )


def breaker_limits(
    parameters: Parameters, day_start_quote: float, peak_quote: float
) -> BreakerLimits:
    """The breaker's limits in force: those of the day shrink with capital, where they adapt."""
    return restraint.adapted_limits(
        plain_limits(parameters), day_start_quote, peak_quote, parameters.adaptive_day_loss
    )


def tripped(trading: TradingState, losses: Losses, parameters: Parameters) -> Change | None:
    """The stricter state that the losses call for, or None while the present one will do."""
    called_for = _called_for(losses, parameters)
    present = STATES.index(trading)
    after = limits.breaker_after(present, called_for)
    if after == present:
        return None
    return Change(STATES[after], Cause.BREAKER, _sentence(losses, parameters, Breaker(after)))


def new_day(
    trading: TradingState, cause: Cause, losses: Losses, parameters: Parameters
) -> Change | None:
    """The looser state that a new day allows after the breaker's own doing, or None.

    `losses.today_ratio` is that of the new day. A drawdown that still calls for the present
    state keeps it.
    """
    if cause is not Cause.BREAKER:
        return None
    called_for = _called_for(losses, parameters)
    if called_for >= STATES.index(trading):
        return None
    if called_for == Breaker.ACTIVE:
        return Change(TradingState.ACTIVE, Cause.NONE, "a new day: the losses are within limits")
    return Change(
        STATES[called_for], Cause.BREAKER, _sentence(losses, parameters, Breaker(called_for))
    )


def watched(
    state: DeskState, losses: Losses, parameters: Parameters, *, at: datetime, day_began: bool
) -> Change | None:
    """What the end of a moment does to the trading state: losses first, then a losing streak."""
    by_streak = state.cause is Cause.STREAK
    present = TradingState.ACTIVE if by_streak else state.trading
    change = tripped(present, losses, parameters)
    if change is not None and state.cause not in SELF_ENDING:
        change = replace(change, cause=state.cause)  # a new day does not end what a person began
    if change is None and day_began:
        change = new_day(present, state.cause, losses, parameters)
    after = present if change is None else change.trading
    if after is not TradingState.ACTIVE:
        return change
    until_at = streak_until(state, parameters)
    if until_at is not None and not at >= until_at:
        why = f"{state.losing_streak} losses in a row, no entries until {until_at:%d %b %H:%M} UTC"
        return Change(TradingState.REDUCING, Cause.STREAK, why)
    if change is None and by_streak:
        return Change(TradingState.ACTIVE, Cause.NONE, "the pause after a losing streak is over")
    return change


def streak_until(state: DeskState, parameters: Parameters) -> datetime | None:
    """When the pause of the present losing streak ends, past or to come; None without a streak."""
    if state.last_loss_at is None:
        return None
    if not restraint.in_streak(state.losing_streak, 0.0, parameters.losing_streak, 1.0):
        return None
    return state.last_loss_at + timedelta(seconds=parameters.streak_pause_s)


def _called_for(losses: Losses, parameters: Parameters) -> int:
    allowed = breaker_limits(parameters, losses.day_start_quote, losses.peak_quote)
    return limits.breaker(losses.today_ratio, losses.from_peak_ratio, allowed)


def _sentence(losses: Losses, parameters: Parameters, breaker: Breaker) -> str:
    allowed = breaker_limits(parameters, losses.day_start_quote, losses.peak_quote)
    halted = breaker is Breaker.HALTED
    day_limit, peak_limit = (
        (allowed.halt_day_loss_ratio, allowed.halt_drawdown_ratio)
        if halted
        else (allowed.reduce_day_loss_ratio, allowed.reduce_drawdown_ratio)
    )
    if not losses.today_ratio < day_limit:
        return f"the day has lost {losses.today_ratio:.2%}, the limit is {day_limit:.2%}"
    return f"equity is {losses.from_peak_ratio:.2%} under its peak, the limit is {peak_limit:.2%}"
