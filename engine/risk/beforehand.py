"""The rules that need no desk: a backtest asks them once per proposal, before its loop runs."""

import math
from datetime import UTC, datetime

from engine.core.kinds import TradingState
from engine.core.parameters import Parameters
from engine.risk.contract import Denial, DeskView, Entry
from engine.risk.registry import ENTRY_RULES

NO_DESK = DeskView(
    now_at=datetime.fromtimestamp(0, UTC),
    trading=TradingState.ACTIVE,
    equity_quote=math.nan,
    cash_quote=math.nan,
    day_start_quote=math.nan,
    peak_quote=math.nan,
    gross_quote=math.nan,
    open_risk_quote=math.nan,
)


def denied(entry: Entry, parameters: Parameters) -> Denial | None:
    """The first denial of those rules of RISK_RULES that look at the entry alone."""
    found = (check(entry, NO_DESK, parameters) for check in ENTRY_RULES)
    return next((denial for denial in found if denial is not None), None)
