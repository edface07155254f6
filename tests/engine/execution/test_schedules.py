"""Over 2,000 random schedules of faults and sudden deaths: nothing twice, nothing lost.

Each schedule (schedules.py) is a market of two perpetuals and a spot pair, positions in parallel,
entries at market and as limit orders with a life, whose cancel may lose its race; thin books that
fill in part, lost, late, refused and cut answers, news that is dropped, repeated and re-ordered,
stops cancelled by hand, and kills between intent, send, ack and fill. The venue is the matching
core of the loopback exchange. Three naive desks must fail the same promises.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest
from loguru import logger

from engine.core.kinds import OrderState
from engine.core.orders import LAPSED, Order, OrderRequest, Outcome, Unknown, VenueOrder
from engine.core.ports import Record
from engine.execution.executor import Executor
from tests.engine.execution.promises import Broken
from tests.engine.execution.schedules import MortalJournal, Schedule

BATCHES, EACH = 8, 256  # 2,048 schedules in all
NAIVE = 80


@pytest.fixture(autouse=True)
async def quietly() -> AsyncIterator[None]:
    """The deaths of these desks are not news."""
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _told: None)
    logger.disable("engine")
    yield
    logger.enable("engine")


@pytest.mark.parametrize("batch", range(BATCHES))
async def test_no_order_is_doubled_none_is_lost_and_no_position_stands_bare(batch: int) -> None:
    deaths = trades = lapsed = anew = 0
    for seed in range(batch * EACH, (batch + 1) * EACH):
        schedule = Schedule(seed)
        try:
            await schedule.run()
        except Broken as broken:
            raise AssertionError(f"seed {seed}: {broken}") from broken
        deaths += schedule.deaths
        trades += len(schedule.journal.trades)
        limits = [o for o in schedule.journal.orders.values() if o.request.limit_price]
        lapsed += sum(order.state in LAPSED for order in limits)
        anew += sum(order.attempt > 1 for order in limits)
    assert deaths > EACH, "too few deaths to prove anything"
    assert trades > EACH // 2, "too few trades to prove anything"
    assert lapsed > EACH // 4, "too few limit entries that ended unfilled"
    assert anew > EACH // 8, "too few limit entries that were priced anew"


class ForgetfulJournal(MortalJournal):
    """The naive control: an order is recorded only after the venue's reply."""

    async def append(self, record: Record) -> None:
        if any(order.state.value == "sent" for order in record.orders):
            return
        await super().append(record)


class StubbornExecutor(Executor):
    """The naive control: what got no clear answer is sent again."""

    async def _submitted(self, request: OrderRequest) -> Outcome:
        outcome = await super()._submitted(request)
        for _ in range(3):
            if not isinstance(outcome, Unknown):
                break
            outcome = await super()._submitted(request)
        return outcome


class HastyExecutor(Executor):
    """The naive control: a limit entry counts as over once its cancel was sent."""

    async def cancel(self, order: Order) -> Order:
        if order.expires_at is None:
            return await super().cancel(order)
        cid, symbol = order.client_order_id, order.request.symbol
        await self._venue.cancel(symbol, cid)
        gone = VenueOrder(client_order_id=cid, symbol=symbol, state=OrderState.CANCELLED)
        await self.hear(gone)
        return self._books.orders.get(cid, order)


async def broken_by(make: Callable[[int], Schedule]) -> Counter[str]:
    """How many schedules break which promise, by its first words."""
    found: Counter[str] = Counter()
    for seed in range(NAIVE):
        try:
            await make(seed).run()
        except Broken as broken:
            found[str(broken).split(":")[0]] += 1
    return found


async def test_a_desk_that_records_after_the_reply_breaks_the_promises() -> None:
    found = await broken_by(lambda seed: Schedule(seed, ForgetfulJournal))
    assert sum(found.values()) > NAIVE // 10, found
    assert "orders that the journal does not know" in found or "cash" in found, found


async def test_a_desk_that_sends_again_on_doubt_breaks_the_promises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.execution.desk.Executor", StubbornExecutor)
    found = await broken_by(Schedule)
    assert sum(found.values()) > NAIVE // 10, found


async def test_a_desk_that_believes_a_cancel_before_the_venue_does_breaks_the_promises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.execution.desk.Executor", HastyExecutor)
    found = await broken_by(Schedule)
    assert sum(found.values()) > NAIVE // 20, found
    assert set(found) & {"one intent was bought twice", "two live orders for one intent"}, found
