"""Limit orders that rest at the paper venue: their place in the queue, and what an event gives."""

import math
from decimal import Decimal
from typing import NamedTuple

from engine.core.market import PriceMoved
from engine.core.money import ZERO, floor_to_step
from engine.rules.queues import part_base, queue_left_base, reached_base
from engine.venues.books import PaperOrder
from engine.venues.paper_fills import Executions, Terms, limited, made
from engine.venues.paper_levels import shown_at


class Waited(NamedTuple):
    """What one event did to a resting limit order."""

    executions: Executions
    ahead_base: float | None  # who stands before it now; None: the feed does not tell


def place_of(order: PaperOrder, event: PriceMoved) -> float | None:
    """How much stands before a limit order that comes to rest now; None: nobody tells."""
    request = order.request
    shown_base = shown_at(event, request.side, float(request.limit_price or ZERO))
    return None if math.isnan(shown_base) else shown_base


def rested(
    order: PaperOrder, qty_base: Decimal, terms: Terms, event: PriceMoved, share_ratio: float
) -> Waited:
    """A limit order that rested before `event`.

    - Traded through: everybody before it was served, and it gets `qty_base`, or its share.
    - Touched, with a known place in the queue: what traded beyond those before it.
    """
    instrument, request = terms.instrument, order.request
    prices = (event.open_price, event.high_price, event.low_price)
    through = limited(request, qty_base, terms, prices)
    if through:
        part = _part(qty_base, event.volume_base, share_ratio, instrument.qty_step)
        whole = part == qty_base
        return Waited(through if whole else limited(request, part, terms, prices), 0.0)
    if order.ahead_base is None:
        return Waited((), place_of(order, event))
    limit_price = float(request.limit_price or ZERO)
    reached = reached_base(
        request.side.sign,
        limit_price,
        event.low_price,
        event.high_price,
        event.volume_base,
        terms.price_step,
    )
    shown_base = shown_at(event, request.side, limit_price)
    left_base = queue_left_base(order.ahead_base, reached, shown_base)
    beyond_base = reached - order.ahead_base
    if not beyond_base > 0.0:
        return Waited((), left_base)
    most = floor_to_step(beyond_base, instrument.qty_step)
    part = min(_part(qty_base, beyond_base, share_ratio, instrument.qty_step), most)
    return Waited(made(request, part, terms), left_base)


def _part(left: Decimal, traded_base: float, share_ratio: float, qty_step: Decimal) -> Decimal:
    part = part_base(float(left), traded_base, share_ratio, float(qty_step))
    return min(left, floor_to_step(part, qty_step)) if part < float(left) else left
