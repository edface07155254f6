"""No entry on old prices."""

import math

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the symbol's last price is older than `stale_steps` steps of the feed."""
    age_s = desk.feed_age_s.get(entry.symbol, math.inf)
    answer = limits.check_feed_age(age_s, parameters.stale_steps * desk.feed_step_s)
    if answer.code == limits.NONE:
        return None
    if math.isinf(age_s):
        return Denial(Reason.STALE_FEED, f"{entry.symbol} has no price yet")
    return Denial(
        Reason.STALE_FEED,
        f"the last price of {entry.symbol} is {age_s:.0f} s old, {answer.limit:.0f} s allowed",
    )
