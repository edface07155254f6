"""A market at a chosen speed."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from engine.core.market import Bar, Instrument, MarketEvent, TimePassed
from engine.core.timeframes import Timeframe
from engine.execution.clocks import MarketClock, SystemClock
from engine.venues.pace import LAG_S, WORK_S, PacedFeed
from engine.venues.simulated import SimulatedFeed
from tests.fakes.clocks import NOON, FakeWall


class Minutes:
    """A feed of one TimePassed a minute."""

    step_s = 60.0

    def __init__(self, count: int = 6) -> None:
        self.count = count
        self.was_closed = False

    async def instruments(self) -> tuple[Instrument, ...]:
        return ()

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        return ()

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:
        return None

    async def events(self, after: datetime | None) -> AsyncGenerator[MarketEvent, None]:
        first = 1 if after is None else int((after - NOON) // timedelta(minutes=1)) + 1
        try:
            for minute in range(first, self.count + 1):
                yield TimePassed(at=NOON + timedelta(minutes=minute))
        finally:
            self.was_closed = True


async def test_the_clock_has_moved_before_an_event_is_told() -> None:
    clock = MarketClock(NOON)
    async for event in PacedFeed(Minutes(), clock, FakeWall(), speed=0).events(None):
        assert clock.now() == event.at


async def test_a_speed_of_sixty_tells_a_minute_each_second() -> None:
    wall = FakeWall()
    feed = PacedFeed(Minutes(), MarketClock(NOON), wall, speed=60.0)
    told_s = [wall.now_s async for _ in feed.events(None)]
    assert [round(second - told_s[0], 9) for second in told_s] == [0, 1, 2, 3, 4, 5]


async def test_after_a_restart_the_market_goes_on_where_it_stood() -> None:
    wall = FakeWall()
    feed = PacedFeed(Minutes(), MarketClock(NOON), wall, speed=60.0)
    after = NOON + timedelta(minutes=3)
    told = [(event.at, wall.now_s - 1000.0) async for event in feed.events(after)]
    assert told[0] == (after + timedelta(minutes=1), 0.0)
    assert [second for _, second in told] == [0.0, 1.0, 2.0]


async def test_a_long_thought_is_not_made_up_for_by_rushing() -> None:
    wall = FakeWall()
    feed = PacedFeed(Minutes(), MarketClock(NOON), wall, speed=60.0)
    told_s = []
    async for event in feed.events(None):
        told_s.append(wall.now_s)
        if event.at == NOON + timedelta(minutes=2):
            wall.now_s += 30.0  # a person was asked
    gaps = [later - sooner for sooner, later in pairwise(told_s)]
    assert gaps == [1.0, 30.0, 1.0, 1.0, 1.0]


async def test_a_short_one_is() -> None:
    wall = FakeWall()
    feed = PacedFeed(Minutes(), MarketClock(NOON), wall, speed=60.0)
    told_s = []
    async for _ in feed.events(None):
        told_s.append(wall.now_s)
        wall.now_s += LAG_S / 2
    assert told_s[-1] - told_s[0] == pytest.approx(5.0)


async def test_at_full_speed_the_loop_is_let_run_whenever_it_worked_long() -> None:
    wall = FakeWall()
    feed = PacedFeed(Minutes(100), MarketClock(NOON), wall, speed=0)
    async for _ in feed.events(None):
        wall.now_s += WORK_S / 5
    assert 15 <= wall.slept_s.count(0.0) <= 20


async def test_who_sleeps_on_the_market_runs_before_the_next_event() -> None:
    clock = MarketClock(NOON)
    woken: list[datetime] = []

    async def sleeper() -> None:
        await clock.sleep(150.0)
        woken.append(clock.now())

    task = asyncio.ensure_future(sleeper())
    await asyncio.sleep(0)
    wall = SystemClock(lambda _: None)
    async for event in PacedFeed(Minutes(), clock, wall, speed=0).events(None):
        assert bool(woken) == (event.at >= NOON + timedelta(minutes=3))
    await task
    assert woken == [NOON + timedelta(minutes=3)]


async def test_closing_ends_a_wait_at_once_and_closes_the_market_below() -> None:
    minutes = Minutes()
    wall = SystemClock(lambda _: None)
    feed = PacedFeed(minutes, MarketClock(NOON), wall, speed=0.001)  # 17 hours a minute
    first_told = asyncio.Event()
    told: list[MarketEvent] = []

    async def listen() -> None:
        async for event in feed.events(None):
            told.append(event)
            first_told.set()

    listening = asyncio.ensure_future(listen())
    await first_told.wait()
    feed.close()
    await listening
    assert len(told) == 1
    assert minutes.was_closed


async def test_the_pace_changes_nothing_of_the_market() -> None:
    symbols, timeframes = ["BTC/USDT:USDT"], [Timeframe.M1]

    def market() -> SimulatedFeed:
        return SimulatedFeed(symbols, timeframes, seed=1, origin_at=NOON)

    async def first(events: AsyncGenerator[MarketEvent, None]) -> list[MarketEvent]:
        told = [await anext(events) for _ in range(200)]
        await events.aclose()
        return told

    plain = await first(market().events(None))
    for speed in (0.0, 60.0, 1e6):
        paced = PacedFeed(market(), MarketClock(NOON), FakeWall(), speed=speed)
        assert await first(paced.events(None)) == plain


@pytest.mark.parametrize("speed", [-1.0, float("nan"), float("inf")])
def test_an_impossible_speed_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        PacedFeed(Minutes(), MarketClock(NOON), FakeWall(), speed=speed)
