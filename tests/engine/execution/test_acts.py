"""Acts by hand on a real desk: done once, only to what was shown, and as safe as a rule's own."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.core.commands import (
    CancelEntry,
    CloseEverything,
    ClosePosition,
    Command,
    MoveToBreakeven,
    SetTrail,
)
from engine.core.errors import UserError
from engine.core.events import PersonActed
from engine.core.kinds import OrderState, Purpose, Role, Trail
from engine.core.orders import OPEN
from engine.core.parameters import Parameters
from engine.core.people import Actor
from engine.core.positions import Position
from engine.execution.desk import Desk
from engine.execution.guarding import plan_of
from engine.rules.plans import BREAKEVEN, ExitReason
from engine.services.acting import Acting
from tests.fakes.desk_rig import DeskRig, three_markets
from tests.fakes.memory_journal import MemoryJournal

ANN = Actor("Ann", Role.OWNER, 1001)
WAITING = Parameters(
    entry_order="limit", entry_offset_ratio=0.01, entry_life_s=86_400.0, entry_reprices=2
)


@pytest.fixture
def rig() -> DeskRig:
    return DeskRig(bars=three_markets(260))


def acting_of(rig: DeskRig) -> Acting:
    return Acting(rig.desk, rig.journal, "USDT")


async def with_position(rig: DeskRig) -> Position:
    """The first position of the market."""
    desk = await rig.run_until(lambda desk: bool(desk.books.positions))
    return next(iter(desk.books.positions.values()))


def close(position: Position, share_ratio: float = 1.0, name: str = "c1") -> ClosePosition:
    return ClosePosition(
        command_id=name,
        actor=ANN,
        position_id=position.position_id,
        version=position.version,
        share_ratio=share_ratio,
    )


def journal_of(rig: DeskRig) -> MemoryJournal:
    assert isinstance(rig.journal, MemoryJournal)
    return rig.journal


def what_stands(rig: DeskRig) -> tuple[object, ...]:
    """All that an act could change."""
    books = rig.desk.books
    return (
        dict(books.positions),
        {name: order.state for name, order in books.orders.items()},
        books.state.cash_quote,
        len(journal_of(rig).orders),
    )


async def test_closing_all_of_it_makes_a_trade_with_a_persons_reason(rig: DeskRig) -> None:
    position = await with_position(rig)
    act = await acting_of(rig).do(close(position))
    (order,) = act.orders
    assert (act.changed, order.state, order.purpose) == (True, OrderState.FILLED, Purpose.MANUAL)
    assert position.position_id not in rig.desk.books.positions
    trade = journal_of(rig).trades[position.position_id]
    assert trade.exit_reason == int(ExitReason.MANUAL)
    (told,) = rig.told(PersonActed)
    assert isinstance(told, PersonActed)
    assert (told.act, told.actor) == ("ClosePosition", ANN)


@pytest.mark.parametrize("share_ratio", [0.25, 0.5])
async def test_closing_a_share_leaves_the_rest_guarded(rig: DeskRig, share_ratio: float) -> None:
    position = await with_position(rig)
    await acting_of(rig).do(close(position, share_ratio))
    rest = rig.desk.books.positions[position.position_id]
    step = rig.desk.books.instruments[position.symbol].qty_step
    sold_base = position.qty_base - rest.qty_base
    assert abs(sold_base - position.qty_base * Decimal(str(share_ratio))) < step
    assert rest.stop_price == position.stop_price
    rig.desk.protector.tend()
    assert rig.desk.protector.is_protected(rest) in {True, None}


async def test_the_same_command_again_changes_nothing_and_says_so(rig: DeskRig) -> None:
    position = await with_position(rig)
    first = await acting_of(rig).do(close(position, 0.25))
    stands = what_stands(rig)
    again = await acting_of(rig).do(close(position, 0.25))
    assert (again.changed, again.text, again.orders) == (False, first.text, ())
    assert what_stands(rig) == stands


def late_commands(position: Position, version: str) -> tuple[Command, ...]:
    told = {"actor": ANN, "position_id": position.position_id, "version": version}
    return (
        ClosePosition(command_id="1", **told),  # type: ignore[arg-type]  # the names are above
        ClosePosition(command_id="2", share_ratio=0.5, **told),  # type: ignore[arg-type]
        MoveToBreakeven(command_id="3", **told),  # type: ignore[arg-type]
        SetTrail(command_id="4", is_on=True, **told),  # type: ignore[arg-type]
        SetTrail(command_id="5", is_on=False, **told),  # type: ignore[arg-type]
    )


async def test_a_command_for_a_closed_position_changes_nothing_and_says_so(rig: DeskRig) -> None:
    position = await with_position(rig)
    await acting_of(rig).do(close(position))
    stands = what_stands(rig)
    for command in late_commands(position, position.version):
        with pytest.raises(UserError, match="closed already"):
            await acting_of(rig).do(command)
    assert what_stands(rig) == stands


async def test_a_command_for_another_version_changes_nothing_and_says_so(rig: DeskRig) -> None:
    position = await with_position(rig)
    await acting_of(rig).do(close(position, 0.25))
    stands = what_stands(rig)
    for command in late_commands(position, position.version):
        with pytest.raises(UserError, match="changed since you were asked"):
            await acting_of(rig).do(command)
    assert what_stands(rig) == stands


async def test_two_people_who_close_half_at_once_close_half(rig: DeskRig) -> None:
    position = await with_position(rig)
    instrument = rig.desk.books.instruments[position.symbol]
    wish = acting_of(rig).closing(position.position_id, 0.5)
    order = next(iter(rig.desk.books.orders_of(position.position_id)))
    on_its_way = replace(
        order, purpose=Purpose.MANUAL, state=OrderState.SENT, filled_base=Decimal(0)
    )
    rig.desk.books.orders["theirs"] = on_its_way  # Ben's exit has left and is not answered yet
    with pytest.raises(UserError, match="on its way"):
        await acting_of(rig).do(close(position, 0.5))
    assert wish.qty_base >= instrument.min_qty_base


async def test_a_share_below_the_venues_minimum_is_refused_with_a_way_out(rig: DeskRig) -> None:
    position = await with_position(rig)
    instruments = rig.desk.books.instruments
    large = replace(instruments[position.symbol], min_qty_base=position.qty_base)
    instruments[position.symbol] = large
    with pytest.raises(UserError, match="smallest order"):
        await acting_of(rig).do(close(position, 0.5))
    assert (await acting_of(rig).do(close(position))).changed


async def test_closing_works_while_the_database_refuses(rig: DeskRig) -> None:
    position = await with_position(rig)
    journal_of(rig).is_refusing = True
    act = await acting_of(rig).do(close(position))
    assert act.orders[0].state is OrderState.FILLED
    journal_of(rig).is_refusing = False
    await rig.desk.moments.checkpoint()
    assert "c1" in journal_of(rig).receipts


async def test_closing_everything_touches_only_what_was_shown(rig: DeskRig) -> None:
    desk = await rig.run_until(lambda desk: len(desk.books.positions) >= 2)
    found = acting_of(rig).closing_all()
    stale = CloseEverything(command_id="a1", actor=ANN, version="00000000")
    with pytest.raises(UserError, match="changed since"):
        await acting_of(rig).do(stale)
    command = replace(stale, command_id="a2", version=found.version)
    act = await acting_of(rig).do(command)
    assert desk.books.positions == {}
    assert len(act.orders) == len(found.positions)
    assert desk.books.state.trading.value == "active", "the desk goes on"
    again = await acting_of(rig).do(command)
    assert (again.changed, again.orders) == (False, ())


async def until_winning(rig: DeskRig) -> Position:
    def wins(desk: Desk) -> bool:
        return any(is_winning(desk, position) for position in desk.books.positions.values())

    desk = await rig.run_until(wins)
    return next(p for p in desk.books.positions.values() if is_winning(desk, p))


def is_winning(desk: Desk, position: Position) -> bool:
    mark = desk.books.mark_price(position.symbol)
    gain = 0.0 if mark is None else (mark - float(position.entry_price)) * position.side.sign
    return gain > 0.0 and position.stop_kind == 1


async def test_breakeven_moves_the_stop_to_the_entry_and_to_the_venue(rig: DeskRig) -> None:
    position = await until_winning(rig)
    told = (position.position_id, position.version)
    command = MoveToBreakeven(command_id="b1", actor=ANN, position_id=told[0], version=told[1])
    await acting_of(rig).do(command)
    moved = rig.desk.books.positions[position.position_id]
    assert (moved.stop_price, moved.stop_kind) == (float(position.entry_price), BREAKEVEN)
    assert journal_of(rig).positions[position.position_id].stop_price == moved.stop_price
    with pytest.raises(UserError, match="at breakeven or better"):
        await acting_of(rig).do(replace(command, command_id="b2"))


async def test_breakeven_of_a_losing_position_would_close_it_and_is_refused(rig: DeskRig) -> None:
    def loses(desk: Desk) -> bool:
        return any(
            (desk.books.mark_price(p.symbol) or 0.0) * p.side.sign
            < float(p.entry_price) * p.side.sign
            for p in desk.books.positions.values()
        )

    desk = await rig.run_until(loses)
    position = next(iter(desk.books.positions.values()))
    with pytest.raises(UserError, match="not in profit"):
        acting_of(rig).breakeven_of(position)


async def test_a_trail_by_hand_is_kept_across_a_restart_and_never_loosens_the_stop(
    rig: DeskRig,
) -> None:
    position = await until_winning(rig)
    off = SetTrail(
        command_id="t1",
        actor=ANN,
        position_id=position.position_id,
        version=position.version,
        is_on=False,
    )
    await acting_of(rig).do(off)
    assert plan_of(rig.desk.books.positions[off.position_id], Parameters()).trail_atr == 0.0
    desk = await rig.started()
    kept = desk.books.positions[off.position_id]
    assert (kept.trail, kept.stop_price) == (Trail.OFF, position.stop_price)
    on = replace(off, command_id="t2", version=kept.version, is_on=True)
    await acting_of(rig).do(on)
    followed = plan_of(desk.books.positions[off.position_id], Parameters())
    assert (followed.trail_from_r, followed.trail_atr) == (0.0, Parameters().trail_atr)
    latest = desk.books.positions[off.position_id]
    with pytest.raises(UserError, match="on already"):
        await acting_of(rig).do(replace(on, command_id="t3", version=latest.version))


async def test_a_waiting_entry_is_taken_back_for_good() -> None:
    rig = DeskRig(bars=three_markets(260), parameters=WAITING)

    def waits(desk: Desk) -> bool:
        return any(o.state in OPEN and not o.purpose.is_exit for o in desk.books.orders.values())

    await rig.run_until(waits)
    (order, *_) = acting_of(rig).waiting().orders
    command = CancelEntry(command_id="x1", actor=ANN, client_order_id=order.client_order_id)
    act = await acting_of(rig).do(command)
    assert act.orders[0].state is OrderState.CANCELLED
    with pytest.raises(UserError, match="over already"):
        await acting_of(rig).do(replace(command, command_id="x2"))
    assert not (await acting_of(rig).do(command)).changed
    desk = await rig.run()
    later = [o for o in journal_of(rig).orders.values() if o.position_id == order.position_id]
    assert len(later) == 1, "nor is it priced anew"
    assert not desk.books.positions.get(order.position_id)


async def test_a_stop_is_not_cancelled_by_hand(rig: DeskRig) -> None:
    position = await with_position(rig)
    rig.desk.protector.tend()
    stops = rig.desk.protector.resting(position.position_id)
    for stop in stops:
        command = CancelEntry(command_id="x", actor=ANN, client_order_id=stop.client_order_id)
        with pytest.raises(UserError, match="protects or closes"):
            await acting_of(rig).do(command)
