"""What an order gets at the paper venue, by the rules' arithmetic, as exact money."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from engine.core.kinds import Liquidity, OrderKind, Side
from engine.core.market import Instrument, Level, PriceMoved
from engine.core.money import QUOTE_STEP, ZERO, floor_to_step, to_decimal, to_quote
from engine.core.orders import OrderRequest
from engine.rules.fills import (
    Costs,
    Fill,
    fill_at,
    is_filled,
    level_fill,
    limit_fill,
    market_fill,
    triggered_price,
    worse_price,
)
from engine.venues.paper_levels import facing


class Execution(NamedTuple):
    """One execution: exact numbers, money on the ledger's grid."""

    qty_base: Decimal
    price: Decimal
    notional_quote: Decimal
    fee_quote: Decimal
    liquidity: Liquidity
    fee_base: Decimal = ZERO
    level_price: float | None = None  # of the book's level that it took from; None: of none


Executions = tuple[Execution, ...]


class Terms(NamedTuple):
    """What trading one instrument is like."""

    instrument: Instrument
    costs: Costs
    fees_in_base: bool = False  # of spot purchases

    @property
    def price_step(self) -> float:
        return float(self.instrument.price_step)


def taken(order: OrderRequest, qty_base: Decimal, terms: Terms, event: PriceMoved) -> Executions:
    """A market order against the symbol's latest event; empty when its prices are no prices.

    - Where the book is known it takes level after level, each at its price and the slippage;
      what the known levels do not hold pays the impact on top of the last of them.
    - With a bare quote the taker gets the bid or the ask; without one the decision price, pulled
      into what the event traded, and half the usual spread. Slippage and impact come after both.
    """
    levels = facing(event, order.side)
    if levels:
        return _walked(order, qty_base, terms, event, levels)
    low_price, high_price, costs = event.low_price, event.high_price, terms.costs
    if event.quote is not None:
        low_price = high_price = near_price(order.side, event, terms)
        costs = costs._replace(spread_bps=0.0)  # the quote holds it already
    fill = market_fill(
        order.side.sign,
        float(qty_base),
        order.decision_price,
        low_price,
        high_price,
        event.volume_base,
        costs,
        terms.price_step,
    )
    return _exact(fill, qty_base, Liquidity.TAKER, order.side, terms)


def arrived(order: OrderRequest, qty_base: Decimal, terms: Terms, event: PriceMoved) -> Executions:
    """A limit order that is better than the market when it comes: it takes; empty: it rests.

    Where the book is known it takes what stands there up to its limit, else all or nothing.
    """
    levels = facing(event, order.side)
    if levels:
        return _walked(order, qty_base, terms, event, levels)
    price = near_price(order.side, event, terms)
    return limited(order, qty_base, terms, (price, price, price))


def triggered(
    order: OrderRequest, qty_base: Decimal, terms: Terms, event: PriceMoved
) -> Executions | None:
    """A stop or a target whose trigger was traded, as the market order it becomes; None: it waits.

    At the trigger, or at the open of a gap; at the book of the event's end where that is worse.
    """
    trigger_price = float(order.trigger_price or ZERO)
    prices = (event.open_price, event.low_price, event.high_price)
    price = triggered_price(rises(order), trigger_price, *prices)
    if not price > 0.0:
        return None
    sign = order.side.sign
    if event.quote is not None or event.depth is not None:
        near = near_price(order.side, event, terms)
        if (near - price) * sign >= 0.0:
            return taken(order, qty_base, terms, event)
    fill = market_fill(
        sign, float(qty_base), price, price, price, event.volume_base, terms.costs, terms.price_step
    )
    return _exact(fill, qty_base, Liquidity.TAKER, order.side, terms)


def limited(
    order: OrderRequest, qty_base: Decimal, terms: Terms, prices: tuple[float, float, float]
) -> Executions:
    """What a limit order gets of an event's open, high and low: all of it, or nothing."""
    limit_price = float(order.limit_price or ZERO)
    sign, costs, step = order.side.sign, terms.costs, terms.price_step
    fill = limit_fill(sign, float(qty_base), limit_price, *prices, costs, step)
    liquidity = Liquidity.MAKER if fill.price == limit_price else Liquidity.TAKER
    return _exact(fill, qty_base, liquidity, order.side, terms)


def made(order: OrderRequest, qty_base: Decimal, terms: Terms) -> Executions:
    """A part of a limit order at its limit, as a maker; empty without a quantity."""
    if not qty_base:
        return ()
    price = float(order.limit_price or ZERO)
    fill = fill_at(order.side.sign, float(qty_base), price, price, terms.costs.maker_fee_ratio)
    return _exact(fill, qty_base, Liquidity.MAKER, order.side, terms)


def rises(order: OrderRequest) -> bool:
    """Whether a conditional order waits for a higher price."""
    return (order.side is Side.BUY) is (order.kind is OrderKind.STOP)


def near_price(side: Side, event: PriceMoved, terms: Terms) -> float:
    """What a taker of `side` looks at when the event is over."""
    levels = facing(event, side)
    if levels:
        return levels[0].price
    if event.quote is not None:
        return event.quote.ask_price if side is Side.BUY else event.quote.bid_price
    return worse_price(side.sign, event.close_price, terms.costs.spread_bps / 2.0, terms.price_step)


def _walked(
    order: OrderRequest,
    qty_base: Decimal,
    terms: Terms,
    event: PriceMoved,
    levels: Sequence[Level],
) -> Executions:
    sign, limit_price, left_base = order.side.sign, order.limit_price, qty_base
    costs = terms.costs
    if limit_price is not None:
        costs = costs._replace(slippage_bps=0.0)  # its limit is what it pays at most
    found: list[Execution] = []
    for level in levels:
        if limit_price is not None and (level.price - float(limit_price)) * sign > 0.0:
            return tuple(found)
        part_base = min(left_base, floor_to_step(level.qty_base, terms.instrument.qty_step))
        decided = order.decision_price
        fill = level_fill(sign, float(part_base), level.price, decided, costs, terms.price_step)
        for each in _exact(fill, part_base, Liquidity.TAKER, order.side, terms):
            found.append(each._replace(level_price=level.price))
            left_base -= part_base
    if limit_price is not None or not left_base:
        return tuple(found)
    last_price = levels[-1].price
    fill = market_fill(
        sign,
        float(left_base),
        order.decision_price,
        last_price,
        last_price,
        event.volume_base,
        costs._replace(spread_bps=0.0),
        terms.price_step,
    )
    return (*found, *_exact(fill, left_base, Liquidity.TAKER, order.side, terms))


def _exact(
    fill: Fill, qty_base: Decimal, liquidity: Liquidity, side: Side, terms: Terms
) -> Executions:
    if not is_filled(fill):
        return ()
    price, fee_quote, fee_base = to_decimal(fill.price), to_quote(fill.fee_quote), ZERO
    if terms.fees_in_base and side is Side.BUY and not terms.instrument.is_margined:
        costs = terms.costs
        is_maker = liquidity is Liquidity.MAKER
        ratio = to_decimal(costs.maker_fee_ratio if is_maker else costs.taker_fee_ratio)
        fee_quote, fee_base = ZERO, (qty_base * ratio).quantize(QUOTE_STEP, ROUND_HALF_EVEN)
    return (
        Execution(qty_base, price, to_quote(fill.notional_quote), fee_quote, liquidity, fee_base),
    )
