"""Only so many positions at once."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits


def check(_entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where one more position would be too many."""
    answer = limits.check_positions(len(desk.open_symbols), parameters.max_positions)
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.MAX_POSITIONS,
        f"{len(desk.open_symbols)} positions are open, {parameters.max_positions} allowed",
    )
