"""The exchange's filters: what it refuses before it looks at the account."""

from decimal import Decimal

from tests.fakes.exchange.listings import SPOT_KINDS, SWAP_KINDS
from tests.fakes.exchange.orders import Refused, Wanted


def check_filters(want: Wanted, last_price: Decimal) -> None:
    """Raises Refused for a breach; `last_price` values market orders and bounds the others."""
    listing = want.listing
    if want.kind not in (SWAP_KINDS if listing.is_swap else SPOT_KINDS):
        raise Refused(-1116, "Invalid orderType.")
    if not listing.is_trading:
        raise (
            Refused(-4141, "Symbol is closed.")
            if listing.is_swap
            else Refused(-1013, "Market is closed.")
        )
    if last_price <= 0:
        raise Refused(-1013, "Market is closed.")  # nobody has traded here yet
    _prices(want, last_price)
    if want.quote_qty is None and not want.close_position:
        _qty(want)
    _notional(want, last_price)


def _prices(want: Wanted, last_price: Decimal) -> None:
    low, high = want.listing.percent_price
    for price in (want.price, want.trigger_price):
        if price is None:
            continue
        if price <= 0 or price % want.listing.price_step:
            raise _price_step(want)
        if not last_price * low <= price <= last_price * high:
            raise _percent(want, is_high=price > last_price)


def _price_step(want: Wanted) -> Refused:
    if want.listing.is_swap:
        return Refused(-4014, "Price not increased by tick size.")
    return Refused(-1013, "Filter failure: PRICE_FILTER")


def _percent(want: Wanted, *, is_high: bool) -> Refused:
    if not want.listing.is_swap:
        return Refused(-1013, "Filter failure: PERCENT_PRICE_BY_SIDE")
    if is_high:
        return Refused(-4016, "Limit price can't be higher than the cap.")
    return Refused(-4024, "Limit price can't be lower than the floor.")


def _qty(want: Wanted) -> None:
    listing = want.listing
    if listing.is_swap:
        if want.qty_base <= 0:
            raise Refused(-4003, "Quantity less than or equal to zero.")
        if want.qty_base > listing.max_qty_base:
            raise Refused(-4005, "Quantity greater than max quantity.")
        if want.qty_base % listing.qty_step:
            raise Refused(-1111, "Precision is over the maximum defined for this asset.")
    elif (
        not listing.qty_step <= want.qty_base <= listing.max_qty_base
        or want.qty_base % listing.qty_step
    ):
        raise Refused(-1013, "Filter failure: LOT_SIZE")


def _notional(want: Wanted, last_price: Decimal) -> None:
    listing = want.listing
    if listing.is_swap and (want.only_reduces or want.is_algo):
        return  # the order that comes of a conditional one is looked at when it is triggered
    price = want.price or want.trigger_price or last_price
    worth = want.qty_base * price if want.quote_qty is None else want.quote_qty
    if worth >= listing.min_notional_quote:
        return
    if listing.is_swap:
        least = listing.min_notional_quote
        words = f"Order's notional must be no smaller than {least} (unless you choose reduce only)."
        raise Refused(-4164, words)
    raise Refused(-1013, "Filter failure: NOTIONAL")
