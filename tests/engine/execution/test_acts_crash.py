"""Killed at any write of a day with a person at the phone, every act is done once, or told.

The commands stand in an inbox that outlives the process, as in the chat: one that was not finished
is done again after the start, with the same id.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.core.commands import (
    CancelEntry,
    CloseEverything,
    ClosePosition,
    Command,
    MoveToBreakeven,
    OpenPosition,
    Pause,
    PauseSymbol,
    SetTrail,
)
from engine.core.errors import UserError
from engine.core.kinds import OrderState, PositionSide, Purpose, Role
from engine.core.market import TimePassed
from engine.core.parameters import Parameters
from engine.core.people import Actor
from engine.execution.parts import part_of
from engine.services.acting import Acting
from engine.services.pauses import Pauses
from tests.engine.execution.test_crash_anywhere import (
    BARS,
    WAITING,
    Fuse,
    Killed,
    MortalJournal,
    a_rig,
    books_agree,
)
from tests.fakes.clocks import NOON
from tests.fakes.desk_rig import WARMUP, DeskRig

ANN = Actor("Ann", Role.OWNER, 1001)
HOUR = timedelta(hours=1)
START_AT = NOON + WARMUP * HOUR
Make = Callable[[DeskRig, str], Command | None]


def first_id(rig: DeskRig) -> int | None:
    # by symbol: the number of an entry that was asked for again is another one
    found = sorted(rig.desk.books.positions.values(), key=lambda position: position.symbol)
    return found[0].position_id if found else None


def of_first(kind: Any, **more: Any) -> Make:
    """A command for the oldest open position, as it is shown at that moment."""

    def make(rig: DeskRig, name: str) -> Command | None:
        number = first_id(rig)
        if number is None:
            return None
        version = rig.desk.books.positions[number].version
        return kind(command_id=name, actor=ANN, position_id=number, version=version, **more)  # type: ignore[no-any-return]

    return make


def everything(share_ratio: float) -> Make:
    def make(rig: DeskRig, name: str) -> Command | None:
        version = Acting(rig.desk, rig.journal, "USDT").closing_all().version
        return CloseEverything(command_id=name, actor=ANN, version=version, share_ratio=share_ratio)

    return make


def bought(side: PositionSide, most_quote: Decimal | None = None) -> Make:
    def make(rig: DeskRig, name: str) -> Command | None:
        books = rig.desk.books
        free = (s for s in books.instruments if books.position_on(s) is None)
        symbol = next(free, None)
        if symbol is None:
            return None
        return OpenPosition(
            command_id=name, actor=ANN, symbol=symbol, side=side, most_quote=most_quote
        )

    return make


def cancelled(rig: DeskRig, name: str) -> Command | None:
    waiting = Acting(rig.desk, rig.journal, "USDT").waiting().orders
    if not waiting:
        return None
    return CancelEntry(command_id=name, actor=ANN, client_order_id=waiting[0].client_order_id)


def paused(rig: DeskRig, name: str) -> Command:
    return Pause(command_id=name, actor=ANN, lasts=3 * HOUR)


def symbol_paused(rig: DeskRig, name: str) -> Command:
    symbol = next(iter(rig.desk.books.instruments))
    return PauseSymbol(command_id=name, actor=ANN, symbol=symbol, lasts=5 * HOUR)


# hours after the start -> what the person asks then
DAY: dict[int, Make] = {
    2: bought(PositionSide.LONG),
    4: of_first(ClosePosition, share_ratio=0.25),
    5: of_first(SetTrail, is_on=False),
    6: bought(PositionSide.SHORT, Decimal(300)),
    8: of_first(MoveToBreakeven),
    10: everything(0.5),
    12: paused,
    20: symbol_paused,
    24: bought(PositionSide.LONG),
    26: bought(PositionSide.LONG),
    36: everything(1.0),
}
ONE: dict[int, Make] = {
    2: bought(PositionSide.LONG),
    4: of_first(ClosePosition, share_ratio=0.25),
}
WAITED: dict[int, Make] = dict.fromkeys(range(2, 50, 3), cancelled)


@dataclass
class Inbox:
    """What was asked: it outlives the process. `done` says what came of it."""

    made: dict[int, Command | None] = field(default_factory=dict)
    done: dict[int, str] = field(default_factory=dict)
    wanted: dict[int, Decimal] = field(default_factory=dict)
    # ^ by position: how much was to leave by hand


async def lived(rig: DeskRig, script: dict[int, Make], inbox: Inbox) -> None:
    """One life of the process: it goes on where the journal and the inbox stand."""
    assert isinstance(rig.journal, MortalJournal)
    desk = rig.boot()
    if rig.journal.state is not None and rig.journal.state.cursor_at is not None:
        rig.clock.move_to(rig.journal.state.cursor_at)  # as the composition root begins
    await desk.start()
    for symbol, moved in desk.books.last_price.items():
        rig.paper.mark(symbol, moved.close_price)
    ask_again(rig, inbox)
    try:
        async for event in desk._doors.feed.events(desk.books.state.cursor_at):
            await desk.digest(event)
            if isinstance(event, TimePassed):
                await ask_what_is_due(rig, script, inbox, event.at)
    finally:
        await desk.moments.checkpoint()


def ask_again(rig: DeskRig, inbox: Inbox) -> None:
    """An entry that never left is told and not sent late: the person asks for it once more."""
    assert isinstance(rig.journal, MortalJournal)
    lost = {
        order.terms.facts.proposal_key
        for order in rig.journal.orders.values()
        if order.terms is not None and order.state is OrderState.NEVER_ARRIVED
    }
    for hour, command in inbox.made.items():
        if command is not None and f"hand|{command.command_id}" in lost:
            inbox.made[hour] = replace(command, command_id=f"{command.command_id}+")
            inbox.done.pop(hour, None)


async def ask_what_is_due(
    rig: DeskRig, script: dict[int, Make], inbox: Inbox, at: datetime | None
) -> None:
    for hour, make in script.items():
        if at is None or hour in inbox.done or at < START_AT + hour * HOUR:
            continue
        if hour not in inbox.made:
            inbox.made[hour] = make(rig, f"tg:1:{hour}")
            note_wanted(rig, inbox, inbox.made[hour])
        command = inbox.made[hour]
        inbox.done[hour] = "-" if command is None else await done(rig, command)


def note_wanted(rig: DeskRig, inbox: Inbox, command: Command | None) -> None:
    books = rig.desk.books
    match command:
        case ClosePosition():
            shares = {command.position_id: command.share_ratio}
        case CloseEverything():
            shares = dict.fromkeys(books.positions, command.share_ratio)
        case _:
            shares = {}
    for number, share_ratio in shares.items():
        position = books.positions[number]
        part = part_of(position, share_ratio, books.instruments[position.symbol], None)
        inbox.wanted[number] = inbox.wanted.get(number, Decimal(0)) + part


async def done(rig: DeskRig, command: Command) -> str:
    pauses = Pauses(rig.desk, rig.journal)
    try:
        match command:
            case Pause():
                await pauses.pause(command)
            case PauseSymbol():
                await pauses.pause_symbol(command)
            case _:
                await Acting(rig.desk, rig.journal, "USDT").do(command)
    except UserError as error:
        return error.log_text
    return "done"


async def what_stands(rig: DeskRig, journal: MortalJournal) -> tuple[object, ...]:
    """All that one more doing of a command could change."""
    holdings = await rig.paper.holdings()
    positions = {p.position_id: p for p in rig.desk.books.positions.values()}
    return positions, len(journal.orders), len(journal.fills), holdings, sorted(journal.receipts)


async def survived(
    script: dict[int, Make], parameters: Parameters, fuse: Fuse
) -> tuple[DeskRig, MortalJournal, Inbox, int]:
    rig, journal = a_rig(parameters)
    journal.fuse, inbox, kills = fuse, Inbox(), 0
    while True:
        try:
            await lived(rig, script, inbox)
        except Killed:
            kills += 1
            journal.fuse = Fuse(10**9)
        else:
            return rig, journal, inbox, kills


def sold_by_hand(journal: MortalJournal) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for order in journal.orders.values():
        if order.purpose is Purpose.MANUAL:
            number = order.position_id
            found[number] = found.get(number, Decimal(0)) + order.filled_base
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("after", [False, True], ids=["before the write", "after it"])
@pytest.mark.parametrize(
    ("script", "parameters", "every"),
    [(DAY, Parameters(), 6), (ONE, Parameters(), 3), (WAITED, WAITING, 16)],
    ids=["a day of acts", "one close", "entries taken back"],
)
async def test_every_act_is_done_once_wherever_the_process_is_killed(
    script: dict[int, Make], parameters: Parameters, every: int, after: bool
) -> None:
    _, journal, first, _ = await survived(script, parameters, Fuse(10**6))
    writes = 10**6 - journal.fuse.left
    asked = [hour for hour, command in first.made.items() if command is not None]
    assert sum(first.done[hour] == "done" for hour in asked) >= min(5, len(asked)), first.done
    for step in range(every // 2 * after, writes, every):
        rig, journal, inbox, kills = await survived(script, parameters, Fuse(step, after))
        where = f"killed at write {step}: {inbox.done}"
        assert kills == 1
        await nothing_is_lost_or_double(rig, journal, inbox, where)
        for hour, command in inbox.made.items():
            stands = await what_stands(rig, journal)
            if command is not None and inbox.done[hour] == "done":
                await done(rig, command)
            assert await what_stands(rig, journal) == stands, f"{command} again, {where}"


async def nothing_is_lost_or_double(
    rig: DeskRig, journal: MortalJournal, inbox: Inbox, where: str
) -> None:
    await books_agree(rig, journal)
    sold = sold_by_hand(journal)
    for number, wanted_base in inbox.wanted.items():
        found = sold.get(number, Decimal(0))
        is_gone = number in journal.trades  # its stop or a target may have been faster
        assert found == wanted_base or (is_gone and found < wanted_base), where
    entered = [
        order.terms.facts.proposal_key
        for order in journal.orders.values()
        if order.terms is not None and order.filled_base and order.purpose is Purpose.ENTRY
    ]
    by_hand = [key.rstrip("+") for key in entered if key.startswith("hand|")]
    assert len(by_hand) == len(set(by_hand)), where
    for hour, command in inbox.made.items():
        if isinstance(command, OpenPosition) and inbox.done[hour] == "done":
            assert f"hand|tg:1:{hour}" in by_hand, where


def test_the_market_is_longer_than_the_day() -> None:
    hours = min(len(bars) for bars in BARS.values()) - WARMUP
    assert max(*DAY, *WAITED) < hours
