"""The stop of a position: when it is hit and where it moves. It never loosens."""

import math

from engine.rules.plans import BREAKEVEN, GIVE_BACK, TRAIL, Plan, Position, initial_risk_price
from engine.rules.registry import rule


@rule
def is_stopped(position: Position, price: float) -> bool:
    """Whether `price` stands at or beyond the stop."""
    if not position.stop_price > 0.0:
        return False
    return (price - position.stop_price) * position.sign <= 0.0


@rule
def tightened(position: Position, stop_price: float, stop_kind: int) -> Position:
    """The position with its stop moved there, or as it was where that would loosen it.

    NaN, 0 and negative prices move nothing. Also for a stop that a person moves.
    """
    if not 0.0 < stop_price < math.inf:
        return position
    if position.stop_price > 0.0 and not ((stop_price - position.stop_price) * position.sign > 0.0):
        return position
    return Position(
        position.sign,
        position.qty_base,
        position.initial_qty_base,
        position.entry_price,
        stop_price,
        position.initial_stop_price,
        position.best_price,
        position.worst_price,
        position.targets_done,
        stop_kind,
    )


@rule
def guarded(position: Position, plan: Plan, atr_price: float) -> Position:
    """The position with its stop where breakeven, trail and give-back want it: the tightest.

    A NaN `atr_price` (warm-up) moves no trail; without an initial risk nothing moves.
    """
    risk_price = initial_risk_price(position)
    if not risk_price > 0.0:
        return position
    gain_price = (position.best_price - position.entry_price) * position.sign
    moved = position
    if plan.breakeven_from_r > 0.0 and gain_price >= plan.breakeven_from_r * risk_price:
        offset_price = position.entry_price * plan.breakeven_offset_ratio
        moved = tightened(moved, position.entry_price + position.sign * offset_price, BREAKEVEN)
    if plan.trail_atr > 0.0 and atr_price > 0.0 and gain_price >= plan.trail_from_r * risk_price:
        distance_price = plan.trail_atr * atr_price
        moved = tightened(moved, position.best_price - position.sign * distance_price, TRAIL)
    if plan.give_back_ratio > 0.0 and gain_price >= plan.give_back_from_r * risk_price:
        given_price = plan.give_back_ratio * gain_price
        moved = tightened(moved, position.best_price - position.sign * given_price, GIVE_BACK)
    return moved
