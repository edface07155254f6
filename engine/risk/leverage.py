"""Perpetuals have a limit against the equity that is their margin."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.risk.portfolio import is_margined, numbers_of
from engine.rules import limits, portfolio


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the leverage of all perpetuals, the entry included, would be too high."""
    if not is_margined(entry.instrument):
        return None
    numbers = numbers_of(entry, desk, parameters)
    answer = portfolio.check_leverage(
        numbers.margined_quote,
        entry.notional_quote,
        numbers.equity_quote - numbers.spot_quote,
        parameters.max_leverage,
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.LEVERAGE, f"leverage would be {answer.value:.2f}, {answer.limit:.2f} allowed"
    )
