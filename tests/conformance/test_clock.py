"""Cards for every Clock, c01..; and what only one of them promises."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from engine.core.ports import Clock
from engine.execution.clocks import MarketClock, SystemClock
from tests.fakes.clocks import NOON, FakeClock


def unheard(error: BaseException) -> None:
    raise AssertionError(f"a thought failed: {error!r}")


CLOCKS: dict[str, Callable[[], Clock]] = {
    "system": lambda: SystemClock(unheard),
    "market": lambda: MarketClock(NOON),
    "fake": lambda: FakeClock(NOON),
}


@pytest.fixture(params=sorted(CLOCKS))
async def clock(request: pytest.FixtureRequest) -> Clock:
    return CLOCKS[request.param]()


async def test_c01_now_is_aware_utc_and_never_runs_back(clock: Clock) -> None:
    first_at, second_at = clock.now(), clock.now()
    assert first_at.utcoffset() == timedelta(0)
    assert first_at <= second_at


async def test_c02_a_sleep_of_no_time_returns(clock: Clock) -> None:
    await clock.sleep(0.0)
    await clock.sleep(-1.0)


async def test_c03_what_is_held_is_done(clock: Clock) -> None:
    done = asyncio.Event()

    async def think() -> None:
        done.set()

    await clock.hold(think())
    await done.wait()


async def test_the_market_waits_for_what_it_holds_and_the_wall_does_not() -> None:
    go = asyncio.Event()

    async def think() -> None:
        await go.wait()

    held = asyncio.ensure_future(MarketClock(NOON).hold(think()))
    await SystemClock(unheard).hold(think())  # returns although nobody said go
    await asyncio.sleep(0)
    assert not held.done()
    go.set()
    await held


async def test_a_sleeper_wakes_when_the_market_has_moved_far_enough() -> None:
    clock, woken = MarketClock(NOON), []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.now()))

    tasks = [asyncio.ensure_future(sleeper(*pair)) for pair in (("long", 60.0), ("short", 10.0))]
    await asyncio.sleep(0)
    assert clock.move_to(NOON + timedelta(seconds=9)) == 0
    assert clock.move_to(NOON + timedelta(seconds=30)) == 1
    await tasks[1]
    assert not tasks[0].done()
    clock.move_to(NOON + timedelta(seconds=60))
    await tasks[0]
    assert woken == [
        ("short", NOON + timedelta(seconds=30)),
        ("long", NOON + timedelta(seconds=60)),
    ]


async def test_a_cancelled_sleeper_is_not_woken() -> None:
    clock = MarketClock(NOON)
    task = asyncio.ensure_future(clock.sleep(5.0))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert clock.move_to(NOON + timedelta(seconds=10)) == 0


def test_a_market_clock_never_runs_back_and_takes_utc_only() -> None:
    clock = MarketClock(NOON)
    clock.move_to(NOON - timedelta(seconds=1))
    assert clock.now() == NOON
    with pytest.raises(ValueError, match="aware UTC"):
        clock.move_to(datetime(2027, 1, 1))  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="aware UTC"):
        MarketClock(datetime(2027, 1, 1))  # noqa: DTZ001


async def test_a_failed_thought_is_heard_and_a_cancelled_one_is_not() -> None:
    heard: list[BaseException] = []
    told = asyncio.Event()

    def failed(error: BaseException) -> None:
        heard.append(error)
        told.set()

    async def fail() -> None:
        raise RuntimeError("no idea")

    clock = SystemClock(failed)
    await clock.hold(fail())
    await told.wait()
    assert [str(error) for error in heard] == ["no idea"]

    forever: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    await clock.hold(forever)
    await clock.close()
    assert forever.cancelled()
    assert len(heard) == 1


def test_the_system_clock_tells_utc() -> None:
    assert SystemClock(unheard).now().tzinfo is UTC
