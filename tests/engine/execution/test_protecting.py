"""The stop that rests at the venue: unmodified ccxt, on spot and on swaps."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from engine.core.events import (
    OrderRefused,
    ProtectionMissing,
    ProtectionPlaced,
    TradeClosed,
)
from engine.core.kinds import OrderState, PositionSide, Purpose
from engine.core.parameters import Parameters
from engine.execution.drafts import ExitWish
from engine.rules.plans import PROTECTION, ExitReason
from tests.conformance.live_venues import KINDS, until
from tests.engine.execution.live_desk import HOLDS_OUT, LiveDesk, live_desk
from tests.fakes.exchange.faults import Fault, Kind, When
from tests.fakes.memory_journal import MemoryJournal

STOP_PATHS = ("/fapi/v1/algoOrder", "/api/v3/order")


@pytest.fixture(params=KINDS)
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[LiveDesk]:
    async with live_desk(request.param) as rig:
        yield rig


def refuse_stops(rig: LiveDesk, times: int) -> Fault:
    """The venue's next answers to a new stop are a definite no."""
    fault = Fault(
        Kind.STATUS,
        method="POST",
        times=times,
        code=-2010,
        matches=lambda call: call.words.get("type", "").startswith("STOP"),
    )
    return rig.bench.exchange.faults.add(fault)


def a_wish(qty: str) -> ExitWish:
    return ExitWish(
        purpose=Purpose.TARGET_1,
        exit_reason=int(ExitReason.TARGET),
        qty_base=Decimal(qty),
        decision_price=50_000.0,
    )


async def test_a_new_position_has_one_stop_at_the_venue_of_its_whole_quantity(
    rig: LiveDesk,
) -> None:
    position = await rig.enter()
    assert rig.live_stops() == []
    await rig.tick(50_010)
    (stop,) = rig.live_stops()
    assert (stop.qty_base or stop.want.qty_base) == position.qty_base
    assert stop.want.trigger_price == Decimal(49_000)
    assert rig.desk.protector.is_protected(rig.position)
    for price in (50_020, 49_900, 50_100):
        await rig.tick(price)
    assert [each.order_id for each in rig.live_stops()] == [stop.order_id], "one is enough"


async def test_the_stop_of_a_short_is_above_the_price() -> None:
    async with live_desk("ccxt swap") as rig:
        await rig.enter(side=PositionSide.SHORT, stop=51_000.0)
        await rig.tick(50_010)
        (stop,) = rig.live_stops()
        assert (stop.want.side, stop.want.trigger_price) == ("BUY", Decimal(51_000))
        await rig.tick(51_100)
        await rig.hear()
        assert rig.held_base() == 0
        assert not rig.desk.books.positions


async def test_the_stop_follows_the_trailing_one_and_is_replaced_new_before_old() -> None:
    trailing = Parameters(target_1_r=50.0, target_2_r=60.0, breakeven_from_r=0.5, trail_from_r=0.5)
    async with live_desk("ccxt swap", trailing) as rig:
        await rig.enter()
        await rig.tick(50_010)
        (first,) = rig.live_stops()
        asked = len(rig.bench.exchange.asked)
        await rig.tick(51_500)
        (second,) = rig.live_stops()
        assert second.want.trigger_price is not None
        assert second.want.trigger_price >= Decimal(50_000), "breakeven at least"
        assert second.order_id != first.order_id
        changes = [
            each.split()[0]
            for each in rig.bench.exchange.asked[asked:]
            if "algoOrder" in each and not each.startswith("GET")
        ]
        assert changes == ["POST", "DELETE"]
        await rig.tick(51_510)  # less than a tenth of R: it stays where it is
        assert [each.order_id for each in rig.live_stops()] == [second.order_id]


async def test_after_a_part_has_left_the_stop_is_of_the_rest(rig: LiveDesk) -> None:
    await rig.enter("0.1")
    await rig.tick(50_010)
    await rig.desk.executor.leave(rig.position.position_id, a_wish("0.04"))
    await rig.settled()
    await rig.tick(50_020)
    (stop,) = rig.live_stops()
    assert stop.want.qty_base == rig.position.qty_base < Decimal("0.07")


async def test_a_stop_that_fills_while_the_desk_is_dead_is_booked_at_the_next_start(
    rig: LiveDesk,
) -> None:
    await rig.enter()
    await rig.tick(50_010)
    await rig.die()
    await rig.bench.price(48_900)
    assert rig.live_stops() == []
    await rig.boot()
    assert not rig.desk.books.positions
    (closed,) = rig.told(TradeClosed)
    assert closed.trade.exit_reason == int(ExitReason.STOP)
    assert rig.desk.differences == ()
    assert isinstance(rig.journal, MemoryJournal)
    assert len(rig.journal.fills) == len(rig.bench.exchange.ledger().fills)


async def test_a_stop_out_is_one_exit_whoever_comes_first(rig: LiveDesk) -> None:
    rig.bench.exchange.deposit("BTC", "0.5")  # coins of the owner's, none of the desk's business
    before = rig.held_base()
    await rig.enter()
    await rig.tick(50_010)
    await rig.tick(48_900)  # the venue's stop fires, and the desk's own guard sees it too
    await rig.hear()
    await rig.hear()
    assert not rig.desk.books.positions
    assert rig.held_base() == before if rig.bench.is_swap else abs(
        rig.held_base() - before) < Decimal("0.00001")  # fmt: skip
    assert len(rig.told(TradeClosed)) == 1
    assert isinstance(rig.journal, MemoryJournal)
    assert not [each for each in rig.journal.positions.values() if each.is_open]
    assert rig.told(OrderRefused) == [], "nothing went wrong"
    assert rig.live_stops() == []


async def test_a_refused_stop_is_told_once_and_a_later_one_ends_it(rig: LiveDesk) -> None:
    refuse_stops(rig, 2)
    await rig.enter()
    for _ in range(10):
        await rig.tick(50_010)
    assert len(rig.told(ProtectionMissing)) == 1
    assert len(rig.told(ProtectionPlaced)) == 1
    assert len(rig.live_stops()) == 1


async def test_a_position_whose_stop_is_refused_again_and_again_is_left(rig: LiveDesk) -> None:
    refuse_stops(rig, 99)
    await rig.enter()
    for _ in range(14):
        await rig.tick(50_010)
    assert not rig.desk.books.positions
    assert len(rig.told(ProtectionMissing)) == 1
    (closed,) = rig.told(TradeClosed)
    assert closed.trade.exit_reason == PROTECTION
    assert rig.live_stops() == []


async def test_a_stop_cancelled_by_hand_is_placed_again_within_one_check(rig: LiveDesk) -> None:
    await rig.enter()
    await rig.tick(50_010)
    (stop,) = rig.live_stops()
    rig.bench.exchange.matching.cancel(stop)
    await rig.check()
    (again,) = rig.live_stops()
    assert again.order_id != stop.order_id
    assert again.want.trigger_price == stop.want.trigger_price


async def test_the_stop_of_a_closed_position_is_cancelled(rig: LiveDesk) -> None:
    await rig.enter()
    await rig.tick(50_010)
    await rig.desk.executor.leave(rig.position.position_id, a_wish(f"{rig.position.qty_base:f}"))
    await rig.tick(50_020)
    await rig.tick(50_030)
    assert not rig.desk.books.positions
    assert rig.live_stops() == []
    assert rig.desk.differences == ()


async def test_a_lost_answer_leaves_no_second_stop(rig: LiveDesk) -> None:
    await rig.enter()
    for when in When:
        rig.bench.lose(Kind.RESET, when)
        await rig.tick(50_010)
        await rig.tick(50_020)
        assert len(rig.live_stops()) == 1
        rig.bench.exchange.matching.cancel(rig.live_stops()[0])
        await rig.check()
        await rig.check()
    assert len(rig.live_stops()) == 1
    assert all(o.state in {OrderState.ACCEPTED, OrderState.CANCELLED, OrderState.NEVER_ARRIVED}
               for o in rig.protects())  # fmt: skip


async def test_on_spot_the_stop_makes_way_for_an_exit_and_comes_back_for_the_rest() -> None:
    async with live_desk("ccxt spot", HOLDS_OUT) as rig:
        await rig.enter("0.1")
        await rig.tick(50_010)
        (stop,) = rig.live_stops()
        await rig.desk.executor.leave(rig.position.position_id, a_wish("0.05"))
        assert stop.status == "CANCELED"
        assert rig.told(OrderRefused) == []
        await rig.tick(50_020)
        (rest,) = rig.live_stops()
        assert rest.want.qty_base == rig.position.qty_base


async def test_on_spot_no_stop_is_placed_for_what_is_on_its_way_out() -> None:
    async with live_desk("ccxt spot", HOLDS_OUT) as rig:
        await rig.enter("0.1")
        await rig.tick(50_010)
        lost = rig.bench.lose(Kind.RESET, When.AFTER, times=1)
        rig.bench.lose(
            Kind.STATUS,
            When.BEFORE,
            method="GET",
            status=503,
            times=3,
            matches=lambda call: call.words.get("origClientOrderId", "").endswith("101"),
        )
        await rig.desk.executor.leave(rig.position.position_id, a_wish("0.05"))
        assert lost.hits == 1
        asked = len(rig.bench.exchange.asked)
        rig.desk.protector.tend()
        assert not rig.desk.protector._tending
        await rig.settled()
        assert not [a for a in rig.bench.exchange.asked[asked:] if a.startswith("POST")]
        await rig.tick(50_020)
        (stop,) = rig.live_stops()
        assert stop.want.qty_base == rig.position.qty_base
        assert rig.told(ProtectionMissing) == []


async def test_a_stop_that_arrives_after_it_was_given_up_is_no_second_one() -> None:
    async with live_desk("ccxt swap", HOLDS_OUT) as rig:
        await rig.enter()
        held = rig.bench.exchange.faults.add(
            Fault(Kind.HOLD, method="POST", path="algoOrder", when=When.BEFORE)
        )
        await rig.tick(50_010)  # no answer; the hasty clock's fence passes before it arrives
        await rig.tick(50_020)
        assert len(rig.live_stops()) == 1
        held.release()
        await until(lambda: len(rig.live_stops()) == 2)
        await rig.check()
        assert len(rig.live_stops()) == 1
        assert rig.desk.protector.is_protected(rig.position)


async def test_on_spot_nothing_is_sold_while_nobody_knows_what_the_stop_has_sold() -> None:
    async with live_desk("ccxt spot", HOLDS_OUT) as rig:
        rig.bench.exchange.deposit("BTC", "0.5")  # the owner's
        await rig.enter("0.1")
        await rig.tick(50_010)
        rig.bench.lose(Kind.RESET, When.BEFORE, method="DELETE", times=2)  # aiohttp sends it twice
        silent = rig.bench.lose(Kind.STATUS, When.BEFORE, method="GET", status=503, times=99)
        await rig.bench.price(48_900)  # the stop sells, and nobody tells
        asked = len(rig.bench.exchange.asked)
        await rig.desk.executor.leave(rig.position.position_id, a_wish("0.05"))
        assert not [a for a in rig.bench.exchange.asked[asked:] if a.startswith("POST")]
        silent.times = 0
        await rig.settled()
        await rig.tick(48_900)
        assert not rig.desk.books.positions
        assert rig.held_base() >= Decimal("0.5")
