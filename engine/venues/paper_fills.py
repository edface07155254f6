"""What an order gets at the paper venue, by the rules' arithmetic, as exact money."""

from decimal import Decimal
from typing import NamedTuple

from engine.core.kinds import Liquidity
from engine.core.market import Instrument, PriceMoved
from engine.core.money import to_decimal, to_quote
from engine.core.orders import OrderRequest
from engine.rules.fills import Costs, Fill, is_filled, limit_fill, market_fill, worse_price


class Execution(NamedTuple):
    """One execution of a whole order: exact numbers, money on the ledger's grid."""

    qty_base: Decimal
    price: Decimal
    notional_quote: Decimal
    fee_quote: Decimal
    liquidity: Liquidity


class Terms(NamedTuple):
    """What trading one instrument is like."""

    instrument: Instrument
    costs: Costs


def taken(
    order: OrderRequest, qty_base: Decimal, terms: Terms, event: PriceMoved
) -> Execution | None:
    """A market order against the symbol's latest event, or None when its prices are no prices.

    With a quote the taker gets the bid or the ask; without one the decision price, pulled into
    what the event traded, and half the usual spread on top. Slippage and impact come after both.
    """
    low_price, high_price, costs = event.low_price, event.high_price, terms.costs
    if event.quote is not None:
        low_price = high_price = _near_price(order, event, terms)
        costs = costs._replace(spread_bps=0.0)  # the quote holds it already
    fill = market_fill(
        order.side.sign,
        float(qty_base),
        order.decision_price,
        low_price,
        high_price,
        event.volume_base,
        costs,
        float(terms.instrument.price_step),
    )
    return _exact(fill, qty_base, Liquidity.TAKER)


def arrived(
    order: OrderRequest, qty_base: Decimal, terms: Terms, event: PriceMoved
) -> Execution | None:
    """A limit order that is better than the market when it comes: it takes; None: it rests."""
    near_price = _near_price(order, event, terms)
    return _limited(order, qty_base, terms, (near_price, near_price, near_price))


def rested(
    order: OrderRequest, qty_base: Decimal, terms: Terms, event: PriceMoved
) -> Execution | None:
    """A limit order that rested before `event`; None: it was not traded through."""
    prices = (event.open_price, event.high_price, event.low_price)
    return _limited(order, qty_base, terms, prices)


def _limited(
    order: OrderRequest, qty_base: Decimal, terms: Terms, prices: tuple[float, float, float]
) -> Execution | None:
    limit_price = order.limit_price or Decimal(0)
    fill = limit_fill(
        order.side.sign,
        float(qty_base),
        float(limit_price),
        *prices,
        terms.costs,
        float(terms.instrument.price_step),
    )
    made = fill.price == float(limit_price)
    return _exact(fill, qty_base, Liquidity.MAKER if made else Liquidity.TAKER)


def _near_price(order: OrderRequest, event: PriceMoved, terms: Terms) -> float:
    # what a taker of this side looks at
    if event.quote is not None:
        return event.quote.ask_price if order.side.sign > 0 else event.quote.bid_price
    step = float(terms.instrument.price_step)
    return worse_price(order.side.sign, event.close_price, terms.costs.spread_bps / 2.0, step)


def _exact(fill: Fill, qty_base: Decimal, liquidity: Liquidity) -> Execution | None:
    if not is_filled(fill):
        return None
    return Execution(
        qty_base,
        to_decimal(fill.price),
        to_quote(fill.notional_quote),
        to_quote(fill.fee_quote),
        liquidity,
    )
