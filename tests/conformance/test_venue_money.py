"""Cards for the money of a live venue, m01..: funding, forced orders, fees, exact books."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest

from engine.core.kinds import Side
from engine.core.money import ZERO
from engine.core.orders import Payment, VenueOrder
from engine.venues.ccxt_checks import fee_findings
from tests.conformance.live_venues import (
    KINDS,
    PRICE,
    START_QUOTE,
    LiveBench,
    an_hour_ago,
    live_bench,
)
from tests.conformance.paper_live import EVERY_KIND, EVERY_SWAP, Bench, any_bench
from tests.conformance.test_venue_live import held_base, qty_of

BUY, SELL = Side.BUY, Side.SELL


@pytest.fixture(params=KINDS)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[LiveBench]:
    async with live_bench(request.param) as bench:
        yield bench


@pytest.fixture(params=EVERY_KIND)
async def every(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with any_bench(request.param) as bench:
        yield bench


@pytest.fixture(params=EVERY_SWAP)
async def every_swap(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with any_bench(request.param) as bench:
        yield bench


@pytest.fixture
async def swap() -> AsyncIterator[LiveBench]:
    async with live_bench("ccxt swap") as bench:
        yield bench


async def test_m01_funding_is_told_once_asked_for(every_swap: Bench) -> None:
    await every_swap.filled(every_swap.an_order(BUY))
    await every_swap.fund("0.0001")
    await every_swap.fund("-0.0002")
    first, second = await every_swap.venue.reports_since(every_swap.since_at())
    assert isinstance(first, Payment)
    assert isinstance(second, Payment)
    assert (first.flow_quote, second.flow_quote) == (Decimal("-0.5"), Decimal(1))
    assert first.payment_id != second.payment_id
    assert (first.symbol, await every_swap.venue.reports_since(every_swap.since_at())) == (
        every_swap.symbol,
        (first, second),
    )
    assert await every_swap.venue.reports_since(every_swap.since_at() + timedelta(hours=2)) == ()


async def test_m02_many_payments_are_read_page_by_page(every_swap: Bench) -> None:
    await every_swap.filled(every_swap.an_order(BUY))
    for _ in range(230):
        await every_swap.fund("0.00001")
    reports = await every_swap.venue.reports_since(every_swap.since_at())
    assert len(reports) == 230


async def test_m03_a_liquidation_is_told_as_forced_with_its_fills(every_swap: Bench) -> None:
    await every_swap.filled(every_swap.an_order(BUY, "0.5"))
    await every_swap.price(30_000)
    assert await held_base(every_swap) == 0
    (forced,) = await every_swap.venue.reports_since(every_swap.since_at())
    assert isinstance(forced, VenueOrder)
    assert forced.is_forced
    assert forced.client_order_id.startswith(every_swap.forced_prefix)
    assert qty_of(forced) == Decimal("0.5")
    assert {fill.side for fill in forced.fills} == {SELL}


async def test_m04_an_automatic_deleveraging_is_told_as_forced(swap: LiveBench) -> None:
    await swap.filled(swap.an_order(BUY, "0.5"))
    swap.exchange.deleverage(swap.symbol, "0.2")
    assert await held_base(swap) == Decimal("0.3")
    (forced,) = await swap.venue.reports_since(an_hour_ago())
    assert isinstance(forced, VenueOrder)
    assert (forced.is_forced, qty_of(forced)) == (True, Decimal("0.2"))


async def test_m05_spot_has_no_payments_and_asks_for_none() -> None:
    async with live_bench("ccxt spot") as bench:
        before = len(bench.exchange.asked)
        assert await bench.venue.reports_since(an_hour_ago()) == ()
        assert len(bench.exchange.asked) == before


async def test_m06_cash_and_holdings_are_the_exchanges_to_the_last_digit(every: Bench) -> None:
    cash, held = START_QUOTE, Decimal(0)
    for number, (side, qty, price) in enumerate(
        [(BUY, "0.05", PRICE), (BUY, "0.02", 51_234), (SELL, "0.03", 49_876), (BUY, "0.01", 50_001)]
    ):
        await every.price(price)
        order = every.an_order(side, qty, name=f"abcde{number:08}e01", decision_price=float(price))
        for fill in (await every.filled(order)).fills:
            cash -= fill.side.sign * fill.notional_quote + fill.fee_quote
            held += fill.side.sign * fill.qty_base - fill.fee_base
    holdings = await every.venue.holdings()
    assert holdings.base_by_symbol == {every.symbol: held}
    if not isinstance(every, LiveBench):
        assert holdings.cash_quote == cash
        await every.restart()  # what is stored says the same
        assert await every.venue.holdings() == holdings
    elif every.is_swap:
        assert every.exchange.ledger().positions == {every.symbol: held}
        # the venue tells the entry price rounded
        assert abs(holdings.cash_quote - cash) < Decimal("0.000001")
    else:
        coins = every.exchange.ledger().coins
        assert (coins["BTC"], coins["USDT"]) == (held, cash)
        assert holdings.cash_quote == cash


async def test_m07_a_fee_in_a_third_coin_is_a_cost_that_moves_neither_cash_nor_position() -> None:
    async with live_bench("ccxt spot") as bench:
        bench.exchange.price("SOL/USDT", 150)
        bench.exchange.deposit("SOL", 10)
        bench.exchange.pay_fees_in("SOL", 150)
        order = await bench.filled(bench.an_order(BUY))
        (fill,) = order.fills
        paid = (10 - bench.exchange.ledger().coins["SOL"]) * 150
        assert (fill.fee_quote, fill.fee_elsewhere_quote, fill.fee_base) == (paid, paid, ZERO)
        assert bench.venue.account.unpriced == {}
        asked = bench.exchange.asked.count("GET /api/v3/klines")
        again = await bench.venue.find(bench.symbol, order.client_order_id)
        assert again is not None
        assert again.fills == order.fills
        assert bench.exchange.asked.count("GET /api/v3/klines") == asked == 1
        holdings = await bench.venue.holdings()
        assert holdings.base_by_symbol == {bench.symbol: Decimal("0.1")}
        assert holdings.cash_quote == START_QUOTE - fill.notional_quote


async def test_m08_a_fee_coin_without_a_price_counts_as_a_takers_fee_and_is_said() -> None:
    async with live_bench("ccxt spot") as bench:
        bench.exchange.deposit("BNB", 10)
        bench.exchange.pay_fees_in("BNB", 600)  # no BNB/USDT is listed here
        order = await bench.filled(bench.an_order(BUY))
        (fill,) = order.fills
        worth = fill.notional_quote * Decimal("0.001")
        assert (fill.fee_quote, fill.fee_elsewhere_quote) == (worth, worth)
        assert list(bench.venue.account.unpriced) == ["BNB"]
        (found,) = fee_findings(bench.venue.account.unpriced)
        assert found.is_urgent
        assert not found.is_fatal
        assert "price of BNB is not known" in found.value
