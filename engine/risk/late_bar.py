"""A bar says something about its own close only."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the bar closed too long ago: a catch-up after an outage, a slow parley."""
    age_s = (desk.now_at - entry.decided_at).total_seconds()
    if age_s <= parameters.late_bar_s:
        return None
    return Denial(
        Reason.LATE_BAR,
        f"the bar closed {age_s:.0f} s ago, {parameters.late_bar_s:.0f} s allowed",
    )
