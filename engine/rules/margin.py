"""What a position on margin needs, and where the venue would take it away.

One model for isolated and cross margin of linear perpetuals: `collateral_quote` is what this
position may lose. Isolated it is the margin that was set aside; crossed it is the account's equity
without this position's unrealised result, less the maintenance margin of the others.
"""

import math

from engine.rules.ledger import value_quote
from engine.rules.registry import rule
from engine.rules.steps import quote8

MAINTENANCE_RATIO = 0.01  # of the simulated venue, one tier
LIQUIDATION_FEE_RATIO = 0.0125  # of the notional, what large venues take for it


@rule
def maintenance_margin_quote(notional_quote: float, maintenance_ratio: float) -> float:
    """The collateral below which the venue liquidates."""
    return quote8(abs(notional_quote) * maintenance_ratio)


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
def forced_price(
    sign: int,
    qty_base: float,
    open_price: float,
    low_price: float,
    high_price: float,
    others_quote: float,
    others_gross_quote: float,
) -> float:
    """Where an event takes a crossed position away from the account; 0.0: the account carries it.

    others_quote: cash and the signed worth of all other perpetuals at their marks (spot coins are
    no margin, and their price has left the cash); others_gross_quote: sum of abs of that worth.
    An event that opens beyond the price takes it at the open.
    """
    kept_quote = quote8(others_gross_quote * MAINTENANCE_RATIO)
    worth_quote = value_quote(sign, qty_base, open_price)
    margin_quote = quote8(others_quote + worth_quote - kept_quote)
    if not margin_quote > maintenance_margin_quote(worth_quote, MAINTENANCE_RATIO):
        return open_price
    price = liquidation_price(sign, qty_base, open_price, margin_quote, MAINTENANCE_RATIO)
    adverse_price = low_price if sign > 0 else high_price
    if price > 0.0 and (adverse_price - price) * sign <= 0.0:
        return price
    return 0.0


@rule
def funding_cost_ratio(sign: int, funding_ratio: float, intervals: float) -> float:
    """What funding takes of the notional over so many intervals; negative where it pays.

    Longs pay when the ratio is positive. `ledger.funding_quote` is the payment itself.
    """
    return sign * funding_ratio * intervals
