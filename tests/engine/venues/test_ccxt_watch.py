"""What keeps a live venue true between orders."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from engine.core.kinds import OrderKind, OrderState, Side
from engine.core.orders import Payment, Report, VenueOrder
from engine.venues.ccxt_watch import Watch
from engine.venues.stream_own import OwnStream
from tests.conformance.live_venues import KINDS, LiveBench, live_bench, until
from tests.fakes.exchange.faults import Kind, When

CID, STOP_CID = "abcde00000001e01", "abcde00000001v01"


@pytest.fixture(params=KINDS)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[LiveBench]:
    async with live_bench(request.param) as bench:
        yield bench


@asynccontextmanager
async def watching(bench: LiveBench, *, sweep_s: float) -> AsyncIterator[Watch]:
    watch = Watch(bench.venue, sweep_s=sweep_s, collect_s=0.05)
    running = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def told(bench: LiveBench, state: OrderState) -> VenueOrder:
    """The next report of this state."""
    found: list[VenueOrder] = []

    def is_there() -> bool:
        while bench.unread and not found:
            report = bench.unread.pop(0)
            if isinstance(report, VenueOrder) and report.state is state:
                found.append(report)
        bench.unread.extend(bench.venue.take_reports())
        return bool(found)

    await until(is_there)
    return found[0]


async def rested(bench: LiveBench, name: str = CID) -> None:
    await bench.filled(bench.an_order(Side.BUY, "0.01", OrderKind.LIMIT, price="49000", name=name))


async def test_a_fill_that_no_stream_told_is_found_by_the_sweep(bench: LiveBench) -> None:
    await rested(bench)
    async with watching(bench, sweep_s=0.05):
        await bench.price(48_900)
        report = await told(bench, OrderState.FILLED)
    assert len(report.fills) == 1


async def test_a_hint_makes_it_look_at_once(bench: LiveBench) -> None:
    await rested(bench)
    await bench.price(48_900)
    async with watching(bench, sweep_s=1e6) as watch:
        watch.hint(CID)
        await told(bench, OrderState.FILLED)


async def test_after_a_gap_every_working_order_is_read_again(bench: LiveBench) -> None:
    await rested(bench)
    await rested(bench, "abcde00000002e01")
    await bench.price(48_900)
    async with watching(bench, sweep_s=1e6) as watch:
        watch.gap()
        names = {(await told(bench, OrderState.FILLED)).client_order_id for _ in range(2)}
    assert names == {CID, "abcde00000002e01"}


async def test_news_of_what_is_over_and_of_a_strangers_order_costs_little(
    bench: LiveBench,
) -> None:
    done = await bench.filled(bench.an_order(Side.BUY, "0.01"))
    await rested(bench, "abcde00000002e01")
    assert bench.venue.known_as(CID) == ""
    assert bench.venue.known_as(done.venue_order_id) == ""
    assert bench.venue.known_as("2") == "abcde00000002e01"
    assert bench.venue.known_as("by-hand") is None
    before = len(bench.exchange.asked)
    watch = Watch(bench.venue)
    watch.hint(CID)
    assert len(bench.exchange.asked) == before


async def test_it_outlives_a_venue_that_is_away(bench: LiveBench) -> None:
    await rested(bench)
    await bench.price(48_900)
    bench.lose(Kind.STATUS, When.BEFORE, method="GET", path="rder", status=503, times=7)
    async with watching(bench, sweep_s=0.05):
        await told(bench, OrderState.FILLED)


async def test_the_clock_is_measured_again_after_it_jumped(bench: LiveBench) -> None:
    account = bench.venue.account
    bench.exchange.skew_ms = 2_000
    assert account._measured is not None
    measured_at, measured_s = account._measured
    account._measured = (measured_at, measured_s - 60.0)  # the wall was set back by a minute
    assert "jumped" in account.clock_trouble
    async with watching(bench, sweep_s=1e6):
        await until(lambda: not account.needs_measuring)
    assert account.skew_s == pytest.approx(2.0, abs=0.5)
    assert account.clock_trouble == ""


async def test_the_accounts_own_stream_hints_at_a_fill_and_at_a_triggered_stop(
    bench: LiveBench,
) -> None:
    await bench.filled(bench.an_order(Side.BUY, "0.1", name="abcde00000009e01"))
    async with watching(bench, sweep_s=1e6) as watch:
        own = OwnStream(bench.venue.account.client, [bench.symbol], bench.wall)
        listening = asyncio.create_task(own.carry(watch.hint, watch.gap))
        try:
            await until(lambda: own.is_live)
            stop = bench.an_order(
                Side.SELL, "0.05", OrderKind.STOP, name=STOP_CID, price="45000", reduce_only=True
            )
            await bench.filled(stop)
            await bench.price(44_900)
            report = await told(bench, OrderState.FILLED)
            assert report.client_order_id == STOP_CID
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def test_funding_and_a_liquidation_are_each_reported_once() -> None:
    async with live_bench("ccxt swap") as bench:
        await bench.filled(bench.an_order(Side.BUY, "0.5"))
        heard: list[Report] = []

        def has_heard(count: int) -> Callable[[], bool]:
            def is_so() -> bool:
                heard.extend(bench.venue.take_reports())
                return len(heard) >= count

            return is_so

        async with watching(bench, sweep_s=1e6) as watch:
            bench.exchange.fund(bench.symbol, "0.0001")
            await until(has_heard(1))
            await bench.price(30_000)
            watch.gap()
            await until(has_heard(2))
            before = len(bench.exchange.asked)
            await until(lambda: len(bench.exchange.asked) > before + 4)  # it looked again
        heard.extend(bench.venue.take_reports())
    payment, forced = heard
    assert isinstance(payment, Payment)
    assert payment.flow_quote == Decimal("-2.5")
    assert isinstance(forced, VenueOrder)
    assert forced.is_forced
