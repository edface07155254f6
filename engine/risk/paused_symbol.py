"""A person may pause a symbol."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry


def check(entry: Entry, desk: DeskView, _parameters: Parameters) -> Denial | None:
    """A denial where a person paused the symbol."""
    if entry.symbol not in desk.paused_symbols:
        return None
    return Denial(Reason.PAUSED_SYMBOL, f"{entry.symbol} is paused")
