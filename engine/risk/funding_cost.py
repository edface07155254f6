"""No entry that pays too much funding."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits, margin, portfolio


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the position would pay more than `max_funding_ratio` per interval.

    A market without a known rate is not judged: spot pays none, and recorded bars carry none, so
    the backtest and the replay of them agree in judging nothing.
    """
    funding_ratio = desk.funding_ratio.get(entry.symbol)
    if funding_ratio is None:
        return None
    cost_ratio = margin.funding_cost_ratio(entry.side.sign, funding_ratio, 1.0)
    answer = limits.at_most(portfolio.FUNDING, cost_ratio, parameters.max_funding_ratio)
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.FUNDING_COST,
        f"funding would cost {answer.value:.3%} per interval, {answer.limit:.3%} allowed",
    )
