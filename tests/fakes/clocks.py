"""Clocks that move only when told."""

from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday


class FakeClock:
    """A Clock that moves only by sleeping or by hand."""

    def __init__(self, now_at: datetime = NOON) -> None:
        self.now_at = now_at

    def now(self) -> datetime:
        return self.now_at

    async def sleep(self, seconds: float) -> None:
        self.now_at += timedelta(seconds=max(seconds, 0.0))

    async def hold(self, thinking: Awaitable[None]) -> None:
        await thinking


class FakeWall:
    """The wall of a person with all the time of the world; `slept_s` keeps each sleep."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.slept_s: list[float] = []

    def monotonic_s(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.now_s += seconds
