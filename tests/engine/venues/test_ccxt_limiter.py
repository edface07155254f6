"""Turns at the venue."""

import asyncio
from contextlib import suppress
from functools import partial

import pytest

from engine.venues.ccxt_limiter import LANE, Lane, Limiter


class Hand:
    """A monotonic clock moved by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def monotonic_s(self) -> float:
        return self.now_s


def asked(limiter: Limiter, lane: Lane, cost: float = 1.0) -> "asyncio.Future[None]":
    token = LANE.set(lane)
    try:
        return limiter(cost)
    finally:
        LANE.reset(token)


async def test_a_burst_goes_at_once_and_the_rest_waits() -> None:
    hand = Hand()
    limiter = Limiter(100.0, hand.monotonic_s, burst_s=0.5)
    turns = [asked(limiter, Lane.ENTRY) for _ in range(7)]
    assert [turn.done() for turn in turns] == [True] * 5 + [False] * 2
    hand.now_s += 0.1
    limiter(0.0)  # whoever comes next makes it look at the clock
    assert [turn.done() for turn in turns] == [True] * 6 + [False]
    limiter.close()


async def test_prices_and_bars_leave_most_of_the_bucket_to_orders() -> None:
    hand = Hand()
    limiter = Limiter(100.0, hand.monotonic_s, burst_s=1.0)
    bars = [asked(limiter, Lane.CANDLES) for _ in range(10)]
    assert sum(turn.done() for turn in bars) == 2
    closes = [asked(limiter, Lane.CLOSE) for _ in range(9)]
    assert [turn.done() for turn in closes] == [True] * 8 + [False]
    hand.now_s += 2.0  # the bucket is full again, and the ninth close goes first
    asked(limiter, Lane.CLOSE, 0.0)
    assert closes[8].done()
    assert sum(turn.done() for turn in bars) < 10
    limiter.close()


def _note(order: list[Lane], lane: Lane, _: "asyncio.Future[None]") -> None:
    order.append(lane)


async def test_the_more_urgent_lane_goes_first_whenever_it_came() -> None:
    hand = Hand()
    limiter = Limiter(1000.0, hand.monotonic_s)
    order: list[Lane] = []
    limiter(1.0)  # takes the only token
    for lane in (Lane.CANDLES, Lane.RECONCILE, Lane.ENTRY, Lane.PROTECT, Lane.CLOSE, Lane.PRICES):
        asked(limiter, lane).add_done_callback(partial(_note, order, lane))
    for _ in range(6):
        hand.now_s += 1.0
        asked(limiter, Lane.CANDLES, 0.0).cancel()
        await asyncio.sleep(0)
    assert order == sorted(Lane)
    limiter.close()


async def test_a_waiter_that_gave_up_costs_nothing() -> None:
    hand = Hand()
    limiter = Limiter(1000.0, hand.monotonic_s)
    limiter(1.0)
    given_up = [limiter(1.0) for _ in range(8)]
    last = limiter(1.0)
    for turn in given_up:
        turn.cancel()
    hand.now_s += 1.0
    limiter(0.0)
    assert last.done()
    limiter.close()


async def test_a_ban_lets_only_closes_leave() -> None:
    hand = Hand()
    limiter = Limiter(10.0, hand.monotonic_s)
    limiter.ban(30.0)
    entry, close = asked(limiter, Lane.ENTRY), asked(limiter, Lane.CLOSE)
    assert close.done()
    assert not entry.done()
    assert limiter.banned_for_s == pytest.approx(30.0)
    hand.now_s += 31.0
    limiter(0.0)
    assert entry.done()
    assert limiter.banned_for_s == 0.0
    limiter.close()


async def test_what_costs_more_than_the_bucket_goes_when_it_is_full_and_is_owed() -> None:
    hand = Hand()
    limiter = Limiter(50.0, hand.monotonic_s, burst_s=0.5)  # ten weights
    assert limiter(40.0).done()
    after = limiter(1.0)
    hand.now_s += 1.0
    limiter(0.0)
    assert not after.done()  # 30 weights are owed: 1.5 s
    hand.now_s += 1.0
    limiter(0.0)
    assert after.done()
    limiter.close()


async def test_it_wakes_by_itself() -> None:
    loop = asyncio.get_running_loop()
    limiter = Limiter(10.0, loop.time, burst_s=0.01)
    for _ in range(5):
        await limiter(1.0)
    limiter.close()


async def test_closing_it_ends_the_waiting() -> None:
    limiter = Limiter(1e6, Hand().monotonic_s)
    limiter(1.0)
    waiting = limiter(1.0)
    limiter.close()
    with suppress(asyncio.CancelledError):
        await waiting
    assert waiting.cancelled()
