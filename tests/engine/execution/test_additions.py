"""An addition that fills too late opens a position of its own, with all its fills."""

from dataclasses import replace
from decimal import Decimal

from engine.core.events import PositionIncreased, TradeClosed, TradeOpened
from engine.core.kinds import Liquidity, OrderState, Purpose
from engine.core.orders import Fill, Order, VenueOrder
from engine.core.positions import EntryTerms
from engine.execution.absorb import absorb
from engine.execution.desk import Desk
from tests.engine.execution.test_crash_anywhere import ADDING, BARS
from tests.fakes.desk_rig import DeskRig


def an_addition(desk: Desk, position_id: int) -> Order:
    """Half as much again of the position, on its way."""
    position = desk.books.positions[position_id]
    cid, attempt = desk.executor.name(position_id, Purpose.ADD)
    entry = next(o for o in desk.books.orders_of(position_id) if o.purpose is Purpose.ENTRY)
    request = replace(entry.request, client_order_id=cid, qty_base=position.qty_base * 2)
    terms = EntryTerms(
        side=position.side, stop_price=position.stop_price, facts=position.facts, adds=1
    )
    return replace(
        entry,
        request=request,
        purpose=Purpose.ADD,
        attempt=attempt,
        state=OrderState.UNKNOWN,
        filled_base=Decimal(0),
        fee_quote=Decimal(0),
        avg_price=None,
        done_at=None,
        terms=terms,
    )


def told(order: Order, parts: int, price: Decimal, desk: Desk) -> VenueOrder:
    """The venue's word: so many halves are filled."""
    request = order.request
    fills = tuple(
        Fill(
            fill_id=f"late-{part}",
            client_order_id=request.client_order_id,
            symbol=request.symbol,
            side=request.side,
            qty_base=request.qty_base / 2,
            price=price,
            fee_quote=Decimal(0),
            liquidity=Liquidity.TAKER,
            filled_at=desk.clock.now(),
        )
        for part in range(parts)
    )
    state = OrderState.FILLED if parts == 2 else OrderState.PARTIALLY_FILLED
    return VenueOrder(
        client_order_id=request.client_order_id, symbol=request.symbol, state=state, fills=fills
    )


async def test_every_fill_of_a_late_addition_is_one_new_position_of_the_next_number() -> None:
    rig = DeskRig()
    desk = await rig.run_until(lambda desk: bool(desk.books.positions))
    position = next(iter(desk.books.positions.values()))
    order = an_addition(desk, position.position_id)
    desk.books.put(replace(position, qty_base=Decimal(0)))  # it has closed meanwhile
    desk.books.orders[order.client_order_id] = order
    next_id = desk.books.state.last_position_id + 1
    now = desk.clock.now()
    for parts in (1, 2):
        latest = desk.books.orders[order.client_order_id]
        record = absorb(desk.books, latest, told(order, parts, position.entry_price, desk), now=now)
        assert record is not None
        assert [p.position_id for p in record.positions] == [next_id]
        assert not [event for event in record.events if isinstance(event, TradeClosed)]
        opened = [event for event in record.events if isinstance(event, TradeOpened)]
        assert len(opened) == (1 if parts == 1 else 0)
    held = desk.books.positions[next_id]
    assert held.qty_base == order.request.qty_base
    assert held.adds_done == 0
    assert held.risk_quote > 0.0
    assert desk.books.state.last_position_id == next_id


async def test_a_winner_is_added_to_told_and_risks_no_more_than_its_first_entry() -> None:
    rig = DeskRig(bars=BARS, parameters=ADDING)
    await rig.run()
    told_of = [each for each in rig.events if isinstance(each, PositionIncreased)]
    assert len(told_of) >= 2
    for event in told_of:
        position = event.position
        away = (float(position.entry_price) - position.stop_price) * position.side.sign
        assert position.adds_done >= 1
        assert away * float(position.qty_base) <= position.risk_quote * (1.0 + 1e-9)
