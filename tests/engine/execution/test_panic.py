"""Panic ends flat, or says exactly what is not; on any line, and across restarts."""

import asyncio
import subprocess
import sys
from datetime import timedelta

import pytest

from engine.core.commands import Panic, Pause, Resume
from engine.core.errors import UserError
from engine.core.events import PanicReported, TradingStateChanged
from engine.core.kinds import OrderKind, OrderState, Purpose, Role, Side, TradingState
from engine.core.money import to_decimal
from engine.core.orders import Order, OrderRequest
from engine.core.people import Actor
from engine.core.state import Cause
from engine.execution.desk import Desk
from engine.services.controls import Controls
from tests.fakes.desk_rig import DeskRig
from tests.fakes.faulty_venue import FaultyVenue
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.scripted_market import BTC

OWNER = Actor("Olivia", Role.OWNER, 1001)


def a_rig() -> tuple[DeskRig, MemoryJournal]:
    journal = MemoryJournal()
    return DeskRig(journal=journal, wrap_venue=FaultyVenue), journal


def venue_of(rig: DeskRig) -> FaultyVenue:
    assert isinstance(rig.venue, FaultyVenue)
    return rig.venue


async def with_open_positions(rig: DeskRig, count: int = 2) -> Desk:
    return await rig.run_until(lambda desk: len(desk.books.positions) >= count)


def a_panic(number: int = 1, *, close_all: bool = False) -> Panic:
    return Panic(command_id=f"tg:{number}", actor=OWNER, close_all=close_all)


async def a_minute_passes(rig: DeskRig) -> None:
    for _ in range(4):
        rig.wall.move_to(rig.wall.now() + timedelta(seconds=15))
        for _ in range(5):
            await asyncio.sleep(0)


async def test_step_one_halts_in_memory_and_database_and_keeps_positions() -> None:
    rig, journal = a_rig()
    desk = await with_open_positions(rig)
    step = await Controls(desk).panic(a_panic())
    assert desk.books.state.trading is TradingState.HALTED
    assert journal.state is not None
    assert journal.state.trading is TradingState.HALTED
    assert len(step.positions) == len(desk.books.positions) >= 2
    assert step.notional_quote > 0
    assert not step.closing
    changed = rig.told(TradingStateChanged)[-1]
    assert isinstance(changed, TradingStateChanged)
    assert (changed.cause, changed.actor) == (Cause.PANIC, OWNER)


async def test_step_one_halts_in_memory_even_while_the_database_refuses() -> None:
    rig, journal = a_rig()
    desk = await with_open_positions(rig)
    journal.is_refusing = True
    await Controls(desk).panic(a_panic())
    assert desk.books.state.trading is TradingState.HALTED
    journal.is_refusing = False
    await desk.moments.checkpoint()
    assert journal.state is not None
    assert journal.state.trading is TradingState.HALTED


async def test_step_one_cancels_resting_entries() -> None:
    rig, _ = a_rig()
    desk = await with_open_positions(rig)
    order = await a_resting_entry(rig, desk)
    step = await Controls(desk).panic(a_panic())
    assert step.cancelled_orders == 1
    assert order.client_order_id not in desk.books.orders
    assert await rig.paper.open_orders() == ()


async def a_resting_entry(rig: DeskRig, desk: Desk) -> Order:
    """A limit far below the market, put into the books as a desk with limit entries would."""
    request = OrderRequest(
        client_order_id="abc1200000099e01",
        symbol=BTC,
        side=Side.BUY,
        kind=OrderKind.LIMIT,
        qty_base=to_decimal(0.01),
        limit_price=to_decimal(10_000.0),
        decision_price=10_000.0,
    )
    await rig.paper.submit(request)
    order = Order(
        request=request,
        position_id=99,
        purpose=Purpose.ENTRY,
        attempt=1,
        state=OrderState.ACCEPTED,
        created_at=rig.clock.now(),
    )
    desk.books.orders[request.client_order_id] = order
    return order


async def test_a_repeated_panic_tells_the_same_incident() -> None:
    rig, _ = a_rig()
    controls = Controls(await with_open_positions(rig))
    first = await controls.panic(a_panic(1))
    second = await controls.panic(a_panic(2))
    assert second.repeated
    assert not first.repeated
    assert second.incident_id == first.incident_id
    assert second.halted_at == first.halted_at


async def test_step_two_flattens_everything_and_reports_per_symbol() -> None:
    rig, journal = a_rig()
    desk = await with_open_positions(rig)
    symbols = {position.symbol for position in desk.books.positions.values()}
    step = await Controls(desk).panic(a_panic(close_all=True))
    await desk.panic.start_closing(step.incident_id)
    assert not desk.books.positions
    assert dict((await rig.paper.holdings()).base_by_symbol) == {}
    report = rig.told(PanicReported)[-1]
    assert isinstance(report, PanicReported)
    assert set(report.flat) == symbols
    assert report.still_open == report.unknown == ()
    assert journal.state is not None
    assert not journal.state.closing_all
    panic_orders = [o for o in journal.orders.values() if o.purpose is Purpose.PANIC]
    assert panic_orders
    assert all(order.request.reduce_only for order in panic_orders)


async def test_both_steps_are_one_incident() -> None:
    rig, _ = a_rig()
    controls = Controls(await with_open_positions(rig))
    first = await controls.panic(a_panic(1))
    rig.clock.move_to(rig.clock.now() + timedelta(minutes=5))
    second = await controls.panic(a_panic(2, close_all=True))
    assert (second.incident_id, second.halted_at) == (first.incident_id, first.halted_at)


async def test_one_refused_symbol_does_not_stop_the_others_and_is_tried_again() -> None:
    rig, _ = a_rig()
    desk = await with_open_positions(rig)
    first = next(iter(desk.books.positions.values())).symbol
    venue_of(rig).fault("refuse", lambda order: order.symbol == first, times=2)
    await Controls(desk).panic(a_panic(close_all=True))
    for _ in range(8):
        await a_minute_passes(rig)
    reports = rig.told(PanicReported)
    opening = reports[0]
    assert isinstance(opening, PanicReported)
    assert opening.still_open == (first,)
    assert opening.flat, "the others were closed at once"
    final = reports[-1]
    assert isinstance(final, PanicReported)
    assert not final.still_open
    assert not desk.books.positions


async def test_a_lost_reply_is_reported_as_unknown_until_it_is_found() -> None:
    rig, _ = a_rig()
    desk = await with_open_positions(rig)
    first = next(iter(desk.books.positions.values())).symbol
    venue_of(rig).fault("lose_reply", lambda order: order.symbol == first)
    venue_of(rig).questions_fail = 2
    await Controls(desk).panic(a_panic(close_all=True))
    for _ in range(8):
        await a_minute_passes(rig)
    opening, final = rig.told(PanicReported)[0], rig.told(PanicReported)[-1]
    assert isinstance(opening, PanicReported)
    assert isinstance(final, PanicReported)
    assert opening.unknown == (first,)
    assert not final.unknown
    assert not final.still_open
    sent = [o for o in venue_of(rig).sent if o.symbol == first and o.reduce_only]
    assert len([o for o in sent if o.client_order_id[13] == "p"]) == 1, "never sent twice"


async def test_a_hanging_symbol_does_not_hold_the_others_up() -> None:
    rig, _ = a_rig()
    desk = await with_open_positions(rig)
    first = next(iter(desk.books.positions.values())).symbol
    venue_of(rig).fault("hang", lambda order: order.symbol == first)
    await Controls(desk).panic(a_panic(close_all=True))
    for _ in range(50):
        await asyncio.sleep(0)
    assert {position.symbol for position in desk.books.positions.values()} == {first}
    venue_of(rig).hanging.set()
    await a_minute_passes(rig)
    assert not desk.books.positions


async def test_with_the_venue_away_nothing_is_called_flat() -> None:
    rig, _ = a_rig()
    desk = await with_open_positions(rig)
    venue_of(rig).is_away = True
    await Controls(desk).panic(a_panic(close_all=True))
    for _ in range(20):
        await asyncio.sleep(0)
    report = rig.told(PanicReported)[0]
    assert isinstance(report, PanicReported)
    assert report.flat == ()
    assert report.unknown
    assert desk.books.state.closing_all
    await desk.panic.stop()


async def test_a_restart_goes_on_until_all_is_flat() -> None:
    rig, journal = a_rig()
    desk = await with_open_positions(rig)
    venue_of(rig).fault("refuse", times=20)
    await Controls(desk).panic(a_panic(close_all=True))
    for _ in range(20):
        await asyncio.sleep(0)
    await desk.stop()  # the process ends with positions open
    assert journal.state is not None
    assert journal.state.closing_all
    assert any(position.is_open for position in journal.positions.values())
    desk = await rig.run()
    for _ in range(8):
        await a_minute_passes(rig)
    assert not desk.books.positions
    assert desk.books.state.trading is TradingState.HALTED, "a person says when to go on"
    assert not desk.books.state.closing_all


async def test_resume_waits_for_a_closing_panic_and_pause_never_loosens_a_halt() -> None:
    rig, _ = a_rig()
    desk = await with_open_positions(rig)
    venue_of(rig).is_away = True
    controls = Controls(desk)
    await controls.panic(a_panic(close_all=True))
    with pytest.raises(UserError, match="still closing"):
        await controls.resume(Resume(command_id="tg:2", actor=OWNER))
    paused = await controls.pause(Pause(command_id="tg:3", actor=OWNER))
    assert paused.after is TradingState.HALTED
    assert not paused.changed
    await desk.panic.stop()


async def test_pause_stops_entries_and_resume_takes_them_again() -> None:
    rig, _ = a_rig()
    desk = rig.boot()
    await desk.start()
    controls = Controls(desk)
    await controls.pause(Pause(command_id="tg:1", actor=OWNER, why="lunch"))
    await desk.run()
    assert venue_of(rig).sent == []
    assert controls.now().why == "lunch"
    control = await controls.resume(Resume(command_id="tg:2", actor=OWNER))
    assert (control.before, control.after) == (TradingState.REDUCING, TradingState.ACTIVE)


async def test_the_panic_path_imports_no_models() -> None:
    code = (
        "import sys, engine.execution.panic, engine.services.controls;"
        "sys.exit(any(name.split('.')[0] in {'llm', 'openai', 'anthropic', 'aiogram', 'ccxt'}"
        " for name in sys.modules))"
    )
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], check=False, timeout=50
    )
    assert done.returncode == 0
