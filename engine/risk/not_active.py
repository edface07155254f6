"""Only an ACTIVE desk takes entries."""

from engine.core.kinds import TradingState
from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry


def check(_entry: Entry, desk: DeskView, _parameters: Parameters) -> Denial | None:
    """A denial while the desk is REDUCING or HALTED."""
    if desk.trading is TradingState.ACTIVE:
        return None
    return Denial(Reason.NOT_ACTIVE, f"the desk is {desk.trading.value}: it takes no entries")
