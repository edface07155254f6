"""Every position needs its share of capital (the rule "capital / 100", as an option)."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits, portfolio


def check(_entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where equity does not carry one more position."""
    answer = portfolio.check_capital(
        len(desk.open_symbols), desk.equity_quote, parameters.capital_per_position_quote
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.CAPITAL,
        f"{answer.value:.0f} positions need {parameters.capital_per_position_quote:,.2f} of equity "
        f"each, there is {desk.equity_quote:,.2f}",
    )
