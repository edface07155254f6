"""Trades by hand on a real desk: the same gate, size, stop and journal as every other entry."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.core.commands import OpenPosition
from engine.core.errors import StorageError, UserError
from engine.core.kinds import OrderState, PositionSide, Purpose
from engine.core.parameters import Parameters
from engine.execution.desk import Desk
from tests.engine.execution.test_acts import ANN, acting_of, journal_of, rig, what_stands
from tests.fakes.desk_rig import DeskRig
from tests.fakes.scripted_market import BTC

__all__ = ["rig"]  # the fixture


def buy(name: str = "buy1", side: PositionSide = PositionSide.LONG) -> OpenPosition:
    return OpenPosition(command_id=name, actor=ANN, symbol=BTC, side=side)


async def quiet(rig: DeskRig) -> Desk:
    """The market after a few hours, with nothing on BTC."""
    return await rig.run_until(
        lambda desk: BTC in desk.books.last_price and desk.books.position_on(BTC) is None
    )


@pytest.mark.parametrize("side", PositionSide)
async def test_a_trade_by_hand_has_the_size_the_stop_and_the_record_of_any_other(
    rig: DeskRig, side: PositionSide
) -> None:
    desk = await quiet(rig)
    offer = acting_of(rig).offer(buy(side=side))
    act = await acting_of(rig).do(buy(side=side))
    assert act.orders[0].state is OrderState.FILLED
    position = desk.books.position_on(BTC)
    assert position is not None
    assert (position.side, position.qty_base) == (side, offer.qty_base)
    assert (offer.price - position.stop_price) * side.sign > 0
    assert position.facts.strategy == "manual"
    risk_quote = abs(offer.price - offer.stop_price) * float(offer.qty_base)
    allowed_quote = 10_000 * Parameters().risk_per_trade_ratio
    assert risk_quote <= allowed_quote * 1.001
    assert any(key.startswith("ProposalDecided|hand|") for key in journal_of(rig).events)
    again = await acting_of(rig).do(buy(side=side))
    assert not again.changed
    assert [o for o in journal_of(rig).orders.values() if o.purpose is Purpose.ENTRY] == [
        journal_of(rig).orders[act.orders[0].client_order_id]
    ]


async def test_a_trade_by_hand_is_never_larger_than_asked_nor_than_the_rules(rig: DeskRig) -> None:
    await quiet(rig)
    most = acting_of(rig).offer(buy())
    small = acting_of(rig).offer(replace(buy(), most_quote=most.notional_quote / 2))
    huge = acting_of(rig).offer(replace(buy(), most_quote=Decimal(10**9)))
    assert small.notional_quote <= most.notional_quote / 2
    assert huge.qty_base == most.qty_base


async def test_a_trade_by_hand_passes_the_same_gate(rig: DeskRig) -> None:
    desk = await quiet(rig)
    stands = what_stands(rig)
    rig.dial.turn(Parameters(blocked_symbols="BTC"))
    with pytest.raises(UserError, match="The rules say no"):
        await acting_of(rig).do(buy())
    rig.dial.turn(Parameters())
    moved = replace(buy(), seen_price=desk.books.last_price[BTC].close_price * 1.02)
    with pytest.raises(UserError, match="has moved from"):
        await acting_of(rig).do(moved)
    journal_of(rig).is_refusing = True
    with pytest.raises((UserError, StorageError)):
        await acting_of(rig).do(buy())
    journal_of(rig).is_refusing = False
    assert what_stands(rig) == stands


async def test_what_is_held_is_not_sold_by_an_entry(rig: DeskRig) -> None:
    await quiet(rig)
    await acting_of(rig).do(buy())
    with pytest.raises(UserError, match="is held long"):
        await acting_of(rig).do(buy("s1", PositionSide.SHORT))
    with pytest.raises(UserError, match="already"):
        await acting_of(rig).do(buy("b2"))
