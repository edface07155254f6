"""Cash, equity and results. One model for spot and perpetuals, long and short:

a fill moves cash by -side * notional - fee, and equity = cash + sum(sign * qty * mark).

Money is on the grid of 1e-8 quote after every step, so a float account and a Decimal ledger that
book the same fills agree to the last digit. The result of a closed trade is the sum of its cash
flows: an average entry price is not a short decimal, its differences would not add up.
"""

from engine.rules.plans import Position, initial_risk_price
from engine.rules.registry import rule
from engine.rules.steps import quote8


@rule
def cash_flow_quote(side_sign: int, notional_quote: float, fee_quote: float) -> float:
    """What a fill adds to cash: negative for a buy, positive for a sale, less the fee."""
    return quote8(-side_sign * notional_quote - fee_quote)


@rule
def cash_after(cash_quote: float, side_sign: int, notional_quote: float, fee_quote: float) -> float:
    """Cash after a fill."""
    return quote8(cash_quote + cash_flow_quote(side_sign, notional_quote, fee_quote))


@rule
def value_quote(sign: int, qty_base: float, mark_price: float) -> float:
    """What a holding adds to equity at `mark_price`; negative for shorts."""
    return quote8(sign * qty_base * mark_price)


@rule
def unrealised_quote(position: Position, mark_price: float) -> float:
    """Gain at `mark_price` before exit fees, for display; equity is cash plus `value_quote`."""
    return quote8((mark_price - position.entry_price) * position.sign * position.qty_base)


@rule
def funding_quote(sign: int, qty_base: float, mark_price: float, funding_ratio: float) -> float:
    """What one funding interval adds to cash: longs pay when the ratio is positive."""
    return quote8(-sign * qty_base * mark_price * funding_ratio)


@rule
def initial_risk_quote(position: Position) -> float:
    """1R of the whole initial quantity; 0.0 where there was no stop."""
    return quote8(initial_risk_price(position) * position.initial_qty_base)


@rule
def open_risk_quote(position: Position) -> float:
    """What is lost from the entry if the present stop is hit; 0.0 once it locks in a gain.

    Without a stop a long can lose all of it, and a short at least that.
    """
    loss_price = position.entry_price
    if position.stop_price > 0.0:
        loss_price = (position.entry_price - position.stop_price) * position.sign
    if not loss_price > 0.0:
        return 0.0
    return quote8(loss_price * position.qty_base)


@rule
def in_r(result_quote: float, risk_quote: float) -> float:
    """`result_quote` as a multiple of the initial risk; 0.0 where there was none."""
    if not risk_quote > 0.0:
        return 0.0
    return result_quote / risk_quote


@rule
def excursion_r(position: Position, price: float) -> float:
    """How far `price` is from the entry, in R, positive = favourable (for MFE and MAE)."""
    return in_r((price - position.entry_price) * position.sign, initial_risk_price(position))


@rule
def drawdown_ratio(equity_quote: float, peak_equity_quote: float) -> float:
    """1 - equity / peak, never negative; 1.0 where the peak is not positive or unknown."""
    if not peak_equity_quote > 0.0:
        return 1.0
    loss_ratio = 1.0 - equity_quote / peak_equity_quote
    if loss_ratio < 0.0:
        return 0.0
    return loss_ratio
