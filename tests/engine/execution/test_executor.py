"""Orders go out once, whatever happens to the answer."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from engine.core.errors import StorageError
from engine.core.events import OrderRefused, OrderResolved, OrderUnknown, TradeClosed, TradeOpened
from engine.core.kinds import OrderState, Purpose
from engine.core.orders import OrderRequest
from engine.core.ports import Record
from engine.execution.desk import Desk
from tests.fakes.desk_rig import DeskRig
from tests.fakes.faulty_venue import FaultyVenue
from tests.fakes.memory_journal import MemoryJournal


def is_entry(order: OrderRequest) -> bool:
    return not order.reduce_only


def is_exit(order: OrderRequest) -> bool:
    return order.reduce_only


def a_faulty_rig() -> tuple[DeskRig, MemoryJournal]:
    journal = MemoryJournal()
    return DeskRig(journal=journal, wrap_venue=FaultyVenue), journal


def venue_of(rig: DeskRig) -> FaultyVenue:
    assert isinstance(rig.venue, FaultyVenue)
    return rig.venue


async def booted(rig: DeskRig) -> Desk:
    desk = rig.boot()
    await desk.start()
    return desk


async def digested(rig: DeskRig, desk: Desk, until: str) -> None:
    """Runs the market until an event of this name was published, then lets tasks settle."""
    async for event in desk._doors.feed.events(desk.books.state.cursor_at):
        await desk.digest(event)
        await settled(rig)
        if any(type(told).__name__ == until for told in rig.events):
            return
    raise AssertionError(f"no {until} came")


async def settled(rig: DeskRig) -> None:
    """A minute passes on the wall: what waits to ask again asks."""
    for _ in range(4):
        rig.wall.move_to(rig.wall.now() + timedelta(seconds=15))
        for _ in range(5):
            await asyncio.sleep(0)


def ids(orders: list[OrderRequest]) -> list[str]:
    return [order.client_order_id for order in orders]


async def test_the_intent_is_durable_before_the_venue_hears_of_it() -> None:
    rig, journal = a_faulty_rig()
    desk = await booted(rig)
    seen: list[OrderState] = []
    inner = venue_of(rig).inner.submit

    async def looking(order: OrderRequest) -> object:
        seen.append(journal.orders[order.client_order_id].state)
        return await inner(order)

    venue_of(rig).inner.submit = looking  # type: ignore[method-assign, assignment]
    await digested(rig, desk, "TradeClosed")
    assert len(seen) >= 2
    assert set(seen) == {OrderState.SENT}


async def test_an_entry_whose_intent_cannot_be_stored_is_not_sent() -> None:
    rig, journal = a_faulty_rig()
    desk = await booted(rig)
    journal.is_refusing = True
    async for event in desk._doors.feed.events(None):
        await desk.digest(event)
    assert venue_of(rig).sent == []
    assert not desk.books.positions
    assert desk.scribe.is_failing


async def test_an_exit_is_sent_even_while_the_database_refuses_and_stored_later() -> None:
    rig, journal = a_faulty_rig()
    desk = await booted(rig)
    await digested(rig, desk, "TradeOpened")
    journal.is_refusing = True
    opened = dict(desk.books.positions)
    async for event in desk._doors.feed.events(desk.books.state.cursor_at):
        await desk.digest(event)
        if not opened.keys() & desk.books.positions.keys():
            break
    assert any(order.reduce_only for order in venue_of(rig).sent)
    assert not journal.trades, "the database refused: nothing may be in it"
    journal.is_refusing = False
    await desk.stop()
    assert journal.trades.keys() >= opened.keys()
    assert rig.told(TradeClosed)


async def test_a_lost_reply_is_unknown_then_found_and_nothing_is_sent_twice() -> None:
    rig, _ = a_faulty_rig()
    desk = await booted(rig)
    venue_of(rig).fault("lose_reply", is_entry)
    venue_of(rig).questions_fail = 2
    await digested(rig, desk, "OrderUnknown")
    symbol = venue_of(rig).sent[0].symbol
    await digested(rig, desk, "OrderResolved")
    assert len(ids(venue_of(rig).sent)) == len(set(ids(venue_of(rig).sent)))
    assert rig.told(OrderUnknown)
    assert rig.told(TradeOpened)
    assert desk.books.position_on(symbol) is not None
    assert symbol not in desk.books.frozen()


async def test_a_symbol_with_an_unknown_order_takes_no_entry() -> None:
    rig, _ = a_faulty_rig()
    desk = await booted(rig)
    venue_of(rig).fault("lose_reply", is_entry)
    venue_of(rig).questions_fail = 10**6
    async for event in desk._doors.feed.events(None):
        await desk.digest(event)
    frozen = venue_of(rig).sent[0]
    assert desk.books.frozen() == {frozen.symbol}
    entries = [o for o in venue_of(rig).sent if o.symbol == frozen.symbol]
    assert entries == [frozen]
    await desk.stop()


async def test_an_order_that_never_arrived_is_given_up_after_the_fence_only() -> None:
    rig, journal = a_faulty_rig()
    desk = await booted(rig)
    venue_of(rig).fault("never_arrive", is_entry)
    venue_of(rig).questions_fail = 10**6
    await digested(rig, desk, "OrderUnknown")
    await desk.executor.close()  # from here on the test asks
    venue_of(rig).questions_fail = 0
    cid = venue_of(rig).sent[0].client_order_id
    assert not await desk.executor.ask(cid, fence_passed=False)
    assert desk.books.orders[cid].state is OrderState.UNKNOWN
    assert await desk.executor.ask(cid, fence_passed=True)
    assert journal.orders[cid].state is OrderState.NEVER_ARRIVED
    assert rig.told(OrderResolved)
    await desk.stop()


async def test_a_refused_exit_is_tried_again_under_a_new_id_until_it_works() -> None:
    rig, journal = a_faulty_rig()
    desk = await booted(rig)
    venue_of(rig).fault("refuse", is_exit, times=3)
    await desk.run()
    assert len(rig.told(OrderRefused)) == 3
    refused = [o for o in journal.orders.values() if o.state is OrderState.REFUSED]
    assert len(refused) == 3
    assert all(order.purpose is not Purpose.ENTRY for order in refused)
    closed = [
        trade for trade in journal.trades.values() if trade.trade_id == refused[0].position_id
    ]
    assert closed, "the position was left in the end"
    assert len(ids(venue_of(rig).sent)) == len(set(ids(venue_of(rig).sent)))


async def test_an_exit_whose_reply_is_lost_closes_the_position_once() -> None:
    rig, journal = a_faulty_rig()
    desk = await booted(rig)
    venue_of(rig).fault("lose_reply", is_exit, times=4)
    async for event in desk._doors.feed.events(None):
        await desk.digest(event)
        await settled(rig)
    await desk.stop()
    holdings = await rig.paper.holdings()
    assert journal.state is not None
    assert holdings.cash_quote == journal.state.cash_quote
    ours = {p.symbol: p.qty_base * p.side.sign for p in desk.books.positions.values()}
    assert ours == dict(holdings.base_by_symbol)


async def test_a_hanging_venue_is_given_up_waiting_for_but_its_answer_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.execution.executor.SUBMIT_TIMEOUT_S", 0.01)
    rig, _ = a_faulty_rig()
    desk = await booted(rig)
    venue_of(rig).fault("hang", is_entry)
    venue_of(rig).questions_fail = 10**6
    await digested(rig, desk, "OrderUnknown")
    order = venue_of(rig).sent[0]
    venue_of(rig).hanging.set()
    await settled(rig)
    venue_of(rig).questions_fail = 0
    await desk.executor.ask(order.client_order_id, fence_passed=False)
    await digested(rig, desk, "TradeOpened")
    assert ids(venue_of(rig).sent).count(order.client_order_id) == 1
    await desk.stop()


class SlowJournal(MemoryJournal):
    """Takes a record only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go = asyncio.Event()

    async def append(self, record: Record) -> None:
        await self.may_go.wait()
        await super().append(record)


async def test_an_entry_that_waits_for_the_database_does_not_undo_what_came_meanwhile() -> None:
    journal = SlowJournal()
    journal.may_go.set()
    rig = DeskRig(journal=journal, wrap_venue=FaultyVenue)
    desk = await booted(rig)
    journal.may_go.clear()
    first = asyncio.create_task(desk.moments.checkpoint())
    await asyncio.sleep(0)
    entry = asyncio.create_task(desk.scribe.write(Record(state=desk.books.state)))
    await asyncio.sleep(0)
    desk.books.book_cash(Decimal(-7))  # a fill that another task hears of
    journal.may_go.set()
    await asyncio.gather(first, entry)
    assert journal.state is not None
    assert journal.state.cash_quote == desk.books.state.cash_quote == Decimal(9_993)


async def test_a_failing_database_becomes_one_state_and_ends_by_itself() -> None:
    rig, journal = a_faulty_rig()
    desk = await booted(rig)
    journal.is_refusing = True
    with pytest.raises(StorageError):
        await desk.scribe.write(Record())
    await desk.moments.checkpoint()
    await desk.moments._watch_storage()
    assert desk.books.state.trading.value == "reducing"
    assert desk.books.state.why == "The database refuses."
    journal.is_refusing = False
    await desk.moments.checkpoint()
    await desk.moments._watch_storage()
    assert desk.books.state.trading.value == "active"
    assert journal.state is not None
    assert journal.state.cash_quote == Decimal(10_000)
