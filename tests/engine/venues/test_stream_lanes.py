"""Lanes: taken up a second apart, again after a failure, and never by our own end."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from engine.venues.stream_lanes import LONGEST_WAIT_S, Lane, Lanes
from tests.fakes.clocks import NOON
from tests.fakes.stream_stage import TickingClock


class Wire:
    """A subscription that does what it is told."""

    def __init__(self, clock: TickingClock) -> None:
        self.clock = clock
        self.asked_at: list[datetime] = []
        self.told: list[str] = []
        self.answer: asyncio.Future[None] | None = None
        self.error: BaseException | None = None

    async def watch(self) -> None:
        if self.answer is None or self.answer.done():
            self.answer = asyncio.get_running_loop().create_future()
        self.asked_at.append(self.clock._now_at)
        if self.error is not None:
            raise self.error
        await self.answer

    def lane(self, name: str = "quotes") -> Lane:
        return Lane(
            name=name,
            symbols=["BTC/USDT"],
            watch=self.watch,
            heard=lambda: self.told.append("heard"),
            cut=lambda: self.told.append("cut"),
            joined=lambda: self.told.append("joined"),
        )

    async def say(self) -> None:
        assert self.answer is not None
        self.answer.set_result(None)
        await turns()

    async def fail(self, error: BaseException) -> None:
        assert self.answer is not None
        self.answer.set_exception(error)
        await turns()


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def wait(clock: TickingClock, seconds: float) -> None:
    for _ in range(round(seconds * 4)):
        clock.move_to(clock._now_at + timedelta(seconds=0.25))
        await turns()


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock(NOON)


@pytest.fixture
def wire(clock: TickingClock) -> Wire:
    return Wire(clock)


async def test_a_lane_hears_joins_and_is_taken_up_again(clock: TickingClock, wire: Wire) -> None:
    lanes = Lanes(clock, (ConnectionError,))
    lanes.start([wire.lane()])
    await turns()
    await wire.say()
    await wire.say()
    assert wire.told == ["joined", "heard", "heard"]
    await wire.fail(ConnectionError())
    assert wire.told[3:] == ["heard", "cut"]  # what came just before the end is not lost
    assert not lanes.lanes[0].is_live
    await wait(clock, 2)
    await wire.say()
    assert wire.told[5:] == ["joined", "heard"]
    await lanes.stop()


async def test_lanes_are_taken_up_one_after_the_other(clock: TickingClock) -> None:
    wires = [Wire(clock) for _ in range(4)]
    lanes = Lanes(clock, (ConnectionError,))
    lanes.start([each.lane(f"lane {number}") for number, each in enumerate(wires)])
    await wait(clock, 6)
    moments = [each.asked_at[0] for each in wires]
    gaps = [later - sooner for sooner, later in pairwise(moments)]
    assert all(gap >= timedelta(seconds=1) for gap in gaps)
    await lanes.stop()


async def test_a_venue_that_refuses_is_asked_less_and_less(clock: TickingClock, wire: Wire) -> None:
    wire.error = ConnectionError()
    lanes = Lanes(clock, (ConnectionError,))
    lanes.start([wire.lane()])
    await wait(clock, 200)
    gaps = [b - a for a, b in pairwise(wire.asked_at)]
    assert gaps == sorted(gaps)
    assert gaps[0] < timedelta(seconds=4)
    assert timedelta(seconds=LONGEST_WAIT_S) <= gaps[-1] < timedelta(seconds=LONGEST_WAIT_S + 2)
    await lanes.stop()


async def test_a_cancelled_future_of_ccxt_is_a_cut_and_not_our_end(
    clock: TickingClock, wire: Wire
) -> None:
    lanes = Lanes(clock, (ConnectionError,))
    lanes.start([wire.lane()])
    await turns()
    assert wire.answer is not None
    wire.answer.cancel()
    await turns()
    assert wire.told == ["heard", "cut"]
    await wait(clock, 3)
    assert len(wire.asked_at) == 2
    await lanes.stop()


async def test_an_error_of_ours_is_told_and_not_swallowed(clock: TickingClock, wire: Wire) -> None:
    lanes = Lanes(clock, (ConnectionError,))
    lanes.start([wire.lane()])
    await turns()
    assert lanes.dead() is None
    await wire.fail(RuntimeError("a bug"))
    assert isinstance(lanes.dead(), RuntimeError)
    await lanes.stop()


async def test_a_failing_lane_leaves_the_others_alone(clock: TickingClock, wire: Wire) -> None:
    well = Wire(clock)
    lanes = Lanes(clock, (ConnectionError,))
    wire.error = ConnectionError()
    lanes.start([wire.lane("ill"), well.lane("well")])
    await wait(clock, 10)
    await well.say()
    assert well.told == ["joined", "heard"]
    await lanes.stop()
