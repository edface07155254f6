"""Not everything hangs on bitcoin."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.risk.portfolio import numbers_of, wish_of
from engine.rules import limits, portfolio


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where too much of equity would move with bitcoin; what lowers that may come in."""
    answer = portfolio.check_beta(
        numbers_of(entry, desk, parameters).beta_quote,
        wish_of(entry, desk),
        desk.equity_quote,
        parameters.max_beta_ratio,
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.BETA,
        f"{answer.value:.1%} of equity would move with bitcoin, {answer.limit:.1%} allowed",
    )
