"""No entry where too little is traded to get out again."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.rules import limits, portfolio


def check(entry: Entry, _desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the turnover of 24 hours is too small, or not known."""
    answer = portfolio.at_least(
        portfolio.LIQUIDITY, entry.volume_24h_quote, parameters.min_volume_24h_quote
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.LIQUIDITY,
        f"{answer.value:,.0f} was traded in 24 hours, at least {answer.limit:,.0f} is needed",
    )
