"""What an error means for an order: a definite no, or that nobody knows.

No class of ccxt's means "the order was not placed" by itself: with the order booked it raised
ExchangeNotAvailable, RequestTimeout, OperationFailed and plain ExchangeError. So definite
refusals are listed, and everything else is Unknown (facts/exchange.md section 9).
"""

from collections.abc import Iterator

import aiohttp

from engine.core.orders import RefusedBy, Unknown
from engine.core.reasons import Reason
from engine.venues.ccxt_guard import NotSent, WireMismatch

# ccxt's class -> our code. A class that is not here is judged by its parents, then Unknown.
REFUSALS: dict[str, Reason] = {
    "InsufficientFunds": Reason.INSUFFICIENT_FUNDS,
    "InvalidOrder": Reason.OTHER,
    "OrderImmediatelyFillable": Reason.OTHER,
    "OrderNotFillable": Reason.OTHER,
    "DuplicateOrderId": Reason.DUPLICATE,
    "ContractUnavailable": Reason.UNKNOWN_SYMBOL,
    "BadRequest": Reason.BAD_PRECISION,
    "BadSymbol": Reason.UNKNOWN_SYMBOL,
    "OperationRejected": Reason.OTHER,
    "MarketClosed": Reason.MAINTENANCE,
    "RestrictedLocation": Reason.AUTH,
    "ManualInteractionNeeded": Reason.OTHER,
    "NotSupported": Reason.OTHER,
    "ArgumentsRequired": Reason.OTHER,
    "AuthenticationError": Reason.AUTH,
    "InvalidNonce": Reason.OTHER,
    "DDoSProtection": Reason.RATE_LIMIT,
    "RateLimitExceeded": Reason.RATE_LIMIT,
    "OnMaintenance": Reason.MAINTENANCE,
}
# Classes whose parent is in the table, and that prove nothing all the same.
UNKNOWN = frozenset({"OrderNotFound", "OrderNotCached", "ChecksumError", "NoChange"})
# What venues write where their class alone would mislead; the first that is found counts.
TEXTS: tuple[tuple[str, Reason | None], ...] = (
    ("170146", None),  # Bybit "order creation timeout": InvalidOrder, yet it may be there
    ("Duplicate order sent", Reason.DUPLICATE),  # Binance -2010
    ("-4116", Reason.DUPLICATE),  # Binance USD-M
    ("110072", Reason.DUPLICATE),  # Bybit
    ("170141", Reason.DUPLICATE),
    ("51016", Reason.DUPLICATE),  # OKX
    ("ReduceOnly Order is rejected", Reason.REDUCE_ONLY),  # Binance USD-M -2022
    ("-2022", Reason.REDUCE_ONLY),
    ("NOTIONAL", Reason.MIN_NOTIONAL),  # Binance -1013 "Filter failure: ..."
    ("-4164", Reason.MIN_NOTIONAL),
    ("LOT_SIZE", Reason.MIN_QTY),
    ("PRICE_FILTER", Reason.BAD_PRECISION),
    ("-2015", Reason.AUTH),  # a revoked key comes as DDoSProtection once a call has worked
    ("-2019", Reason.INSUFFICIENT_FUNDS),  # Binance USD-M: margin is insufficient
)


def answer_of(error: BaseException, *, left: bool) -> RefusedBy | Unknown:
    """What an error while an order was sent means; `left`: the request left this process."""
    name = type(error).__name__
    if isinstance(error, WireMismatch):
        return RefusedBy(Reason.HELD_BACK, error.log_text)
    if isinstance(error, NotSent) or was_never_sent(error):
        return RefusedBy(Reason.OTHER, f"it was never sent ({name})")
    reason = refusal_of(error)
    if reason is not None:
        return RefusedBy(reason, f"the venue refused it ({name})")
    if not left:
        return RefusedBy(Reason.OTHER, f"it was never sent ({name})")
    return Unknown(f"no clear answer ({name})")  # ccxt's own text may hold a URL with a key


def refusal_of(error: BaseException) -> Reason | None:
    """The code of a definite refusal, else None."""
    text = str(error)
    listed = next((name for name in _names(error) if name in REFUSALS or name in UNKNOWN), None)
    if listed is None or listed in UNKNOWN:
        return None
    told = [reason for words, reason in TEXTS if words in text]
    return told[0] if told else REFUSALS[listed]


def was_never_sent(error: BaseException) -> bool:
    """Whether the connection itself was refused, or its host has no address."""
    return any(isinstance(cause, aiohttp.ClientConnectorError) for cause in _causes(error))


def is_clock(error: BaseException) -> bool:
    """Whether the venue found our clock wrong."""
    return "InvalidNonce" in _names(error)


def _names(error: BaseException) -> list[str]:
    return [each.__name__ for each in type(error).__mro__]


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__
