"""One sector has a limit."""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry
from engine.risk.portfolio import numbers_of, sector_of
from engine.rules import limits, portfolio


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where too much of equity would stand in the entry's sector."""
    answer = portfolio.check_sector(
        numbers_of(entry, desk, parameters).sector_quote,
        entry.notional_quote,
        desk.equity_quote,
        parameters.max_sector_ratio,
    )
    if answer.code == limits.NONE:
        return None
    return Denial(
        Reason.SECTOR,
        f"sector {sector_of(entry.instrument, parameters)} would be {answer.value:.1%} of equity, "
        f"{answer.limit:.1%} allowed",
    )
