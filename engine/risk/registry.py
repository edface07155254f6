"""RISK_RULES: every veto of the desk, in the order of checks: the first no is the answer."""

from engine.risk import (
    cool_down,
    daily_loss,
    drawdown,
    exposure,
    heat,
    late_bar,
    max_positions,
    no_stop,
    not_active,
    not_shortable,
    paused_symbol,
    position_open,
    spread,
    stale_feed,
    trades_per_hour,
    unknown_order,
)
from engine.risk.contract import RiskRule

MODULES = (
    # the desk and the symbol
    not_active,
    paused_symbol,
    unknown_order,
    position_open,
    not_shortable,
    no_stop,
    # the market
    late_bar,
    stale_feed,
    spread,
    # the account
    daily_loss,
    drawdown,
    trades_per_hour,
    cool_down,
    # the entry with all that is open
    max_positions,
    exposure,
    heat,
)
RISK_RULES: dict[str, RiskRule] = {
    module.__name__.rpartition(".")[2]: module.check for module in MODULES
}
