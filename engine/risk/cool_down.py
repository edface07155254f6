"""After a loss the desk waits."""

import math

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits


def check(_entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial until `cool_down_s` after the last losing trade."""
    since_loss_s = math.inf
    if desk.last_loss_at is not None:
        since_loss_s = (desk.now_at - desk.last_loss_at).total_seconds()
    answer = limits.check_cool_down(since_loss_s, parameters.cool_down_s)
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.COOL_DOWN,
        f"the last loss was {answer.value:.0f} s ago, {answer.limit:.0f} s are to pass",
    )
