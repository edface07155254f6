"""Cards for every venue, c19 and c22..: halts, delistings, and books of several levels."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from engine.core.kinds import OrderKind, OrderState, Side
from engine.core.orders import Confirmed, RefusedBy, VenueOrder
from tests.conformance.live_venues import PRICE
from tests.conformance.paper_live import EVERY_KIND, Bench, any_bench
from tests.conformance.test_venue_live import ENTRY, OTHER, qty_of

BUY, LIMIT = Side.BUY, OrderKind.LIMIT


@pytest.fixture(params=EVERY_KIND)
async def every(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with any_bench(request.param) as bench:
        yield bench


async def test_c19_a_halted_symbol_takes_no_orders(every: Bench) -> None:
    await every.halt()
    assert isinstance(await every.venue.submit(every.an_order(BUY)), RefusedBy)
    await every.resume()
    await every.filled(every.an_order(BUY))


async def test_c20_what_is_left_after_a_delisting_is_told(every: Bench) -> None:
    await every.filled(every.an_order(BUY, "0.01", LIMIT, price="49000"))
    await every.delist()
    (report,) = await every.news()
    assert isinstance(report, VenueOrder)
    assert report.state in {OrderState.CANCELLED, OrderState.EXPIRED}


async def test_c22_what_rests_stays_through_a_halt(every: Bench) -> None:
    resting = await every.filled(every.an_order(BUY, "0.01", LIMIT, price="49000"))
    await every.halt()
    assert isinstance(await every.venue.submit(every.an_order(BUY, name=OTHER)), RefusedBy)
    assert await every.venue.open_orders() == (resting,)
    await every.resume()
    await every.price(48_900)
    found = await every.venue.find(every.symbol, ENTRY)
    assert found is not None
    assert found.state is OrderState.FILLED


async def test_c23_a_large_order_walks_the_book(every: Bench) -> None:
    await every.book([("49999", "5")], [("50001", "0.04"), ("50010", "0.1"), ("50500", "9")], PRICE)
    order = await every.filled(every.an_order(BUY, "0.1"))
    assert order.state is OrderState.FILLED
    assert [fill.qty_base for fill in order.fills] == [Decimal("0.04"), Decimal("0.06")]
    near, far = (fill.price for fill in order.fills)
    assert Decimal(50_001) <= near < Decimal(50_005)
    assert Decimal(50_010) <= far < Decimal(50_015)


async def test_c24_a_limit_takes_what_stands_up_to_it_and_waits_with_the_rest(
    every: Bench,
) -> None:
    await every.book([("49999", "5")], [("50001", "0.04"), ("50010", "0.1")], PRICE)
    order = await every.filled(every.an_order(BUY, "0.1", LIMIT, price="50005"))
    assert (order.state, qty_of(order)) == (OrderState.PARTIALLY_FILLED, Decimal("0.04"))
    assert [fill.price for fill in order.fills] == [Decimal(50_001)]
    outcome = await every.venue.cancel(every.symbol, ENTRY)
    assert isinstance(outcome, Confirmed)
    assert (outcome.order.state, outcome.order.fills) == (OrderState.CANCELLED, order.fills)
