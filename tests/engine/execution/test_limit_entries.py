"""Limit entries with a life: unmodified ccxt, on spot and on swaps."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from engine.core.events import EntryLapsed
from engine.core.kinds import Liquidity, OrderState, PositionSide, Purpose, TradingState
from engine.core.orders import Fill, Order, VenueOrder
from engine.core.ports import Record
from engine.core.positions import EntryTerms
from engine.core.state import Cause
from engine.execution.drafts import ExitWish, Want
from engine.rules.plans import ExitReason
from tests.conformance.live_venues import KINDS
from tests.engine.execution.live_desk import PREFIX, LiveDesk, a_fact, live_desk
from tests.fakes.exchange.faults import Kind, When
from tests.fakes.exchange.orders import VenueOrder as BookedOrder
from tests.fakes.memory_journal import MemoryJournal

LIFE_S = 12.0  # the rig's ticks are 5 s apart: the third comes after it


@pytest.fixture(params=KINDS)
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[LiveDesk]:
    async with live_desk(request.param) as rig:
        yield rig


async def rests(
    rig: LiveDesk,
    limit: str = "49900",
    *,
    qty: str = "0.1",
    reprices: int = 1,
    stop: float = 49_000,
) -> Order:
    """A limit entry that the exchange has taken and nobody has met."""
    books = rig.desk.books
    position_id = books.state.last_position_id + 1
    books.state = replace(books.state, last_position_id=position_id)
    terms = EntryTerms(
        side=PositionSide.LONG,
        stop_price=stop,
        facts=a_fact(rig.price_now),
        life_s=LIFE_S,
        reprices_left=1,
    )
    want = Want(rig.symbol, Decimal("0.1"), Decimal(limit), post_only=True)
    order = await rig.desk.executor.enter(position_id, terms, want, Record(state=books.state))
    assert order.state is OrderState.ACCEPTED, order
    return order


async def outlive(rig: LiveDesk, price: float | None = None) -> None:
    """Three ticks: the life of what has just been sent is over."""
    for _ in range(3):
        await rig.tick(price)


def live_entries(rig: LiveDesk) -> list[BookedOrder]:
    """Entries of ours that rest at the exchange."""
    open_ = rig.bench.exchange.ledger().open_orders
    ours = [o for o in open_ if o.want.cid.startswith(PREFIX)]
    return [o for o in ours if o.want.cid[-3] == Purpose.ENTRY.letter]


def entries(rig: LiveDesk) -> list[BookedOrder]:
    """Every entry that the exchange has ever taken."""
    orders = rig.bench.exchange.matching.floor.orders.values()
    return [o for o in orders if o.want.cid.startswith(PREFIX) and o.want.cid[-3] == "e"]


async def test_it_waits_fills_as_a_maker_and_is_protected_at_once(rig: LiveDesk) -> None:
    order = await rests(rig)
    await rig.tick(50_010)
    (resting,) = live_entries(rig)
    assert resting.want.price == Decimal(49_900)
    await rig.bench.price(49_890)
    await rig.hear()
    assert rig.position.position_id == order.position_id
    assert rig.position.entry_price == Decimal(49_900)
    assert rig.position.entry_liquidity is Liquidity.MAKER
    assert len(rig.live_stops()) == 1
    assert live_entries(rig) == []
    assert rig.told(EntryLapsed) == []


async def test_one_that_nobody_meets_is_priced_anew_once_and_then_given_up(rig: LiveDesk) -> None:
    first = await rests(rig)
    await rig.tick(50_100)
    await rig.tick(50_200)
    assert [each.want.cid for each in live_entries(rig)] == [first.client_order_id]
    await rig.tick(50_300)
    (second,) = live_entries(rig)
    assert second.want.cid != first.client_order_id
    assert second.want.price == Decimal("50249.7"), "0.1 % under the price of now"
    risk_quote = Decimal("0.1") * (49_900 - 49_000)
    assert second.want.qty_base * (second.want.price - 49_000) <= risk_quote
    (lapse,) = rig.told(EntryLapsed)
    assert not lapse.is_final
    await outlive(rig)
    assert live_entries(rig) == []
    assert [each.is_final for each in rig.told(EntryLapsed)] == [False, True]
    await outlive(rig)
    assert len(entries(rig)) == 2
    assert not rig.desk.books.positions
    assert not rig.desk.books.has_open_order(rig.symbol)


async def test_what_was_filled_in_part_is_the_position(rig: LiveDesk) -> None:
    await rests(rig)
    await rig.bench.price(49_890, volume_base="0.04")
    await rig.hear()
    await rig.bench.price(50_000)
    await outlive(rig)
    assert live_entries(rig) == []
    assert Decimal("0.0399") < rig.position.qty_base <= Decimal("0.04")
    (stop,) = rig.live_stops()
    assert stop.want.qty_base == rig.position.qty_base
    (lapse,) = rig.told(EntryLapsed)
    assert lapse.is_final
    assert len(entries(rig)) == 1, "a part is enough: nothing is sent after it"


async def test_a_crumb_that_could_not_be_sold_is_completed_at_market() -> None:
    async with live_desk("ccxt spot") as rig:
        await rests(rig)
        await rig.bench.price(49_890, volume_base="0.00005")  # 2.5 of money; the minimum is 5
        await rig.hear()
        await rig.bench.price(50_000)
        await outlive(rig)
        limit, market = entries(rig)
        assert limit.status == "CANCELED"
        assert market.want.qty_base == Decimal("0.1") - Decimal("0.00005")
        assert rig.position.qty_base > Decimal("0.0998")
        await rig.tick()
        (stop,) = rig.live_stops()
        assert stop.want.qty_base == rig.position.qty_base


async def test_a_cancel_that_loses_the_race_leaves_one_whole_position(rig: LiveDesk) -> None:
    order = await rests(rig)

    def traded_through() -> None:
        rig.bench.exchange.price(rig.symbol, 49_800)

    rig.bench.lose(Kind.ACT, When.BEFORE, method="DELETE", act=traded_through)
    await outlive(rig)
    await rig.hear()
    assert rig.position.position_id == order.position_id
    assert rig.position.qty_base > Decimal("0.0998")
    assert len(entries(rig)) == 1
    assert rig.told(EntryLapsed) == []


@pytest.mark.parametrize("when", list(When))
async def test_a_cancel_without_an_answer_never_makes_two_live_orders(
    rig: LiveDesk, when: When
) -> None:
    await rests(rig)
    rig.bench.lose(Kind.RESET, when, method="DELETE", times=2)
    for _ in range(6):
        await rig.tick()
        assert len(live_entries(rig)) <= 1
    assert len(entries(rig)) == 2, "priced anew once the first was proved to be over"


async def test_after_a_restart_what_has_outlived_itself_is_cancelled_and_given_up(
    rig: LiveDesk,
) -> None:
    await rests(rig)
    await rig.die()
    rig.clock.move_to(rig.clock.now() + timedelta(minutes=10))
    await rig.boot()
    assert live_entries(rig) == []
    assert len(rig.told(EntryLapsed)) == 1
    await outlive(rig)
    assert len(entries(rig)) == 1, "the decision is ten minutes old"


async def test_after_a_quick_restart_it_rests_on_and_lives_as_long_as_it_was_meant_to(
    rig: LiveDesk,
) -> None:
    order = await rests(rig)
    await rig.tick()
    await rig.boot()
    assert [each.want.cid for each in live_entries(rig)] == [order.client_order_id]
    await rig.tick()
    assert [each.want.cid for each in live_entries(rig)] == [order.client_order_id]
    await rig.tick()
    (anew,) = live_entries(rig)
    assert anew.want.cid != order.client_order_id


async def test_one_that_filled_while_the_desk_was_dead_is_a_position_at_the_next_start(
    rig: LiveDesk,
) -> None:
    await rests(rig)
    await rig.die()
    await rig.bench.price(49_800)
    rig.clock.move_to(rig.clock.now() + timedelta(minutes=10))
    await rig.boot()
    await rig.tick()
    assert rig.position.entry_price == Decimal(49_900)
    assert len(rig.live_stops()) == 1


async def test_a_desk_that_takes_no_entries_takes_the_resting_one_back(rig: LiveDesk) -> None:
    await rests(rig)
    await rig.desk.switch.move(TradingState.REDUCING, Cause.PERSON, "paused")
    await rig.tick()
    assert live_entries(rig) == []
    await outlive(rig)
    assert len(entries(rig)) == 1


async def test_a_price_beyond_the_stop_ends_the_entry(rig: LiveDesk) -> None:
    await rests(rig, "48900", stop=49_850)  # nobody would: a stop above the limit
    await outlive(rig, 49_840)
    lapse, end = rig.told(EntryLapsed)
    assert (lapse.is_final, end.is_final) == (False, True)
    assert end.text == "the price has passed its stop"
    assert live_entries(rig) == []


async def test_a_late_fill_of_an_earlier_attempt_takes_the_next_one_back(rig: LiveDesk) -> None:
    first = await rests(rig)
    await outlive(rig)
    assert len(live_entries(rig)) == 1
    fill = Fill(
        fill_id="late",
        client_order_id=first.client_order_id,
        symbol=rig.symbol,
        side=first.request.side,
        qty_base=Decimal("0.1"),
        price=Decimal(49_900),
        fee_quote=Decimal(0),
        liquidity=Liquidity.MAKER,
        filled_at=rig.clock.now(),
    )
    late = VenueOrder(
        client_order_id=first.client_order_id,
        symbol=rig.symbol,
        state=OrderState.FILLED,
        fills=(fill,),
    )
    await rig.desk.executor.hear(late)
    assert rig.position.qty_base == Decimal("0.1")
    await rig.tick()
    assert live_entries(rig) == []


async def test_while_a_part_of_it_is_being_left_the_rest_is_not_waited_for() -> None:
    async with live_desk("ccxt swap") as rig:
        await rests(rig)
        await rig.bench.price(49_890, volume_base="0.04")
        await rig.hear()
        await rig.bench.price(48_800, volume_base="0.00000001")
        await rig.tick(48_800, at_venue=False)
        await rig.hear()
        await rig.hear()
        assert live_entries(rig) == []
        assert rig.held_base() == 0
        assert not rig.desk.books.positions


async def test_what_fills_after_its_position_was_closed_is_a_position_of_its_own(
    rig: LiveDesk,
) -> None:
    order = await rests(rig)
    await rig.bench.price(49_890, volume_base="0.04")
    await rig.hear()
    first = rig.position
    wish = ExitWish(
        purpose=Purpose.MANUAL,
        exit_reason=int(ExitReason.MANUAL),
        qty_base=first.qty_base,
        decision_price=49_890.0,
    )
    await rig.desk.executor.leave(first.position_id, wish)
    assert not rig.desk.books.positions
    await rig.bench.price(49_880)  # before the desk has taken the rest back
    await rig.hear()
    assert rig.position.position_id > first.position_id == order.position_id
    assert rig.position.stop_price == first.stop_price
    assert Decimal("0.0599") < rig.position.qty_base <= Decimal("0.06")
    assert len(rig.live_stops()) == 1
    assert isinstance(rig.journal, MemoryJournal)
    assert len(rig.journal.trades) == 1
