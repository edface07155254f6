"""The streamed feed when streams are cut, mute, late or out of order, and when the desk is slow."""

import asyncio
import math
from datetime import timedelta
from itertools import pairwise

import pytest

from engine.core.market import BarClosed, PriceMoved, TimePassed
from engine.core.timeframes import Timeframe
from tests.fakes.clocks import NOON
from tests.fakes.stream_stage import M1, StreamStage, at_noon

BTC, ETH = "BTC/USDT", "ETH/USDT"
M5 = Timeframe.M5


@pytest.fixture
def stage() -> StreamStage:
    return StreamStage((BTC,), at=at_noon(20.0))


def bars(stage: StreamStage, symbol: str = BTC, timeframe: Timeframe = M1) -> list[BarClosed]:
    return [
        event
        for event in stage.told
        if isinstance(event, BarClosed) and (event.symbol, event.timeframe) == (symbol, timeframe)
    ]


def asked(stage: StreamStage, path: str) -> int:
    return sum(path in each for each in stage.venue.asked)


async def test_what_a_gap_swallowed_is_asked_for_after_it(stage: StreamStage) -> None:
    async with stage.listening():
        await stage.play(3)
        await stage.step(0.5)  # all of it is told
        await stage.step(0.5)
        wick = {"a": 9001, "p": "45000.00", "q": "2.0", "T": stage.venue.now_ms(), "m": True}
        before = len(stage.prices(BTC))
        stage.venue.prints["BTCUSDT"] = [wick]
        await stage.venue.cut()
        await stage.play(5)
    assert min(moved.low_price for moved in stage.prices(BTC)[before:]) == 45_000.0


async def test_a_bar_that_a_cut_left_unfinished_is_told_as_the_venue_keeps_it(
    stage: StreamStage,
) -> None:
    async with stage.listening():
        await stage.play(math.floor((at_noon(55.0) - stage.clock._now_at).total_seconds()))
        await stage.venue.cut()
        await stage.until(lambda: stage.clock._now_at > at_noon(60.0), seconds=0.1)
        assert not bars(stage)
        await stage.venue.second(["BTCUSDT"], ["1m"])  # the streams are back: the next bar
        await stage.play(8)
        (told,) = bars(stage)
        kept = await stage.feed.history(BTC, M1, before=told.at, bars=1)
    assert [told.bar] == list(kept)


async def test_a_second_run_begins_without_what_the_first_one_heard(stage: StreamStage) -> None:
    async with stage.opened() as feed:
        events = feed.events(None)
        await anext(events)
        while not stage.has_joined():
            await stage.play(1)
        await stage.venue.traded("BTCUSDT", 49_000.0, 10**12)
        await stage.settle()
        await events.aclose()
        stage.clock.move_to(stage.clock._now_at + timedelta(seconds=10))
        events = feed.events(stage.clock._now_at - timedelta(seconds=1))
        lows: list[float] = []
        while len(lows) < 3:
            event = await anext(events)
            if isinstance(event, PriceMoved):
                lows.append(event.low_price)
            else:
                await stage.play(1)
        await events.aclose()
    assert min(lows) > 49_000.0


async def test_a_cut_stream_is_taken_up_again_and_rest_speaks_meanwhile(
    stage: StreamStage,
) -> None:
    async with stage.listening():
        await stage.play(3)
        subscribed, quotes = len(stage.venue.subscribed), asked(stage, "/bookTicker")
        await stage.venue.cut()
        before = len(stage.prices(BTC))
        await stage.until(lambda: len(stage.venue.subscribed) == subscribed + 3)
        assert asked(stage, "/bookTicker") > quotes
        gaps = [moved.at for moved in stage.prices(BTC)[before - 1 :]]
        assert max(b - a for a, b in pairwise(gaps)) < timedelta(seconds=5)
        await stage.play(3)
        await stage.venue.tick("BTCUSDT", 50_777.0, 2**61)
        await stage.step(0.1)
    assert stage.prices(BTC)[-1].close_price == 50_777.0


async def test_a_mute_stream_that_answers_pings_is_found_out(stage: StreamStage) -> None:
    async with stage.listening():
        await stage.play(12)
        subscribed = len(stage.venue.subscribed)
        stage.venue.is_mute = True
        await stage.until(lambda: len(stage.venue.subscribed) > subscribed)
        stage.venue.is_mute = False
        before = len(stage.prices(BTC))
        await stage.play(10)
        assert len(stage.prices(BTC)) > before


async def test_a_quiet_market_is_asked_for_and_never_called_dead(stage: StreamStage) -> None:
    stage.venue.still_price = 50_000.0
    async with stage.listening():
        await stage.play(12)
        subscribed, told = len(stage.venue.subscribed), len(stage.prices(BTC))
        await stage.until(lambda: stage.clock._now_at > at_noon(58.0))
        moments = [moved.at for moved in stage.prices(BTC)[told - 1 :]]
    assert len(stage.venue.subscribed) == subscribed
    silent_s = max((b - a).total_seconds() for a, b in pairwise(moments))
    assert silent_s <= stage.feed.step_s


async def test_a_message_out_of_order_never_steps_back(stage: StreamStage) -> None:
    async with stage.listening():
        await stage.play(2)
        await stage.venue.tick("BTCUSDT", 50_500.0, 2**60 + 5)
        await stage.step(0.1)
        before = len(stage.prices(BTC))
        await stage.venue.tick("BTCUSDT", 50_400.0, 2**60 + 4)
        await stage.step(0.1)
    assert all(moved.close_price == 50_500.0 for moved in stage.prices(BTC)[before - 1 :])


async def test_a_slow_desk_misses_no_extreme(stage: StreamStage) -> None:
    async with stage.opened() as feed:
        events = feed.events(None)
        await anext(events)
        while not stage.has_joined():
            await stage.play(1)
        await stage.play(1)  # nobody takes anything
        for price, number in ((51_000.0, 1), (49_000.0, 2), (50_000.0, 3)):
            await stage.venue.tick("BTCUSDT", price, 2**60 + number)
            await stage.venue.delivered()
            await stage.settle()
        moved = await anext(events)
        while not (isinstance(moved, PriceMoved) and moved.high_price >= 51_000.0):
            moved = await anext(events)
        await events.aclose()
    assert (moved.low_price, moved.close_price) == (49_000.0, 50_000.0)


async def test_prints_that_were_left_out_are_asked_for(stage: StreamStage) -> None:
    async with stage.listening():
        await stage.play(2)
        before = asked(stage, "/aggTrades")
        await stage.venue.traded("BTCUSDT", 50_000.0, 10**12)
        await stage.step(0.1)
        await stage.venue.traded("BTCUSDT", 50_000.0, 10**12 + 7)  # six are missing
        await stage.step(0.1)
        assert asked(stage, "/aggTrades") == before + 2  # before the first, and between


async def test_without_streams_and_rest_time_passes_and_what_was_missed_is_told(
    stage: StreamStage,
) -> None:
    async with stage.listening():
        await stage.play(2)
        stage.venue.is_down = True
        await stage.venue.cut()
        before = len(stage.told)
        down_until = stage.clock._now_at + timedelta(minutes=2, seconds=5)
        await stage.until(lambda: stage.clock._now_at > down_until, seconds=0.5)
        during = stage.told[before:]
        assert sum(isinstance(event, TimePassed) for event in during) > 60
        assert not bars(stage)
        stage.venue.is_down = False
        await stage.until(lambda: len(bars(stage)) >= 2, seconds=0.5)
    assert [bar.at for bar in bars(stage)][:2] == [NOON + M1.delta, NOON + 2 * M1.delta]
    ranges = [moved for moved in stage.prices(BTC) if moved.quote is None]
    assert ranges  # what was traded meanwhile reaches the guard


async def test_a_desk_that_works_long_on_a_moment_lets_the_others_run_between_its_events() -> None:
    stage = StreamStage((BTC, ETH), at=at_noon(20.0))
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with stage.opened() as feed:
        beside = asyncio.create_task(others())
        seen: list[int] = []
        async for event in feed.events(NOON - 30 * M1.delta):  # a moment of many bars
            seen.append(turns)
            stage.clock.move_to(stage.clock._now_at + timedelta(milliseconds=20))
            if event.at > NOON:
                break
        beside.cancel()
    assert len(seen) > 100
    assert all(later > sooner for sooner, later in pairwise(seen))
