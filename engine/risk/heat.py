"""All stops together have a limit."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the loss with every stop hit, the entry included, would be over its limit."""
    answer = limits.check_heat(
        desk.open_risk_quote, entry.risk_quote, desk.equity_quote, parameters.max_heat_ratio
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.HEAT,
        f"open risk would be {answer.value:.2%} of equity, {answer.limit:.2%} allowed",
    )
