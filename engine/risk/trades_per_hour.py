"""A desk that trades all the time is mistaken about something."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits


def check(_entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the hour already has its `trades_per_hour` entries."""
    answer = limits.check_trades_per_hour(desk.entries_last_hour, parameters.trades_per_hour)
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.TRADES_PER_HOUR,
        f"{desk.entries_last_hour} entries in the last hour, {parameters.trades_per_hour} allowed",
    )
