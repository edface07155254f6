"""Whether a price can be one: what the desk refuses before anybody reckons with it."""

import math

from engine.core.market import PriceMoved

LEAP = 2.0  # times the last price, or the last price times it: a print that waits for a second one
AGREES_RATIO = 0.1  # how near the second one must be
LEAP_WITHIN_S = 3600.0  # after a longer silence any price may be true


def fault_of(event: PriceMoved) -> str:
    """Why these are no prices; empty where they are."""
    prices = (event.open_price, event.high_price, event.low_price, event.close_price)
    if not all(0.0 < price < math.inf for price in prices):
        return "a price that is not a positive number"
    if not event.low_price <= min(event.open_price, event.close_price):
        return "a low above the price"
    if not max(event.open_price, event.close_price) <= event.high_price:
        return "a high under the price"
    quote = event.quote
    if quote is not None and not 0.0 < quote.bid_price <= quote.ask_price < math.inf:
        return "a bid above the ask, or none"
    return ""


def leaps(event: PriceMoved, before: PriceMoved | None) -> bool:
    """Whether a single print is so far from the last price that a second one must confirm it.

    A bar's range is not judged: it was traded.
    """
    if before is None or not event.open_price == event.high_price == event.low_price:
        return False
    if (event.at - before.at).total_seconds() > LEAP_WITHIN_S:
        return False
    times = event.close_price / before.close_price
    return not 1.0 / LEAP < times < LEAP


def confirms(event: PriceMoved, suspect: PriceMoved) -> bool:
    """Whether the price is near the suspected one."""
    return abs(event.close_price / suspect.close_price - 1.0) <= AGREES_RATIO
