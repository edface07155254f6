"""The day has a limit."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.breakers import breaker_limits
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits


def check(_entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial once the day's loss has reached `daily_loss_reduce_ratio`, adapted to capital."""
    allowed = breaker_limits(parameters, desk.day_start_quote, desk.peak_quote)
    answer = limits.check_daily_loss(
        desk.equity_quote, desk.day_start_quote, allowed.reduce_day_loss_ratio
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.DAILY_LOSS,
        f"the day has lost {answer.value:.2%} of its start, the limit is {answer.limit:.2%}",
    )
