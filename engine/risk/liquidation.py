"""The venue's liquidation stays far away."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.risk.portfolio import is_margined, numbers_of
from engine.rules import limits, portfolio


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where a move of all prices by `min_liquidation_ratio` would liquidate the desk."""
    if not is_margined(entry.instrument):
        return None
    numbers = numbers_of(entry, desk, parameters)
    answer = portfolio.check_liquidation(
        numbers.margined_quote,
        entry.notional_quote,
        numbers.equity_quote - numbers.spot_quote,
        parameters.maintenance_ratio,
        parameters.min_liquidation_ratio,
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.LIQUIDATION,
        f"a move of {answer.value:.1%} would liquidate the desk, {answer.limit:.1%} is to be borne",
    )
