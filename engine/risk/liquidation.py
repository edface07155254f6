"""The venue's liquidation stays far away."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.risk.portfolio import numbers_of, wish_of
from engine.rules import limits, portfolio


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where a move of all prices by `min_liquidation_ratio` would liquidate the desk."""
    backing = portfolio.backing_after(numbers_of(entry, desk, parameters), wish_of(entry, desk))
    answer = portfolio.check_liquidation(
        backing, parameters.maintenance_ratio, parameters.min_liquidation_ratio
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.LIQUIDATION,
        f"a move of {answer.value:.1%} would liquidate the desk, {answer.limit:.1%} is to be borne",
    )
