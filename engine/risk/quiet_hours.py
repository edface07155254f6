"""At some hours the desk opens nothing."""

from engine.core.parameters import Parameters
from engine.core.parameters.texts import daily_windows, in_daily_window
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry


def check(entry: Entry, _desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the bar closed in one of the daily windows."""
    at = entry.decided_at
    for window in daily_windows(parameters.quiet_hours):
        if in_daily_window(at, window):
            start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in window)
            return Denial(
                Reason.QUIET_HOURS, f"it is {at:%H:%M} UTC, quiet from {start} to {end} UTC"
            )
    return None
