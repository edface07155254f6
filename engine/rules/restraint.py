"""What losses do to the next trades: smaller limits, and a pause after a losing streak."""

from engine.rules.ledger import drawdown_ratio
from engine.rules.limits import BreakerLimits
from engine.rules.registry import rule

ADAPTED_FLOOR_RATIO = 0.25  # of a day's loss limit that adapting leaves at least


@rule
def adapted_ratio(
    limit_ratio: float, day_start_quote: float, peak_quote: float, halt_drawdown_ratio: float
) -> float:
    """A day's loss limit, lowered as capital falls under its peak; a quarter of it at the least.

    In full at the peak, half of it when half of the way to the halting drawdown is lost.
    """
    if not halt_drawdown_ratio > 0.0:
        return limit_ratio
    left_ratio = 1.0 - drawdown_ratio(day_start_quote, peak_quote) / halt_drawdown_ratio
    if not left_ratio > ADAPTED_FLOOR_RATIO:
        return limit_ratio * ADAPTED_FLOOR_RATIO
    return limit_ratio * left_ratio


@rule
def adapted_limits(
    limits: BreakerLimits, day_start_quote: float, peak_quote: float, adapts: bool
) -> BreakerLimits:
    """The breaker's limits with those of the day lowered, where `adapts`."""
    if not adapts:
        return limits
    halt_ratio = limits.halt_drawdown_ratio
    return BreakerLimits(
        adapted_ratio(limits.reduce_day_loss_ratio, day_start_quote, peak_quote, halt_ratio),
        adapted_ratio(limits.halt_day_loss_ratio, day_start_quote, peak_quote, halt_ratio),
        limits.reduce_drawdown_ratio,
        halt_ratio,
    )


@rule
def streak_after(streak: int, result_quote: float) -> int:
    """The losing trades in a row once one more closed; a trade that loses nothing ends it."""
    if result_quote < 0.0:
        return streak + 1
    return 0


@rule
def in_streak(streak: int, since_loss_s: float, max_streak: int, pause_s: float) -> bool:
    """Whether a losing streak still pauses entries; `max_streak` 0 is off, NaN seconds pause."""
    return max_streak > 0 and streak >= max_streak and not since_loss_s >= pause_s
