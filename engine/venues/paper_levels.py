"""What the paper venue knows of a book: the levels an order meets, and what stands before it."""

import math
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from engine.core.kinds import Side
from engine.core.market import Depth, Level, PriceMoved


def levels_of(event: PriceMoved, side: Side) -> tuple[Level, ...]:
    """One side of the event's book, best first; empty where the feed does not tell it."""
    if event.depth is not None:
        return event.depth.bids if side is Side.BUY else event.depth.asks
    quote = event.quote
    if quote is None:
        return ()
    best = (quote.bid_price, quote.bid_base)
    if side is Side.SELL:
        best = (quote.ask_price, quote.ask_base)
    level = Level(*best)
    return (level,) if level.qty_base > 0.0 else ()


def facing(event: PriceMoved, side: Side) -> tuple[Level, ...]:
    """The levels that an order of `side` meets, best first; empty where the feed tells none."""
    return levels_of(event, Side.SELL if side is Side.BUY else Side.BUY)


def shown_at(event: PriceMoved, side: Side, price: float) -> float:
    """How much stands on `side` of the book at `price`; NaN: beyond what the feed tells."""
    levels = levels_of(event, side)
    for level in levels:
        if level.price == price:
            return level.qty_base
    if not levels or (levels[-1].price - price) * side.sign > 0.0:
        return math.nan
    return 0.0  # between two levels, or better than all of them


def left_after(
    event: PriceMoved, side: Side, trades: Iterable[tuple[float, Decimal]]
) -> PriceMoved:
    """The event with its book less what an order of `side` took: (level's price, quantity) each.

    The last known level stays, with nothing on it: worse prices than it were never told.
    """
    taken = {price: float(qty_base) for price, qty_base in trades}
    levels = tuple(
        Level(level.price, max(0.0, level.qty_base - taken.get(level.price, 0.0)))
        for level in facing(event, side)
    )
    if not levels or not taken:
        return event
    levels = tuple(level for level in levels[:-1] if level.qty_base > 0.0) + levels[-1:]
    mine = levels_of(event, side)
    book = Depth(mine, levels) if side is Side.BUY else Depth(levels, mine)
    return replace(event, depth=book)
