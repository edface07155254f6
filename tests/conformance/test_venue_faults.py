"""Cards for the live venue on a bad day, f01..: lost replies, false errors, clocks, silence."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal

import pytest

from engine.core.errors import Temporary
from engine.core.kinds import OrderKind, OrderState, Side
from engine.core.orders import Confirmed, RefusedBy, Unknown
from engine.core.reasons import Reason
from tests.conformance.live_venues import KINDS, LiveBench, live_bench, until
from tests.conformance.paper_live import EVERY_KIND, Bench, any_bench
from tests.conformance.test_venue_live import ENTRY, GUARD, OTHER, held_base, qty_of, reason_of
from tests.fakes.exchange.faults import Kind, When

BUY, SELL = Side.BUY, Side.SELL
LIMIT, STOP = OrderKind.LIMIT, OrderKind.STOP


@pytest.fixture(params=KINDS)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[LiveBench]:
    async with live_bench(request.param) as bench:
        yield bench


@pytest.fixture(params=EVERY_KIND)
async def every(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with any_bench(request.param) as bench:
        yield bench


async def test_f01_a_reply_lost_after_booking_is_unknown_and_the_order_is_found(
    every: Bench,
) -> None:
    for number, kind in enumerate(every.ways_to_lose):
        name = f"abcde{number:08}e01"
        every.lose_answer(kind, When.AFTER)
        outcome = await every.venue.submit(every.an_order(BUY, "0.01", name=name))
        assert isinstance(outcome, Unknown), (kind, outcome)
        found = await every.venue.find(every.symbol, name)
        assert found is not None
        assert (found.state, qty_of(found)) == (OrderState.FILLED, Decimal("0.01"))
        assert every.orders_booked() == number + 1


async def test_f02_an_order_lost_before_booking_is_unknown_and_not_there(every: Bench) -> None:
    for kind in every.ways_to_lose:
        every.lose_answer(kind, When.BEFORE)
        assert isinstance(await every.venue.submit(every.an_order(BUY)), Unknown), kind
        assert await every.venue.find(every.symbol, ENTRY) is None
        assert every.orders_booked() == 0
    assert await held_base(every) == 0


@pytest.mark.parametrize("when", list(When))
async def test_f03_a_server_error_proves_nothing(bench: LiveBench, when: When) -> None:
    errors = [(status, 0) for status in (500, 502, 503, 504)]
    errors += [(0, code) for code in (-1000, -1006, -1007, -1008)]
    for number, (status, code) in enumerate(errors):
        name = f"abcde{number:08}e01"
        bench.lose(Kind.STATUS, when, status=status, code=code)
        outcome = await bench.venue.submit(bench.an_order(BUY, "0.01", name=name))
        assert isinstance(outcome, Unknown), (status, code, outcome)
        found = await bench.venue.find(bench.symbol, name)
        assert (found is not None) == (when is When.AFTER)
        assert bench.orders_booked() == (number + 1 if when is When.AFTER else 0)


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (429, 0, Reason.RATE_LIMIT),
        (418, 0, Reason.RATE_LIMIT),
        (0, -1021, Reason.OTHER),
        (0, -2010, Reason.INSUFFICIENT_FUNDS),
        (0, -2015, Reason.AUTH),
    ],
)
async def test_f04_a_definite_no_is_a_refusal(
    bench: LiveBench, status: int, code: int, reason: Reason
) -> None:
    if code == -2010 and bench.is_swap:
        code = -2019
    bench.lose(Kind.STATUS, When.BEFORE, status=status, code=code)
    assert reason_of(await bench.venue.submit(bench.an_order(BUY))) is reason
    assert bench.orders_booked() == 0


async def test_f05_a_lost_stop_is_found_where_stops_are_kept(every: Bench) -> None:
    await every.filled(every.an_order(BUY))
    every.lose_answer(every.ways_to_lose[0], When.AFTER)
    stop = every.an_order(SELL, "0.09", STOP, name=GUARD, price="45000", reduce_only=True)
    assert isinstance(await every.venue.submit(stop), Unknown)
    found = await every.venue.find(every.symbol, GUARD)
    assert found is not None
    assert found.state is OrderState.ACCEPTED
    assert len(await every.venue.open_orders()) == 1


async def test_f06_no_answer_is_never_not_found(bench: LiveBench) -> None:
    await bench.filled(bench.an_order(BUY, "0.01", LIMIT, price="49000"))
    asks: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: bench.venue.find(bench.symbol, ENTRY),
        bench.venue.open_orders,
        bench.venue.holdings,
    )
    for ask in asks:
        bench.lose(Kind.STATUS, When.BEFORE, method="GET", path="/", status=503, times=50)
        with pytest.raises(Temporary):
            await ask()
        bench.exchange.faults.clear()
        await ask()


async def test_f07_a_read_is_tried_again(bench: LiveBench) -> None:
    await bench.filled(bench.an_order(BUY, "0.01"))
    bench.lose(Kind.STATUS, When.BEFORE, method="GET", path="/", status=502)
    assert await bench.venue.find(bench.symbol, ENTRY) is not None
    bench.lose(Kind.HTML, When.BEFORE, method="GET", path="ccount")
    assert await held_base(bench) > 0


@pytest.mark.parametrize("when", list(When))
async def test_f08_a_lost_cancel_is_asked_after(bench: LiveBench, when: When) -> None:
    await bench.filled(bench.an_order(BUY, "0.01", LIMIT, price="49000"))
    bench.lose(Kind.SILENCE, when, method="DELETE")
    outcome = await bench.venue.cancel(bench.symbol, ENTRY)
    found = await bench.venue.find(bench.symbol, ENTRY)
    assert found is not None
    if when is When.AFTER:
        assert outcome == Confirmed(found)
        assert found.state is OrderState.CANCELLED
    else:
        assert isinstance(outcome, Unknown)
        assert found.state is OrderState.ACCEPTED


async def test_f09_an_order_stuck_in_the_network_may_come_late_within_the_fence(
    bench: LiveBench,
) -> None:
    stuck = bench.lose(Kind.HOLD, When.BEFORE)
    assert isinstance(await bench.venue.submit(bench.an_order(BUY)), Unknown)
    assert await bench.venue.find(bench.symbol, ENTRY) is None  # and yet it comes
    stuck.release()
    await until(lambda: bench.orders_booked() == 1)
    assert await bench.venue.find(bench.symbol, ENTRY) is not None
    assert bench.orders_booked() == 1
    assert bench.venue.fence_s > 5.0


async def test_f16_maintenance_is_named_and_nothing_is_believed_gone(bench: LiveBench) -> None:
    await bench.filled(bench.an_order(BUY, "0.01", LIMIT, price="49000"))
    bench.exchange.world.in_maintenance = True
    outcome = await bench.venue.submit(bench.an_order(BUY, name=OTHER))
    assert not isinstance(outcome, Confirmed)
    with pytest.raises(Temporary):
        await bench.venue.find(bench.symbol, ENTRY)
    bench.exchange.world.in_maintenance = False
    found = await bench.venue.find(bench.symbol, ENTRY)
    assert found is not None
    assert found.state is OrderState.ACCEPTED


async def test_f10_what_comes_after_the_window_is_never_booked(bench: LiveBench) -> None:
    stuck = bench.lose(Kind.HOLD, When.BEFORE)
    assert isinstance(await bench.venue.submit(bench.an_order(BUY)), Unknown)
    bench.exchange.skew_ms += int(bench.venue.fence_s * 1000)  # so much later
    stuck.release()
    assert await bench.venue.find(bench.symbol, OTHER) is None
    assert await bench.venue.find(bench.symbol, ENTRY) is None
    assert bench.orders_booked() == 0


async def test_f11_a_clock_that_is_off_is_corrected(bench: LiveBench) -> None:
    bench.exchange.skew_ms = -3_000
    await bench.restart()
    assert bench.venue.account.skew_s == pytest.approx(-3.0, abs=0.5)
    await bench.filled(bench.an_order(BUY))


async def test_f12_a_clock_set_back_by_a_minute_stops_entries_and_not_exits(
    bench: LiveBench,
) -> None:
    await bench.filled(bench.an_order(BUY))
    bench.exchange.skew_ms = 60_000  # for the venue we are a minute late now
    first = await bench.venue.submit(bench.an_order(SELL, "0.01", name=OTHER, reduce_only=True))
    assert isinstance(first, RefusedBy)
    entry = await bench.venue.submit(bench.an_order(BUY, "0.01", name="abcde00000002e01"))
    assert isinstance(entry, RefusedBy)
    assert "clock" in entry.text
    # it was measured again at once, so the next attempt to leave goes through
    again = bench.an_order(SELL, "0.01", name="abcde00000001m02", reduce_only=True)
    await bench.filled(again)
    assert bench.orders_booked() == 2


async def test_f13_while_the_venue_wants_silence_only_exits_leave(bench: LiveBench) -> None:
    await bench.filled(bench.an_order(BUY))
    bench.lose(Kind.STATUS, When.BEFORE, status=429, retry_after_s=60)
    refused = await bench.venue.submit(bench.an_order(BUY, "0.01", name=OTHER))
    assert reason_of(refused) is Reason.RATE_LIMIT
    silenced = await bench.venue.submit(bench.an_order(BUY, "0.01", name=OTHER))
    assert reason_of(silenced) is Reason.RATE_LIMIT
    assert bench.venue.account.banned_for_s == pytest.approx(60.0, abs=5.0)
    exit_order = bench.an_order(SELL, "0.05", name=GUARD, reduce_only=True)
    leaving = asyncio.ensure_future(bench.venue.submit(exit_order))
    await until(lambda: bench.orders_booked() == 2)  # its fills are read when reads may leave
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    assert bench.orders_booked() == 2


async def test_f14_a_venue_that_nobody_reaches_has_refused_nothing_unknown(
    bench: LiveBench,
) -> None:
    await bench.exchange.vanish()
    outcome = await bench.venue.submit(bench.an_order(BUY))
    if isinstance(outcome, RefusedBy):
        assert "never sent" in outcome.text
    else:
        assert isinstance(outcome, Unknown)  # a connection kept alive died under it
    again = await bench.venue.submit(bench.an_order(BUY, name=OTHER))
    assert isinstance(again, RefusedBy)
    assert "never sent" in again.text
    await bench.exchange.appear()
    await bench.filled(bench.an_order(BUY, name=GUARD))


@pytest.mark.parametrize("path", ["ccount", "openOrders", "order"])
async def test_f15_a_page_instead_of_an_answer_is_no_answer(bench: LiveBench, path: str) -> None:
    await bench.filled(bench.an_order(BUY, "0.01", LIMIT, price="49000"))
    bench.lose(Kind.HTML, When.BEFORE, method="GET", path=path, times=50)
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "ccount": bench.venue.holdings,
        "openOrders": bench.venue.open_orders,
        "order": lambda: bench.venue.find(bench.symbol, ENTRY),
    }
    with pytest.raises(Temporary):  # not "no money", not "no orders", not "no such order"
        await asked[path]()
