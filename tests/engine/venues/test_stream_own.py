"""News of own orders: unmodified ccxt.pro on the loopback exchange's private streams."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from engine.venues.stream_own import OwnStream, Raw
from tests.fakes.clocks import NOON
from tests.fakes.exchange.rig import SPOT, SWAP, Rig, trading
from tests.fakes.stream_stage import TickingClock


class Desk:
    """An own stream on an exchange, and all that it told."""

    def __init__(self, rig: Rig, client: Any, symbol: str, room: str) -> None:
        self.exchange, self.client = rig.exchange, client
        self.symbol, self.room = symbol, room
        self.clock = TickingClock(NOON)
        self.own = OwnStream(client, [symbol], self.clock)
        self.orders: list[Raw] = []
        self.trades: list[Raw] = []
        self.rereads = 0

    async def order(self, kind: str, side: str, qty: str, price: str | None, cid: str) -> Any:
        params = {"clientOrderId": cid}
        return await self.client.create_order(self.symbol, kind, side, qty, price, params)

    def take(self) -> None:
        told = self.own.take()
        self.orders += told.orders
        self.trades += told.trades
        self.rereads += told.reread

    async def until(self, done: Callable[[], bool]) -> None:
        """Lets time pass until it is so."""
        for _ in range(4000):
            self.take()
            if done():
                return
            self.clock.move_to(self.clock._now_at + timedelta(milliseconds=50))
            await asyncio.sleep(0.001)  # the wire's turn
        raise AssertionError("it never came")

    def listens(self) -> bool:
        rooms = self.exchange.streams.links
        return self.own.is_live and rooms.has(self.room, "account")


@asynccontextmanager
async def listening(market: str) -> AsyncIterator[Desk]:
    async with trading() as rig:
        client = rig.spot if market == "spot" else rig.swap
        await client.load_markets()
        symbol = SPOT if market == "spot" else SWAP
        desk = Desk(rig, client, symbol, f"{market}-user")
        desk.own.start()
        try:
            await desk.until(desk.listens)
            yield desk
        finally:
            await desk.own.stop()


@pytest.mark.parametrize("market", ["spot", "swap"])
async def test_an_order_and_its_execution_are_told(market: str) -> None:
    async with listening(market) as desk:
        assert desk.rereads == 1  # what was before nobody heard
        await desk.order("limit", "buy", "0.01", "49000", "ours-1")
        await desk.until(lambda: bool(desk.orders))
        desk.exchange.price(desk.symbol, 48_900)
        await desk.until(lambda: bool(desk.trades))
        await desk.until(lambda: desk.orders[-1]["status"] == "closed")
    assert {order["clientOrderId"] for order in desk.orders} == {"ours-1"}
    assert len(desk.trades) == 1
    assert desk.rereads == 1


async def test_what_is_said_twice_is_told_once() -> None:
    async with listening("spot") as desk:
        desk.exchange.streams.faults.duplicate(20, room="spot-user", event="executionReport")
        await desk.order("market", "buy", "0.01", None, "ours-1")
        await desk.until(lambda: bool(desk.trades))
        await desk.order("market", "buy", "0.01", None, "ours-2")
        await desk.until(lambda: len(desk.trades) >= 2)
        desk.take()
    assert len({trade["id"] for trade in desk.trades}) == len(desk.trades) == 2


async def test_a_state_told_late_never_steps_back() -> None:
    async with listening("spot") as desk:
        desk.exchange.streams.faults.reorder(1, room="spot-user", event="executionReport")
        await desk.order("market", "buy", "0.01", None, "ours-1")
        await desk.until(lambda: bool(desk.trades))
        await desk.order("market", "buy", "0.01", None, "ours-2")
        await desk.until(lambda: len(desk.trades) == 2)
    states = [order["status"] for order in desk.orders if order["clientOrderId"] == "ours-1"]
    assert "closed" in states
    assert states[states.index("closed") :] == ["closed"]
    assert desk.rereads == 2  # and the venue is asked


async def test_after_an_interruption_the_venue_is_asked_again() -> None:
    async with listening("spot") as desk:
        await desk.exchange.streams.drop("spot-user")
        await desk.until(lambda: desk.rereads == 2)
        await desk.order("market", "buy", "0.01", None, "in-the-gap")
        await desk.until(desk.listens)
        await desk.order("market", "buy", "0.01", None, "after-it")
        await desk.until(lambda: any(o["clientOrderId"] == "after-it" for o in desk.orders))


async def test_a_slow_consumer_loses_no_execution() -> None:
    async with listening("spot") as desk:
        for number in range(12):
            await desk.order("market", "buy", "0.001", None, f"ours-{number}")
        await desk.until(lambda: len(desk.trades) >= 12)
    booked = {fill.trade_id for fill in desk.exchange.ledger().fills}
    assert {trade["id"] for trade in desk.trades} == {str(each) for each in booked}


async def test_hints_name_our_orders_and_gaps_are_told() -> None:
    async with trading() as rig:
        await rig.spot.load_markets()
        clock = TickingClock(NOON)
        own = OwnStream(rig.spot, [SPOT], clock)
        hints: list[str] = []
        gaps: list[int] = []
        task = asyncio.create_task(own.carry(hints.append, lambda: gaps.append(1)))
        desk = Desk(rig, rig.spot, SPOT, "spot-user")
        desk.own, desk.clock = own, clock
        desk.take = lambda: None  # type: ignore[method-assign]  # `carry` takes
        await desk.until(desk.listens)
        await desk.order("market", "buy", "0.01", None, "ours-1")
        await desk.until(lambda: "ours-1" in hints)
        await rig.exchange.streams.drop("spot-user")
        await desk.until(lambda: len(gaps) >= 2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert set(hints) == {"ours-1"}


async def test_closing_the_client_is_not_our_own_end() -> None:
    async with listening("spot") as desk:
        await desk.client.close()  # ccxt cancels whoever waits on it
        await desk.until(lambda: desk.rereads == 2)
        assert not any(task.done() for task in desk.own._lanes._tasks)
