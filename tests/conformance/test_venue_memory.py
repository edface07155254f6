"""Cards for every Venue, v17..: restarts, storage that fails, callers that give up."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from engine.core.errors import StorageError, Temporary
from engine.core.kinds import OrderState, Side
from engine.core.orders import Confirmed
from engine.core.reasons import Reason
from tests.conformance.venues import (
    BENCHES,
    OTHER_SWAP,
    SPOT,
    START_QUOTE,
    SWAP,
    PaperBench,
    an_order,
    nothing,
    opened_bench,
    reason_of,
)

BUY, SELL = Side.BUY, Side.SELL


@pytest.fixture(params=BENCHES)
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PaperBench]:
    async with opened_bench(request.param, tmp_path) as bench:
        yield bench


async def test_v17_a_restart_forgets_nothing(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    filled = await bench.filled(an_order(BUY, "0.1", name="p1"))
    resting = await bench.filled(an_order(SELL, "0.1", limit="51000", name="p2"))
    before = await bench.venue.holdings()
    bench = bench.restarted()
    assert await bench.venue.holdings() == before
    assert await bench.venue.open_orders() == (resting,)
    assert await bench.venue.find(SWAP, "p1") == filled
    await bench.price(50_000.0)
    assert reason_of(await bench.venue.submit(an_order(BUY, "0.1"))) is Reason.DUPLICATE
    await bench.price(52_000.0)
    (report,) = bench.told()
    assert report.client_order_id == "p2"
    assert (await bench.venue.holdings()).base_by_symbol == {}


async def test_v18_a_price_told_again_does_not_fill_an_order_that_came_after_it(
    bench: PaperBench,
) -> None:
    event = await bench.price(50_000.0, low=40_000.0, high=60_000.0)
    await bench.filled(an_order(BUY, "0.01", limit="45000"))
    bench = bench.restarted()
    await bench.venue.observe(event, nothing)
    assert bench.told() == ()
    await bench.price(44_000.0)
    assert len(bench.told()) == 1


async def test_v19_ids_of_fills_are_functions_of_the_order(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    order = await bench.filled(an_order(BUY, "0.01", name="p7"))
    assert [fill.fill_id for fill in order.fills] == ["p7-1"]


async def test_v20_an_unstored_fill_is_no_fill_and_a_stored_one_is_told(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.01", limit="49000"))
    for fault in ("before", "after"):
        bench.books.lose = [fault]
        with pytest.raises(StorageError):
            await bench.price(48_000.0)
        assert bench.told() == ()
        assert len(await bench.venue.open_orders()) == (1 if fault == "before" else 0)
    await bench.price(48_000.0)
    (report,) = bench.told()
    assert report.state is OrderState.FILLED
    assert (await bench.venue.holdings()).base_by_symbol == {SWAP: Decimal("0.01")}


async def test_v21_without_the_price_of_a_holding_nothing_is_added_to_it(
    bench: PaperBench,
) -> None:
    await bench.price(2_500.0, symbol=OTHER_SWAP)
    await bench.filled(an_order(BUY, "1", symbol=OTHER_SWAP, decision_price=2_500.0))
    bench = bench.restarted()
    await bench.price(50_000.0)
    order = an_order(BUY, "0.01", name="p2")
    assert reason_of(await bench.venue.submit(order)) is Reason.NO_PRICE
    bench.venue.mark(OTHER_SWAP, 2_500.0)  # known from history
    await bench.filled(order)


async def test_v22_an_order_is_stored_once_before_it_is_answered(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.venue.holdings()
    before = bench.books.saves
    await bench.filled(an_order(BUY, "0.01"))
    assert bench.books.saves == before + 1


async def test_v23_a_caller_who_gives_up_proves_nothing(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.venue.holdings()
    bench.books.gate.clear()
    bench.books.arrived.clear()
    asking = asyncio.ensure_future(bench.venue.submit(an_order(BUY, "0.01")))
    await bench.books.arrived.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert asking.cancelled()
    finding = asyncio.ensure_future(bench.venue.find(SWAP, "p1"))
    await asyncio.sleep(0)
    assert not finding.done()  # "not found" would be a lie: it is on its way
    bench.books.gate.set()
    found = await finding
    assert found is not None
    assert found.state is OrderState.FILLED
    assert (await bench.venue.holdings()).base_by_symbol == {SWAP: Decimal("0.01")}
    assert await bench.restarted().venue.holdings() == await bench.venue.holdings()


async def test_v24_orders_that_come_together_are_all_booked(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    orders = [an_order(BUY, "0.01", name=f"p{number}") for number in range(8)]
    outcomes = await asyncio.gather(*map(bench.venue.submit, orders))
    assert all(isinstance(outcome, Confirmed) for outcome in outcomes)
    assert (await bench.venue.holdings()).base_by_symbol == {SWAP: Decimal("0.08")}
    twins = [an_order(SELL, "0.01", name="p9")] * 3
    outcomes = await asyncio.gather(*map(bench.venue.submit, twins))
    refused = [outcome for outcome in outcomes if reason_of(outcome) is Reason.DUPLICATE]
    assert len(refused) == 2
    assert (await bench.venue.holdings()).base_by_symbol == {SWAP: Decimal("0.07")}


async def test_v25_what_shorts_were_sold_for_buys_no_coins(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.price(50_000.0, symbol=SPOT)
    await bench.filled(an_order(SELL, "0.2", name="p1"))  # cash stands at 20 000 now
    coins = an_order(BUY, "0.25", symbol=SPOT, name="p2")
    assert reason_of(await bench.venue.submit(coins)) is Reason.INSUFFICIENT_FUNDS
    await bench.filled(an_order(BUY, "0.19", symbol=SPOT, name="p3"))


async def test_v26_a_venue_that_is_away_tells_no_holdings(bench: PaperBench) -> None:
    bench.books.lose = ["load"]
    with pytest.raises(Temporary):
        await bench.venue.holdings()
    bench.books.lose = ["load"]
    with pytest.raises(Temporary):
        await bench.venue.open_orders()
    assert (await bench.venue.holdings()).cash_quote == START_QUOTE


async def test_v27_prices_of_other_markets_are_nothing_to_it(bench: PaperBench) -> None:
    await bench.price(1.0, symbol="NOPE/USDT")
    assert bench.told() == ()
