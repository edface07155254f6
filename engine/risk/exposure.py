"""All positions together have a limit."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where gross exposure with the entry in it would be over its limit."""
    answer = limits.check_exposure(
        desk.gross_quote, entry.notional_quote, desk.equity_quote, parameters.max_exposure_ratio
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.EXPOSURE,
        f"exposure would be {answer.value:.1%} of equity, {answer.limit:.1%} allowed",
    )
