"""A recorded or simulated market, run at a chosen speed."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Protocol

from engine.core.market import Bar, Instrument, MarketEvent
from engine.core.ports import Feed
from engine.core.timeframes import Timeframe

WORK_S = 0.010  # the longest stretch without letting the chat run
LAG_S = 0.25  # behind by more than this, the market goes on from here instead of rushing


class MovingClock(Protocol):
    """The market's clock, seen by the one who moves it."""

    def move_to(self, at: datetime) -> int:
        """How many sleepers this woke."""
        ...


class Wall(Protocol):
    """The time of the person who watches."""

    def monotonic_s(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class PacedFeed:
    """`feed` at `speed` market seconds per second of the wall; 0 is as fast as possible.

    Moves `clock` before each event. After a restart the market goes on where it stood: the
    pace is counted from the first event told, not from the wall's time.
    """

    def __init__(self, feed: Feed, clock: MovingClock, wall: Wall, *, speed: float) -> None:
        if not 0.0 <= speed < float("inf"):
            raise ValueError(f"speed must be a finite number, 0 or more, got {speed}")
        self.step_s = feed.step_s
        self._feed = feed
        self._clock = clock
        self._wall = wall
        self._speed = speed
        self._closed = asyncio.Event()

    async def instruments(self) -> tuple[Instrument, ...]:
        return await self._feed.instruments()

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        return await self._feed.history(symbol, timeframe, before=before, bars=bars)

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:
        return await self._feed.funding_ratio(symbol, before=before)

    async def events(self, after: datetime | None) -> AsyncGenerator[MarketEvent, None]:
        """The feed's events, each at its time; ends soon after `close`."""
        pace = _Pace(self._wall, self._speed)
        source = self._feed.events(after)
        moment: datetime | None = None
        try:
            async for event in source:
                if event.at != moment:
                    moment = event.at
                    await self._wait(pace.delay_s(moment))
                if self._closed.is_set():
                    return
                if self._clock.move_to(event.at) or pace.is_tired():
                    await self._wall.sleep(0.0)
                    pace.rested()
                yield event
        finally:
            if isinstance(source, AsyncGenerator):
                await source.aclose()

    def close(self) -> None:
        """Ends every run of `events`, also one that waits for its next moment."""
        self._closed.set()

    async def _wait(self, delay_s: float) -> None:
        if delay_s <= 0.0 or self._closed.is_set():
            return
        sleeping = asyncio.ensure_future(self._wall.sleep(delay_s))
        closing = asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait((sleeping, closing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            closing.cancel()


class _Pace:
    """When a moment of the market is due on the wall."""

    def __init__(self, wall: Wall, speed: float) -> None:
        self._wall = wall
        self._speed = speed
        self._market_at: datetime | None = None  # told at `_wall_s`: the anchor of the pace
        self._wall_s = 0.0
        self._rested_s = wall.monotonic_s()

    def delay_s(self, at: datetime) -> float:
        """Seconds of the wall until `at` is due; 0 or less when it is."""
        if self._speed == 0.0:
            return 0.0
        now_s = self._wall.monotonic_s()
        if self._market_at is None:
            self._market_at, self._wall_s = at, now_s
        due_s = self._wall_s + (at - self._market_at).total_seconds() / self._speed
        if now_s - due_s > LAG_S:  # somebody thought long, or the machine slept
            self._market_at, self._wall_s = at, now_s
            return 0.0
        return due_s - now_s

    def is_tired(self) -> bool:
        """Whether the loop has worked long enough without a pause."""
        return self._wall.monotonic_s() - self._rested_s > WORK_S

    def rested(self) -> None:
        self._rested_s = self._wall.monotonic_s()
