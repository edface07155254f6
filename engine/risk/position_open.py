"""One position per symbol."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry


def check(entry: Entry, desk: DeskView, _parameters: Parameters) -> Denial | None:
    """A denial where the symbol already has a position or a resting entry."""
    if entry.symbol not in desk.open_symbols:
        return None
    return Denial(Reason.POSITION_OPEN, f"{entry.symbol} already has an open position")
