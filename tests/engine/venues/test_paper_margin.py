"""What the paper venue does by itself: funding, and taking what the account cannot carry."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine.core.errors import StorageError
from engine.core.kinds import OrderState, Side
from engine.core.market import FundingSettled
from engine.core.orders import Payment, VenueOrder
from engine.rules.margin import LIQUIDATION_FEE_RATIO
from tests.conformance.venues import (
    BENCHES,
    OTHER_SWAP,
    SPOT,
    SWAP,
    PaperBench,
    an_order,
    nothing,
    opened_bench,
)

BUY, SELL = Side.BUY, Side.SELL


@pytest.fixture(params=BENCHES)
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PaperBench]:
    async with opened_bench(request.param, tmp_path) as bench:
        yield bench


def settled(bench: PaperBench, ratio: float, symbol: str = SWAP) -> FundingSettled:
    bench.clock.now_at += timedelta(seconds=5)
    return FundingSettled(at=bench.clock.now_at, symbol=symbol, funding_ratio=ratio)


async def cash_of(bench: PaperBench) -> Decimal:
    return (await bench.venue.holdings()).cash_quote


async def test_longs_pay_and_shorts_get_a_positive_funding(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.price(2_000.0, symbol=OTHER_SWAP)
    await bench.filled(an_order(BUY, "0.1", name="p1"))
    await bench.filled(an_order(SELL, "1", symbol=OTHER_SWAP, name="p2", decision_price=2_000.0))
    before = await cash_of(bench)
    paid_at = settled(bench, 0.0002)
    await bench.venue.observe(paid_at, nothing)
    await bench.venue.observe(settled(bench, 0.0001, OTHER_SWAP), nothing)
    paid, got = bench.venue.take_reports()
    assert paid == Payment(
        payment_id=f"funding-{SWAP}-{int(paid_at.at.timestamp() * 1000)}",
        symbol=SWAP,
        flow_quote=Decimal("-1.00000000"),  # 0.02 % of 5 000
        paid_at=paid_at.at,
    )
    assert isinstance(got, Payment)
    assert got.flow_quote == Decimal("0.2")
    assert await cash_of(bench) == before - Decimal("0.8")


async def test_funding_without_a_position_or_on_coins_moves_nothing(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.price(50_000.0, symbol=SPOT)
    await bench.filled(an_order(BUY, "0.01", symbol=SPOT))
    before = await cash_of(bench)
    for symbol in (SWAP, SPOT, OTHER_SWAP):  # the last has no price yet
        await bench.venue.observe(settled(bench, 0.01, symbol), nothing)
    assert bench.venue.take_reports() == ()
    assert await cash_of(bench) == before


async def test_funding_told_again_is_reported_again_and_paid_once(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.1"))
    event = settled(bench, 0.0002)
    await bench.venue.observe(event, nothing)
    told, cash = bench.venue.take_reports(), await cash_of(bench)
    again = bench.restarted()
    again.venue.mark(SWAP, 50_000.0)
    await again.venue.observe(event, nothing)
    assert again.venue.take_reports() == told
    assert await cash_of(again) == cash
    assert await again.venue.reports_since(event.at) == told
    assert await again.venue.reports_since(event.at + timedelta(seconds=1)) == ()


async def test_a_position_that_came_after_a_settlement_does_not_pay_it(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    event = settled(bench, 0.0002)
    await bench.venue.observe(event, nothing)
    await bench.filled(an_order(BUY, "0.1"))  # the bar of the same moment proposed it
    again = bench.restarted()
    again.venue.mark(SWAP, 50_000.0)
    before = await cash_of(again)
    await again.venue.observe(event, nothing)
    assert await cash_of(again) == before


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_payment_that_was_perhaps_stored_is_paid_and_told_once(
    bench: PaperBench, moment: str
) -> None:
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.1"))
    before = await cash_of(bench)
    event = settled(bench, 0.0002)
    bench.books.lose = [moment]
    with pytest.raises(StorageError):
        await bench.venue.observe(event, nothing)
    await bench.venue.observe(event, nothing)
    (told,) = bench.venue.take_reports()
    assert isinstance(told, Payment)
    assert await cash_of(bench) == before - Decimal(1)


async def test_what_the_account_cannot_carry_is_taken_at_the_price_where_it_ends(
    bench: PaperBench,
) -> None:
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.5", name="p1"))  # 25 000 on 10 000
    event = await bench.price(36_000.0, low=29_000.0)
    await bench.venue.enforce(event, nothing)
    (told,) = bench.venue.take_reports()
    assert isinstance(told, VenueOrder)
    assert told.is_forced
    assert told.state is OrderState.FILLED
    (fill,) = told.fills
    # 10 000 and the fee of the entry are used up at about 30 300, and a taker pays a little more
    assert Decimal(30_000) < fill.price < Decimal(30_400)
    assert fill.fee_quote == pytest.approx(
        fill.notional_quote * Decimal(str(LIQUIDATION_FEE_RATIO)), abs=Decimal("1e-8")
    )
    holdings = await bench.venue.holdings()
    assert holdings.base_by_symbol == {}
    assert await bench.venue.find(SWAP, told.client_order_id) == told
    assert await bench.venue.reports_since(event.at) == (told,)


async def test_an_account_that_carries_its_positions_keeps_them(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.1", name="p1"))  # 5 000 on 10 000: never
    await bench.venue.enforce(await bench.price(36_000.0, low=100.0), nothing)
    assert bench.venue.take_reports() == ()


async def test_positions_stand_for_each_other(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.price(2_000.0, symbol=OTHER_SWAP)
    await bench.filled(an_order(BUY, "0.5", name="p1"))
    await bench.filled(an_order(SELL, "2.4", symbol=OTHER_SWAP, name="p2", decision_price=2_000.0))
    await bench.venue.enforce(await bench.price(1_000.0, symbol=OTHER_SWAP), nothing)  # +2 400
    await bench.venue.enforce(await bench.price(29_000.0), nothing)  # alone it would be lost
    assert bench.venue.take_reports() == ()
    await bench.venue.enforce(await bench.price(24_000.0), nothing)
    (told,) = bench.venue.take_reports()
    assert told.symbol == SWAP
    assert (await bench.venue.holdings()).base_by_symbol == {OTHER_SWAP: Decimal("-2.4")}


async def test_coins_are_no_margin(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    await bench.price(50_000.0, symbol=SPOT)
    await bench.filled(an_order(BUY, "0.15", symbol=SPOT, name="p1"))  # 2 500 are left
    await bench.filled(an_order(BUY, "0.1", name="p2"))
    await bench.venue.enforce(await bench.price(26_000.0, low=24_000.0), nothing)
    assert [told.symbol for told in bench.venue.take_reports()] == [SWAP]


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_forced_order_that_was_perhaps_stored_is_told_once(
    bench: PaperBench, moment: str
) -> None:
    await bench.price(50_000.0)
    await bench.filled(an_order(BUY, "0.5", name="p1"))
    event = await bench.price(36_000.0, low=29_000.0)
    bench.books.lose = [moment]
    with pytest.raises(StorageError):
        await bench.venue.enforce(event, nothing)
    await bench.venue.enforce(event, nothing)
    (told,) = bench.venue.take_reports()
    assert isinstance(told, VenueOrder)
    assert told.is_forced
    assert (await bench.venue.holdings()).base_by_symbol == {}


async def test_an_event_told_again_takes_nothing_it_did_not_take(bench: PaperBench) -> None:
    await bench.price(50_000.0)
    event = await bench.price(50_000.0, low=29_000.0, high=50_000.0)
    await bench.venue.enforce(event, nothing)
    await bench.filled(an_order(BUY, "0.5", name="p1"))  # at the close of that very bar
    again = bench.restarted()
    await again.venue.observe(event, nothing)
    await again.venue.enforce(event, nothing)
    assert again.venue.take_reports() == ()
