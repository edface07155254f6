"""The account's turns at the venue, in the order of what a late answer costs.

It stands in for ccxt's own limiter, which knows no priorities, keeps cancelled waiters in the
queue, and freezes when the wall's clock steps back (facts/exchange.md section 8).
"""

import asyncio
import heapq
from collections.abc import Callable
from contextvars import ContextVar
from enum import IntEnum


class Lane(IntEnum):
    """Who goes first."""

    CLOSE = 0  # exits, panic, cancels
    PROTECT = 1
    ENTRY = 2
    RECONCILE = 3
    PRICES = 4
    CANDLES = 5


RESERVED_RATIO = 0.8  # of the bucket: what prices and bars leave to orders and their fills
LANE: ContextVar[Lane] = ContextVar("lane", default=Lane.PRICES)  # of the task that asks


class Limiter:
    """A leaky bucket with a heap of waiters; what ccxt calls `throttler`.

    One per venue, for the account and the feed: two do not know of each other, and the venue
    counts them together.
    """

    def __init__(
        self, ms_per_weight: float, monotonic_s: Callable[[], float], *, burst_s: float = 0.5
    ) -> None:
        """`burst_s`: what may be spent at once after a silence, in seconds of allowance."""
        self.loop: object = None  # ccxt sets it when it opens; ours is the running one
        self._ms_per_weight = ms_per_weight
        self._monotonic_s = monotonic_s
        self._most_ms = max(burst_s * 1e3, ms_per_weight)
        self._allowance_ms = self._most_ms
        self._counted_at_s = monotonic_s()
        self._banned_until_s = 0.0
        self._waiting: list[tuple[Lane, int, float, asyncio.Future[None]]] = []
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self, cost: float | None = None) -> asyncio.Future[None]:
        """Done when it is this caller's turn; `cost` in the venue's weights."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1  # within a lane the first comes first
        price_ms = (1.0 if cost is None else cost) * self._ms_per_weight
        heapq.heappush(self._waiting, (LANE.get(), self._count, price_ms, turn))
        self._serve()
        return turn

    def ban(self, seconds: float) -> None:
        """Lets nothing but closes leave for so long: the venue told us to be silent."""
        self._banned_until_s = max(self._banned_until_s, self._monotonic_s() + seconds)

    @property
    def banned_for_s(self) -> float:
        """How long only closes may still leave; 0 when all may."""
        return max(0.0, self._banned_until_s - self._monotonic_s())

    def close(self) -> None:
        """Cancels who waits."""
        if self._timer is not None:
            self._timer.cancel()
        for _, _, _, turn in self._waiting:
            turn.cancel()
        self._waiting.clear()

    def _serve(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now_s = self._monotonic_s()
        elapsed_ms = (now_s - self._counted_at_s) * 1e3
        self._allowance_ms = min(self._most_ms, self._allowance_ms + elapsed_ms)
        self._counted_at_s = now_s
        while self._waiting:
            lane, _, price_ms, turn = self._waiting[0]
            if not turn.done():  # a cancelled waiter costs nothing
                wait_s = self._wait_s(lane, price_ms)
                if wait_s > 0.0:
                    self._timer = asyncio.get_running_loop().call_later(wait_s, self._serve)
                    return
                self._allowance_ms -= price_ms
                turn.set_result(None)
            heapq.heappop(self._waiting)

    def _wait_s(self, lane: Lane, price_ms: float) -> float:
        # dearer than the whole bucket: it goes when the bucket is full, and the bucket owes
        kept_ms = self._most_ms * RESERVED_RATIO if lane >= Lane.PRICES else 0.0
        short_ms = min(price_ms + kept_ms, self._most_ms) - self._allowance_ms
        banned_s = 0.0 if lane is Lane.CLOSE else self.banned_for_s
        return max(short_ms / 1e3 if short_ms > 1e-6 else 0.0, banned_s)
