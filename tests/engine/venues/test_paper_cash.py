"""The paper venue's money, to the last digit."""

import asyncio
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.kinds import OrderKind, Side
from engine.core.market import Quote
from engine.core.money import QUOTE_STEP, ZERO
from engine.core.orders import Confirmed, Fill, OrderRequest
from engine.core.reasons import Reason
from engine.rules.fills import market_fill
from engine.venues.books import MemoryBooks
from engine.venues.paper_checks import misfit
from tests.conformance.venues import (
    COSTS,
    INSTRUMENTS,
    OTHER_SWAP,
    START_QUOTE,
    SWAP,
    PaperBench,
    an_order,
    reason_of,
)
from tests.fakes.clocks import NOON, FakeClock

steps = st.tuples(
    st.sampled_from([SWAP, OTHER_SWAP]),
    st.sampled_from([Side.BUY, Side.SELL]),
    st.integers(1, 60),  # of 0.001 base
    st.floats(900.0, 90_000.0),  # price
    st.sampled_from([None, 0.97, 1.0, 1.03]),  # limit, of the price
    st.booleans(),  # reduce only
)


def cash_flow(fill: Fill) -> Decimal:
    notional_quote = fill.notional_quote.quantize(QUOTE_STEP)
    assert notional_quote == fill.notional_quote  # the steps leave no digit to round
    return -fill.side.sign * notional_quote - fill.fee_quote


async def play(moves: list[tuple[str, Side, int, float, float | None, bool]]) -> None:
    bench = PaperBench(MemoryBooks(), FakeClock(NOON))
    fills: dict[str, Fill] = {}
    for number, (symbol, side, count, price, limit, reduce_only) in enumerate(moves):
        await bench.price(price, low=price * 0.99, high=price * 1.01, symbol=symbol)
        step = INSTRUMENTS[symbol].price_step
        limit_price = None if limit is None else Decimal(price * limit) // step * step
        request = OrderRequest(
            client_order_id=f"p{number}",
            symbol=symbol,
            side=side,
            kind=OrderKind.MARKET if limit is None else OrderKind.LIMIT,
            qty_base=count * INSTRUMENTS[symbol].qty_step,
            limit_price=limit_price,
            reduce_only=reduce_only,
            decision_price=price,
        )
        outcome = await bench.venue.submit(request)
        told = (outcome.order,) if isinstance(outcome, Confirmed) else ()
        for order in (*told, *bench.told()):
            fills.update({fill.fill_id: fill for fill in order.fills})
    holdings = await bench.venue.holdings()
    assert holdings.cash_quote == START_QUOTE + sum(map(cash_flow, fills.values()), ZERO)
    held: dict[str, Decimal] = {}
    for fill in fills.values():
        held[fill.symbol] = held.get(fill.symbol, ZERO) + fill.side.sign * fill.qty_base
    assert holdings.base_by_symbol == {symbol: base for symbol, base in held.items() if base}
    assert await bench.restarted().venue.holdings() == holdings


@given(moves=st.lists(steps, min_size=1, max_size=12))
@settings(max_examples=50, deadline=None)
def test_cash_and_holdings_are_the_sum_of_the_fills(
    moves: list[tuple[str, Side, int, float, float | None, bool]],
) -> None:
    asyncio.run(play(moves))


async def test_a_fill_is_what_the_rules_say_for_the_same_bar() -> None:
    bench = PaperBench(MemoryBooks(), FakeClock(NOON))
    event = await bench.price(50_100.0, low=49_000.0, high=50_200.0, volume_base=25.0)
    (fill,) = (await bench.filled(an_order(Side.SELL, "0.25", decision_price=48_500.0))).fills
    said = market_fill(-1, 0.25, 48_500.0, 49_000.0, 50_200.0, 25.0, COSTS[SWAP], 0.1)
    assert (float(fill.price), float(fill.fee_quote)) == (said.price, said.fee_quote)
    assert fill.price < Decimal(49_000)  # the decision, pulled into the range, and then the costs
    assert fill.filled_at == event.at


async def test_a_larger_order_pays_a_worse_price() -> None:
    bench = PaperBench(MemoryBooks(), FakeClock(NOON))
    quote = Quote(49_999.0, 50_001.0)
    prices = []
    for number, qty in enumerate(("0.001", "0.05", "0.3")):
        await bench.price(50_000.0, quote=quote, volume_base=2.0)
        order = await bench.filled(an_order(Side.BUY, qty, name=f"p{number}"))
        prices.append(order.fills[0].price)
        closing = an_order(Side.SELL, qty, name=f"x{number}", reduce_only=True)
        await bench.filled(closing)
    assert prices == sorted(set(prices))


async def test_an_order_is_not_filled_at_a_price_that_is_none() -> None:
    bench = PaperBench(MemoryBooks(), FakeClock(NOON))
    await bench.price(float("nan"))
    refusal = await bench.venue.submit(an_order(Side.BUY, "0.1"))
    assert reason_of(refusal) is Reason.NO_PRICE


def test_a_quantity_of_whole_steps_may_still_be_under_the_minimum() -> None:
    instrument = replace(INSTRUMENTS[SWAP], min_qty_base=Decimal("0.005"))
    for qty, reason in (("0.004", Reason.MIN_QTY), ("0.005", None)):
        refusal = misfit(an_order(Side.BUY, qty), instrument, 50_000.0)
        assert (refusal and refusal.reason) is reason


async def test_an_opening_price_between_two_steps_fills_on_the_worse_one() -> None:
    bench = PaperBench(MemoryBooks(), FakeClock(NOON))
    await bench.price(50_000.0)
    await bench.filled(an_order(Side.BUY, "0.01", limit="49000"))
    await bench.price(48_000.05, low=47_000.0, high=48_100.0)
    (report,) = bench.told()
    assert report.fills[0].price == Decimal("48000.1")
