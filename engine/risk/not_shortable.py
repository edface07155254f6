"""Shorts only where the market and the person allow them."""

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry


def check(entry: Entry, _desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial of shorts that the market or the parameter allow_short forbids."""
    if entry.side is PositionSide.LONG:
        return None
    if not entry.instrument.shortable:
        return Denial(Reason.NOT_SHORTABLE, f"{entry.symbol} cannot be sold short")
    if not parameters.allow_short:
        return Denial(Reason.NOT_SHORTABLE, "shorts are switched off (allow_short)")
    return None
