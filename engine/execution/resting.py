"""What a limit entry asks for: at first, when it is priced anew, and to complete a crumb. Pure."""

from decimal import Decimal
from typing import NamedTuple

from engine.core.advice import Proposal
from engine.core.kinds import PositionSide
from engine.core.market import Instrument, Quote
from engine.core.money import ceil_to_step, floor_to_step, to_decimal
from engine.core.orders import Order
from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.execution.books import Books
from engine.execution.drafts import Want
from engine.risk.contract import Denial
from engine.risk.gate import Sized, min_notional_quote


class Scene(NamedTuple):
    """What a price is made of: the market, what it costs now, and the desk's parameters."""

    instrument: Instrument
    price: float  # of the decision
    quote: Quote | None
    parameters: Parameters


def entry_want(
    proposal: Proposal, sized: Sized, books: Books, parameters: Parameters
) -> Want | Denial:
    """The order for a size that the gate has passed, or why there can be none.

    Additions are at market: one that rests could outlive the position that it adds to.
    """
    symbol, moved = proposal.symbol, books.last_price.get(proposal.symbol)
    if sized.adds_to is not None or not parameters.enters_by_limit:
        return Want(symbol, sized.qty_base)
    quote = None if moved is None else moved.quote
    scene = Scene(books.instruments[symbol], proposal.snapshot.entry_price, quote, parameters)
    return first_want(proposal.side, sized.qty_base, sized.stop_price, scene)


def limit_price(side: PositionSide, scene: Scene) -> Decimal:
    """The price of an entry that waits: better than the decision's by the offset, on its step.

    Post-only, and where the quote is known, it stays a step away from what would trade at once.
    """
    step, sign = scene.instrument.price_step, side.sign
    better_price = scene.price * (1.0 - sign * scene.parameters.entry_offset_ratio)
    rounded = floor_to_step if sign > 0 else ceil_to_step
    price = rounded(better_price, step)
    if scene.quote is None or not scene.parameters.entry_post_only:
        return price
    if sign > 0:
        return min(price, ceil_to_step(to_decimal(scene.quote.ask_price), step) - step)
    return max(price, floor_to_step(to_decimal(scene.quote.bid_price), step) + step)


def first_want(
    side: PositionSide, qty_base: Decimal, stop_price: float, scene: Scene
) -> Want | Denial:
    """The limit entry of a size that the gate has passed, or why it cannot be one."""
    price = limit_price(side, scene)
    if not (float(price) - stop_price) * side.sign > 0.0 or price <= 0:
        text = f"the limit price {price} is past the stop {stop_price:.8g}"
        return Denial(Reason.NO_STOP, text)
    if _is_too_little(qty_base, price, scene):
        return Denial(Reason.TOO_SMALL, f"{qty_base} at the limit price {price} is too little")
    return _want(scene, qty_base, price)


def want_anew(order: Order, scene: Scene) -> Want | str:
    """The next attempt at a limit entry that found nobody, or why there is none.

    It never risks or is worth more than the one before, which the gate has passed: a price that
    has run away from the stop makes it smaller.
    """
    terms, old_price = order.terms, order.request.limit_price
    if terms is None or old_price is None:
        return "it was no limit entry"
    if scene.quote is not None and scene.quote.spread_bps > scene.parameters.max_spread_bps:
        return "the spread is too wide now"
    price, sign = limit_price(terms.side, scene), terms.side.sign
    distance_price = (float(price) - terms.stop_price) * sign
    if not distance_price > 0.0 or price <= 0:
        return "the price has passed its stop"
    old_distance_price = (float(old_price) - terms.stop_price) * sign
    share = min(1.0, old_distance_price / distance_price, float(old_price / price))
    qty_base = order.request.qty_base
    if share < 1.0:
        qty_base = floor_to_step(float(qty_base) * share, scene.instrument.qty_step)
    if _is_too_little(qty_base, price, scene):
        return "at the price of now it would be too small"
    return _want(scene, qty_base, price)


def is_crumb(qty_base: Decimal, scene: Scene) -> bool:
    """Whether a position is so small that the venue would refuse its stop or its exit."""
    item = scene.instrument
    if qty_base < item.min_qty_base:
        return True
    # a perpetual's remainder may be closed at any worth; coins may not be sold under the minimum
    worth_quote = float(qty_base) * scene.price
    return not item.is_margined and worth_quote < float(item.min_notional_quote)


def rest_at_market(order: Order, scene: Scene) -> Want | None:
    """The unfilled rest of an entry, at market; None where that is under the venue's minimum."""
    price = to_decimal(scene.price)
    if _is_too_little(order.leaves_base, price, scene):
        return None
    return Want(order.request.symbol, order.leaves_base)


def _is_too_little(qty_base: Decimal, price: Decimal, scene: Scene) -> bool:
    least_quote = min_notional_quote(scene.instrument, scene.parameters)
    is_short = qty_base < scene.instrument.min_qty_base
    return is_short or qty_base <= 0 or float(qty_base * price) < least_quote


def _want(scene: Scene, qty_base: Decimal, price: Decimal) -> Want:
    return Want(scene.instrument.symbol, qty_base, price, scene.parameters.entry_post_only)
