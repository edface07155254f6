"""Pauses that end by themselves and pauses of one symbol, on a real desk and across a restart."""

from datetime import datetime, timedelta

import pytest

from engine.core.commands import Pause, PauseSymbol, ResumeSymbol
from engine.core.kinds import Role, TradingState
from engine.core.people import Actor
from engine.core.state import Cause
from engine.execution.desk import Desk
from engine.services.controls import Controls
from engine.services.pauses import Pauses
from tests.fakes.desk_rig import DeskRig, three_markets
from tests.fakes.scripted_market import BTC

ANN = Actor("Ann", Role.TRADER, 1002)
THREE_HOURS = timedelta(hours=3)


@pytest.fixture
def rig() -> DeskRig:
    return DeskRig(bars=three_markets(240))


def a_pause(name: str = "p1", lasts: timedelta | None = THREE_HOURS) -> Pause:
    return Pause(command_id=name, actor=ANN, lasts=lasts)


async def begun(rig: DeskRig) -> Desk:
    return await rig.run_until(lambda desk: desk.books.state.cursor_at is not None)


def state_at(desk: Desk) -> tuple[TradingState, datetime | None]:
    return desk.books.state.trading, desk.books.state.resume_at


async def test_a_timed_pause_ends_by_itself_also_after_a_restart(rig: DeskRig) -> None:
    desk = await begun(rig)
    control = await Pauses(desk, rig.journal).pause(a_pause())
    until_at = control.resume_at
    assert (control.after, until_at is not None) == (TradingState.REDUCING, True)
    again = await rig.run_until(
        lambda desk: until_at is not None and (desk.books.state.cursor_at or until_at) > until_at
    )
    assert again is not desk
    assert state_at(again) == (TradingState.ACTIVE, None)


async def test_a_second_doing_of_the_same_pause_does_not_prolong_it(rig: DeskRig) -> None:
    desk = await begun(rig)
    pauses = Pauses(desk, rig.journal)
    first = await pauses.pause(a_pause())
    rig.clock.move_to(rig.clock.now() + timedelta(hours=1))
    second = await pauses.pause(a_pause())
    assert (second.resume_at, second.changed) == (first.resume_at, False)
    longer = await pauses.pause(a_pause("p2"))
    assert longer.resume_at is not None
    assert first.resume_at is not None
    assert longer.resume_at - first.resume_at == timedelta(hours=1)


@pytest.mark.parametrize("cause", [Cause.BREAKER, Cause.MISMATCH, Cause.PANIC, Cause.LIQUIDATION])
async def test_a_timed_pause_never_ends_what_something_else_has_stopped(
    rig: DeskRig, cause: Cause
) -> None:
    desk = await begun(rig)
    await desk.switch.move(TradingState.REDUCING, cause, "look at this")
    control = await Pauses(desk, rig.journal).pause(a_pause())
    assert (control.changed, control.cause, control.resume_at) == (False, cause, None)


@pytest.mark.parametrize("cause", [Cause.MISMATCH, Cause.LIQUIDATION, Cause.TWIN, Cause.GUARD])
async def test_what_needs_a_person_during_a_timed_pause_outlives_it(
    rig: DeskRig, cause: Cause
) -> None:
    desk = await begun(rig)
    await Pauses(desk, rig.journal).pause(a_pause())
    await desk.switch.tighten(TradingState.REDUCING, cause, "look at this")
    assert (desk.books.state.cause, desk.books.state.resume_at) == (cause, None)


async def test_a_pause_without_an_end_takes_the_place_of_a_timed_one(rig: DeskRig) -> None:
    desk = await begun(rig)
    await Pauses(desk, rig.journal).pause(a_pause())
    control = await Controls(desk).pause(a_pause("p2", None))
    assert (control.after, control.resume_at) == (TradingState.REDUCING, None)


async def test_a_paused_symbol_is_not_entered_and_the_others_are(rig: DeskRig) -> None:
    desk = await begun(rig)
    command = PauseSymbol(command_id="s1", actor=ANN, symbol=BTC)
    await Pauses(desk, rig.journal).pause_symbol(command)
    desk = await rig.run()  # a restart in between
    opened = {event.position.symbol for event in rig.events if hasattr(event, "position")}
    assert BTC not in opened
    assert opened
    pauses = Pauses(desk, rig.journal)
    resume = ResumeSymbol(command_id="s2", actor=ANN, symbol=BTC)
    assert await pauses.resume_symbol(resume)
    assert not await pauses.resume_symbol(resume)
    assert pauses.paused_symbols() == ()


async def test_a_symbols_pause_ends_by_itself(rig: DeskRig) -> None:
    desk = await begun(rig)
    command = PauseSymbol(command_id="s1", actor=ANN, symbol=BTC, lasts=THREE_HOURS)
    pause = await Pauses(desk, rig.journal).pause_symbol(command)
    until_at = pause.until_at
    assert until_at is not None
    desk = await rig.run_until(lambda desk: (desk.books.state.cursor_at or until_at) > until_at)
    assert Pauses(desk, rig.journal).paused_symbols() == ()
