"""Unmodified ccxt trades spot on the loopback exchange: orders, locks, filters, fees, stops."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from ccxt.base import errors

from tests.fakes.exchange.rig import SPOT, Rig, trading

D = Decimal


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with trading() as made:
        yield made


async def test_a_purchase_pays_its_fee_in_the_coins_it_brings(rig: Rig) -> None:
    order = await rig.spot.create_order(SPOT, "market", "buy", "0.1", None, {"clientOrderId": "a1"})
    assert (order["status"], order["filled"], order["clientOrderId"]) == ("closed", "0.1", "a1")
    assert order["fees"] == [{"currency": "BTC", "cost": "0.00010000"}]
    coins = rig.exchange.ledger().coins
    assert coins == {"BTC": D("0.0999"), "USDT": D("10000") - D("0.1") * D("50000.01")}
    balance = await rig.spot.fetch_balance()
    assert {name: D(balance[name]["free"]) for name in coins} == coins


async def test_a_sale_pays_its_fee_in_money(rig: Rig) -> None:
    rig.exchange.deposit("BTC", "0.2")
    await rig.spot.create_order(SPOT, "market", "sell", "0.2", None, {"clientOrderId": "s1"})
    (fill,) = await rig.spot.fetch_my_trades(SPOT)
    assert (fill["fee"]["currency"], D(fill["fee"]["cost"])) == ("USDT", D("9.999998"))
    assert rig.exchange.ledger().coins["USDT"] == D(10_000) + D("9999.998") - D("9.999998")


async def test_a_resting_limit_locks_money_until_it_is_cancelled(rig: Rig) -> None:
    order = await rig.spot.create_order(
        SPOT, "limit", "buy", "0.1", "49000", {"clientOrderId": "l"}
    )
    assert order["status"] == "open"
    assert (await rig.spot.fetch_balance())["USDT"]["used"] == "4900.0"
    (resting,) = await rig.spot.fetch_open_orders(SPOT)
    assert resting["clientOrderId"] == "l"
    cancelled = await rig.spot.cancel_order(None, SPOT, {"clientOrderId": "l"})
    assert cancelled["status"] == "canceled"
    assert D((await rig.spot.fetch_balance())["USDT"]["free"]) == 10_000
    with pytest.raises(errors.OrderNotFound):
        await rig.spot.cancel_order(None, SPOT, {"clientOrderId": "l"})


async def test_a_limit_is_filled_in_parts_as_the_volume_reaches_it(rig: Rig) -> None:
    await rig.spot.create_order(SPOT, "limit", "buy", "0.1", "49000", {"clientOrderId": "p"})
    rig.exchange.price(SPOT, 48_900, volume_base="0.04")
    order = await rig.spot.fetch_order(None, SPOT, {"clientOrderId": "p"})
    assert (order["status"], order["filled"], order["average"]) == ("open", "0.04", "49000")
    rig.exchange.price(SPOT, 48_900)
    order = await rig.spot.fetch_order(None, SPOT, {"clientOrderId": "p"})
    assert (order["status"], D(order["filled"])) == ("closed", D("0.1"))
    fills = await rig.spot.fetch_my_trades(SPOT)
    assert [(fill["amount"], fill["takerOrMaker"]) for fill in fills] == [
        ("0.04", "maker"),
        ("0.06", "maker"),
    ]
    assert rig.exchange.ledger().coins["USDT"] == 5100


async def test_a_market_order_walks_the_book_and_its_rest_expires(rig: Rig) -> None:
    rig.exchange.book(SPOT, [(49_990, 1)], [(50_000, "0.02"), (50_100, "0.03")])
    order = await rig.spot.create_order(SPOT, "market", "buy", "0.1", None, {"clientOrderId": "w"})
    assert (order["status"], order["filled"]) == ("expired", "0.05")
    assert D(order["average"]) == D(50_060)
    assert [trade["price"] for trade in order["trades"]] == ["50000", "50100"]


async def test_a_stop_locks_the_coins_waits_and_sells_when_it_is_reached(rig: Rig) -> None:
    rig.exchange.deposit("BTC", "0.2")
    stop = {"clientOrderId": "stop", "stopLossPrice": "45000"}
    order = await rig.spot.create_order(SPOT, "market", "sell", "0.2", None, stop)
    assert (order["status"], order["triggerPrice"]) == ("open", "45000")
    assert (await rig.spot.fetch_balance())["BTC"] == {"free": "0.0", "used": "0.2", "total": "0.2"}
    rig.exchange.price(SPOT, 45_000.01)
    assert len(await rig.spot.fetch_open_orders(SPOT)) == 1
    rig.exchange.price(SPOT, 44_950)
    order = await rig.spot.fetch_order(None, SPOT, {"clientOrderId": "stop"})
    assert (order["status"], D(order["average"])) == ("closed", D("44949.99"))
    assert "BTC" not in rig.exchange.ledger().coins


async def test_a_stop_limit_rests_where_the_market_jumped_over_it(rig: Rig) -> None:
    rig.exchange.deposit("BTC", "0.1")
    stop = {"clientOrderId": "sl", "stopLossPrice": "45000"}
    await rig.spot.create_order(SPOT, "limit", "sell", "0.1", "44900", stop)
    rig.exchange.price(SPOT, 44_000)
    order = await rig.spot.fetch_order(None, SPOT, {"clientOrderId": "sl"})
    assert (order["status"], order["filled"]) == ("open", "0")
    rig.exchange.price(SPOT, 44_950)
    order = await rig.spot.fetch_order(None, SPOT, {"clientOrderId": "sl"})
    assert (order["status"], D(order["average"])) == ("closed", D(44_900))


async def test_a_take_profit_sells_above(rig: Rig) -> None:
    rig.exchange.deposit("BTC", "0.1")
    target = {"clientOrderId": "tp", "takeProfitPrice": "52000"}
    await rig.spot.create_order(SPOT, "market", "sell", "0.1", None, target)
    rig.exchange.price(SPOT, 52_100)
    order = await rig.spot.fetch_order(None, SPOT, {"clientOrderId": "tp"})
    assert (order["status"], D(order["average"])) == ("closed", D("52099.99"))


REFUSALS = [
    (("market", "buy", "1", None, {}), errors.InsufficientFunds),
    (("limit", "buy", "0.1", "50100", {"postOnly": True}), errors.OrderImmediatelyFillable),
    (("market", "sell", "0.1", None, {"stopLossPrice": "51000"}), errors.InvalidOrder),
    (("limit", "buy", "0.00001", "49000", {}), errors.BadRequest),  # 0.49 USDT
    (("limit", "buy", "0.1", "9000", {}), errors.InvalidOrder),  # PERCENT_PRICE
    (("market", "buy", "0.1", None, {"quantity": "0.100001"}), errors.InvalidOrder),  # LOT_SIZE
    (("limit", "buy", "0.1", "49000", {"price": "49000.001"}), errors.InvalidOrder),
    (("market", "buy", "0.1", None, {"clientOrderId": "a b"}), errors.BadRequest),
]


@pytest.mark.parametrize(("words", "error"), REFUSALS)
async def test_what_the_exchange_refuses_is_not_booked(
    rig: Rig, words: tuple[object, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await rig.spot.create_order(SPOT, *words)
    ledger = rig.exchange.ledger()
    assert (ledger.coins, ledger.open_orders) == ({"USDT": D(10_000)}, ())


async def test_a_client_id_is_unique_among_open_orders_only(rig: Rig) -> None:
    words = (SPOT, "limit", "buy", "0.01", "49000", {"clientOrderId": "same"})
    first = await rig.spot.create_order(*words)
    with pytest.raises(errors.InvalidOrder, match="Duplicate order sent"):
        await rig.spot.create_order(*words)
    await rig.spot.cancel_order(first["id"], SPOT)
    second = await rig.spot.create_order(*words)
    found = await rig.spot.fetch_order(None, SPOT, {"clientOrderId": "same"})
    assert found["id"] == second["id"] != first["id"]


async def test_orders_that_do_not_wait_are_filled_or_over_at_once(rig: Rig) -> None:
    rig.exchange.book(SPOT, [(49_990, 1)], [(50_000, "0.05")])
    ioc = {"timeInForce": "IOC", "clientOrderId": "ioc"}
    order = await rig.spot.create_order(SPOT, "limit", "buy", "0.1", "50000", ioc)
    assert (order["status"], order["filled"]) == ("expired", "0.05")
    rig.exchange.book(SPOT, [(49_990, 1)], [(50_000, "0.05")])
    fok = {"timeInForce": "FOK", "clientOrderId": "fok"}
    order = await rig.spot.create_order(SPOT, "limit", "buy", "0.1", "50000", fok)
    assert (order["status"], order["filled"]) == ("expired", "0")


async def test_an_order_is_replaced_in_one_request(rig: Rig) -> None:
    old = await rig.spot.create_order(SPOT, "limit", "buy", "0.1", "49000", {"clientOrderId": "o"})
    words = {"clientOrderId": "n"}
    new = await rig.spot.edit_order(old["id"], SPOT, "limit", "buy", "0.1", "48000", words)
    assert (new["clientOrderId"], new["status"], new["price"]) == ("n", "open", "48000")
    (resting,) = await rig.spot.fetch_open_orders(SPOT)
    assert resting["id"] == new["id"]
    with pytest.raises(errors.BadResponse):  # -2022: the old one is gone, nothing was placed
        await rig.spot.edit_order(old["id"], SPOT, "limit", "buy", "0.1", "47000")
    assert len(rig.exchange.ledger().open_orders) == 1


async def test_all_open_orders_of_a_symbol_are_cancelled_together(rig: Rig) -> None:
    for price in ("49000", "48000"):
        await rig.spot.create_order(SPOT, "limit", "buy", "0.01", price)
    cancelled = await rig.spot.cancel_all_orders(SPOT)
    assert {order["status"] for order in cancelled} == {"canceled"}
    assert rig.exchange.ledger().open_orders == ()
    orders = await rig.spot.fetch_orders(SPOT)
    assert [order["status"] for order in orders] == ["canceled", "canceled"]


async def test_fills_are_paged_by_their_ids(rig: Rig) -> None:
    for _ in range(5):
        await rig.spot.create_order(SPOT, "market", "buy", "0.001")
    last = await rig.spot.fetch_my_trades(SPOT, limit=2)
    assert [fill["id"] for fill in last] == ["4", "5"]
    first = await rig.spot.fetch_my_trades(SPOT, None, 2, {"fromId": "2"})
    assert [fill["id"] for fill in first] == ["2", "3"]


async def test_a_purchase_may_name_its_money(rig: Rig) -> None:
    order = await rig.spot.create_market_buy_order_with_cost(SPOT, "1000")
    assert (order["filled"], D(order["cost"])) == ("0.01999", D("0.01999") * D("50000.01"))


async def test_fees_may_be_paid_in_the_coin_of_the_exchange(rig: Rig) -> None:
    rig.exchange.deposit("BNB", "0.001")
    rig.exchange.pay_fees_in("BNB", 600)
    for _ in range(2):
        await rig.spot.create_order(SPOT, "market", "buy", "0.01")
    first, second = await rig.spot.fetch_my_trades(SPOT)
    assert first["fee"] == {"cost": "0.00062500", "currency": "BNB"}
    assert second["fee"] == {"cost": "0.00001000", "currency": "BTC"}  # too little was left
    assert rig.exchange.ledger().coins["BNB"] == D("0.000375")


async def test_a_cancelled_order_keeps_what_was_filled(rig: Rig) -> None:
    words = {"clientOrderId": "half"}
    await rig.spot.create_order(SPOT, "limit", "buy", "0.1", "49000", words)
    rig.exchange.price(SPOT, 48_900, volume_base="0.04")
    order = await rig.spot.cancel_order(None, SPOT, words)
    assert (order["status"], order["filled"]) == ("canceled", "0.04")
    assert rig.exchange.ledger().coins["USDT"] == D(10_000) - D(1960)


async def test_the_owner_trades_by_hand(rig: Rig) -> None:
    rig.exchange.by_hand(SPOT, "BUY", "0.02")
    rig.exchange.by_hand(SPOT, "BUY", "0.01", price=49_000)
    rig.exchange.by_hand(SPOT, "SELL", "0.01", trigger_price=45_000)
    (fill,) = await rig.spot.fetch_my_trades(SPOT)
    assert fill["amount"] == "0.02"
    orders = await rig.spot.fetch_open_orders(SPOT)
    assert [(order["side"], order["clientOrderId"][:4]) for order in orders] == [
        ("buy", "web_"),
        ("sell", "web_"),
    ]
