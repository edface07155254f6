"""Perpetuals have a limit against the equity that is their margin."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.risk.portfolio import numbers_of, wish_of
from engine.rules import limits, portfolio


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the leverage of all perpetuals would be too high with the entry.

    A spot purchase takes of their margin, too.
    """
    backing = portfolio.backing_after(numbers_of(entry, desk, parameters), wish_of(entry, desk))
    answer = portfolio.check_leverage(backing, parameters.max_leverage)
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.LEVERAGE, f"leverage would be {answer.value:.2f}, {answer.limit:.2f} allowed"
    )
