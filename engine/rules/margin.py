"""What a position on margin needs, and where the venue would take it away.

One model for isolated and cross margin of linear perpetuals: `collateral_quote` is what this
position may lose. Isolated it is the margin that was set aside; crossed it is the account's equity
without this position's unrealised result, less the maintenance margin of the others.
"""

import math

from engine.rules.registry import rule
from engine.rules.steps import quote8


@rule
def initial_margin_quote(notional_quote: float, leverage: float) -> float:
    """The collateral that opening asks for; infinite where `leverage` is not positive."""
    if not leverage > 0.0:
        return math.inf
    return quote8(abs(notional_quote) / leverage)


@rule
def maintenance_margin_quote(notional_quote: float, maintenance_ratio: float) -> float:
    """The collateral below which the venue liquidates."""
    return quote8(abs(notional_quote) * maintenance_ratio)


@rule
def leverage_of(gross_quote: float, equity_quote: float) -> float:
    """Gross notional over equity; infinite where there is no equity to carry any."""
    if not gross_quote > 0.0:
        return 0.0
    if not equity_quote > 0.0:
        return math.inf
    return gross_quote / equity_quote


@rule
def liquidation_price(
    sign: int,
    qty_base: float,
    entry_price: float,
    collateral_quote: float,
    maintenance_ratio: float,
) -> float:
    """Where collateral plus result equals the maintenance margin; 0.0 where no price is.

    collateral + sign * qty * (p - entry) = maintenance_ratio * qty * p, solved for p (the venues'
    own formula for linear contracts, e.g. Binance, "How to calculate liquidation price").
    A long with enough collateral is never liquidated, a short always has a price.
    """
    if not (0.0 < qty_base < math.inf and 0.0 < entry_price < math.inf):
        return 0.0
    if not 0.0 <= maintenance_ratio < 1.0:
        return 0.0
    per_unit_price = collateral_quote / qty_base
    price = (entry_price - sign * per_unit_price) / (1.0 - sign * maintenance_ratio)
    if not 0.0 < price < math.inf:
        return 0.0
    return price


@rule
def liquidation_distance_ratio(sign: int, mark_price: float, liquidation_price_: float) -> float:
    """How far the mark is from liquidation, as a share of it; 0.0 at or beyond it.

    Infinite where nothing liquidates (price 0.0); 0.0 for a mark that is not a price.
    """
    if not liquidation_price_ > 0.0:
        return math.inf
    if not 0.0 < mark_price < math.inf:
        return 0.0
    away_ratio = (mark_price - liquidation_price_) * sign / mark_price
    if not away_ratio > 0.0:
        return 0.0
    return away_ratio


@rule
def is_liquidated(equity_quote: float, maintenance_quote: float) -> bool:
    """Whether equity no longer covers the maintenance margin; unknown equity counts as gone."""
    return maintenance_quote > 0.0 and not equity_quote > maintenance_quote


@rule
def funding_cost_ratio(sign: int, funding_ratio: float, intervals: float) -> float:
    """What funding takes of the notional over so many intervals; negative where it pays.

    Longs pay when the ratio is positive. `ledger.funding_quote` is the payment itself.
    """
    return sign * funding_ratio * intervals
