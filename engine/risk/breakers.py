"""The breaker: what losses do to the trading state. It tightens by itself, all day long; it
loosens only when a new UTC day finds its own doing no longer called for. A person's word and a
panic it never touches.
"""

from dataclasses import dataclass

from engine.core.kinds import TradingState
from engine.core.parameters import Parameters
from engine.core.state import Cause
from engine.rules import ledger, limits
from engine.rules.limits import Breaker, BreakerLimits

STATES = (TradingState.ACTIVE, TradingState.REDUCING, TradingState.HALTED)  # by Breaker's number


@dataclass(frozen=True, slots=True)
class Losses:
    """How the account stands, as ratios, positive = lost."""

    today_ratio: float  # from the day's start
    from_peak_ratio: float


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
    )


def breaker_limits(parameters: Parameters) -> BreakerLimits:
    """The parameters of the breaker as the rules take them."""
    return BreakerLimits(
        reduce_day_loss_ratio=parameters.daily_loss_reduce_ratio,
        halt_day_loss_ratio=parameters.daily_loss_halt_ratio,
        reduce_drawdown_ratio=parameters.drawdown_reduce_ratio,
        halt_drawdown_ratio=parameters.drawdown_halt_ratio,
    )


def tripped(trading: TradingState, losses: Losses, parameters: Parameters) -> Change | None:
    """The stricter state that the losses call for, or None while the present one will do."""
    called_for = limits.breaker(
        losses.today_ratio, losses.from_peak_ratio, breaker_limits(parameters)
    )
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
    called_for = limits.breaker(
        losses.today_ratio, losses.from_peak_ratio, breaker_limits(parameters)
    )
    if called_for >= STATES.index(trading):
        return None
    if called_for == Breaker.ACTIVE:
        return Change(TradingState.ACTIVE, Cause.NONE, "a new day: the losses are within limits")
    return Change(
        STATES[called_for], Cause.BREAKER, _sentence(losses, parameters, Breaker(called_for))
    )


def _sentence(losses: Losses, parameters: Parameters, breaker: Breaker) -> str:
    halted = breaker is Breaker.HALTED
    day_limit, peak_limit = (
        (parameters.daily_loss_halt_ratio, parameters.drawdown_halt_ratio)
        if halted
        else (parameters.daily_loss_reduce_ratio, parameters.drawdown_reduce_ratio)
    )
    if not losses.today_ratio < day_limit:
        return f"the day has lost {losses.today_ratio:.2%}, the limit is {day_limit:.2%}"
    return f"equity is {losses.from_peak_ratio:.2%} under its peak, the limit is {peak_limit:.2%}"
