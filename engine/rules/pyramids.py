"""Adding to a winner: how much, so that all of it never risks more than the first entry did.

An addition is an entry like any other, with a proposal, votes and the gate; this is its size.
"""

import math
from typing import NamedTuple

from engine.rules.plans import Position, initial_risk_price
from engine.rules.registry import rule


class AddTerms(NamedTuple):
    """When and how much may be added."""

    from_r: float  # the gain that confirms the trade, in R; 0 or less: no additions
    share_ratio: float  # of the initial quantity, each
    max_adds: int


@rule
def is_confirmed(position: Position, price: float, adds_done: int, terms: AddTerms) -> bool:
    """Whether `price` is so far in gain that one more addition may be proposed.

    Every addition needs `from_r` more than the one before it.
    """
    risk_price = initial_risk_price(position)
    if not (terms.from_r > 0.0 and risk_price > 0.0 and position.qty_base > 0.0):
        return False
    if adds_done >= terms.max_adds:
        return False
    gain_price = (price - position.entry_price) * position.sign
    return gain_price >= terms.from_r * (adds_done + 1.0) * risk_price


@rule
def risk_room_quote(position: Position, budget_quote: float) -> float:
    """What an addition may still lose at the present stop: the first entry's risk less what the
    stop costs today. A stop beyond the entry leaves more than that, and it counts.
    """
    at_stop_price = (position.entry_price - position.stop_price) * position.sign
    room_quote = budget_quote - at_stop_price * position.qty_base
    if not room_quote > 0.0:
        return 0.0
    return room_quote


@rule
def add_size(
    position: Position,
    price: float,
    adds_done: int,
    budget_quote: float,
    terms: AddTerms,
    cost_ratio: float,
) -> float:
    """The quantity to add at `price` under the present stop; 0.0 for none.

    `budget_quote` is 1R of the first entry (`ledger.initial_risk_quote` before any addition):
    with the addition in it, what the stop costs stays at or below it, also where the addition
    is filled `cost_ratio` of the price worse.
    """
    if not (0.0 < price < math.inf and 0.0 < position.stop_price < math.inf):
        return 0.0
    if not is_confirmed(position, price, adds_done, terms):
        return 0.0
    distance_price = (price - position.stop_price) * position.sign + price * cost_ratio
    if not distance_price > 0.0:
        return 0.0
    wanted_base = terms.share_ratio * position.initial_qty_base
    allowed_base = risk_room_quote(position, budget_quote) / distance_price
    if not wanted_base < allowed_base:
        wanted_base = allowed_base
    return wanted_base
