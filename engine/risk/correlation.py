"""The same position is not taken twice under two names."""

import math

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.risk.portfolio import closest, numbers_of
from engine.rules import limits, portfolio


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the entry moves like an open position of its direction; hedges may come in."""
    numbers = numbers_of(entry, desk, parameters)
    answer = portfolio.check_correlation(
        numbers.correlation_ratio, parameters.max_correlation_ratio
    )
    if answer.code == limits.NONE:
        return None
    other = closest(entry, desk)
    if math.isnan(answer.value):
        return Denial(
            Reason.CORRELATION, f"how much {entry.symbol} moves like {other} is not known yet"
        )
    return Denial(
        Reason.CORRELATION,
        f"the correlation with {other} is {answer.value:.2f}, {answer.limit:.2f} allowed",
    )
