"""A desk that cannot prove its lock sends nothing: another one may own the account by now."""

from collections.abc import AsyncIterator

import pytest

from engine.core.errors import StorageError
from engine.core.events import OrderRefused, TradeClosed
from engine.core.kinds import OrderState, PositionSide
from engine.core.reasons import Reason
from tests.engine.execution.live_desk import LiveDesk, live_desk
from tests.engine.execution.test_limit_entries import live_entries, outlive, rests


@pytest.fixture
async def rig() -> AsyncIterator[LiveDesk]:
    async with live_desk("ccxt swap") as rig:
        yield rig


def orders_sent(rig: LiveDesk) -> list[str]:
    asked = rig.bench.exchange.asked
    return [line for line in asked if "rder" in line and not line.startswith("GET")]


async def test_no_entry_leaves_and_nothing_is_journalled(rig: LiveDesk) -> None:
    rig.desk.executor.send_while(lambda: False)
    with pytest.raises(StorageError):
        await rig.sent_entry("0.1", side=PositionSide.LONG, stop=49_000.0)
    assert orders_sent(rig) == []
    assert not rig.desk.books.orders


async def test_no_cancel_leaves(rig: LiveDesk) -> None:
    await rests(rig)
    rig.desk.executor.send_while(lambda: False)
    sent = len(orders_sent(rig))
    await outlive(rig)
    await outlive(rig)
    assert len(orders_sent(rig)) == sent
    assert len(live_entries(rig)) == 1, "it is the successor's to take back"


async def test_no_exit_leaves_and_the_exit_goes_on_once_the_lock_is_proved(
    rig: LiveDesk,
) -> None:
    await rig.enter()
    await rig.tick(50_010)
    (stop,) = rig.live_stops()
    sent = len(orders_sent(rig))
    holds = [False]
    rig.desk.executor.send_while(lambda: holds[0])
    await rig.tick(48_900, at_venue=False)  # the guard's stop, which the venue has not seen
    await rig.tick(48_900, at_venue=False)
    assert len(orders_sent(rig)) == sent
    assert [each.order_id for each in rig.live_stops()] == [stop.order_id], "the venue's stop stays"
    refused = {event.reason for event in rig.told(OrderRefused)}
    assert refused == {Reason.LOCK_LOST}
    holds[0] = True
    for _ in range(4):
        await rig.tick(48_900, at_venue=False)
    assert not rig.desk.books.positions
    assert len(rig.told(TradeClosed)) == 1
    assert rig.held_base() == 0
    states = {order.state for order in rig.desk.books.orders.values()}
    assert OrderState.UNKNOWN not in states, "what never left is no riddle"
