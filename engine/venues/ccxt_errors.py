"""What each ccxt error means for a read. A test walks ccxt's classes: every one has its row."""

from enum import Enum


class Meaning(Enum):
    RETRY = "retry"  # it may work in a moment
    SLOW_DOWN = "slow down"  # wait for as long as the venue says, then it may work
    REFUSED = "refused"  # asking again gives the same answer


R, S, N = Meaning.RETRY, Meaning.SLOW_DOWN, Meaning.REFUSED

READ_ERRORS: dict[str, Meaning] = {
    "BaseError": R,
    "ExchangeError": R,  # a body that was cut short comes as this
    "AuthenticationError": N,
    "PermissionDenied": N,
    "AccountNotEnabled": N,
    "AccountSuspended": N,
    "ArgumentsRequired": N,
    "BadRequest": N,
    "BadSymbol": N,
    "OperationRejected": N,
    "NoChange": N,
    "MarginModeAlreadySet": N,
    "MarketClosed": R,
    "ManualInteractionNeeded": N,
    "RestrictedLocation": N,
    "InsufficientFunds": N,
    "InvalidAddress": N,
    "AddressPending": N,
    "InvalidOrder": N,
    "OrderNotFound": N,
    "OrderNotCached": N,
    "OrderImmediatelyFillable": N,
    "OrderNotFillable": N,
    "DuplicateOrderId": N,
    "ContractUnavailable": N,
    "NotSupported": N,
    "InvalidProxySettings": N,
    "ExchangeClosedByUser": N,
    "OperationFailed": R,
    "NetworkError": R,
    "DDoSProtection": S,
    "RateLimitExceeded": S,
    "ExchangeNotAvailable": R,
    "OnMaintenance": R,
    "InvalidNonce": R,
    "ChecksumError": R,
    "RequestTimeout": R,
    "BadResponse": R,
    "NullResponse": R,
    "CancelPending": R,
    "UnsubscribeError": N,
}


def meaning_of(error: BaseException) -> Meaning:
    """The row of the error's class, or of its nearest parent that has one; RETRY without any."""
    for parent in type(error).__mro__:
        meaning = READ_ERRORS.get(parent.__name__)
        if meaning is not None:
            return meaning
    return Meaning.RETRY  # ccxt's parsers stumble over garbage with plain Python errors
