"""What the loopback exchange tells everybody, and how its market is scripted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from ccxt.base import errors

from tests.fakes.exchange.rig import SPOT, SWAP, Rig, trading

D = Decimal
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with trading() as made:
        yield made


async def test_markets_are_listed_with_their_steps_and_minimums(rig: Rig) -> None:
    await rig.spot.load_markets()
    await rig.swap.load_markets()
    spot, swap = rig.spot.market(SPOT), rig.swap.market(SWAP)
    assert (spot["precision"]["amount"], spot["precision"]["price"]) == ("0.00001", "0.01")
    assert (spot["limits"]["cost"]["min"], spot["active"]) == ("5", True)
    assert (swap["linear"], swap["settle"], swap["precision"]["price"]) == (True, "USDT", "0.10")
    assert swap["limits"]["cost"]["min"] == "5"


async def test_a_symbol_may_be_told_with_wrong_minimums(rig: Rig) -> None:
    rig.exchange.listing(SPOT).told_min_notional_quote = D(1)
    rig.exchange.listing(SPOT).told_qty_step = D("0.000001")
    await rig.spot.load_markets(True)
    assert rig.spot.market(SPOT)["limits"]["cost"]["min"] == "1"
    with pytest.raises(errors.InvalidOrder, match="lot size"):
        await rig.spot.create_order(SPOT, "limit", "buy", "0.010001", "49000")


async def test_a_halted_symbol_takes_no_orders_and_says_so(rig: Rig) -> None:
    for client, symbol, error in (
        (rig.spot, SPOT, errors.MarketClosed),
        (rig.swap, SWAP, errors.OperationRejected),
    ):
        rig.exchange.halt(symbol)
        with pytest.raises(error):
            await client.create_order(symbol, "market", "buy", "0.01")
        await client.load_markets(True)
        assert client.market(symbol)["active"] is False
        rig.exchange.resume(symbol)
        await client.create_order(symbol, "market", "buy", "0.01")


async def test_a_delisted_symbol_loses_its_resting_orders(rig: Rig) -> None:
    await rig.spot.create_order(SPOT, "limit", "buy", "0.01", "49000", {"clientOrderId": "d"})
    rig.exchange.delist(SPOT)
    order = await rig.spot.fetch_order(None, SPOT, {"clientOrderId": "d"})
    assert order["status"] == "canceled"


async def test_prices_are_told_on_both_markets(rig: Rig) -> None:
    for client, symbol, step in ((rig.spot, SPOT, D("0.01")), (rig.swap, SWAP, D("0.1"))):
        best = (await client.fetch_bids_asks([symbol]))[symbol]
        assert (D(best["bid"]), D(best["ask"])) == (50_000 - step, 50_000 + step)
        book = await client.fetch_order_book(symbol, 5)
        assert (book["bids"][0][0], len(book["asks"])) == (float(50_000 - step), 1)
        ticker = await client.fetch_ticker(symbol)
        assert (ticker["last"], ticker["open"]) == ("50000", "50000")


async def test_a_stale_book_is_shown_while_others_trade_behind_it(rig: Rig) -> None:
    rig.exchange.freeze_book(SPOT)
    rig.exchange.price(SPOT, 60_000)
    assert (await rig.spot.fetch_ticker(SPOT))["last"] == "50000"
    order = await rig.spot.create_order(SPOT, "market", "buy", "0.01")
    assert order["average"] == "60000.01"
    rig.exchange.thaw_book(SPOT)
    assert (await rig.spot.fetch_ticker(SPOT))["last"] == "60000"


async def test_bars_are_told_whole_in_every_interval() -> None:
    moment = START
    async with trading(now=lambda: moment) as rig:
        for minute in range(6):
            open_at = START + timedelta(minutes=minute)
            low = 50_000 + minute
            rig.exchange.bar(SPOT, open_at, (low + 1, low + 3, low, low + 2), volume_base=4)
        moment = START + timedelta(minutes=6)
        rows = await rig.spot.fetch_ohlcv(SPOT, "1m", since=int(START.timestamp() * 1000))
        assert [row[1:] for row in rows[1:3]] == [
            ["50002", "50004", "50001", "50003", "4"],
            ["50003", "50005", "50002", "50004", "4"],
        ]
        (five, unfinished) = await rig.spot.fetch_ohlcv(SPOT, "5m")
        assert five[1] == "50000"  # the price that the rig set before
        assert five[2:5] == ["50007", "50000", "50006"]
        assert unfinished[0] == five[0] + 300_000


async def test_what_happens_is_stamped_by_the_market_clock() -> None:
    async with trading(now=lambda: START) as rig:
        order = await rig.spot.create_order(SPOT, "market", "buy", "0.01")
        assert order["datetime"] == "2026-03-02T08:00:00.000Z"
        (fill,) = await rig.spot.fetch_my_trades(SPOT, since=int(START.timestamp() * 1000))
        assert fill["datetime"] == "2026-03-02T08:00:00.000Z"
        assert await rig.spot.fetch_time() > START.timestamp() * 1000 + 86_400_000


async def test_funding_to_come_is_announced(rig: Rig) -> None:
    at = datetime(2030, 1, 1, 8, tzinfo=UTC)
    rig.exchange.announce_funding(SWAP, "0.0003", at)
    rate = await rig.swap.fetch_funding_rate(SWAP)
    assert (rate["fundingRate"], rate["fundingTimestamp"]) == ("0.0003", at.timestamp() * 1000)
    assert rate["markPrice"] == "50000"


async def test_the_key_says_what_it_may_do(rig: Rig) -> None:
    told = await rig.spot.sapiGetAccountApiRestrictions()
    assert (told["enableWithdrawals"], told["enableSpotAndMarginTrading"]) == (False, True)
    await rig.spot.fetch_balance()
    rig.exchange.gate.key.can_withdraw = True
    rig.exchange.gate.key.can_spot = False
    assert (await rig.spot.sapiGetAccountApiRestrictions())["enableWithdrawals"] is True
    with pytest.raises(errors.DDoSProtection, match="-2015"):  # once a call has worked
        await rig.spot.create_order(SPOT, "market", "buy", "0.01")


async def test_maintenance_closes_everything_but_its_own_notice(rig: Rig) -> None:
    assert (await rig.spot.fetch_status())["status"] == "ok"
    rig.exchange.world.in_maintenance = True
    assert (await rig.spot.fetch_status())["status"] == "maintenance"
    with pytest.raises(errors.OnMaintenance):
        await rig.spot.fetch_balance()
    with pytest.raises(errors.OnMaintenance):
        await rig.swap.create_order(SWAP, "market", "buy", "0.01")
    assert rig.exchange.ledger().fills == ()
