"""No entry where crossing the spread costs too much."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the quoted spread is too wide; a feed without quotes is not judged."""
    spread_bps = desk.spread_bps.get(entry.symbol)
    if spread_bps is None:
        return None
    answer = limits.check_spread(spread_bps, parameters.max_spread_bps)
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.SPREAD, f"the spread is {answer.value:.1f} bps, {answer.limit:.1f} bps allowed"
    )
