"""Adding to a position that wins: each time with a proposal of its own, and within the first 1R."""

import math
from typing import NamedTuple

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.core.positions import Position
from engine.execution.booking import guard_of
from engine.execution.books import Books
from engine.risk.gate import add_terms, entry_cost_ratio
from engine.rules.pyramids import add_size, is_confirmed


class Addition(NamedTuple):
    """The position that is added to, and the most that may be added now."""

    position: Position
    add_base: float


def may_add(position: Position, side: PositionSide, price: float, parameters: Parameters) -> bool:
    """Whether a proposal of that side is worth a vote: it wins, and the gain confirms it."""
    terms = add_terms(parameters)
    guard = guard_of(position)
    return side is position.side and is_confirmed(guard, price, position.adds_done, terms)


def addition_to(
    books: Books, symbol: str, side: PositionSide, price: float, parameters: Parameters
) -> Addition | None:
    """What an entry on the symbol would add to; None: there is no such position, or it may not."""
    position = books.position_on(symbol)
    if position is None or books.has_open_order(symbol):
        return None
    if not may_add(position, side, price, parameters):
        return None
    fee_ratio = float(books.instruments[symbol].taker_fee_ratio)
    add_base = add_size(
        guard_of(position),
        price,
        position.adds_done,
        position.risk_quote,
        add_terms(parameters),
        entry_cost_ratio(fee_ratio, parameters),
    )
    return Addition(position, add_base)


def most_base(addition: Addition | None) -> float:
    """The most that may be added; infinite for an entry that adds to nothing."""
    return math.inf if addition is None else addition.add_base
