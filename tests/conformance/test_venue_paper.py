"""Cards for the paper venue, v28..: books, queues, parts, fees in coins, halts."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine.core.errors import StorageError
from engine.core.kinds import Liquidity, OrderState, Side
from engine.core.market import Depth, FundingSettled, Level, Quote
from engine.core.reasons import Reason
from engine.venues.interruptions import Interruption
from engine.venues.paper_conduct import Conduct
from tests.conformance.venues import (
    BENCHES,
    OTHER_SWAP,
    SPOT,
    SWAP,
    PaperBench,
    an_order,
    nothing,
    opened_bench,
    reason_of,
)
from tests.fakes.clocks import NOON

BUY, SELL = Side.BUY, Side.SELL
STOPS = Conduct(rests_stops=True)


@pytest.fixture(params=BENCHES)
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PaperBench]:
    async with opened_bench(request.param, tmp_path) as bench:
        yield bench


def a_book(*, bids: str, asks: str) -> Depth:
    """A book from "49990x2 49980x5"."""

    def side(words: str) -> tuple[Level, ...]:
        return tuple(Level(*map(float, word.split("x"))) for word in words.split())

    return Depth(side(bids), side(asks))


BOOK = a_book(bids="49990x0.5 49980x2", asks="50010x0.02 50020x0.03")


async def held_base(bench: PaperBench, symbol: str = SWAP) -> Decimal:
    return (await bench.venue.holdings()).base_by_symbol.get(symbol, Decimal(0))


async def test_v28_what_the_known_levels_do_not_hold_pays_the_impact_beyond_them(
    bench: PaperBench,
) -> None:
    await bench.price(50_000.0, depth=BOOK)
    order = await bench.filled(an_order(BUY, "0.1"))
    assert order.state is OrderState.FILLED
    near, far, beyond = order.fills
    assert [fill.qty_base for fill in order.fills] == [Decimal(q) for q in ("0.02", "0.03", "0.05")]
    # half a basis point of slippage on each level, to the step of 0.1
    assert (near.price, far.price) == (Decimal("50012.6"), Decimal("50022.6"))
    assert beyond.price > far.price


async def test_v29_the_same_offer_is_not_taken_twice(bench: PaperBench) -> None:
    await bench.price(50_000.0, depth=BOOK)
    await bench.filled(an_order(BUY, "0.03", name="p1"))
    second = await bench.filled(an_order(BUY, "0.02", name="p2"))
    assert [(fill.qty_base, fill.price) for fill in second.fills] == [
        (Decimal("0.02"), Decimal("50022.6"))
    ]
    sold = await bench.filled(an_order(SELL, "0.02", name="p3"))  # the other side is untouched
    assert sold.fills[0].price == Decimal("49987.5")
    await bench.price(50_000.0, depth=BOOK)  # shown anew
    third = await bench.filled(an_order(BUY, "0.02", name="p4"))
    assert third.fills[0].price == Decimal("50012.6")


async def test_v30_a_quote_with_sizes_is_a_book_of_one_level(bench: PaperBench) -> None:
    await bench.price(50_000.0, quote=Quote(49_990.0, 50_010.0, 1.0, 0.04), volume_base=1.0)
    small = await bench.filled(an_order(BUY, "0.01", name="p1"))
    assert small.fills[0].price == Decimal("50012.6")
    large = await bench.filled(an_order(BUY, "0.2", name="p2"))
    assert [fill.qty_base for fill in large.fills] == [Decimal("0.03"), Decimal("0.17")]
    assert large.fills[1].price > Decimal(50_025)


async def test_v31_a_limit_order_waits_until_those_before_it_were_served(
    bench: PaperBench,
) -> None:
    await bench.price(50_000.0, depth=BOOK)
    await bench.filled(an_order(BUY, "0.3", limit="49990"))  # 0.5 stand there already
    shown = a_book(bids="49990x0.5", asks="50010x1")
    await bench.price(49_990.0, volume_base=0.4, depth=shown)
    assert bench.told() == ()
    await bench.price(49_990.0, volume_base=0.25, depth=shown)  # 0.1 were before it
    (report,) = bench.told()
    assert report.state is OrderState.PARTIALLY_FILLED
    assert [f.qty_base for f in report.fills] == [Decimal("0.15")]
    assert {f.liquidity for f in report.fills} == {Liquidity.MAKER}
    bench = bench.restarted()
    await bench.price(49_990.0, volume_base=9.0, depth=shown)
    (report,) = bench.told()
    assert report.state is OrderState.FILLED
    assert [f.fill_id for f in report.fills] == ["p1-1", "p1-2"]
    assert await held_base(bench) == Decimal("0.3")


async def test_v32_a_queue_is_never_longer_than_what_is_shown_at_the_price(
    bench: PaperBench,
) -> None:
    await bench.price(50_000.0, depth=BOOK)
    await bench.filled(an_order(BUY, "0.1", limit="49990"))
    gone = a_book(bids="49990x0.05 49980x2", asks="50010x1")  # most of them gave up
    await bench.price(50_000.0, depth=gone)
    await bench.price(49_990.0, volume_base=0.15, depth=gone)
    (report,) = bench.told()
    assert report.state is OrderState.FILLED
    await bench.filled(an_order(BUY, "0.1", limit="49995", name="p2"))  # inside the spread: first
    await bench.price(49_995.0, volume_base=0.1, depth=gone)
    assert [report.state for report in bench.told()] == [OrderState.FILLED]


async def test_v33_a_resting_order_gets_its_share_of_what_trades(bench: PaperBench) -> None:
    bench = bench.behaving(Conduct(share_ratio=0.25))
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.1", limit="49000"))
    states, ids = [], set()
    for filled in ("0.04", "0.08", "0.1"):
        await bench.price(48_900.0, opened=49_500.0, high=49_500.0, volume_base=0.16)
        (report,) = bench.told()
        assert sum(fill.qty_base for fill in report.fills) == Decimal(filled)
        states.append(report.state)
        ids |= {fill.fill_id for fill in report.fills}
    assert states == [OrderState.PARTIALLY_FILLED] * 2 + [OrderState.FILLED]
    assert ids == {"p1-1", "p1-2", "p1-3"}


async def test_v34_a_part_whose_saving_got_no_answer_is_told_later_and_booked_once(
    bench: PaperBench,
) -> None:
    bench = bench.behaving(Conduct(share_ratio=1.0))
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.1", limit="49000"))
    bench.books.lose = ["after"]
    with pytest.raises(StorageError):
        await bench.price(48_900.0, opened=49_500.0, high=49_500.0, volume_base=0.04)
    assert bench.told() == ()
    await bench.price(49_500.0)
    (report,) = bench.told()
    assert (report.state, await held_base(bench)) == (
        OrderState.PARTIALLY_FILLED,
        Decimal("0.04"),
    )


async def test_v43_a_maker_only_order_never_takes(bench: PaperBench) -> None:
    await bench.price(50_000.0, quote=Quote(49_990.0, 50_010.0))
    taking = an_order(BUY, "0.01", limit="50010", post_only=True)
    assert reason_of(await bench.venue.submit(taking)) is Reason.OTHER
    making = await bench.filled(an_order(BUY, "0.01", limit="50009.9", post_only=True))
    assert (making.state, making.fills) == (OrderState.ACCEPTED, ())


async def test_v44_while_a_symbol_is_halted_nothing_of_it_trades(bench: PaperBench) -> None:
    from_at, until_at = NOON + timedelta(seconds=12), NOON + timedelta(seconds=27)
    bench = bench.behaving(Conduct(interruptions=(Interruption(SWAP, from_at, until_at),)))
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.5", name="p1"))
    resting = await bench.filled(an_order(SELL, "0.5", limit="51000", name="p2"))
    await bench.price(2_500.0, symbol=OTHER_SWAP)
    for price in (52_000.0, 30_000.0):  # told all the same
        event = await bench.price(price)
        await bench.venue.enforce(event, nothing)
        refused = await bench.venue.submit(an_order(SELL, "0.1", name="p3", reduce_only=True))
        assert reason_of(refused) is Reason.MAINTENANCE
    assert bench.told() == ()
    assert await bench.venue.open_orders() == (resting,)
    other = an_order(BUY, "0.1", symbol=OTHER_SWAP, name="p4", decision_price=2_500.0)
    await bench.price(50_000.0)
    await bench.filled(other)  # who is not halted trades on
    await bench.price(52_000.0)  # and now it is over
    assert [report.client_order_id for report in bench.told()] == ["p2"]


async def test_v45_a_delisting_ends_what_rests_and_refuses_what_comes(bench: PaperBench) -> None:
    gone_at = NOON + timedelta(seconds=20)
    bench = bench.behaving(Conduct(interruptions=(Interruption(SWAP, gone_at),)))
    await bench.price(50_000.0)
    await bench.price(2_500.0, symbol=OTHER_SWAP)
    await bench.filled(an_order(BUY, "0.01", limit="49000", name="p1"))
    kept = an_order(BUY, "0.1", limit="2000", symbol=OTHER_SWAP, name="p2")
    await bench.filled(kept)
    await bench.price(2_500.0, symbol=OTHER_SWAP)
    assert bench.told() == ()
    await bench.price(2_500.0, symbol=OTHER_SWAP)  # the other symbol's clock says it
    (report,) = bench.told()
    assert (report.client_order_id, report.state) == ("p1", OrderState.CANCELLED)
    assert [order.client_order_id for order in await bench.venue.open_orders()] == ["p2"]
    refused = await bench.venue.submit(an_order(BUY, "0.01", name="p3"))
    assert reason_of(refused) is Reason.UNKNOWN_SYMBOL
    settled = FundingSettled(at=bench.clock.now_at, symbol=SWAP, funding_ratio=0.01)
    await bench.venue.observe(settled, nothing)
    assert bench.told() == ()


async def test_v46_a_fee_in_coins_leaves_dust_that_no_order_sells(bench: PaperBench) -> None:
    bench = bench.behaving(Conduct(fees_in_base=True))
    await bench.price(50_000.0, symbol=SPOT)
    bought = await bench.filled(an_order(BUY, "0.1", symbol=SPOT, name="p1"))
    (fill,) = bought.fills
    assert (fill.fee_base, fill.fee_quote) == (Decimal("0.0001"), Decimal(0))
    assert await held_base(bench, SPOT) == Decimal("0.0999")
    sold = await bench.filled(an_order(SELL, "0.1", symbol=SPOT, name="p2", reduce_only=True))
    assert [f.qty_base for f in sold.fills] == [Decimal("0.099")]  # whole steps
    assert sold.fills[0].fee_quote > 0
    dust = an_order(SELL, "0.001", symbol=SPOT, name="p3", reduce_only=True)
    assert reason_of(await bench.venue.submit(dust)) is Reason.REDUCE_ONLY
    assert await held_base(bench, SPOT) == Decimal("0.0009")


async def test_v47_a_place_in_the_queue_is_known_once_the_book_is_told(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.1", limit="49990"))
    await bench.price(49_990.0, volume_base=50.0)  # touched, and nobody knows who was before it
    assert bench.told() == ()
    shown = a_book(bids="49990x0.5", asks="50010x1")
    await bench.price(50_000.0, depth=shown)
    await bench.price(49_990.0, volume_base=0.55, depth=shown)
    (report,) = bench.told()
    assert [fill.qty_base for fill in report.fills] == [Decimal("0.05")]


async def test_v50_an_event_told_again_gives_no_second_part(bench: PaperBench) -> None:
    bench = bench.behaving(Conduct(share_ratio=1.0))
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.1", limit="49000"))
    event = await bench.price(48_900.0, opened=49_500.0, high=49_500.0, volume_base=0.04)
    bench.told()
    await bench.venue.observe(event, nothing)  # the desk's own save had failed
    bench = bench.restarted()
    await bench.venue.observe(event, nothing)
    assert bench.told() == ()
    assert await held_base(bench) == Decimal("0.04")


async def test_v51_an_event_told_again_moves_no_queue_twice(bench: PaperBench) -> None:
    await bench.price(50_000.0, depth=BOOK)
    await bench.filled(an_order(BUY, "0.1", limit="49990"))  # 0.5 stand before it
    shown = a_book(bids="49990x0.5", asks="50010x1")
    event = await bench.price(49_990.0, volume_base=0.3, depth=shown)
    await bench.venue.observe(event, nothing)
    assert bench.told() == ()
    await bench.price(49_990.0, volume_base=0.3, depth=shown)
    assert [report.state for report in bench.told()] == [OrderState.FILLED]
