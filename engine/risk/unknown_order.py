"""No entry on a symbol whose books may be wrong."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry


def check(entry: Entry, desk: DeskView, _parameters: Parameters) -> Denial | None:
    """A denial while nobody knows what became of an order on the symbol."""
    if entry.symbol not in desk.unknown_symbols:
        return None
    return Denial(
        Reason.UNKNOWN_ORDER, f"an order on {entry.symbol} has an unknown outcome; it is looked up"
    )
