"""Cards for the live venue, c01..: unmodified ccxt on an exchange, on spot and on swaps.

Those that hold for every venue (their bench is `every`) run on the paper venue too; why the
others do not is written in test_paper_cards.py.
"""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from engine.core.errors import Temporary
from engine.core.kinds import Liquidity, OrderKind, OrderState, Side
from engine.core.orders import Confirmed, Outcome, RefusedBy, VenueOrder
from engine.core.reasons import Reason
from tests.conformance.live_venues import KINDS, START_QUOTE, LiveBench, live_bench
from tests.conformance.paper_live import EVERY_KIND, Bench, any_bench

BUY, SELL = Side.BUY, Side.SELL
LIMIT, STOP, TARGET = OrderKind.LIMIT, OrderKind.STOP, OrderKind.TAKE_PROFIT
ENTRY, GUARD, OTHER = "abcde00000001e01", "abcde00000001v01", "abcde00000001v02"


@pytest.fixture(params=KINDS)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[LiveBench]:
    async with live_bench(request.param) as bench:
        yield bench


@pytest.fixture(params=EVERY_KIND)
async def every(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with any_bench(request.param) as bench:
        yield bench


def reason_of(outcome: Outcome) -> object:
    return getattr(outcome, "reason", outcome)


def qty_of(order: VenueOrder) -> Decimal:
    return sum((fill.qty_base for fill in order.fills), Decimal(0))


async def held_base(bench: Bench) -> Decimal:
    return (await bench.venue.holdings()).base_by_symbol.get(bench.symbol, Decimal(0))


async def test_c01_a_market_order_is_filled_whole_and_found_again(every: Bench) -> None:
    order = await every.filled(every.an_order(BUY))
    assert (order.state, qty_of(order)) == (OrderState.FILLED, Decimal("0.1"))
    assert {fill.liquidity for fill in order.fills} == {Liquidity.TAKER}
    assert await every.venue.find(every.symbol, ENTRY) == order
    (fill,) = order.fills
    fee = (fill.fee_base, fill.fee_quote)
    assert fee == ((Decimal(0), fill.notional_quote * Decimal("0.0005")) if every.is_swap else (
        Decimal("0.0001"), Decimal(0)))  # fmt: skip
    holdings = await every.venue.holdings()
    assert holdings.base_by_symbol == {every.symbol: Decimal("0.1") - fill.fee_base}
    assert holdings.cash_quote == START_QUOTE - fill.notional_quote - fill.fee_quote


async def test_c02_a_resting_order_waits_and_is_told_once(every: Bench) -> None:
    resting = await every.filled(every.an_order(BUY, "0.01", LIMIT, price="49000"))
    assert resting.state is OrderState.ACCEPTED
    assert await every.venue.open_orders() == (resting,)
    await every.news()
    await every.price(49_500)
    assert await every.news() == ()
    await every.price(48_900)
    (report,) = await every.news()
    assert isinstance(report, VenueOrder)
    (fill,) = report.fills
    assert (report.state, fill.price, fill.liquidity) == (
        OrderState.FILLED,
        Decimal(49_000),
        Liquidity.MAKER,
    )
    assert await every.news() == ()
    assert await every.venue.open_orders() == ()


async def test_c03_a_limit_better_than_the_market_takes_at_once(every: Bench) -> None:
    order = await every.filled(every.an_order(BUY, "0.01", LIMIT, price="51000"))
    assert order.state is OrderState.FILLED
    assert order.fills[0].price < Decimal(50_100)
    assert order.fills[0].liquidity is Liquidity.TAKER


async def test_c04_a_maker_only_order_never_takes(every: Bench) -> None:
    taking = every.an_order(BUY, "0.01", LIMIT, price="51000", post_only=True)
    outcome = await every.venue.submit(taking)
    if isinstance(outcome, Confirmed):  # USD-M accepts it and expires it
        assert (outcome.order.state, outcome.order.fills) == (OrderState.EXPIRED, ())
    else:
        assert isinstance(outcome, RefusedBy)
    assert await held_base(every) == 0
    making = every.an_order(BUY, "0.01", LIMIT, price="49000", post_only=True, name=OTHER)
    assert (await every.filled(making)).state is OrderState.ACCEPTED


async def test_c05_a_part_is_told_and_stays_when_the_rest_is_cancelled(every: Bench) -> None:
    await every.filled(every.an_order(BUY, "0.1", LIMIT, price="49000"))
    await every.price(48_900, volume_base="0.04")
    (report,) = await every.news()
    assert isinstance(report, VenueOrder)
    assert (report.state, qty_of(report)) == (OrderState.PARTIALLY_FILLED, Decimal("0.04"))
    outcome = await every.venue.cancel(every.symbol, ENTRY)
    assert isinstance(outcome, Confirmed)
    assert (outcome.order.state, qty_of(outcome.order)) == (OrderState.CANCELLED, Decimal("0.04"))
    assert outcome.order.fills == report.fills


async def test_c06_a_cancelled_order_never_fills(every: Bench) -> None:
    await every.filled(every.an_order(BUY, "0.01", LIMIT, price="49000"))
    outcome = await every.venue.cancel(every.symbol, ENTRY)
    assert isinstance(outcome, Confirmed)
    assert (outcome.order.state, outcome.order.fills) == (OrderState.CANCELLED, ())
    await every.price(48_000)
    assert await every.news() == ()
    assert await every.venue.find(every.symbol, ENTRY) == outcome.order
    for symbol, name in ((every.symbol, ENTRY), (every.symbol, OTHER), ("NOPE/USDT", ENTRY)):
        assert reason_of(await every.venue.cancel(symbol, name)) is Reason.NOT_FOUND


async def test_c07_a_cancel_that_lost_the_race_answers_with_the_fill(every: Bench) -> None:
    await every.filled(every.an_order(BUY, "0.01", LIMIT, price="49000"))
    await every.price(48_900)
    outcome = await every.venue.cancel(every.symbol, ENTRY)
    assert isinstance(outcome, Confirmed)
    assert outcome.order.state is OrderState.FILLED
    assert len(outcome.order.fills) == 1


async def test_c08_an_id_is_used_once_while_it_is_open(every: Bench) -> None:
    await every.filled(every.an_order(BUY, "0.01", LIMIT, price="49000"))
    again = every.an_order(BUY, "0.02", LIMIT, price="48000")
    assert reason_of(await every.venue.submit(again)) is Reason.DUPLICATE
    assert len(await every.venue.open_orders()) == 1


async def test_c09_what_is_too_small_or_off_the_steps_is_refused(every: Bench) -> None:
    for order, reason in (
        (every.an_order(BUY, "0.0000001"), Reason.BAD_PRECISION),
        (every.an_order(BUY, "0.01", LIMIT, price="49000.005"), Reason.BAD_PRECISION),
        (every.an_order(BUY, "0.001", LIMIT, price="4000"), Reason.MIN_NOTIONAL),
    ):
        assert reason_of(await every.venue.submit(order)) is reason
    assert every.orders_booked() == 0


async def test_c10_the_venues_own_minimum_counts_where_it_told_a_wrong_one(
    bench: LiveBench,
) -> None:
    listing = bench.exchange.listing(bench.symbol)
    listing.min_notional_quote = Decimal(1000)
    listing.told_min_notional_quote = Decimal(5)
    outcome = await bench.venue.submit(bench.an_order(BUY, "0.01"))
    assert reason_of(outcome) is Reason.MIN_NOTIONAL
    assert await held_base(bench) == 0


async def test_c11_too_little_money_is_refused(every: Bench) -> None:
    much = every.an_order(BUY, "5")
    assert reason_of(await every.venue.submit(much)) is Reason.INSUFFICIENT_FUNDS
    assert await held_base(every) == 0


async def test_c12_reduce_only_never_opens(every: Bench) -> None:
    flat = await every.venue.submit(every.an_order(SELL, "0.01", reduce_only=True))
    spot_may_say = set() if every.is_swap else {Reason.INSUFFICIENT_FUNDS}
    assert reason_of(flat) in {Reason.REDUCE_ONLY, *spot_may_say}
    await every.filled(every.an_order(BUY, "0.01", name=OTHER))
    same_side = every.an_order(BUY, "0.01", name=GUARD, reduce_only=True)
    assert reason_of(await every.venue.submit(same_side)) is Reason.REDUCE_ONLY


async def test_c13_a_stop_rests_at_the_venue_and_sells_when_it_is_traded(every: Bench) -> None:
    await every.filled(every.an_order(BUY, "0.1"))
    assert every.venue.holds_stops(every.symbol)
    stop = every.an_order(SELL, "0.09", STOP, name=GUARD, price="45000", reduce_only=True)
    placed = await every.filled(stop)
    assert (placed.state, placed.fills) == (OrderState.ACCEPTED, ())
    assert [order.client_order_id for order in await every.venue.open_orders()] == [GUARD]
    await every.price(46_000)
    assert (await every.venue.find(every.symbol, GUARD)) == placed
    await every.price(44_900)
    (report,) = await every.news()
    assert isinstance(report, VenueOrder)
    assert (report.client_order_id, report.state, qty_of(report)) == (
        GUARD,
        OrderState.FILLED,
        Decimal("0.09"),
    )
    assert report.fills[0].price < Decimal(45_000)
    assert await every.venue.open_orders() == ()


async def test_c14_a_stop_is_replaced_before_the_old_one_is_cancelled(every: Bench) -> None:
    await every.filled(every.an_order(BUY, "0.1"))
    old = every.an_order(SELL, "0.04", STOP, name=GUARD, price="45000", reduce_only=True)
    new = every.an_order(SELL, "0.04", STOP, name=OTHER, price="46000", reduce_only=True)
    await every.filled(old)
    await every.filled(new)
    assert len(await every.venue.open_orders()) == 2
    outcome = await every.venue.cancel(every.symbol, GUARD)
    assert isinstance(outcome, Confirmed)
    assert outcome.order.state is OrderState.CANCELLED
    assert [order.client_order_id for order in await every.venue.open_orders()] == [OTHER]


async def test_c15_a_target_rests_at_the_venue_and_sells_in_our_favour(every: Bench) -> None:
    await every.filled(every.an_order(BUY, "0.1"))
    await every.filled(
        every.an_order(SELL, "0.05", TARGET, name=GUARD, price="55000", reduce_only=True)
    )
    await every.price(55_100)
    found = await every.venue.find(every.symbol, GUARD)
    assert found is not None
    assert (found.state, qty_of(found)) == (OrderState.FILLED, Decimal("0.05"))


async def test_c16_a_stop_beyond_the_price_is_refused(every: Bench) -> None:
    await every.filled(every.an_order(BUY, "0.1"))
    late = every.an_order(SELL, "0.09", STOP, name=GUARD, price="50500", reduce_only=True)
    assert isinstance(await every.venue.submit(late), RefusedBy)
    assert await every.venue.open_orders() == ()


async def test_c17_a_new_process_finds_what_the_old_one_sent(every: Bench) -> None:
    await every.filled(every.an_order(BUY, "0.1"))
    stop = await every.filled(
        every.an_order(SELL, "0.05", STOP, name=GUARD, price="45000", reduce_only=True)
    )
    limit = await every.filled(every.an_order(SELL, "0.04", LIMIT, name=OTHER, price="56000"))
    await every.restart()
    assert set(await every.venue.open_orders()) == {stop, limit}
    assert await every.venue.find(every.symbol, GUARD) == stop
    assert isinstance(await every.venue.cancel(every.symbol, GUARD), Confirmed)
    assert isinstance(await every.venue.cancel(every.symbol, OTHER), Confirmed)
    assert await every.venue.open_orders() == ()


async def test_c18_an_order_that_is_not_ours_is_seen_and_left_alone(every: Bench) -> None:
    await every.filled(every.an_order(BUY, "0.01", LIMIT, name="by-hand-in-the-app", price="40000"))
    await every.restart()
    (foreign,) = await every.venue.open_orders()
    assert foreign.client_order_id == "by-hand-in-the-app"
    assert await every.news() == ()


async def test_c21_a_revoked_key_is_said_to_be_one(bench: LiveBench) -> None:
    await bench.filled(bench.an_order(BUY, "0.01"))
    bench.exchange.gate.key.is_revoked = True
    outcome = await bench.venue.submit(bench.an_order(BUY, "0.01", name=OTHER))
    assert reason_of(outcome) is Reason.AUTH
    assert bench.venue.account.banned_for_s == 0.0  # ccxt calls it a ban; it is none
    with pytest.raises(Temporary) as told:
        await bench.venue.holdings()
    assert "refuses the key" in told.value.chat_text
