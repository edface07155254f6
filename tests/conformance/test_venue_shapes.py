"""Cards for venues that we have no loopback exchange of: their shapes, read as our values.

Unmodified ccxt signs, sends and parses; the server answers what tests/fixtures/venues wrote down.
"""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from engine.core.clockwork import from_ms
from engine.core.errors import Temporary
from engine.core.kinds import Liquidity, OrderKind, OrderState, Side
from engine.core.orders import Confirmed, RefusedBy, Unknown
from engine.core.reasons import Reason
from tests.engine.venues.live_bench import LiveBench, an_order, live_bench, row_named
from tests.fixtures.venues.bybit import Bybit
from tests.fixtures.venues.coinbase import Coinbase
from tests.fixtures.venues.kraken import Kraken
from tests.fixtures.venues.okx import Okx
from tests.fixtures.venues.shapes import AT_MS, CID, FILLS, STOP_CID, Shapes

VENUES: tuple[Shapes, ...] = (
    Bybit("Bybit spot", is_swap=False),
    Bybit("Bybit perpetuals", is_swap=True),
    Okx("OKX spot", is_swap=False),
    Okx("OKX perpetuals", is_swap=True),
    Kraken(),
    Coinbase(),
)


class Scene:
    """A venue and its stories."""

    def __init__(self, shapes: Shapes, bench: LiveBench) -> None:
        self.shapes = shapes
        self.row, self.rest, self.venue, self.symbol = bench


@pytest.fixture(params=VENUES, ids=lambda shapes: shapes.row_name)
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    async with live_bench(row_named(request.param.row_name)) as bench:
        yield Scene(request.param, bench)


async def test_s01_a_market_order_is_confirmed_with_its_fills(scene: Scene) -> None:
    scene.shapes.market_filled(scene.rest)
    outcome = await scene.venue.submit(an_order(scene.row))
    assert isinstance(outcome, Confirmed), outcome
    order = outcome.order
    assert (order.client_order_id, order.symbol, order.state) == (
        CID,
        scene.symbol,
        OrderState.FILLED,
    )
    assert [(f.fill_id.rpartition("#")[2], f.qty_base, f.price) for f in order.fills] == [
        (name, Decimal(qty), Decimal(price)) for name, qty, price in FILLS
    ]
    first = order.fills[0]
    assert (first.side, first.liquidity, first.filled_at) == (
        Side.BUY,
        Liquidity.TAKER,
        from_ms(AT_MS),
    )
    fees = (
        (Decimal(0), Decimal("0.00004")) if scene.shapes.fee_in_base else (Decimal(2), Decimal(0))
    )
    assert (first.fee_quote, first.fee_base) == fees


async def test_s02_a_resting_order_is_open_and_found(scene: Scene) -> None:
    scene.shapes.resting(scene.rest)
    (order,) = await scene.venue.open_orders()
    assert (order.client_order_id, order.symbol, order.state, order.fills) == (
        CID,
        scene.symbol,
        OrderState.ACCEPTED,
        (),
    )
    scene.shapes.resting(scene.rest)
    assert await scene.venue.find(scene.symbol, CID) == order


async def test_s03_what_was_filled_before_the_cancel_stays(scene: Scene) -> None:
    scene.shapes.cut_short(scene.rest)
    order = await scene.venue.find(scene.symbol, CID)
    assert order is not None
    assert (order.state, [fill.qty_base for fill in order.fills]) == (
        OrderState.CANCELLED,
        [Decimal("0.04")],
    )


async def test_s04_an_order_that_nobody_knows_is_none(scene: Scene) -> None:
    scene.shapes.nobody(scene.rest)
    assert await scene.venue.find(scene.symbol, CID) is None
    assert await scene.venue.find(scene.symbol, STOP_CID) is None
    assert await scene.venue.find("NOPE/USDT", CID) is None
    cancelled = await scene.venue.cancel(scene.symbol, CID)
    assert isinstance(cancelled, RefusedBy)
    assert cancelled.reason is Reason.NOT_FOUND


async def test_s05_a_stop_is_found_where_the_venue_keeps_it(scene: Scene) -> None:
    scene.shapes.stop_waits(scene.rest)
    order = await scene.venue.find(scene.symbol, STOP_CID)
    assert order is not None
    assert (order.client_order_id, order.state) == (STOP_CID, OrderState.ACCEPTED)
    assert scene.venue.holds_stops(scene.symbol)


async def test_s06_money_is_exact(scene: Scene) -> None:
    scene.shapes.money(scene.rest)
    holdings = await scene.venue.holdings()
    if scene.row.is_swap:
        # the wallet without open profit, less what 0.1 at 50 000 cost: equity at 50 500 is 10 050
        assert holdings.cash_quote == Decimal(5000)
        assert holdings.base_by_symbol == {scene.symbol: Decimal("0.1")}
    else:
        assert holdings.cash_quote == Decimal(10_000)
        assert holdings.base_by_symbol == {scene.symbol: Decimal("0.25")}


async def test_s07_too_little_money_is_a_definite_no(scene: Scene) -> None:
    scene.shapes.no_funds(scene.rest)
    outcome = await scene.venue.submit(an_order(scene.row))
    assert isinstance(outcome, RefusedBy), outcome
    assert outcome.reason is Reason.INSUFFICIENT_FUNDS


async def test_s08_a_reply_that_is_no_answer_is_unknown(scene: Scene) -> None:
    paths = scene.row.spelling.paths
    scene.shapes.nobody(scene.rest)
    for number, body in enumerate(("", "{", "<html>busy</html>", "[]", "{}", '"ok"', "null", "7")):
        for path in paths:
            scene.rest.on(path, body)
        outcome = await scene.venue.submit(an_order(scene.row))
        assert isinstance(outcome, Unknown), (body, outcome)
        # once each: never sent again
        assert len([each for each in scene.rest.posted() if each.path in paths]) == number + 1


async def test_s09_a_cancel_ends_with_what_the_venue_then_says(scene: Scene) -> None:
    scene.shapes.cancels(scene.rest)
    outcome = await scene.venue.cancel(scene.symbol, CID)
    assert isinstance(outcome, Confirmed), outcome
    assert outcome.order.state is OrderState.CANCELLED


async def test_s10_an_order_whose_fills_do_not_add_up_is_not_told(scene: Scene) -> None:
    scene.shapes.fills_late(scene.rest)
    with pytest.raises(Temporary):  # never "filled" without what it was filled at
        await scene.venue.find(scene.symbol, CID)


async def test_s11_a_limit_that_would_take_is_only_sent_as_a_maker(scene: Scene) -> None:
    scene.shapes.no_funds(scene.rest)
    order = an_order(scene.row, kind=OrderKind.LIMIT, limit="49000", post_only=True)
    await scene.venue.submit(order)
    (sent,) = [each for each in scene.rest.posted() if each.path in scene.row.spelling.paths]
    assert "post" in sent.text.lower()


async def test_s12_a_stop_is_placed_and_confirmed_where_the_venue_keeps_it(scene: Scene) -> None:
    scene.shapes.stop_placed(scene.rest)
    order = an_order(
        scene.row, Side.SELL, OrderKind.STOP, trigger="45000", reduce_only=scene.row.is_swap
    )
    outcome = await scene.venue.submit(order)
    assert isinstance(outcome, Confirmed), outcome
    assert (outcome.order.client_order_id, outcome.order.state, outcome.order.fills) == (
        STOP_CID,
        OrderState.ACCEPTED,
        (),
    )
    (sent,) = [each for each in scene.rest.posted() if each.path in scene.row.spelling.paths]
    assert "45000" in sent.text
    (listed,) = await scene.venue.open_orders()
    assert (listed.client_order_id, listed.symbol) == (STOP_CID, scene.symbol)  # ours, not foreign
