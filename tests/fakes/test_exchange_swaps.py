"""Unmodified ccxt trades perpetuals there: conditional orders, margin, funding, liquidation."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from ccxt.base import errors

from tests.fakes.exchange.rig import SWAP, Rig, trading

D = Decimal
TRIGGER = {"trigger": True}


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with trading() as made:
        yield made


async def buy(rig: Rig, qty: str = "0.1", **words: str) -> None:
    await rig.swap.create_order(SWAP, "market", "buy", qty, None, words)


async def test_a_position_is_opened_reduced_and_closed_exactly(rig: Rig) -> None:
    await buy(rig, "0.3")
    (position,) = await rig.swap.fetch_positions([SWAP])
    assert (position["side"], position["contracts"]) == ("long", "0.3")
    assert D(position["entryPrice"]) == D("50000.1")
    for price, qty in ((50_123, "0.1"), (50_456.7, "0.2")):
        rig.exchange.price(SWAP, price)
        await rig.swap.create_order(SWAP, "market", "sell", qty, None, {"reduceOnly": True})
    ledger = rig.exchange.ledger()
    flow = sum(
        (fill.notional_quote if fill.side == "SELL" else -fill.notional_quote) - fill.fee
        for fill in ledger.fills
    )
    assert (ledger.positions, ledger.wallet_quote) == ({}, D(10_000) + flow)
    balance = await rig.swap.fetch_balance()
    assert D(balance["USDT"]["total"]) == ledger.wallet_quote


async def test_a_short_turns_long_through_zero(rig: Rig) -> None:
    await rig.swap.create_order(SWAP, "market", "sell", "0.1")
    await buy(rig, "0.3")
    (position,) = await rig.swap.fetch_positions([SWAP])
    assert (position["side"], D(position["contracts"])) == ("long", D("0.2"))


async def test_a_stop_is_an_algo_order_with_an_id_space_of_its_own(rig: Rig) -> None:
    await buy(rig)
    words = {"clientOrderId": "stop", "stopLossPrice": "48000", "reduceOnly": True}
    stop = await rig.swap.create_order(SWAP, "market", "sell", "0.1", None, words)
    assert (stop["status"], stop["triggerPrice"], stop["reduceOnly"]) == ("open", "48000", True)
    assert await rig.swap.fetch_open_orders(SWAP) == []
    (listed,) = await rig.swap.fetch_open_orders(SWAP, params=TRIGGER)
    assert listed["clientOrderId"] == "stop"
    with pytest.raises(errors.OrderNotFound):
        await rig.swap.fetch_order(None, SWAP, {"clientOrderId": "stop"})
    found = await rig.swap.fetch_order(None, SWAP, {"clientOrderId": "stop", **TRIGGER})
    assert found["id"] == stop["id"]
    rig.exchange.price(SWAP, 47_990)
    stop = await rig.swap.fetch_order(None, SWAP, {"clientOrderId": "stop", **TRIGGER})
    child = await rig.swap.fetch_order(stop["info"]["actualOrderId"], SWAP)
    assert (stop["status"], child["status"], D(child["average"])) == (
        "closed",
        "closed",
        D("47989.9"),
    )
    assert rig.exchange.ledger().positions == {}


async def test_cancelling_all_orders_leaves_the_stops(rig: Rig) -> None:
    await buy(rig)
    await rig.swap.create_order(SWAP, "limit", "buy", "0.1", "49000")
    words = {"stopLossPrice": "48000", "clientOrderId": "stop"}
    await rig.swap.create_order(SWAP, "market", "sell", "0.1", None, words)
    await rig.swap.cancel_all_orders(SWAP)
    (left,) = rig.exchange.ledger().open_orders
    assert left.want.cid == "stop"
    await rig.swap.cancel_all_orders(SWAP, TRIGGER)
    assert rig.exchange.ledger().open_orders == ()


async def test_a_stop_is_cancelled_by_its_client_id(rig: Rig) -> None:
    words = {"stopLossPrice": "48000", "clientOrderId": "stop", "closePosition": True}
    await rig.swap.create_order(SWAP, "market", "sell", None, None, words)
    await rig.swap.cancel_order(None, SWAP, {"clientOrderId": "stop", **TRIGGER})
    with pytest.raises(errors.OrderNotFound):
        await rig.swap.cancel_order(None, SWAP, {"clientOrderId": "stop", **TRIGGER})
    found = await rig.swap.fetch_order(None, SWAP, {"clientOrderId": "stop", **TRIGGER})
    assert found["status"] == "canceled"


async def test_a_stop_that_closes_the_position_takes_what_is_held_then(rig: Rig) -> None:
    words = {"stopLossPrice": "48000", "closePosition": True}
    await rig.swap.create_order(SWAP, "market", "sell", None, None, words)
    await buy(rig, "0.1")
    await buy(rig, "0.02")
    rig.exchange.price(SWAP, 47_000)
    ledger = rig.exchange.ledger()
    assert (ledger.positions, ledger.fills[-1].qty_base) == ({}, D("0.12"))


async def test_a_reduce_only_stop_without_a_position_expires_when_it_is_reached(rig: Rig) -> None:
    words = {"stopLossPrice": "48000", "reduceOnly": True, "clientOrderId": "late"}
    await rig.swap.create_order(SWAP, "market", "sell", "0.1", None, words)
    rig.exchange.price(SWAP, 47_000)
    found = await rig.swap.fetch_order(None, SWAP, {"clientOrderId": "late", **TRIGGER})
    assert (found["status"], rig.exchange.ledger().fills) == ("expired", ())


async def test_a_reduce_only_limit_expires_once_the_position_is_gone(rig: Rig) -> None:
    await buy(rig)
    words = {"reduceOnly": True, "clientOrderId": "target"}
    await rig.swap.create_order(SWAP, "limit", "sell", "0.1", "51000", words)
    await rig.swap.create_order(SWAP, "market", "sell", "0.1", None, {"reduceOnly": True})
    order = await rig.swap.fetch_order(None, SWAP, {"clientOrderId": "target"})
    assert (order["status"], order["filled"]) == ("expired", "0")


REFUSALS = [
    (("market", "buy", "100", None, {}), errors.InsufficientFunds),
    (("market", "sell", "0.1", None, {"reduceOnly": True}), errors.InvalidOrder),
    (("limit", "buy", "0.1", "50100", {"timeInForce": "GTX"}), errors.OrderNotFillable),
    (("market", "sell", "0.1", None, {"stopLossPrice": "51000"}), errors.OrderImmediatelyFillable),
    (("limit", "buy", "0.001", "4000", {}), errors.BadRequest),  # below the floor
    (("market", "buy", "0.1", None, {"positionSide": "LONG"}), errors.OperationRejected),
    (("market", "buy", "0.1", None, {"quantity": "0.1001"}), errors.BadRequest),
    (("limit", "buy", "0.1", "49000", {"price": "49000.01"}), errors.BadRequest),
]


@pytest.mark.parametrize(("words", "error"), REFUSALS)
async def test_what_the_exchange_refuses_is_not_booked(
    rig: Rig, words: tuple[object, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await rig.swap.create_order(SWAP, *words)
    ledger = rig.exchange.ledger()
    assert (ledger.wallet_quote, ledger.open_orders, ledger.fills) == (D(10_000), (), ())


async def test_a_small_order_is_allowed_only_to_reduce(rig: Rig) -> None:
    rig.exchange.price(SWAP, 4_000)
    await buy(rig, "0.002")
    with pytest.raises(errors.InvalidOrder, match="-4164"):
        await buy(rig, "0.001")
    await rig.swap.create_order(SWAP, "market", "sell", "0.001", None, {"reduceOnly": True})
    assert rig.exchange.ledger().positions == {SWAP: D("0.001")}


async def test_a_client_id_is_unique_among_open_orders(rig: Rig) -> None:
    words = (SWAP, "limit", "buy", "0.01", "49000", {"clientOrderId": "same"})
    await rig.swap.create_order(*words)
    with pytest.raises(errors.InvalidOrder, match="-4116"):
        await rig.swap.create_order(*words)


async def test_leverage_margin_mode_and_position_mode_are_set_and_told(rig: Rig) -> None:
    await rig.swap.set_leverage(3, SWAP)
    await rig.swap.set_margin_mode("isolated", SWAP)
    with pytest.raises(errors.MarginModeAlreadySet):
        await rig.swap.set_margin_mode("isolated", SWAP)
    leverage = (await rig.swap.fetch_leverages([SWAP]))[SWAP]
    assert (leverage["longLeverage"], leverage["marginMode"]) == (3, "isolated")
    assert (await rig.swap.fetch_position_mode())["hedged"] is False
    await rig.swap.set_position_mode(True)
    assert (await rig.swap.fetch_position_mode())["hedged"] is True
    await buy(rig, "0.1", positionSide="LONG")
    await rig.swap.create_order(SWAP, "market", "sell", "0.2", None, {"positionSide": "SHORT"})
    sides = {row["side"]: D(row["contracts"]) for row in await rig.swap.fetch_positions([SWAP])}
    assert sides == {"long": D("0.1"), "short": D("0.2")}
    with pytest.raises(errors.ExchangeError, match="-4068"):
        await rig.swap.set_position_mode(False)


async def test_funding_is_paid_by_longs_and_found_as_income(rig: Rig) -> None:
    await buy(rig)
    before = rig.exchange.ledger().wallet_quote
    rig.exchange.fund(SWAP, "0.0001")
    assert rig.exchange.ledger().wallet_quote == before - D("0.5")
    (payment,) = await rig.swap.fetch_funding_history(SWAP)
    assert (D(payment["amount"]), payment["code"]) == (D("-0.5"), "USDT")
    (settled,) = await rig.swap.fetch_funding_rate_history(SWAP)
    assert settled["fundingRate"] == "0.0001"


async def test_an_account_beyond_its_margin_is_liquidated_by_the_exchange(rig: Rig) -> None:
    rig.exchange.deposit("USDT", -9_000, to_swap=True)
    await buy(rig, "0.3")
    words = {"stopLossPrice": "40000", "clientOrderId": "far"}
    await rig.swap.create_order(SWAP, "market", "sell", "0.3", None, words)
    (position,) = await rig.swap.fetch_positions([SWAP])
    line = D(position["liquidationPrice"])
    rig.exchange.price(SWAP, line + 10)
    assert rig.exchange.ledger().positions
    rig.exchange.price(SWAP, line - 10)
    ledger = rig.exchange.ledger()
    assert (ledger.positions, ledger.open_orders) == ({}, ())
    assert ledger.wallet_quote >= 0
    (forced,) = await rig.swap.fetch_my_liquidations(SWAP)
    assert (D(forced["contracts"]), forced["side"]) == (D("0.3"), "sell")
    orders = await rig.swap.fetch_orders(SWAP)
    assert orders[-1]["clientOrderId"].startswith("autoclose-")
    assert "INSURANCE_CLEAR" in {row.kind for row in ledger.income}


async def test_isolated_margin_risks_no_more_than_what_was_set_aside(rig: Rig) -> None:
    await rig.swap.set_margin_mode("isolated", SWAP)
    await rig.swap.set_leverage(10, SWAP)
    await buy(rig, "0.1")
    (position,) = await rig.swap.fetch_positions([SWAP])
    rig.exchange.price(SWAP, D(position["liquidationPrice"]) - 1)
    ledger = rig.exchange.ledger()
    assert ledger.positions == {}
    assert ledger.wallet_quote > D("9400")  # 500 set aside


async def test_fills_carry_the_fee_and_the_result(rig: Rig) -> None:
    await buy(rig)
    rig.exchange.price(SWAP, 51_000)
    await rig.swap.create_order(SWAP, "market", "sell", "0.1", None, {"reduceOnly": True})
    fills = await rig.swap.fetch_my_trades(SWAP)
    assert [D(fill["fee"]["cost"]) for fill in fills] == [D("2.500005"), D("2.549995")]
    assert D(fills[1]["info"]["realizedPnl"]) == D("99.98")


async def test_in_hedge_mode_an_order_against_its_side_only_reduces(rig: Rig) -> None:
    await rig.swap.set_position_mode(True)
    with pytest.raises(errors.InvalidOrder, match="-2022"):
        await rig.swap.create_order(SWAP, "market", "sell", "0.1", None, {"positionSide": "LONG"})
    await buy(rig, "0.1", positionSide="LONG")
    words = {"positionSide": "LONG", "reduceOnly": "true"}
    with pytest.raises(errors.ExchangeError, match="-1106"):
        await rig.swap.create_order(SWAP, "market", "sell", "0.1", None, words)
    await rig.swap.create_order(SWAP, "market", "sell", "0.3", None, {"positionSide": "LONG"})
    assert rig.exchange.ledger().positions == {}


async def test_a_winner_may_be_deleveraged(rig: Rig) -> None:
    await buy(rig, "0.1")
    rig.exchange.price(SWAP, 55_000)
    rig.exchange.deleverage(SWAP, "0.04")
    assert rig.exchange.ledger().positions == {SWAP: D("0.06")}
    orders = await rig.swap.fetch_orders(SWAP)
    assert (orders[-1]["clientOrderId"], D(orders[-1]["average"])) == ("adl_autoclose", D(55_000))


async def test_a_stop_placed_by_hand_is_a_conditional_order(rig: Rig) -> None:
    rig.exchange.by_hand(SWAP, "SELL", "0.01", trigger_price=45_000)
    (order,) = await rig.swap.fetch_open_orders(SWAP, params=TRIGGER)
    assert order["clientOrderId"].startswith("web_")


async def test_a_reduce_only_order_is_cut_to_what_is_held(rig: Rig) -> None:
    await buy(rig, "0.1")
    words = {"reduceOnly": True, "clientOrderId": "cut"}
    order = await rig.swap.create_order(SWAP, "limit", "sell", "0.3", "51000", words)
    assert order["amount"] == "0.1"
    await rig.swap.create_order(SWAP, "market", "sell", "0.06", None, {"reduceOnly": True})
    rig.exchange.price(SWAP, 51_500)
    order = await rig.swap.fetch_order(None, SWAP, {"clientOrderId": "cut"})
    assert (order["status"], D(order["filled"])) == ("expired", D("0.04"))
    assert rig.exchange.ledger().positions == {}
