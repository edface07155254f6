"""How a limit order waits: who stands before it, and how much of what trades it gets.

Only the venue on paper asks this. A backtest's bars show no book, and its orders take.
"""

import math

from engine.rules.registry import rule
from engine.rules.steps import SLACK_RATIO, floor_to_step


@rule
def reached_base(
    side_sign: int,
    limit_price: float,
    low_price: float,
    high_price: float,
    volume_base: float,
    price_step: float,
) -> float:
    """How much traded at the limit in an event that touched it, but not beyond.

    Nobody says at which price of its range an event traded how much: its volume is spread evenly
    over the steps of the range. All of it in a tick; 0.0 where the limit was not reached.
    """
    best_price = low_price if side_sign > 0 else high_price
    slack_price = SLACK_RATIO * limit_price
    if (best_price - limit_price) * side_sign > slack_price or not volume_base > 0.0:
        return 0.0
    if not (0.0 < low_price <= high_price < math.inf and volume_base < math.inf):
        return 0.0
    if not price_step > 0.0:
        return volume_base if high_price <= low_price else 0.0
    return volume_base / (1.0 + (high_price - low_price) / price_step)


@rule
def queue_left_base(ahead_base: float, reached_base: float, shown_base: float) -> float:
    """Who still stands before us: less what traded, and never more than what is shown there.

    `shown_base` NaN: the book does not tell. Of those that left without a trade we do not know
    where they stood; that all of them stood behind us is the careful guess.
    """
    left_base = ahead_base - reached_base
    if shown_base < left_base:
        left_base = shown_base
    if not left_base > 0.0:
        return 0.0
    return left_base


@rule
def part_base(left_base: float, traded_base: float, share_ratio: float, qty_step: float) -> float:
    """How much of `left_base` an order gets when `traded_base` traded: at most that share of it.

    All of it where no share is set, or nobody says what traded.
    """
    if not (share_ratio > 0.0 and traded_base > 0.0):
        return left_base
    most_base = floor_to_step(share_ratio * traded_base, qty_step)
    if most_base < left_base:
        return most_base
    return left_base
