"""What each error of ccxt means for an order that was sent."""

from typing import Any

import aiohttp
import pytest
from ccxt.base import errors

from engine.core.orders import RefusedBy, Unknown
from engine.core.reasons import Reason
from engine.venues.ccxt_guard import NotSent, WireMismatch
from engine.venues.ccxt_refusals import REFUSALS, TEXTS, UNKNOWN, answer_of, is_clock
from tests.engine.venues.test_ccxt_words import every_class

CLASSES: dict[str, Any] = {
    cls.__name__: cls for cls in every_class(errors.BaseError) if cls.__module__ == errors.__name__
}
# facts/exchange.md section 9: an error of these classes is a definite "no"; of all others, not
DEFINITE = {
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
    "ManualInteractionNeeded": Reason.OTHER,
    "RestrictedLocation": Reason.AUTH,
    "NotSupported": Reason.OTHER,
    "ArgumentsRequired": Reason.OTHER,
    "AuthenticationError": Reason.AUTH,
    "PermissionDenied": Reason.AUTH,
    "AccountNotEnabled": Reason.AUTH,
    "AccountSuspended": Reason.AUTH,
    "InvalidNonce": Reason.OTHER,
    "DDoSProtection": Reason.RATE_LIMIT,
    "RateLimitExceeded": Reason.RATE_LIMIT,
    "OnMaintenance": Reason.MAINTENANCE,
}


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_class_is_a_definite_no_or_unknown(name: str) -> None:
    answer = answer_of(CLASSES[name]("venue said so"), left=True)
    if name in DEFINITE:
        assert isinstance(answer, RefusedBy)
        assert answer.reason is DEFINITE[name]
    else:
        assert isinstance(answer, Unknown)


def test_the_tables_name_classes_that_exist() -> None:
    assert REFUSALS.keys() <= CLASSES.keys()
    assert CLASSES.keys() >= UNKNOWN
    assert not REFUSALS.keys() & UNKNOWN


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (errors.InvalidOrder('{"code":-2010,"msg":"Duplicate order sent."}'), Reason.DUPLICATE),
        (errors.InvalidOrder('binanceusdm {"code":-4116}'), Reason.DUPLICATE),
        (errors.InvalidOrder('bybit {"retCode":110072}'), Reason.DUPLICATE),
        (errors.InvalidOrder('bybit {"retCode":170141}'), Reason.DUPLICATE),
        (errors.InvalidOrder('okx {"sCode":"51016"}'), Reason.DUPLICATE),
        (errors.InvalidOrder("Filter failure: LOT_SIZE"), Reason.MIN_QTY),
        (errors.InvalidOrder("Filter failure: PRICE_FILTER"), Reason.BAD_PRECISION),
        (errors.BadRequest("Filter failure: NOTIONAL"), Reason.MIN_NOTIONAL),
        (errors.BadRequest("Filter failure: MIN_NOTIONAL"), Reason.MIN_NOTIONAL),
        (errors.InvalidOrder('{"code":-4164}'), Reason.MIN_NOTIONAL),
        (errors.InvalidOrder("ReduceOnly Order is rejected."), Reason.REDUCE_ONLY),
        (errors.OperationRejected('{"code":-2022}'), Reason.REDUCE_ONLY),
        (errors.InsufficientFunds('{"code":-2019}'), Reason.INSUFFICIENT_FUNDS),
        (errors.DDoSProtection('binance {"code":-2015,"msg":"Invalid API-key"}'), Reason.AUTH),
    ],
)  # fmt: skip
def test_a_venues_own_words_say_more_than_the_class(error: Exception, reason: Reason) -> None:
    answer = answer_of(error, left=True)
    assert isinstance(answer, RefusedBy)
    assert answer.reason is reason


def test_every_text_is_tested() -> None:
    source = [words for words, _ in TEXTS]
    assert len(source) == len(set(source)) == 14


def test_a_time_out_inside_bybit_is_unknown_although_its_class_is_definite() -> None:
    assert isinstance(answer_of(errors.InvalidOrder('{"retCode":170146}'), left=True), Unknown)


@pytest.mark.parametrize(
    "error", [KeyError("x"), TypeError(), ValueError(), OSError(), RuntimeError()]
)
def test_a_stumble_of_the_parser_is_unknown_once_the_order_left(error: Exception) -> None:
    assert isinstance(answer_of(error, left=True), Unknown)
    assert isinstance(answer_of(error, left=False), RefusedBy)


def test_a_refused_connection_proves_that_nothing_was_sent() -> None:
    key = aiohttp.client_reqrep.ConnectionKey("h", 1, False, False, None, None, None)
    error = errors.ExchangeNotAvailable("binance POST")
    error.__cause__ = aiohttp.ClientConnectorError(key, OSError("refused"))
    assert isinstance(answer_of(error, left=True), RefusedBy)
    error.__cause__ = aiohttp.ServerDisconnectedError()  # it was open, and the order was on it
    assert isinstance(answer_of(error, left=True), Unknown)


def test_what_our_guard_held_back_is_said_so() -> None:
    held = answer_of(WireMismatch("without the trigger"), left=False)
    late = answer_of(NotSent("waited"), left=False)
    assert isinstance(held, RefusedBy)
    assert held.reason is Reason.HELD_BACK
    assert isinstance(late, RefusedBy)
    assert "never sent" in late.text


def test_a_text_of_ccxt_never_reaches_the_person() -> None:
    url = "binance POST https://api.binance.com/api/v3/order?signature=secret"
    for name, cls in CLASSES.items():
        assert "secret" not in answer_of(cls(url), left=True).text, name


def test_a_wrong_clock_is_recognised() -> None:
    assert is_clock(errors.InvalidNonce("-1021"))
    assert not is_clock(errors.RequestTimeout("x"))
