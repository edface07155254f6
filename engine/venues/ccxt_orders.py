"""ccxt's orders, fills, balances and positions as our values, exact to the last digit.

The client is made with `"number": str`: what arrives as text becomes a Decimal here.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from engine.core.clockwork import from_ms
from engine.core.kinds import Liquidity, OrderState, Side
from engine.core.money import ZERO
from engine.core.orders import Fill, Payment, VenueOrder
from engine.venues.ccxt_words import Listing, decimal_of

Row = Mapping[str, Any]
_STATES = {
    "open": OrderState.ACCEPTED,
    "canceling": OrderState.ACCEPTED,
    "closed": OrderState.FILLED,
    "canceled": OrderState.CANCELLED,
    "expired": OrderState.EXPIRED,
    "rejected": OrderState.REFUSED,
}


class NotReadable(ValueError):
    """An answer that is no order, fill or balance: as good as none."""


class Told(NamedTuple):
    """An order as the venue tells it, its fills aside."""

    venue_order_id: str
    client_order_id: str
    symbol: str
    state: OrderState
    filled_base: Decimal


def own_id(order: Row, stop_cid_key: str) -> str:
    """Our id of an order as ccxt tells it, or as the venue spells it where ccxt does not look."""
    info = order.get("info") or {}
    unread = info.get(stop_cid_key) if stop_cid_key and isinstance(info, Mapping) else None
    return str(order.get("clientOrderId") or unread or "")


def told_of(
    order: Row, contract_base: Decimal, *, cid: str = "", never_fills: bool = False
) -> Told:
    """An order; `cid` where the venue does not repeat it. Raises NotReadable.

    A reply cut in half comes as an order whose id, status and filled are None. A conditional
    order that becomes another one when triggered never fills itself.
    """
    venue_order_id, status = order.get("id"), order.get("status")
    state = _STATES.get(str(status))
    if not venue_order_id or state is None:
        raise NotReadable(f"an order without id or status ({status})")
    filled = ZERO if never_fills else _contracts(order, "filled")
    wanted = decimal_of(order.get("amount"))
    if state is OrderState.ACCEPTED and filled > 0:
        state = OrderState.PARTIALLY_FILLED
    if state is OrderState.FILLED and not never_fills and wanted is not None and filled < wanted:
        state = OrderState.EXPIRED  # "closed" with a rest: the venue gave the rest up
    return Told(
        str(venue_order_id),
        str(order.get("clientOrderId") or cid),
        str(order.get("symbol") or ""),
        state,
        filled * contract_base,
    )


def fill_of(trade: Row, cid: str, listing: Listing) -> Fill:
    """One execution ("trade" in ccxt's words); raises NotReadable."""
    instrument = listing.instrument
    price, qty = decimal_of(trade.get("price")), decimal_of(trade.get("amount"))
    trade_id, timestamp_ms = trade.get("id"), trade.get("timestamp")
    if not trade_id or timestamp_ms is None or not price or not qty:
        raise NotReadable("a fill without id, time, price or quantity")
    fees = _fees(trade)
    maker = trade.get("takerOrMaker") == "maker"
    return Fill(
        fill_id=f"{instrument.symbol}#{trade_id}",  # venues number them by symbol
        client_order_id=cid,
        symbol=instrument.symbol,
        side=Side(str(trade.get("side"))),
        qty_base=qty * listing.contract_base,
        price=price,
        fee_quote=fees.get(instrument.quote, ZERO),
        fee_base=fees.get(instrument.base, ZERO),
        liquidity=Liquidity.MAKER if maker else Liquidity.TAKER,
        filled_at=from_ms(int(timestamp_ms)),
    )


def foreign_fees(trade: Row, listing: Listing) -> Mapping[str, Decimal]:
    """Fees that were paid in a third coin: they move neither our cash nor our position.

    `ccxt_fees` counts what they were worth.
    """
    ours = {listing.instrument.quote, listing.instrument.base}
    return {code: cost for code, cost in _fees(trade).items() if code not in ours and cost}


def venue_order(told: Told, fills: Sequence[Fill], *, is_forced: bool = False) -> VenueOrder:
    """The order with its fills, oldest first."""
    return VenueOrder(
        client_order_id=told.client_order_id,
        symbol=told.symbol,
        state=told.state,
        fills=tuple(sorted(fills, key=lambda fill: (fill.filled_at, fill.fill_id))),
        venue_order_id=told.venue_order_id,
        is_forced=is_forced,
    )


def spot_balance(balance: Row, code: str) -> Decimal:
    """What is held of a coin, free or locked by orders; zero when it is not listed.

    Raises NotReadable for a balance that lists nothing at all: that is no answer.
    """
    if not balance.get("total"):
        raise NotReadable("an empty balance")
    account = balance.get(code)
    return (decimal_of(account.get("total")) or ZERO) if isinstance(account, Mapping) else ZERO


def wallet_balance(balance: Row, code: str, keys: tuple[str, str]) -> Decimal:
    """Money of a margin account without open profit; raises NotReadable when it is not told."""
    found = _dig(balance.get("info"), keys[0], code, keys[1])
    if found is None:
        raise NotReadable(f"a balance without {keys[1]} of {code}")
    return found


def signed_base(position: Row, contract_base: Decimal) -> Decimal:
    """What a position holds; short is negative."""
    contracts = decimal_of(position.get("contracts")) or ZERO
    sign = -1 if position.get("side") == "short" else 1
    return sign * abs(contracts) * contract_base


def payment_of(row: Row) -> Payment:
    """One funding interval of one symbol; raises NotReadable."""
    flow, row_id, at_ms = decimal_of(row.get("amount")), row.get("id"), row.get("timestamp")
    symbol = row.get("symbol")
    if flow is None or at_ms is None or not symbol:
        raise NotReadable("a payment without an amount, a time or a symbol")
    return Payment(
        payment_id=f"funding#{symbol}#{row_id or at_ms}",
        symbol=str(symbol),
        flow_quote=flow,
        paid_at=from_ms(int(at_ms)),
    )


def _contracts(order: Row, key: str) -> Decimal:
    number = decimal_of(order.get(key))
    if number is None:
        raise NotReadable(f"an order without '{key}'")
    return number


def _fees(trade: Row) -> dict[str, Decimal]:
    told = trade.get("fees") or ([trade["fee"]] if trade.get("fee") else [])
    fees: dict[str, Decimal] = {}
    for fee in told:
        cost = decimal_of(fee.get("cost"))
        if cost is not None and fee.get("currency"):
            fees[str(fee["currency"])] = fees.get(str(fee["currency"]), ZERO) + cost
    return fees


def _dig(node: object, code_key: str, code: str, key: str) -> Decimal | None:
    # the first object anywhere below whose `code_key` is the coin
    children: Sequence[object] = ()
    if isinstance(node, Mapping):
        if node.get(code_key) == code:
            return decimal_of(node.get(key))
        children = tuple(node.values())
    elif isinstance(node, list):
        children = node
    found = (_dig(child, code_key, code, key) for child in children)
    return next((each for each in found if each is not None), None)
