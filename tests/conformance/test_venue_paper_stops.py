"""Cards for the paper venue, v35..: orders that travel, stops and targets that rest."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from engine.core.kinds import OrderState, Side
from engine.core.orders import Confirmed
from engine.core.reasons import Reason
from engine.venues.paper_conduct import Conduct
from tests.conformance.test_venue_paper import a_book, held_base
from tests.conformance.venues import (
    BENCHES,
    SPOT,
    SWAP,
    PaperBench,
    a_conditional,
    an_order,
    opened_bench,
    reason_of,
)

BUY, SELL = Side.BUY, Side.SELL
STOPS = Conduct(rests_stops=True)


@pytest.fixture(params=BENCHES)
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PaperBench]:
    async with opened_bench(request.param, tmp_path) as bench:
        yield bench


async def test_v35_an_order_that_travels_meets_the_price_it_finds(bench: PaperBench) -> None:
    bench = bench.behaving(Conduct(latency_ms=7_000.0))
    await bench.price(50_000.0)
    sent = await bench.filled(an_order(BUY, "0.1", name="p1"))
    assert (sent.state, sent.fills) == (OrderState.ACCEPTED, ())
    await bench.price(51_000.0)  # five seconds later
    assert bench.told() == ()
    bench = bench.restarted()
    event = await bench.price(52_000.0)
    (report,) = bench.told()
    assert report.state is OrderState.FILLED
    assert report.fills[0].price >= Decimal(52_000)
    assert report.fills[0].filled_at == event.at


async def test_v36_what_trades_while_a_limit_travels_does_not_fill_it(bench: PaperBench) -> None:
    bench = bench.behaving(Conduct(latency_ms=4_000.0))
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.1", limit="49000", name="p1"))
    await bench.filled(an_order(BUY, "0.01", limit="48000", name="p2"))
    await bench.price(50_000.0, low=48_500.0)  # it came somewhere in there
    assert bench.told() == ()
    assert isinstance(await bench.venue.cancel(SWAP, "p2"), Confirmed)
    await bench.price(49_500.0, low=48_900.0)
    (report,) = bench.told()
    assert (report.client_order_id, report.state) == ("p1", OrderState.FILLED)


async def test_v37_an_order_may_be_refused_when_it_arrives(bench: PaperBench) -> None:
    bench = bench.behaving(Conduct(latency_ms=1_000.0))
    await bench.price(50_000.0)
    for name in ("p1", "p2"):  # each could be carried, both cannot
        await bench.filled(an_order(BUY, "0.4", name=name))
    await bench.price(50_000.0)
    states = {report.client_order_id: report.state for report in bench.told()}
    assert states == {"p1": OrderState.FILLED, "p2": OrderState.REFUSED}
    assert await held_base(bench) == Decimal("0.4")
    assert await bench.venue.open_orders() == ()


async def test_v38_a_stop_in_a_gap_gets_the_open_and_comes_before_the_target(
    bench: PaperBench,
) -> None:
    bench = bench.behaving(STOPS)
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.1"))
    target = a_conditional(SELL, "0.1", "52000", target=True, name="t1")
    await bench.filled(target)  # older than the stop, and yet after it
    await bench.filled(a_conditional(SELL, "0.1", "49000"))
    await bench.price(50_000.0, opened=48_000.0, low=47_000.0, high=53_000.0)
    stopped, expired = bench.told()
    assert (stopped.client_order_id, stopped.state) == ("s1", OrderState.FILLED)
    assert Decimal(47_900) < stopped.fills[0].price < Decimal(48_000)
    assert (expired.client_order_id, expired.state) == ("t1", OrderState.EXPIRED)
    assert expired.fills == ()


async def test_v39_a_stop_survives_a_restart_and_sells_no_more_than_there_is(
    bench: PaperBench,
) -> None:
    bench = bench.behaving(STOPS)
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.1"))
    placed = await bench.filled(a_conditional(SELL, "0.1", "49000"))
    await bench.filled(an_order(SELL, "0.06", name="p2", reduce_only=True))
    bench = bench.restarted()
    assert bench.venue.holds_stops(SWAP)
    assert await bench.venue.open_orders() == (placed,)
    await bench.price(49_100.0)
    assert bench.told() == ()
    await bench.price(48_900.0)
    (report,) = bench.told()
    assert (report.state, sum(f.qty_base for f in report.fills)) == (
        OrderState.EXPIRED,
        Decimal("0.04"),
    )
    assert await held_base(bench) == 0


async def test_v40_a_stop_gets_the_book_where_that_is_worse_than_its_trigger(
    bench: PaperBench,
) -> None:
    bench = bench.behaving(STOPS)
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.1"))
    await bench.filled(a_conditional(SELL, "0.05", "49500", name="s1"))
    await bench.filled(a_conditional(SELL, "0.05", "49000", name="s2"))
    thin = a_book(bids="49200x0.02 49100x0.5", asks="49300x1")
    await bench.price(49_250.0, opened=49_900.0, high=49_900.0, depth=thin)
    (walked,) = bench.told()
    assert [fill.qty_base for fill in walked.fills] == [Decimal("0.02"), Decimal("0.03")]
    assert walked.fills[0].price <= Decimal(49_200)
    # it fell through the second one and came back: the book of the end was not there for it
    back = a_book(bids="49800x5", asks="49900x5")
    await bench.price(49_850.0, opened=49_250.0, low=48_900.0, depth=back)
    (report,) = bench.told()
    assert report.fills[0].price < Decimal(49_000)


async def test_v41_stops_are_refused_where_none_rest(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.1"))
    assert not bench.venue.holds_stops(SWAP)
    assert reason_of(await bench.venue.submit(a_conditional(SELL, "0.1", "49000"))) is Reason.OTHER
    bench = bench.behaving(STOPS)
    await bench.price(50_000.0)
    assert not bench.venue.holds_stops("NOPE/USDT")
    for spoiled in ("49000.05", "NaN", "-1"):
        order = a_conditional(SELL, "0.1", spoiled)
        assert reason_of(await bench.venue.submit(order)) is Reason.BAD_PRECISION
    bare = replace(a_conditional(SELL, "0.1", "1"), trigger_price=None)
    assert reason_of(await bench.venue.submit(bare)) is Reason.BAD_PRECISION
    assert await bench.venue.open_orders() == ()


async def test_v42_a_stop_that_opens_is_paid_or_refused_when_a_gap_made_it_dear(
    bench: PaperBench,
) -> None:
    bench = bench.behaving(STOPS)
    await bench.price(50_000.0, symbol=SPOT)
    entry = a_conditional(BUY, "0.19", "51000", symbol=SPOT, reduce_only=False)
    await bench.filled(entry)
    second = an_order(BUY, "0.01", symbol=SPOT, name="p2")  # what waits is set aside
    assert reason_of(await bench.venue.submit(second)) is Reason.INSUFFICIENT_FUNDS
    await bench.price(60_000.0, symbol=SPOT)
    (report,) = bench.told()
    assert (report.state, report.fills) == (OrderState.REFUSED, ())
    assert (await bench.venue.holdings()).cash_quote == Decimal(10_000)


async def test_v48_two_stops_of_one_event_share_its_book(bench: PaperBench) -> None:
    bench = bench.behaving(STOPS)
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.04"))
    await bench.filled(a_conditional(SELL, "0.02", "49500", name="s1"))
    await bench.filled(a_conditional(SELL, "0.02", "49400", name="s2"))
    thin = a_book(bids="49200x0.02 49100x0.5", asks="49300x1")
    await bench.price(49_250.0, opened=49_900.0, high=49_900.0, depth=thin)
    first, second = bench.told()
    assert Decimal(49_190) < first.fills[0].price <= Decimal(49_200)
    assert second.fills[0].price <= Decimal(49_100)


async def test_v49_an_order_does_not_stand_in_its_own_way(bench: PaperBench) -> None:
    bench = bench.behaving(Conduct(rests_stops=True, latency_ms=1_000.0))
    await bench.price(50_000.0, symbol=SPOT)
    await bench.filled(an_order(BUY, "0.19", symbol=SPOT, limit="51000", name="p1"))
    await bench.price(50_000.0, symbol=SPOT)  # it arrives, and takes
    await bench.filled(an_order(SELL, "0.19", symbol=SPOT, name="p2", reduce_only=True))
    await bench.price(50_000.0, symbol=SPOT)
    entry = a_conditional(BUY, "0.18", "51000", symbol=SPOT, name="p3", reduce_only=False)
    await bench.filled(entry)
    await bench.price(50_000.0, symbol=SPOT)  # it arrives, and waits
    await bench.price(51_100.0, symbol=SPOT)
    states = {report.client_order_id: report.state for report in bench.told()}
    assert states == dict.fromkeys(("p1", "p2", "p3"), OrderState.FILLED)
