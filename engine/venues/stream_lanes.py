"""Subscriptions of ccxt.pro, kept alive: taken up one after the other, and again when cut."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.core.ports import Clock

BATCH = 10  # symbols of one subscription
APART = timedelta(seconds=1)  # between two subscriptions: venues limit what a socket may ask
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0


@dataclass(eq=False, kw_only=True)
class Lane:
    """One subscription: `watch` returns when any of its streams has news.

    `heard` takes the news from ccxt's caches. `cut` hears when the subscription is lost, also one
    that never spoke; `joined` when it speaks for the first time, or again.
    """

    name: str
    symbols: Sequence[str]
    watch: Callable[[], Awaitable[object]]
    heard: Callable[[], None]
    cut: Callable[[], None]
    joined: Callable[[], None]
    is_asked: bool = field(default=False, init=False)  # subscribed, as far as anybody knows
    is_live: bool = field(default=False, init=False)  # and it has spoken since
    asked_at: datetime | None = field(default=None, init=False)  # when it was taken up last


class Lanes:
    """Runs lanes. A lane's failures are its own; the others go on."""

    def __init__(self, clock: Clock, errors: tuple[type[BaseException], ...]) -> None:
        """`errors` is what a watch raises when the venue, the wire or ccxt fails."""
        self._clock = clock
        self._errors = errors
        self._lanes: list[Lane] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._door = asyncio.Lock()
        self._entered_at: datetime | None = None

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return tuple(self._lanes)

    def start(self, lanes: Sequence[Lane]) -> None:
        """Subscribes to them, in their order."""
        for lane in lanes:
            self._lanes.append(lane)
            self._tasks.append(asyncio.create_task(self._keep(lane), name=f"lane {lane.name}"))

    async def stop(self) -> None:
        """Ends all lanes and waits until they have ended."""
        tasks, self._tasks, self._lanes = self._tasks, [], []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def dead(self) -> BaseException | None:
        """Why a lane has ended although it should not: an error that no venue makes."""
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                return error
        return None

    async def _keep(self, lane: Lane) -> None:
        wait_s = FIRST_WAIT_S
        while True:
            await self._turn()
            lane.asked_at = self._clock.now()
            lane.is_asked = True
            was_well = await self._listen(lane)
            lane.is_asked = False
            wait_s = FIRST_WAIT_S if was_well else min(wait_s * 2.0, LONGEST_WAIT_S)
            await self._clock.sleep(wait_s)

    async def _turn(self) -> None:
        async with self._door:
            if self._entered_at is not None:
                waiting = self._entered_at + APART - self._clock.now()
                if waiting > timedelta(0):
                    await self._clock.sleep(waiting.total_seconds())
            self._entered_at = self._clock.now()

    async def _listen(self, lane: Lane) -> bool:
        # until the subscription is lost; whether it was one
        asked_at = self._clock.now()
        try:
            while True:
                await lane.watch()
                if not lane.is_live:
                    lane.is_live = True
                    lane.joined()
                lane.heard()
        except asyncio.CancelledError:
            # ccxt cancels what waits on a connection that it closes: that is not our own end
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
        except self._errors:
            pass  # told by `cut`; whoever listens asks by REST meanwhile
        was_live, lane.is_live = lane.is_live, False
        lane.heard()  # what came just before the end is in the caches
        lane.cut()
        lasted = self._clock.now() - asked_at
        return was_live or lasted > timedelta(seconds=LONGEST_WAIT_S)


def drop(client: Any, symbol: str) -> int:
    """Ends the connections that carry streams of `symbol`; how many. Their lanes begin again.

    For a stream that is silent though the venue is not: nothing else wakes it.
    """
    from ccxt.base.errors import RequestTimeout

    ended = 0
    for connection in list((client.clients or {}).values()):
        # one that still dials would open behind our back
        if connection.isConnected and any(symbol in name for name in connection.futures):
            connection.on_error(RequestTimeout("silent"))
            ended += 1
    return ended
