"""How much to trade: so much that the stop costs a fixed share of equity, and never more than
the caps allow. The smallest wins, and the answer says which one it was.
"""

import math
from enum import IntEnum
from typing import NamedTuple

from engine.rules.registry import rule
from engine.rules.steps import floor_to_step, quote8


class SizeBound(IntEnum):
    """What decided a size. The numbers are stored: append only."""

    RISK = 0  # the stop's distance; no cap was in the way
    POSITION = 1
    NOTIONAL = 2
    ROOM = 3
    CASH = 4
    TOO_SMALL = 5  # under the venue's minimum: quantity 0
    NO_RISK = 6  # no equity, no stop or one on the entry: quantity 0
    KELLY = 7  # the evidence so far supports no more
    VOLATILITY = 8
    ADAPTIVE = 9  # the record of the regime, the symbol or the hour
    ADDITION = 10  # the first risk of the position that it adds to


RISK = int(SizeBound.RISK)
POSITION = int(SizeBound.POSITION)
NOTIONAL = int(SizeBound.NOTIONAL)
ROOM = int(SizeBound.ROOM)
CASH = int(SizeBound.CASH)
TOO_SMALL = int(SizeBound.TOO_SMALL)
NO_RISK = int(SizeBound.NO_RISK)
KELLY = int(SizeBound.KELLY)
VOLATILITY = int(SizeBound.VOLATILITY)
ADAPTIVE = int(SizeBound.ADAPTIVE)
ADDITION = int(SizeBound.ADDITION)


class SizeLimits(NamedTuple):
    """Caps on one entry. math.inf switches a maximum off, 0.0 a minimum."""

    max_position_ratio: float  # notional over equity
    max_notional_quote: float
    room_quote: float  # notional that gross exposure still allows
    cash_quote: float  # that may be spent, the entry's fee included
    entry_cost_ratio: float  # fee and slippage of the entry over its notional
    min_notional_quote: float
    min_qty_base: float
    qty_step: float
    held_quote: float = 0.0  # notional of the position that the entry adds to


class Sized(NamedTuple):
    """A size and how it came about."""

    qty_base: float  # 0.0 = do not trade
    risk_quote: float  # what the stop costs at this size, before fees
    notional_quote: float
    bound_by: int  # SizeBound
    wanted_base: float  # by risk alone, before the caps


@rule
def risk_size(
    equity_quote: float, risk_ratio: float, entry_price: float, stop_price: float, qty_step: float
) -> float:
    """The quantity that loses `risk_ratio` of equity at the stop, floored to the step.

    Fixed fractional sizing (Vince 1990, "Portfolio Management Formulas"). 0.0 where equity, risk
    or prices are not positive and finite, or the stop stands on the entry.
    """
    if not (0.0 < entry_price < math.inf and 0.0 < stop_price < math.inf):
        return 0.0
    distance_price = abs(entry_price - stop_price)
    budget_quote = equity_quote * risk_ratio
    if not (equity_quote > 0.0 and risk_ratio > 0.0 and distance_price > 0.0):
        return 0.0
    return floor_to_step(budget_quote / distance_price, qty_step)


class Cap(NamedTuple):
    """The tightest of the caps."""

    notional_quote: float
    bound_by: int


@rule
def narrowed(cap: Cap, notional_quote: float, bound_by: int) -> Cap:
    """The tighter of the two; what is not positive, or NaN, allows nothing."""
    if not notional_quote > 0.0:
        notional_quote = 0.0
    if notional_quote < cap.notional_quote:
        return Cap(notional_quote, bound_by)
    return cap


@rule
def tightest_cap(equity_quote: float, limits: SizeLimits) -> Cap:
    """The smallest notional that the caps allow and which of them it is. NaN allows nothing."""
    cap = Cap(math.inf, RISK)
    position_quote = limits.max_position_ratio * equity_quote
    cap = narrowed(cap, position_quote - limits.held_quote, POSITION)
    cap = narrowed(cap, limits.max_notional_quote - limits.held_quote, NOTIONAL)
    cap = narrowed(cap, limits.room_quote, ROOM)
    spendable_quote = limits.cash_quote / (1.0 + abs(limits.entry_cost_ratio))
    return narrowed(cap, spendable_quote, CASH)


@rule
def cap_size(
    wanted_base: float,
    equity_quote: float,
    entry_price: float,
    stop_price: float,
    limits: SizeLimits,
) -> Sized:
    """`wanted_base` cut to the tightest cap and floored to the step; 0.0 if that is too small.

    For a size that something else than `risk_size` wants. NO_RISK without a quantity or prices.
    """
    if not (
        0.0 < wanted_base < math.inf
        and 0.0 < entry_price < math.inf
        and 0.0 < stop_price < math.inf
    ):
        return Sized(0.0, 0.0, 0.0, NO_RISK, 0.0)
    cap = tightest_cap(equity_quote, limits)
    qty_base = wanted_base
    bound_by = RISK
    if wanted_base * entry_price > cap.notional_quote:
        qty_base = cap.notional_quote / entry_price
        bound_by = cap.bound_by
    qty_base = floor_to_step(qty_base, limits.qty_step)
    notional_quote = quote8(qty_base * entry_price)
    if (
        not qty_base > 0.0
        or qty_base < limits.min_qty_base
        or notional_quote < limits.min_notional_quote
    ):
        if bound_by == RISK:
            bound_by = TOO_SMALL
        return Sized(0.0, 0.0, 0.0, bound_by, wanted_base)
    risk_quote = quote8(qty_base * abs(entry_price - stop_price))
    return Sized(qty_base, risk_quote, notional_quote, bound_by, wanted_base)


@rule
def size(
    equity_quote: float,
    risk_ratio: float,
    entry_price: float,
    stop_price: float,
    limits: SizeLimits,
) -> Sized:
    """The size of an entry: by risk, cut by the caps, on the step, above the minimum, or 0.0.

    With quantity 0.0 `bound_by` tells why: the cap that left too little, TOO_SMALL, or NO_RISK.
    """
    wanted_base = risk_size(equity_quote, risk_ratio, entry_price, stop_price, 0.0)
    return cap_size(wanted_base, equity_quote, entry_price, stop_price, limits)
