"""Exits that find too little in the book: they go on until they are filled, and it is told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from engine.core.events import ExitUnfilled, TradeClosed
from engine.core.kinds import OrderState, PositionSide, Purpose
from engine.core.orders import Order
from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.execution.drafts import ExitWish, Name, exit_order
from engine.execution.guarding import EAGER_ATTEMPTS, LONGEST_REPEAT_S, is_due
from engine.rules.plans import ExitReason
from tests.conformance.live_venues import KINDS
from tests.engine.execution.live_desk import LiveDesk, live_desk

HALF_AT_ONE_R = Parameters(target_1_r=1.0, target_2_r=9.0, breakeven_from_r=8.0, trail_from_r=8.5)


@pytest.fixture(params=KINDS)
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[LiveDesk]:
    async with live_desk(request.param, HALF_AT_ONE_R) as rig:
        await rig.enter("0.1")
        await rig.tick(50_010)
        yield rig


async def thin_tick(rig: LiveDesk, price: float, depth_base: str) -> None:
    """The market trades at `price`, and no more than `depth_base` stands in its book."""
    if Decimal(depth_base) > 0:
        await rig.bench.price(price, depth_base=depth_base)
    else:
        rig.bench.exchange.book(rig.symbol, [], [], last_price=price)
    await rig.tick(price, at_venue=False)


def exits(rig: LiveDesk) -> list[Order]:
    orders = rig.desk.books.orders.values()
    return [order for order in orders if order.purpose is Purpose.TARGET_1]


async def test_a_target_that_is_filled_bit_by_bit_is_filled_in_the_end(rig: LiveDesk) -> None:
    whole = rig.position.qty_base
    for _ in range(3):
        await thin_tick(rig, 51_100, "0.02")
    attempts = exits(rig)
    assert [order.attempt for order in attempts] == [1, 2, 3]
    assert [order.state for order in attempts[:2]] == [OrderState.EXPIRED] * 2
    assert sum(order.filled_base for order in attempts) == attempts[0].request.qty_base
    await rig.tick(51_100)
    assert len(exits(rig)) == 3, "it is done"
    assert rig.position.qty_base == whole - attempts[0].request.qty_base
    assert rig.told(ExitUnfilled) == []


async def test_a_target_that_finds_nobody_is_tried_again_with_pauses_and_told_once(
    rig: LiveDesk,
) -> None:
    for _ in range(8):
        await thin_tick(rig, 51_100, "0")
    attempts = exits(rig)
    assert len({order.client_order_id for order in attempts}) == len(attempts)
    assert 3 <= len(attempts) <= 5, "eight prices, and not an order at each of them"
    (told,) = rig.told(ExitUnfilled)
    assert told.order.attempt == 3
    wanted = attempts[0].request.qty_base
    for _ in range(6):
        await rig.tick(51_100)
    assert sum(order.filled_base for order in exits(rig)) == wanted


async def test_a_stop_takes_along_what_waits_for_its_next_attempt(rig: LiveDesk) -> None:
    for _ in range(5):
        await thin_tick(rig, 51_100, "0")
    assert exits(rig)[-1].state is OrderState.EXPIRED
    await rig.bench.price(51_100)
    await rig.tick(48_900, at_venue=False)  # the guard's own stop: the venue's has not triggered
    assert not rig.desk.books.positions
    assert len(rig.told(TradeClosed)) == 1


AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
async def expired() -> Order:
    """A first attempt that found nobody."""
    async with live_desk("ccxt swap") as rig:
        position = await rig.enter("0.1")
        assert position.side is PositionSide.LONG
        wish = ExitWish(
            purpose=Purpose.TARGET_1,
            exit_reason=int(ExitReason.TARGET),
            qty_base=Decimal("0.05"),
            decision_price=51_000.0,
        )
        order = exit_order(Name("abcde000000011" + "01", 1), position, wish, at=AT)
    return replace(order, state=OrderState.EXPIRED, done_at=AT)


def test_the_first_attempt_is_repeated_at_once_and_later_ones_after_longer_pauses(
    expired: Order,
) -> None:
    def waits_s(order: Order) -> int:
        return next(s for s in range(1000) if is_due(order, AT + timedelta(seconds=s)))

    assert [waits_s(replace(expired, attempt=n)) for n in (1, 2, 3, 500)] == [
        0, 5, 10, LONGEST_REPEAT_S]  # fmt: skip
    some = replace(expired, filled_base=Decimal("0.01"))
    assert waits_s(replace(some, attempt=EAGER_ATTEMPTS - 1)) == 0
    assert waits_s(replace(some, attempt=EAGER_ATTEMPTS)) == LONGEST_REPEAT_S
    refused = replace(expired, state=OrderState.REFUSED, reason=Reason.OTHER)
    assert [waits_s(replace(refused, attempt=n)) for n in (1, 2)] == [5, 10]
    assert waits_s(replace(expired, state=OrderState.NEVER_ARRIVED, attempt=9)) == 0
