"""Cards for every Venue, v01..: what the desk may rely on, whoever fills the orders."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from engine.core.errors import Temporary
from engine.core.kinds import Liquidity, OrderState, Side
from engine.core.market import Quote
from engine.core.orders import Confirmed, Unknown
from engine.core.reasons import Reason
from tests.conformance.venues import (
    BENCHES,
    OTHER_SWAP,
    SPOT,
    START_QUOTE,
    SWAP,
    PaperBench,
    an_order,
    opened_bench,
    reason_of,
)

BUY, SELL = Side.BUY, Side.SELL


@pytest.fixture(params=BENCHES)
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PaperBench]:
    async with opened_bench(request.param, tmp_path) as bench:
        yield bench


async def test_v01_a_market_order_is_filled_whole_and_found_again(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    order = await bench.filled(an_order(BUY, "0.1"))
    assert order.state is OrderState.FILLED
    assert sum(fill.qty_base for fill in order.fills) == Decimal("0.1")
    assert all(fill.liquidity is Liquidity.TAKER for fill in order.fills)
    assert order.fills[0].filled_at == bench.clock.now()
    assert await bench.venue.find(SWAP, "p1") == order
    assert (await bench.venue.holdings()).base_by_symbol == {SWAP: Decimal("0.1")}


async def test_v02_a_taker_pays_the_spread_and_more(bench: PaperBench) -> None:
    await bench.price(50_000.0, quote=Quote(49_990.0, 50_010.0))
    bought = await bench.filled(an_order(BUY, "0.01", name="p1"))
    sold = await bench.filled(an_order(SELL, "0.01", name="p2"))
    assert bought.fills[0].price >= Decimal("50010")
    assert sold.fills[0].price <= Decimal("49990")
    await bench.price(50_000.0)
    blind = await bench.filled(an_order(BUY, "0.01", name="p3"))
    assert Decimal(50_005) <= blind.fills[0].price < Decimal(50_030)


async def test_v03_what_is_off_the_steps_is_refused(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    for order in (
        an_order(BUY, "0.0105"),
        an_order(BUY, "0"),
        an_order(BUY, "-0.1"),
        an_order(BUY, "NaN"),
        an_order(BUY, "Infinity"),
        an_order(BUY, "0.1", limit="NaN"),
        an_order(BUY, "0.1", limit="49000.05"),
        an_order(BUY, "0.1", limit="-1"),
        replace(an_order(BUY, "0.1", limit="1"), limit_price=None),
    ):
        assert reason_of(await bench.venue.submit(order)) is Reason.BAD_PRECISION
    assert (await bench.venue.holdings()).cash_quote == START_QUOTE


async def test_v04_what_is_too_small_is_refused_unless_it_closes(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.001", name="p1"))
    await bench.price(4_000.0)
    assert reason_of(await bench.venue.submit(an_order(BUY, "0.001", name="p2"))) is (
        Reason.MIN_NOTIONAL
    )
    resting = an_order(BUY, "0.001", limit="10", name="p3")
    assert reason_of(await bench.venue.submit(resting)) is Reason.MIN_NOTIONAL
    closing = an_order(SELL, "0.001", name="p4", reduce_only=True)
    assert (await bench.filled(closing)).state is OrderState.FILLED


async def test_v05_no_price_and_no_such_symbol_are_refused(bench: PaperBench) -> None:
    assert reason_of(await bench.venue.submit(an_order(BUY, "0.1"))) is Reason.NO_PRICE
    unknown = an_order(BUY, "0.1", symbol="NOPE/USDT")
    assert reason_of(await bench.venue.submit(unknown)) is Reason.UNKNOWN_SYMBOL
    await bench.price(50_000.0)
    undecided = an_order(BUY, "0.1", decision_price=float("nan"))
    assert reason_of(await bench.venue.submit(undecided)) is Reason.NO_PRICE


async def test_v06_an_id_is_used_once(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    first = await bench.filled(an_order(BUY, "0.01"))
    assert reason_of(await bench.venue.submit(an_order(BUY, "0.02"))) is Reason.DUPLICATE
    assert await bench.venue.find(SWAP, "p1") == first
    assert (await bench.venue.holdings()).base_by_symbol == {SWAP: Decimal("0.01")}


async def test_v07_a_lost_reply_is_unknown_and_nothing_is_done_twice(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.venue.holdings()  # the first deposit is stored
    bench.books.lose = ["after"]
    assert isinstance(await bench.venue.submit(an_order(BUY, "0.01")), Unknown)
    found = await bench.venue.find(SWAP, "p1")
    assert found is not None
    assert found.state is OrderState.FILLED
    assert reason_of(await bench.venue.submit(an_order(BUY, "0.01"))) is Reason.DUPLICATE
    assert (await bench.venue.holdings()).base_by_symbol == {SWAP: Decimal("0.01")}


async def test_v08_an_order_that_never_arrived_is_unknown_and_not_found(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.venue.holdings()
    bench.books.lose = ["before"]
    assert isinstance(await bench.venue.submit(an_order(BUY, "0.01")), Unknown)
    assert await bench.venue.find(SWAP, "p1") is None
    assert (await bench.venue.holdings()).cash_quote == START_QUOTE
    bench.books.lose = ["find"]
    with pytest.raises(Temporary):  # no answer is never "not found"
        await bench.venue.find(SWAP, "p1")


async def test_v09_a_resting_order_waits_until_it_is_traded_through(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    resting = await bench.filled(an_order(BUY, "0.01", limit="49000"))
    assert resting.state is OrderState.ACCEPTED
    await bench.price(49_500.0, low=49_000.0, high=50_000.0)  # touched: others were first
    assert await bench.venue.open_orders() == (resting,)
    assert bench.told() == ()
    event = await bench.price(49_500.0, low=48_999.0, high=50_000.0)
    (report,) = bench.told()
    fill = report.fills[0]
    assert (report.state, fill.price, fill.liquidity, fill.filled_at) == (
        OrderState.FILLED,
        Decimal(49_000),
        Liquidity.MAKER,
        event.at,
    )
    assert fill.fee_quote == Decimal("0.098")  # 0.02 % of 490
    assert bench.told() == ()
    assert await bench.venue.open_orders() == ()
    assert await bench.venue.find(SWAP, "p1") == report


async def test_v10_a_limit_better_than_the_market_takes_at_once(bench: PaperBench) -> None:
    await bench.price(50_000.0, quote=Quote(49_990.0, 50_010.0))
    order = await bench.filled(an_order(BUY, "0.01", limit="51000"))
    assert order.state is OrderState.FILLED
    assert (order.fills[0].price, order.fills[0].liquidity) == (Decimal(50_010), Liquidity.TAKER)
    assert bench.told() == ()  # the answer said it


async def test_v11_a_cancelled_order_never_fills(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.filled(an_order(SELL, "0.01", limit="51000"))
    outcome = await bench.venue.cancel(SWAP, "p1")
    assert isinstance(outcome, Confirmed)
    assert outcome.order.state is OrderState.CANCELLED
    await bench.price(52_000.0, high=60_000.0)
    assert bench.told() == ()
    assert await bench.venue.find(SWAP, "p1") == outcome.order
    for symbol, name in ((SWAP, "p1"), (SWAP, "never"), (SPOT, "p1")):
        assert reason_of(await bench.venue.cancel(symbol, name)) is Reason.NOT_FOUND


async def test_v12_a_lost_cancel_is_unknown(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.filled(an_order(SELL, "0.01", limit="51000"))
    bench.books.lose = ["after"]
    assert isinstance(await bench.venue.cancel(SWAP, "p1"), Unknown)
    found = await bench.venue.find(SWAP, "p1")
    assert found is not None
    assert found.state is OrderState.CANCELLED
    assert await bench.venue.open_orders() == ()


async def test_v13_spot_is_paid_in_cash_also_what_only_rests(bench: PaperBench) -> None:
    await bench.price(50_000.0, symbol=SPOT)
    too_much = an_order(BUY, "0.2", symbol=SPOT)  # 10 000 and a fee
    assert reason_of(await bench.venue.submit(too_much)) is Reason.INSUFFICIENT_FUNDS
    await bench.filled(an_order(BUY, "0.15", symbol=SPOT, limit="40000", name="p2"))
    second = an_order(BUY, "0.1", symbol=SPOT, name="p3")  # 4 000 and little are free
    assert reason_of(await bench.venue.submit(second)) is Reason.INSUFFICIENT_FUNDS
    await bench.filled(an_order(BUY, "0.07", symbol=SPOT, name="p4"))
    await bench.price(39_000.0, symbol=SPOT)
    assert (await bench.venue.holdings()).cash_quote > 0


async def test_v14_spot_is_not_sold_short_nor_twice(bench: PaperBench) -> None:
    await bench.price(50_000.0, symbol=SPOT)
    nothing = an_order(SELL, "0.01", symbol=SPOT)
    assert reason_of(await bench.venue.submit(nothing)) is Reason.INSUFFICIENT_FUNDS
    await bench.filled(an_order(BUY, "0.1", symbol=SPOT, name="p2"))
    await bench.filled(an_order(SELL, "0.1", symbol=SPOT, limit="51000", name="p3"))
    again = an_order(SELL, "0.05", symbol=SPOT, limit="52000", name="p4")
    assert reason_of(await bench.venue.submit(again)) is Reason.INSUFFICIENT_FUNDS
    stop = an_order(SELL, "0.1", symbol=SPOT, name="p5", reduce_only=True)
    await bench.filled(stop)  # closing comes before what rests
    await bench.price(53_000.0, symbol=SPOT)
    (expired,) = bench.told()
    assert (expired.state, expired.fills) == (OrderState.EXPIRED, ())
    assert (await bench.venue.holdings()).base_by_symbol == {}


async def test_v15_perpetuals_are_carried_up_to_the_leverage(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.price(2_500.0, symbol=OTHER_SWAP)
    await bench.filled(an_order(SELL, "0.5", name="p1"))  # 25 000 of 30 000
    more = an_order(BUY, "3", symbol=OTHER_SWAP, name="p2", decision_price=2_500.0)
    assert reason_of(await bench.venue.submit(more)) is Reason.INSUFFICIENT_FUNDS
    await bench.price(69_000.0)  # nearly broke: reducing is allowed, turning round is not
    turn = an_order(BUY, "1.1", name="p3", decision_price=69_000.0)
    assert reason_of(await bench.venue.submit(turn)) is Reason.INSUFFICIENT_FUNDS
    await bench.filled(an_order(BUY, "0.5", name="p4", decision_price=69_000.0))
    assert (await bench.venue.holdings()).base_by_symbol == {}


async def test_v16_reduce_only_never_opens(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    flat = an_order(SELL, "0.1", reduce_only=True)
    assert reason_of(await bench.venue.submit(flat)) is Reason.REDUCE_ONLY
    await bench.filled(an_order(BUY, "0.1", name="p2"))
    same_side = an_order(BUY, "0.1", name="p3", reduce_only=True)
    assert reason_of(await bench.venue.submit(same_side)) is Reason.REDUCE_ONLY
    order = await bench.filled(an_order(SELL, "0.3", name="p4", reduce_only=True))
    assert order.state is OrderState.EXPIRED
    assert [fill.qty_base for fill in order.fills] == [Decimal("0.1")]
    assert (await bench.venue.holdings()).base_by_symbol == {}
