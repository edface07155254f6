"""Longs less shorts have a limit."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.risk.portfolio import numbers_of
from engine.rules import limits, portfolio


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the desk would lean too far to one side; what balances it may come in."""
    numbers = numbers_of(entry, desk, parameters)
    answer = portfolio.check_net(
        numbers.net_quote,
        entry.side.sign,
        entry.notional_quote,
        desk.equity_quote,
        parameters.max_net_ratio,
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.NET_EXPOSURE,
        f"net exposure would be {answer.value:.1%} of equity, {answer.limit:.1%} allowed",
    )
