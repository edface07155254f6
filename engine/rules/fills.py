"""What an order gets in a simulated market, and what a fill does to a position.

Live orders are filled by the venue; the paper venue and the backtest both call these, so they
agree to the last digit. Nothing here is better than a trader may hope for.
"""

import math
from typing import NamedTuple

from engine.rules.plans import Position
from engine.rules.registry import rule
from engine.rules.steps import SLACK_RATIO, ceil_to_step, floor_to_step, snapped
from engine.rules.steps import quote8 as quote8  # money of a fill: callers look for it here

BPS = 10000.0


class Costs(NamedTuple):
    """What trading costs on one instrument."""

    maker_fee_ratio: float
    taker_fee_ratio: float
    spread_bps: float  # full, paid by half; 0 where the decision price is the quote itself
    slippage_bps: float  # of any market order, however small
    impact_bps: float  # of an order as large as the bar's volume; grows with the square root


class Fill(NamedTuple):
    """One execution; all 0.0 where there was none."""

    price: float
    fee_quote: float
    notional_quote: float
    slippage_bps: float  # against the decision price, positive = worse


NOT_FILLED = Fill(0.0, 0.0, 0.0, 0.0)


@rule
def is_filled(fill: Fill) -> bool:
    """Whether there was an execution."""
    return fill.price > 0.0


@rule
def impact_bps(qty_base: float, bar_volume_base: float, costs: Costs) -> float:
    """How far an order of this size moves the price, in bps: the square root law of impact.

    impact = costs.impact_bps * sqrt(qty / volume) (Toth et al. 2011, "Anomalous price impact and
    the critical nature of liquidity in financial markets"). A participation over 1 counts as 1,
    and so does one nobody knows (volume 0 or NaN).
    """
    share_ratio = 1.0
    if bar_volume_base > 0.0 and 0.0 <= qty_base < bar_volume_base:
        share_ratio = qty_base / bar_volume_base
    return costs.impact_bps * math.sqrt(share_ratio)


@rule
def worse_price(side_sign: int, price: float, cost_bps: float, price_step: float) -> float:
    """`price` moved by `cost_bps` against the taker and rounded to the step, also against it.

    At least one step; 0.0 where costs eat the whole price or are not a number.
    """
    moved_price = price * (1.0 + side_sign * cost_bps / BPS)
    if not 0.0 < moved_price < math.inf:
        return 0.0
    if side_sign > 0:
        return ceil_to_step(moved_price, price_step)
    floored_price = floor_to_step(moved_price, price_step)
    if not floored_price > 0.0:
        return price_step
    return floored_price


@rule
def fill_at(
    side_sign: int, qty_base: float, price: float, decision_price: float, fee_ratio: float
) -> Fill:
    """The fill of `qty_base` at `price`; money on the grid of 1e-8 quote."""
    notional_quote = quote8(price * qty_base)
    slippage_bps = 0.0
    if decision_price > 0.0:
        slippage_bps = (price - decision_price) * side_sign / decision_price * BPS
    return Fill(price, quote8(notional_quote * fee_ratio), notional_quote, slippage_bps)


@rule
def clamped(price: float, low_price: float, high_price: float) -> float:
    """`price` pulled into what the event traded."""
    if price < low_price:
        return low_price
    if price > high_price:
        return high_price
    return price


@rule
def market_fill(  # noqa: PLR0913 - the event and the order are plain numbers
    side_sign: int,
    qty_base: float,
    decision_price: float,
    low_price: float,
    high_price: float,
    bar_volume_base: float,
    costs: Costs,
    price_step: float,
) -> Fill:
    """A market order of `side_sign` (+1 BUY, -1 SELL) as a taker; never better than decided.

    The decision price is pulled into [low, high] of the event that fills it, then half the
    spread, the slippage and the impact are paid on top. NOT_FILLED without a quantity or prices.
    """
    if not (0.0 < qty_base < math.inf and 0.0 < decision_price < math.inf):
        return NOT_FILLED
    if not 0.0 < low_price <= high_price < math.inf:
        return NOT_FILLED
    traded_price = clamped(decision_price, low_price, high_price)
    cost_bps = costs.spread_bps / 2.0 + costs.slippage_bps
    cost_bps += impact_bps(qty_base, bar_volume_base, costs)
    price = worse_price(side_sign, traded_price, cost_bps, price_step)
    if not price > 0.0:
        return NOT_FILLED
    return fill_at(side_sign, qty_base, price, decision_price, costs.taker_fee_ratio)


@rule
def level_fill(
    side_sign: int,
    qty_base: float,
    level_price: float,
    decision_price: float,
    costs: Costs,
    price_step: float,
) -> Fill:
    """What a taker gets of one level of a known book: its price, and the slippage.

    Neither spread nor impact: the levels hold both. NOT_FILLED without a quantity or a price.
    """
    if not (0.0 < qty_base < math.inf and 0.0 < level_price < math.inf):
        return NOT_FILLED
    price = worse_price(side_sign, level_price, costs.slippage_bps, price_step)
    if not price > 0.0:
        return NOT_FILLED
    return fill_at(side_sign, qty_base, price, decision_price, costs.taker_fee_ratio)


@rule
def triggered_price(
    rises: bool, trigger_price: float, open_price: float, low_price: float, high_price: float
) -> float:
    """Where a conditional order becomes a market order in the event; 0.0: it goes on waiting.

    `rises`: it waits for a higher price. At the trigger, or at an open that lies beyond it.
    """
    if not (0.0 < trigger_price < math.inf and 0.0 < low_price <= high_price < math.inf):
        return 0.0
    is_met = high_price >= trigger_price if rises else low_price <= trigger_price
    if not is_met:
        return 0.0
    is_gap = open_price > trigger_price if rises else open_price < trigger_price
    return open_price if is_gap and open_price > 0.0 else trigger_price


@rule
def is_through(side_sign: int, price: float, limit_price: float, price_step: float) -> bool:
    """Whether `price` is better than the limit by a whole step: a touch leaves us in the queue.

    Where the instrument has no step, any price beyond the limit will do.
    """
    beyond_price = (limit_price - price) * side_sign
    slack_price = SLACK_RATIO * limit_price  # 0.3 - 0.1 is a step of 0.2, noise or not
    return beyond_price > 0.0 and beyond_price >= price_step - slack_price


@rule
def limit_fill(  # noqa: PLR0913 - the event and the order are plain numbers
    side_sign: int,
    qty_base: float,
    limit_price: float,
    open_price: float,
    high_price: float,
    low_price: float,
    costs: Costs,
    price_step: float,
) -> Fill:
    """A limit order that was there before the event: all of it or NOT_FILLED.

    - Opened through the limit: it takes, at the open, and pays the taker's fee. An open between
      two steps, as the middle of a quote is, counts as the worse of them.
    - Traded through the limit later: it makes, at the limit, and pays the maker's fee.
    - Only touched: not filled, others stood in the queue before us.
    """
    if not (0.0 < qty_base < math.inf and 0.0 < limit_price < math.inf):
        return NOT_FILLED
    if not 0.0 < low_price <= high_price < math.inf:
        return NOT_FILLED
    first_price = worse_price(side_sign, open_price, 0.0, price_step)
    if open_price > 0.0 and is_through(side_sign, first_price, limit_price, price_step):
        return fill_at(side_sign, qty_base, first_price, limit_price, costs.taker_fee_ratio)
    best_price = low_price if side_sign > 0 else high_price
    if not is_through(side_sign, best_price, limit_price, price_step):
        return NOT_FILLED
    return fill_at(side_sign, qty_base, limit_price, limit_price, costs.maker_fee_ratio)


@rule
def apply_fill(
    position: Position, side_sign: int, qty_base: float, price: float, qty_step: float
) -> Position:
    """The position after one fill: the only way its quantity changes, and never below zero.

    - Against its side it shrinks; what exceeds it is for the caller to reconcile.
    - With its side it grows, the entry becomes the weighted average and the shares of the
      targets refer to the larger quantity. A flat one opens again (late fill after a cancel).
    - A fill without a positive, finite quantity and price changes nothing.
    """
    if not (0.0 < qty_base < math.inf and 0.0 < price < math.inf):
        return position
    initial_qty_base = position.initial_qty_base
    entry_price = position.entry_price
    if side_sign == position.sign:
        held_base = snapped(position.qty_base + qty_base, qty_step)
        if not held_base > 0.0:  # NaN or inf were held: no average can be told
            return position
        entry_price += (price - entry_price) * (qty_base / held_base)
        initial_qty_base = snapped(initial_qty_base + qty_base, qty_step)
        if not position.qty_base > 0.0:
            initial_qty_base = qty_base
            entry_price = price
    else:
        held_base = snapped(position.qty_base - qty_base, qty_step)
    return Position(
        position.sign,
        held_base,
        initial_qty_base,
        entry_price,
        position.stop_price,
        position.initial_stop_price,
        position.best_price,
        position.worst_price,
        position.targets_done,
        position.stop_kind,
    )
