"""RISK_RULES: every veto of the desk, in the order of checks: the first no is the answer."""

from engine.risk import (
    beta,
    capital,
    cool_down,
    correlation,
    daily_loss,
    drawdown,
    expected_value,
    exposure,
    funding_cost,
    heat,
    late_bar,
    leverage,
    liquidation,
    liquidity,
    max_positions,
    min_equity,
    net_exposure,
    news_window,
    no_stop,
    not_active,
    not_shortable,
    not_traded,
    paused_symbol,
    position_open,
    position_value,
    quiet_hours,
    sector,
    spread,
    stale_feed,
    symbol_lists,
    trades_per_hour,
    unknown_order,
)
from engine.risk.contract import RiskRule

MODULES = (
    # the desk and the symbol
    not_active,
    paused_symbol,
    not_traded,
    unknown_order,
    position_open,
    symbol_lists,
    not_shortable,
    no_stop,
    # the hour
    quiet_hours,
    news_window,
    # the market
    late_bar,
    stale_feed,
    spread,
    liquidity,
    funding_cost,
    expected_value,
    # the account
    daily_loss,
    drawdown,
    trades_per_hour,
    cool_down,
    min_equity,
    # the entry with all that is open
    position_value,
    max_positions,
    capital,
    exposure,
    net_exposure,
    leverage,
    liquidation,
    sector,
    correlation,
    beta,
    heat,
)
RISK_RULES: dict[str, RiskRule] = {
    module.__name__.rpartition(".")[2]: module.check for module in MODULES
}
# Those that look at the entry and the parameters alone: a backtest asks them beforehand.
ENTRY_RULES: tuple[RiskRule, ...] = (
    symbol_lists.check,
    not_shortable.check,
    quiet_hours.check,
    news_window.check,
    liquidity.check,
)
