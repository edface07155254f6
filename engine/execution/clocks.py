"""The two clocks: the wall's, and a market's that moves only with its events."""

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from engine.core.clockwork import require_utc


class SystemClock:
    """The wall's time. What thinks runs beside the market, which does not wait for it."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        """`failed` hears of every thought that raised; nobody else awaits it."""
        self._failed = failed
        self._thinking: set[asyncio.Future[None]] = set()  # the loop itself keeps weak ones only

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds since an arbitrary moment; never jumps."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0.0))

    async def hold(self, thinking: Awaitable[None]) -> None:
        """Starts `thinking` beside the market and returns at once."""
        task = asyncio.ensure_future(thinking)
        self._thinking.add(task)
        task.add_done_callback(self._thought)

    async def close(self) -> None:
        """Cancels what still thinks and waits until it is gone."""
        pending = tuple(self._thinking)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    def _thought(self, task: asyncio.Future[None]) -> None:
        self._thinking.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._failed(error)


class MarketClock:
    """The time of a simulated or recorded market; whoever feeds the market moves it.

    What is held must not sleep on this clock: the market stands still until it is done.
    """

    def __init__(self, now_at: datetime) -> None:
        self._now_at = require_utc(now_at)
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._count = 0  # sleepers of one moment wake in the order in which they lay down

    def now(self) -> datetime:
        return self._now_at

    def move_to(self, at: datetime) -> int:
        """How many sleepers this wakes; a moment in the past moves nothing."""
        self._now_at = max(self._now_at, require_utc(at))
        woken = 0
        while self._sleepers and self._sleepers[0][0] <= self._now_at:
            sleeper = heapq.heappop(self._sleepers)[2]
            if not sleeper.done():  # a cancelled one is done
                sleeper.set_result(None)
                woken += 1
        return woken

    async def sleep(self, seconds: float) -> None:
        """Returns when the market has moved `seconds`; lets others run when that is now."""
        if seconds <= 0.0:
            await asyncio.sleep(0)
            return
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        due_at = self._now_at + timedelta(seconds=seconds)
        heapq.heappush(self._sleepers, (due_at, self._count, sleeper))
        await sleeper

    async def hold(self, thinking: Awaitable[None]) -> None:
        """Awaits `thinking`; no event comes meanwhile, because its taker waits here."""
        await thinking
