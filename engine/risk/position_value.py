"""One position has a limit in money."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits, portfolio


def check(entry: Entry, _desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the sized entry is worth more than `max_notional_quote`.

    The size was cut to it already; this is the second pair of eyes.
    """
    answer = portfolio.check_position_value(entry.notional_quote, parameters.max_notional_quote)
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.POSITION_VALUE,
        f"the position would be worth {answer.value:,.2f}, {answer.limit:,.2f} allowed",
    )
