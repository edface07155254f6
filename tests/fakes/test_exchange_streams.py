"""Unmodified ccxt.pro listens to the loopback exchange, and meets every fault of its streams."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from ccxt.base import errors

from tests.fakes.exchange.rig import SPOT, SWAP, Rig, trading

D = Decimal
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BOTH = pytest.mark.parametrize("room", ["spot", "swap"])


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with trading() as made:
        yield made


def side(rig: Rig, room: str) -> tuple[Any, str]:
    return (rig.spot, SPOT) if room == "spot" else (rig.swap, SWAP)


async def after(listening: Awaitable[Any], rig: Rig, room: str, stream: str) -> asyncio.Task[Any]:
    """The task that listens, once the exchange knows of it."""
    task = asyncio.ensure_future(listening)
    await rig.exchange.streams.listened(room, stream)
    return task


@BOTH
async def test_best_bid_and_ask_are_heard(rig: Rig, room: str) -> None:
    client, symbol = side(rig, room)
    task = await after(client.watch_bids_asks([symbol]), rig, room, "btcusdt@bookTicker")
    rig.exchange.price(symbol, 51_000, spread=4)
    best = (await task)[symbol]
    assert (best["bid"], best["ask"]) == ("50998", "51002")


@BOTH
async def test_trades_are_heard(rig: Rig, room: str) -> None:
    client, symbol = side(rig, room)
    task = await after(client.watch_trades(symbol), rig, room, "btcusdt@trade")
    rig.exchange.price(symbol, 51_000, volume_base="0.25")
    (trade,) = await task
    assert (D(trade["price"]), D(trade["amount"])) == (D(51_000), D("0.25"))


@BOTH
async def test_tickers_and_marks_are_heard(rig: Rig, room: str) -> None:
    client, symbol = side(rig, room)
    task = await after(client.watch_ticker(symbol), rig, room, "btcusdt@miniTicker")
    rig.exchange.price(symbol, 51_000)
    ticker = await task
    assert (ticker["last"], ticker["open"], ticker["bid"]) == ("51000", "50000", None)
    if room == "swap":
        task = await after(client.watch_mark_price(symbol), rig, room, "btcusdt@markPrice@1s")
        rig.exchange.price(symbol, 51_000, mark_price=50_900)
        assert (await task)["markPrice"] == "50900"


@BOTH
async def test_bars_are_heard_as_they_grow(room: str) -> None:
    async with trading(now=lambda: START) as rig:
        client, symbol = side(rig, room)
        task = await after(client.watch_ohlcv(symbol, "1m"), rig, room, "btcusdt@kline_1m")
        rig.exchange.bar(symbol, START, (50_001, 50_004, 49_998, 50_002), volume_base=4)
        rows = await task
        while rows[-1][5] < 4:
            rows = await client.watch_ohlcv(symbol, "1m")
        assert rows[-1][1:5] == [50_000.0, 50_004.0, 49_998.0, 50_002.0]


@BOTH
async def test_a_book_is_kept_by_its_differences(rig: Rig, room: str) -> None:
    client, symbol = side(rig, room)
    rig.exchange.book(symbol, [(49_990, 1), (49_980, 2)], [(50_010, 1), (50_020, 2)])
    book = await client.watch_order_book(symbol)
    assert book["bids"][:2] == [[49_990.0, 1.0], [49_980.0, 2.0]]
    rig.exchange.book(symbol, [(49_990, 3)], [(50_010, 1), (50_030, 4)])
    book = await client.watch_order_book(symbol)
    assert (book["bids"], book["asks"]) == ([[49_990.0, 3.0]], [[50_010.0, 1.0], [50_030.0, 4.0]])
    await client.create_order(symbol, "market", "buy", "0.1")
    book = await client.watch_order_book(symbol)
    assert book["asks"][0] == [50_010.0, 0.9]


async def test_a_lost_difference_of_a_book_is_noticed(rig: Rig) -> None:
    await rig.spot.watch_order_book(SPOT)
    rig.exchange.price(SPOT, 50_001)
    await rig.spot.watch_order_book(SPOT)
    rig.exchange.streams.faults.lose(event="depthUpdate")
    rig.exchange.price(SPOT, 50_002)
    rig.exchange.price(SPOT, 50_003)
    with pytest.raises(errors.ChecksumError):
        await rig.spot.watch_order_book(SPOT)


@BOTH
async def test_own_orders_and_fills_are_heard(rig: Rig, room: str) -> None:
    client, symbol = side(rig, room)
    orders = await after(client.watch_orders(symbol), rig, f"{room}-user", "account")
    fills = asyncio.ensure_future(client.watch_my_trades(symbol))
    await client.create_order(symbol, "limit", "buy", "0.01", "49000", {"clientOrderId": "u"})
    (first,) = await orders
    assert (first["clientOrderId"], first["status"]) == ("u", "open")
    rig.exchange.price(symbol, 48_900)
    (fill,) = await fills
    fee = {"spot": ("0.00001000", "BTC"), "swap": ("0.09800000", "USDT")}[room]
    assert (fill["fee"]["cost"], fill["fee"]["currency"]) == fee
    assert fill["id"] == str(rig.exchange.ledger().fills[0].trade_id)


@BOTH
async def test_balances_are_heard(rig: Rig, room: str) -> None:
    client, symbol = side(rig, room)
    client.options["watchBalance"] = {"fetchBalanceSnapshot": False, "awaitBalanceSnapshot": False}
    task = await after(client.watch_balance(), rig, f"{room}-user", "account")
    await client.create_order(symbol, "market", "buy", "0.01")
    balance = await task
    told = balance["BTC"]["free"] if room == "spot" else balance["USDT"]["total"]
    ledger = rig.exchange.ledger()
    assert D(told) == (ledger.coins["BTC"] if room == "spot" else ledger.wallet_quote)


async def test_conditional_orders_and_what_becomes_of_them_are_heard(rig: Rig) -> None:
    task = await after(rig.swap.watch_orders(SWAP), rig, "swap-user", "account")
    words = {"stopLossPrice": "49000", "clientOrderId": "stop"}
    await rig.swap.create_order(SWAP, "market", "sell", "0.01", None, words)
    (order,) = await task
    assert (order["clientOrderId"], order["status"], order["triggerPrice"]) == (
        "stop",
        "open",
        "49000",
    )
    rig.exchange.price(SWAP, 48_000)
    (fill,) = rig.exchange.ledger().fills
    due = {(order["id"], "closed"), (str(fill.order_id), "closed")}
    while due:
        due -= {(row["id"], row["status"]) for row in await rig.swap.watch_orders(SWAP)}


async def test_liquidations_and_funding_are_heard_by_their_owner(rig: Rig) -> None:
    rig.exchange.deposit("USDT", -9_000, to_swap=True)
    await rig.swap.create_order(SWAP, "market", "buy", "0.3")
    rig.swap.options["watchBalance"] = {
        "fetchBalanceSnapshot": False,
        "awaitBalanceSnapshot": False,
    }
    balance = await after(rig.swap.watch_balance(), rig, "swap-user", "account")
    rig.exchange.fund(SWAP, "0.0001")
    assert D((await balance)["USDT"]["total"]) == rig.exchange.ledger().wallet_quote
    mine = asyncio.ensure_future(rig.swap.watch_my_liquidations(SWAP))
    everybody = await after(rig.swap.watch_liquidations(SWAP), rig, "swap", "btcusdt@forceOrder")
    rig.exchange.price(SWAP, 45_000)
    assert (await mine)[0]["side"] == (await everybody)[0]["side"] == "sell"


async def test_a_doubled_fill_has_the_same_id(rig: Rig) -> None:
    task = await after(rig.spot.watch_my_trades(SPOT), rig, "spot-user", "account")
    rig.exchange.streams.faults.duplicate(room="spot-user", event="executionReport", times=9)
    await rig.spot.create_order(SPOT, "market", "buy", "0.01")
    await task
    assert len(rig.spot.myTrades) == 1


async def test_swapped_events_step_an_order_back(rig: Rig) -> None:
    """What ccxt does with it: the desk must not believe the stream."""
    task = await after(rig.spot.watch_orders(SPOT), rig, "spot-user", "account")
    rig.exchange.streams.faults.reorder(room="spot-user", event="executionReport")
    await rig.spot.create_order(SPOT, "market", "buy", "0.01", None, {"clientOrderId": "b"})
    (order,) = await task
    while order["status"] != "open":
        (order,) = await rig.spot.watch_orders(SPOT)
    truth = await rig.spot.fetch_order(None, SPOT, {"clientOrderId": "b"})
    assert truth["status"] == "closed"


async def test_a_mute_stream_stays_connected(rig: Rig) -> None:
    task = await after(rig.spot.watch_trades(SPOT), rig, "spot", "btcusdt@trade")
    rig.exchange.streams.faults.is_mute = True
    rig.exchange.price(SPOT, 50_001)
    rig.exchange.streams.faults.is_mute = False
    rig.exchange.price(SPOT, 50_002)
    (trade,) = await task
    assert trade["price"] == "50002"


@pytest.mark.parametrize("code", [1001, 0])
async def test_a_dropped_connection_is_an_error_and_what_was_missed_never_comes(
    rig: Rig, code: int
) -> None:
    task = await after(rig.spot.watch_trades(SPOT), rig, "spot", "btcusdt@trade")
    await rig.exchange.streams.drop("spot", code=code)
    with pytest.raises(errors.NetworkError):
        await task
    rig.exchange.price(SPOT, 50_001)
    task = await after(rig.spot.watch_trades(SPOT), rig, "spot", "btcusdt@trade")
    rig.exchange.price(SPOT, 50_002)
    assert [trade["price"] for trade in await task] == ["50002"]


async def test_a_frozen_peer_answers_no_ping(rig: Rig) -> None:
    rig.spot.streaming["keepAlive"] = 50
    task = await after(rig.spot.watch_trades(SPOT), rig, "spot", "btcusdt@trade")
    rig.exchange.streams.faults.freeze()
    with pytest.raises(errors.RequestTimeout):
        await task


async def test_a_refused_connection_is_an_error(rig: Rig) -> None:
    rig.exchange.streams.faults.is_refusing = True
    with pytest.raises(errors.NetworkError):
        await rig.spot.watch_trades(SPOT)


async def test_a_listen_key_runs_out(rig: Rig) -> None:
    task = await after(rig.swap.watch_orders(SWAP), rig, "swap-user", "account")
    rig.exchange.streams.expire_listen_key()
    await rig.exchange.streams.drop("swap-user")
    with pytest.raises(errors.NetworkError):
        await task
    with pytest.raises(errors.BaseError):  # the old key is refused
        await rig.swap.watch_orders(SWAP)


async def test_an_account_stream_needs_a_right_signature(rig: Rig) -> None:
    rig.spot.secret = rig.spot.secret.upper()
    with pytest.raises(KeyError):  # ccxt stumbles over its own clean-up
        await rig.spot.watch_orders(SPOT)
    assert not rig.exchange.streams.links.has("spot-user", "account")


async def test_an_account_stream_may_end_while_the_connection_stays(rig: Rig) -> None:
    task = await after(rig.spot.watch_orders(SPOT), rig, "spot-user", "account")
    rig.exchange.streams.end_account_stream()
    assert not rig.exchange.streams.links.has("spot-user", "account")
    with pytest.raises(TimeoutError):  # ccxt tells nobody: the stream is silent for ever
        await asyncio.wait_for(task, 0.2)
    task = await after(rig.spot.watch_orders(SPOT), rig, "spot-user", "account")
    await rig.spot.create_order(SPOT, "limit", "buy", "0.01", "49000", {"clientOrderId": "again"})
    assert (await task)[0]["clientOrderId"] == "again"


async def test_a_book_that_moves_without_a_trade_makes_no_bar(rig: Rig) -> None:
    bars = await rig.spot.fetch_ohlcv(SPOT, "1m")
    task = await after(rig.spot.watch_bids_asks([SPOT]), rig, "spot", "btcusdt@bookTicker")
    rig.exchange.book(SPOT, [(49_000, 1)], [(49_100, 1)])
    assert (await task)[SPOT]["bid"] == "49000"
    assert (await rig.spot.fetch_ticker(SPOT))["last"] == "50000"
    assert [row[4:] for row in await rig.spot.fetch_ohlcv(SPOT, "1m")] == [r[4:] for r in bars]
