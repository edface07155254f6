"""Every kind of order of every row, as unmodified ccxt sends it: what leaves is what was meant."""

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.core.errors import SettingsError
from engine.core.kinds import OrderKind, Side
from engine.core.orders import OrderRequest, RefusedBy
from engine.core.reasons import Reason
from engine.venues.ccxt_guard import words
from engine.venues.ccxt_row import LiveRow
from engine.venues.ccxt_session import check_hosts
from engine.venues.ccxt_spelling import Call, spelled
from engine.venues.quirks import LIVE, live_row
from tests.engine.venues.live_bench import CID, LiveBench, an_order, live_bench, row_named

BUY, SELL = Side.BUY, Side.SELL
ROWS = pytest.mark.parametrize("row", LIVE, ids=lambda row: row.name)


def every_order(row: LiveRow) -> Iterator[OrderRequest]:
    for side, stop, target in ((SELL, "45000", "55000"), (BUY, "55000", "45000")):
        reduces = side is SELL or row.is_swap
        yield an_order(row, side)
        yield an_order(row, side, reduce_only=reduces)
        yield an_order(row, side, OrderKind.LIMIT, limit="49999.5")
        yield an_order(row, side, OrderKind.LIMIT, limit="49999.5", post_only=True)
        yield an_order(row, side, OrderKind.STOP, trigger=stop, reduce_only=reduces)
        yield an_order(row, side, OrderKind.TAKE_PROFIT, trigger=target, reduce_only=reduces)


async def left_of(bench: LiveBench, order: OrderRequest) -> dict[str, str]:
    """The words of the one order request that left."""
    before = len(bench.rest.asked)
    for path in bench.row.spelling.paths:
        bench.rest.on(path, {})
    await bench.venue.submit(order)
    posts = [each for each in bench.rest.asked[before:] if each.path in bench.row.spelling.paths]
    assert len(posts) == 1, bench.rest.asked[before:]
    return dict(words("", posts[0].text))


@ROWS
async def test_every_order_leaves_with_exactly_its_own_words(row: LiveRow) -> None:
    async with live_bench(row) as bench:
        for order in every_order(row):
            left = await left_of(bench, order)
            assert left.keys() <= row.spelling.keys
            assert Decimal(left[row.spelling.qty_key]) in {Decimal("0.1"), Decimal(10)}
            assert order.client_order_id in left.values()
            if order.trigger_price is not None:
                trigger = left[row.spelling.trigger_keys[order.kind]]
                assert Decimal(trigger) == order.trigger_price


@pytest.mark.parametrize(
    ("name", "side", "word"),
    [
        ("Bybit perpetuals", SELL, ("triggerDirection", "2")),
        ("Bybit perpetuals", BUY, ("triggerDirection", "1")),
        ("Coinbase", SELL, ("stop_direction", "STOP_DIRECTION_STOP_DOWN")),
        ("Coinbase", BUY, ("stop_direction", "STOP_DIRECTION_STOP_UP")),
        ("OKX perpetuals", SELL, ("tdMode", "isolated")),
        ("OKX spot", SELL, ("tdMode", "cash")),
        ("Binance USD-M", SELL, ("algoType", "CONDITIONAL")),
        ("Kraken", SELL, ("ordertype", "stop-loss")),
    ],
)
async def test_a_stop_is_triggered_from_the_side_of_the_loss(
    name: str, side: Side, word: tuple[str, str]
) -> None:
    row = row_named(name)
    async with live_bench(row) as bench:
        left = await left_of(bench, an_order(row, side, OrderKind.STOP, trigger="50000.5"))
        assert left[word[0]] == word[1]


async def test_coinbase_takes_with_a_bounded_limit_and_stops_with_another() -> None:
    row = row_named("Coinbase")
    async with live_bench(row) as bench:
        bought = await left_of(bench, an_order(row, BUY))
        assert (bought["base_size"], bought["limit_price"]) == ("0.1", "50500")
        sold = await left_of(bench, an_order(row, SELL))
        assert sold["limit_price"] == "49500"
        stop = await left_of(bench, an_order(row, SELL, OrderKind.STOP, trigger="45000"))
        assert (stop["stop_price"], stop["limit_price"]) == ("45000", "43650")


async def test_kraken_orders_carry_the_moment_they_die() -> None:
    row = row_named("Kraken")
    async with live_bench(row) as bench:
        left = await left_of(bench, an_order(row))
        now_at = bench.venue.account.wall.now()
        assert left["deadline"] > now_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert left["oflags"] == "fciq"


# what ccxt would have made of a parameter that it does not know, or that lost its type
SABOTAGE: dict[str, tuple[str, Callable[[Call], object]]] = {
    "a trigger as a Decimal sells at market": (
        "Binance spot",
        lambda call: call.params.update(stopLossPrice=Decimal(45000)),
    ),
    "the same on perpetuals": (
        "Binance USD-M",
        lambda call: call.params.update(stopLossPrice=Decimal(45000)),
    ),
    "an attached stop is junk": (
        "Kraken",
        lambda call: call.params.update(stopLoss={"triggerPrice": "45000"}),
    ),
    "a lost id is replaced by ccxt's own": (
        "Coinbase",
        lambda call: call.params.update(clientOrderId=call.params.pop("client_order_id")),
    ),
    "a trailing stop turns into a market order": (
        "Bybit perpetuals",
        lambda call: (call.params.pop("stopLossPrice"), call.params.update(trailingPercent="1.5")),
    ),
}


@pytest.mark.parametrize("why", SABOTAGE)
async def test_what_is_not_what_was_meant_does_not_leave(
    why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, spoil = SABOTAGE[why]
    row = row_named(name)

    def spoiled(*args: Any, **more: Any) -> Call:
        call = spelled(*args, **more)
        spoil(call)
        return call

    monkeypatch.setattr("engine.venues.ccxt_venue.spelled", spoiled)
    async with live_bench(row) as bench:
        order = an_order(row, SELL, OrderKind.STOP, trigger="45000")
        outcome = await bench.venue.submit(order)
        assert isinstance(outcome, RefusedBy)
        assert outcome.reason is Reason.HELD_BACK
        assert bench.rest.posted() == []


@ROWS
async def test_nothing_else_may_be_posted(row: LiveRow) -> None:
    async with live_bench(row) as bench:
        client = bench.venue.account.client
        makes: tuple[Callable[[], Awaitable[object]], ...] = (
            lambda: client.withdraw("USDT", "1", "TAddressAddressAddressAddressAddre"),
            lambda: client.create_order(bench.symbol, "market", "sell", "0.1", "50000"),
        )
        for make in makes:
            with pytest.raises(bench.venue.account.errors):  # some refuse before the wire
                await make()
        paths = row.spelling.paths | {"/sapi/v1/capital/withdraw/apply"}
        assert not [each for each in bench.rest.posted() if each.path in paths]


@ROWS
async def test_every_host_of_the_client_is_the_venues_own(row: LiveRow) -> None:
    async with live_bench(row) as bench:
        urls = bench.venue.account.client.urls["api"]
        hostname = getattr(bench.venue.account.client, "hostname", None)
        check_hosts(urls, row.hosts, hostname)
        with pytest.raises(SettingsError, match="keys"):
            check_hosts({"private": ["x"], "public": "https://evil.example/api"}, row.hosts, None)


@ROWS
async def test_ccxt_never_repeats_a_request_by_itself(row: LiveRow) -> None:
    async with live_bench(row) as bench:
        assert not bench.venue.account.client.options.get("maxRetriesOnFailure")


def test_a_row_is_found_by_venue_and_kind() -> None:
    assert live_row("binance", ["BTC/USDT"]).name == "Binance spot"
    assert live_row("binance", ["BTC/USDT:USDT"]).name == "Binance USD-M"
    assert live_row("okx", ["BTC/USDT:USDT"]).name == "OKX perpetuals"
    for venue_id, symbols, said in (
        ("binance", ["BTC/USDT", "BTC/USDT:USDT"], "mixes"),
        ("kraken", ["BTC/USDT:USDT"], "perpetuals at 'kraken'"),
        ("gate", ["BTC/USDT"], "It trades at"),
    ):
        with pytest.raises(SettingsError) as told:
            live_row(venue_id, symbols)
        assert said in told.value.sentence()


async def test_an_order_that_is_off_is_refused_before_it_is_sent() -> None:
    row = row_named("Binance USD-M")
    fine = an_order(row)
    stop = an_order(row, SELL, OrderKind.STOP, trigger="45000")
    cases = (
        (replace(fine, qty_base=Decimal("0.1005")), Reason.BAD_PRECISION),
        (replace(fine, qty_base=Decimal("NaN")), Reason.BAD_PRECISION),
        (replace(fine, qty_base=Decimal(-1)), Reason.BAD_PRECISION),
        (replace(fine, limit_price=Decimal(1)), Reason.BAD_PRECISION),
        (replace(stop, trigger_price=None), Reason.BAD_PRECISION),
        (replace(stop, trigger_price=Decimal("45000.05")), Reason.BAD_PRECISION),
        (replace(fine, decision_price=float("nan")), Reason.NO_PRICE),
        (replace(fine, decision_price=1.0), Reason.MIN_NOTIONAL),
        (replace(fine, symbol="NOPE/USDT:USDT"), Reason.UNKNOWN_SYMBOL),
    )
    async with live_bench(row) as bench:
        for order, reason in cases:
            outcome = await bench.venue.submit(order)
            assert isinstance(outcome, RefusedBy)
            assert outcome.reason is reason, order
        assert bench.rest.asked == []
    spot = row_named("Kraken")
    async with live_bench(spot) as bench:
        outcome = await bench.venue.submit(an_order(spot, BUY, reduce_only=True))
        assert isinstance(outcome, RefusedBy)
        assert outcome.reason is Reason.REDUCE_ONLY
        assert bench.rest.asked == []


async def test_contracts_are_counted_for_the_wire() -> None:
    row = row_named("OKX perpetuals")
    async with live_bench(row) as bench:
        left = await left_of(bench, an_order(row))
        assert (left["sz"], left["clOrdId"]) == ("10", CID)
        assert json.loads(bench.rest.posted("batch-orders")[0].text)[0]["sz"] == "10"
