"""No entry where the venue has stopped trading, or has said when it will."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry


def check(entry: Entry, desk: DeskView, _parameters: Parameters) -> Denial | None:
    """A denial on a symbol that is halted, delisted, or about to be."""
    found = desk.not_traded.get(entry.symbol)
    if found is None:
        return None
    return Denial(Reason.NOT_TRADED, f"{entry.symbol} is {found}")
