"""Start-up asks after what is not over, compares the books, and tells what differs."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from engine.core.events import BooksMismatched
from engine.core.kinds import TradingState
from engine.core.ports import Holdings
from engine.core.state import Cause
from engine.execution import recovery
from engine.execution.desk import Desk
from tests.fakes.desk_rig import DeskRig
from tests.fakes.faulty_venue import FaultyVenue
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.scripted_market import BTC, ETH


def a_rig() -> DeskRig:
    return DeskRig(journal=MemoryJournal(), wrap_venue=FaultyVenue)


def venue_of(rig: DeskRig) -> FaultyVenue:
    assert isinstance(rig.venue, FaultyVenue)
    return rig.venue


async def with_a_position(rig: DeskRig) -> Desk:
    return await rig.run_until(lambda desk: bool(desk.books.positions))


def test_equal_books_have_no_mismatch_and_each_difference_is_named() -> None:
    held = Holdings(Decimal(0), {BTC: Decimal("0.5"), ETH: Decimal("-1")})
    assert recovery.mismatches((), Holdings(Decimal(0), {})) == ()
    found = recovery.mismatches((), held)
    assert [(m.symbol, m.ours_base, m.venue_base) for m in found] == [
        (BTC, Decimal(0), Decimal("0.5")),
        (ETH, Decimal(0), Decimal("-1")),
    ]


async def test_a_holding_nobody_booked_stops_entries_and_is_told_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = a_rig()
    desk = await with_a_position(rig)
    true = await rig.paper.holdings()
    strange = Holdings(true.cash_quote, {**true.base_by_symbol, "XRP/USDT:USDT": Decimal(7)})

    async def holdings() -> Holdings:
        return strange

    monkeypatch.setattr(venue_of(rig), "holdings", holdings)
    await desk.compare_books()
    await desk.compare_books()
    (event,) = rig.told(BooksMismatched)
    assert isinstance(event, BooksMismatched)
    assert (event.symbol, event.venue_base) == ("XRP/USDT:USDT", Decimal(7))
    state = desk.books.state
    assert (state.trading, state.cause) == (TradingState.REDUCING, Cause.MISMATCH)


async def test_a_venue_that_does_not_answer_is_no_difference() -> None:
    rig = a_rig()
    desk = await with_a_position(rig)
    venue_of(rig).is_away = True
    await desk.compare_books()
    assert rig.told(BooksMismatched) == []
    assert desk.books.state.trading is TradingState.ACTIVE


async def test_a_start_waits_for_the_venues_word_and_then_goes_on_asking() -> None:
    rig = a_rig()
    desk = rig.boot()
    await desk.start()
    venue_of(rig).fault("lose_reply", lambda order: not order.reduce_only)
    venue_of(rig).questions_fail = 10**6
    async for event in desk._doors.feed.events(None):
        await desk.digest(event)
        if desk.books.frozen():
            break
    await desk.stop()

    def still_silent(venue: object) -> FaultyVenue:
        faulty = FaultyVenue(rig.paper)
        faulty.questions_fail = 10**6
        return faulty

    rig.wrap_venue = still_silent
    again = rig.boot()
    starting = asyncio.create_task(again.start())
    for _ in range(60):  # two minutes pass on the wall
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        rig.wall.move_to(rig.wall.now() + timedelta(seconds=2))
    for _ in range(20):
        await asyncio.sleep(0)
    assert await starting == 1
    assert again.books.frozen(), "what is unknown stays frozen"
    venue_of(rig).questions_fail = 0
    for _ in range(60):
        rig.wall.move_to(rig.wall.now() + timedelta(seconds=30))
        for _ in range(5):
            await asyncio.sleep(0)
    assert not again.books.frozen()
    await again.stop()
