"""The account has a limit."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits


def check(_entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial once the drawdown from the peak has reached `drawdown_reduce_ratio`."""
    answer = limits.check_drawdown(
        desk.equity_quote, desk.peak_quote, parameters.drawdown_reduce_ratio
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.DRAWDOWN,
        f"equity is {answer.value:.2%} under its peak, the limit is {answer.limit:.2%}",
    )
