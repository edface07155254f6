"""Around announced news the desk opens nothing."""

from engine.core.parameters import Parameters
from engine.core.parameters.texts import moment_windows
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry


def check(entry: Entry, _desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the bar closed in one of the windows that a person named."""
    for start_at, end_at in moment_windows(parameters.news_windows):
        if start_at <= entry.decided_at < end_at:
            return Denial(
                Reason.NEWS_WINDOW,
                f"news is expected: no entries until {end_at:%Y-%m-%d %H:%M} UTC",
            )
    return None
