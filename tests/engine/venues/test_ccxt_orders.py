"""Orders, fills and money out of ccxt's words: exact, or not at all."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.kinds import OrderState
from engine.venues.ccxt_orders import (
    NotReadable,
    fill_of,
    payment_of,
    signed_base,
    spot_balance,
    told_of,
    wallet_balance,
)
from engine.venues.ccxt_words import TICK_SIZE, listing_of
from tests.engine.venues.test_ccxt_words import SPOT, SWAP, junk

ONE = Decimal(1)
ORDER: dict[str, Any] = {
    "id": "7", "clientOrderId": "ours", "symbol": "BTC/USDT", "status": "open",
    "filled": "0", "amount": "0.10000000",
}  # fmt: skip
TRADE: dict[str, Any] = {
    "id": "9", "timestamp": 1_767_225_600_123, "side": "sell", "price": "0.00000012300",
    "amount": "3", "takerOrMaker": "maker", "fee": {"cost": "0.0004", "currency": "USDT"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, OrderState.ACCEPTED),
        ({"filled": "0.01"}, OrderState.PARTIALLY_FILLED),
        ({"status": "canceling"}, OrderState.ACCEPTED),
        ({"status": "closed", "filled": "0.1"}, OrderState.FILLED),
        ({"status": "closed", "filled": "0.09"}, OrderState.EXPIRED),
        ({"status": "canceled", "filled": "0.09"}, OrderState.CANCELLED),
        ({"status": "expired"}, OrderState.EXPIRED),
        ({"status": "rejected"}, OrderState.REFUSED),
    ],
)
def test_a_status_becomes_a_state(change: dict[str, Any], state: OrderState) -> None:
    told = told_of(ORDER | change, ONE)
    assert (told.state, told.client_order_id, told.venue_order_id) == (state, "ours", "7")


@pytest.mark.parametrize(
    "change", [{"id": None}, {"status": None}, {"status": "?"}, {"filled": None}, {"filled": "NaN"}]
)
def test_half_an_order_is_none(change: dict[str, Any]) -> None:
    with pytest.raises(NotReadable):
        told_of(ORDER | change, ONE)


def test_a_fill_is_exact_and_counted_in_base() -> None:
    swap = listing_of(SWAP, TICK_SIZE)  # a contract holds a hundredth
    fill = fill_of(TRADE, "ours", swap)
    assert (fill.qty_base, fill.price, fill.fee_quote, fill.fee_base) == (
        Decimal("0.03"),
        Decimal("1.23E-7"),
        Decimal("0.0004"),
        Decimal(0),
    )
    assert fill.fill_id == "ETH/USDT:USDT#9"
    assert fill.filled_at.microsecond == 123_000


def test_fees_of_several_coins_are_kept_apart() -> None:
    fees = [{"cost": "1", "currency": "BTC"}, {"cost": "2", "currency": "USDT"}] * 2
    fill = fill_of(TRADE | {"fees": fees, "fee": None}, "ours", listing_of(SPOT, TICK_SIZE))
    assert (fill.fee_base, fill.fee_quote) == (Decimal(2), Decimal(4))


def filled_base(changes: dict[str, Any]) -> Decimal:
    return told_of(ORDER | changes, ONE).filled_base


def fill_price(changes: dict[str, Any]) -> Decimal:
    return fill_of(TRADE | changes | {"fees": None}, "x", listing_of(SPOT, TICK_SIZE)).price


@settings(max_examples=50)
@given(changes=st.dictionaries(st.sampled_from(sorted({*ORDER, *TRADE})), junk))
def test_no_garbage_makes_an_impossible_value(changes: dict[str, Any]) -> None:
    for read in (filled_base, fill_price):
        try:
            number = read(changes)
        except (ValueError, AttributeError, TypeError, OverflowError):
            continue  # what cannot be read is asked for again
        assert number.is_finite()


def test_money_is_found_wherever_the_venue_puts_it() -> None:
    info = {"result": {"list": [{"coin": [{"coin": "BTC"}, {"coin": "USDT", "wallet": "7.5"}]}]}}
    assert wallet_balance({"info": info}, "USDT", ("coin", "wallet")) == Decimal("7.5")
    with pytest.raises(NotReadable):
        wallet_balance({"info": {}}, "USDT", ("coin", "wallet"))
    balance = {"total": {"USDT": "9"}, "USDT": {"free": "2", "total": "9"}}
    assert spot_balance(balance, "USDT") == 9
    assert spot_balance(balance, "BTC") == 0
    with pytest.raises(NotReadable):
        spot_balance({"total": {}}, "USDT")


def test_a_short_is_negative() -> None:
    assert signed_base({"contracts": "3", "side": "short"}, Decimal("0.1")) == Decimal("-0.3")
    assert signed_base({"contracts": None, "side": None}, ONE) == 0


def test_a_payment_has_an_id_of_its_own() -> None:
    row = {"id": "5", "symbol": "BTC/USDT:USDT", "amount": "-0.5", "timestamp": 1}
    assert payment_of(row).payment_id == "funding#BTC/USDT:USDT#5"
    assert payment_of(row | {"id": None}).payment_id == "funding#BTC/USDT:USDT#1"
    with pytest.raises(NotReadable):
        payment_of(row | {"amount": None})
