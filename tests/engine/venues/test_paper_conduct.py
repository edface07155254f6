"""Whatever is asked of a paper venue that behaves like real ones, its account adds up."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.kinds import OrderKind, Side
from engine.core.market import Depth, Level
from engine.core.money import QUOTE_STEP, ZERO
from engine.core.orders import Confirmed, Fill, OrderRequest
from engine.venues.books import MemoryBooks
from engine.venues.paper_conduct import Conduct
from tests.conformance.venues import INSTRUMENTS, SPOT, START_QUOTE, SWAP, PaperBench, an_order
from tests.fakes.clocks import NOON, FakeClock

KINDS = (OrderKind.MARKET, OrderKind.LIMIT, OrderKind.STOP, OrderKind.TAKE_PROFIT)


class Move(NamedTuple):
    """A price, an order at it, and what happens to the process."""

    symbol: str
    price: float
    shown_base: float  # on each level of the book; 0: the feed tells none
    volume_base: float
    side: Side
    kind: OrderKind
    steps: int  # of the quantity
    away_ratio: float  # limit or trigger, of the price
    reduce_only: bool
    post_only: bool
    cancels: bool  # the order before it
    restarts: bool


MOVES = st.builds(
    Move,
    symbol=st.sampled_from([SPOT, SWAP]),
    price=st.floats(40_000.0, 60_000.0),
    shown_base=st.sampled_from([0.0, 0.004, 0.02, 3.0]),
    volume_base=st.sampled_from([0.0, 0.01, 0.05, 100.0]),
    side=st.sampled_from(Side),
    kind=st.sampled_from(KINDS),
    steps=st.integers(1, 60),
    away_ratio=st.sampled_from([0.9, 0.98, 1.0, 1.02, 1.1]),
    reduce_only=st.booleans(),
    post_only=st.booleans(),
    cancels=st.booleans(),
    restarts=st.booleans(),
)
CONDUCTS = st.builds(
    Conduct,
    rests_stops=st.booleans(),
    latency_ms=st.sampled_from([0.0, 4_000.0, 12_000.0]),
    share_ratio=st.sampled_from([0.0, 0.3, 1.0]),
    fees_in_base=st.booleans(),
)


def a_depth(move: Move) -> Depth | None:
    if not move.shown_base:
        return None
    ticks = [round(move.price * ratio, 1) for ratio in (0.999, 0.9999, 1.0001, 1.001)]
    far_bid, bid, ask, far_ask = (Level(price, move.shown_base) for price in ticks)
    return Depth((bid, far_bid), (ask, far_ask))


def a_request(move: Move, number: int) -> OrderRequest:
    instrument = INSTRUMENTS[move.symbol]
    at = Decimal(move.price * move.away_ratio) // instrument.price_step * instrument.price_step
    is_limit = move.kind is OrderKind.LIMIT
    return replace(
        an_order(move.side, str(move.steps * instrument.qty_step), symbol=move.symbol),
        client_order_id=f"p{number}",
        kind=move.kind,
        limit_price=at if is_limit else None,
        trigger_price=at if move.kind in KINDS[2:] else None,
        reduce_only=move.reduce_only,
        post_only=move.post_only and is_limit,
        decision_price=move.price,
    )


def flow_quote(fill: Fill) -> Decimal:
    notional_quote = fill.notional_quote.quantize(QUOTE_STEP)
    assert notional_quote == fill.notional_quote
    return -fill.side.sign * notional_quote - fill.fee_quote


async def play(moves: list[Move], conduct: Conduct) -> None:
    bench = PaperBench(MemoryBooks(), FakeClock(NOON), conduct)
    asked: dict[str, OrderRequest] = {}
    fills: dict[str, Fill] = {}
    for number, move in enumerate(moves):
        low, high = move.price * 0.98, move.price * 1.02
        book = a_depth(move)
        await bench.price(
            move.price,
            low=low,
            high=high,
            symbol=move.symbol,
            depth=book,
            volume_base=move.volume_base,
        )
        request = a_request(move, number)
        outcome = await bench.venue.submit(request)
        news = list(bench.told())
        if isinstance(outcome, Confirmed):
            asked[request.client_order_id] = request
            news.append(outcome.order)
        if move.cancels:
            await bench.venue.cancel(move.symbol, f"p{number - 1}")
        for order in news:
            fills |= {fill.fill_id: fill for fill in order.fills}
        if move.restarts:
            before = await bench.venue.open_orders()
            bench = bench.restarted()
            assert await bench.venue.open_orders() == before
    await adds_up(bench, asked, fills)


async def adds_up(
    bench: PaperBench, asked: dict[str, OrderRequest], fills: dict[str, Fill]
) -> None:
    holdings = await bench.venue.holdings()
    assert holdings.cash_quote == START_QUOTE + sum(map(flow_quote, fills.values()), ZERO)
    held: dict[str, Decimal] = {}
    for fill in fills.values():
        got_base = fill.side.sign * fill.qty_base - fill.fee_base
        held[fill.symbol] = held.get(fill.symbol, ZERO) + got_base
    assert holdings.base_by_symbol == {symbol: base for symbol, base in held.items() if base}
    assert held.get(SPOT, ZERO) >= 0
    for name, request in asked.items():
        found = await bench.venue.find(request.symbol, name)
        assert found is not None
        mine = [fill for fill in fills.values() if fill.client_order_id == name]
        assert list(found.fills) == mine
        assert sum((fill.qty_base for fill in mine), ZERO) <= request.qty_base
        worst = request.limit_price
        if worst is not None:
            assert all((fill.price - worst) * request.side.sign <= 0 for fill in mine)


@given(moves=st.lists(MOVES, min_size=1, max_size=14), conduct=CONDUCTS)
@settings(max_examples=150, deadline=None)
def test_cash_holdings_and_orders_are_the_sum_of_what_was_told(
    moves: list[Move], conduct: Conduct
) -> None:
    asyncio.run(play(moves, conduct))
