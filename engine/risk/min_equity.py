"""A small account opens nothing."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits, portfolio


def check(_entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial while equity is under `min_equity_quote`."""
    answer = portfolio.at_least(
        portfolio.MIN_EQUITY, desk.equity_quote, parameters.min_equity_quote
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.MIN_EQUITY, f"equity is {answer.value:,.2f}, at least {answer.limit:,.2f} is needed"
    )
