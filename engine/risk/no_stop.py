"""No entry without a stop that can lose."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry


def check(entry: Entry, _desk: DeskView, _parameters: Parameters) -> Denial | None:
    """A denial unless the stop stands on the losing side of the entry."""
    risk_price = (entry.entry_price - entry.stop_price) * entry.side.sign
    if entry.stop_price > 0.0 and risk_price > 0.0:
        return None
    return Denial(
        Reason.NO_STOP,
        f"a {entry.side.value} at {entry.entry_price:g} cannot have its stop at "
        f"{entry.stop_price:g}",
    )
