"""Perpetuals over streams: the loopback exchange, unmodified ccxt.pro, and what funding is told."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta

import pytest

from engine.core.market import BarClosed, FundingSettled, MarketEvent, PriceMoved, TimePassed
from engine.venues.ccxt_market import CcxtMarket
from engine.venues.stream_client import StreamClient
from engine.venues.stream_feed import StreamFeed
from tests.fakes.clocks import NOON
from tests.fakes.exchange.exchange import Exchange
from tests.fakes.exchange.faults import Fault, Kind
from tests.fakes.exchange.rig import SWAP
from tests.fakes.stream_stage import M1, CountedReader, TickingClock

STREAMS = ("btcusdt@bookTicker", "btcusdt@aggTrade", "btcusdt@kline_1m")


class Floor:
    """A streamed feed on the exchange; `until` lets time pass."""

    def __init__(self, exchange: Exchange, clock: TickingClock, reader: CountedReader) -> None:
        self.exchange, self.clock, self.reader = exchange, clock, reader
        self.told: list[MarketEvent] = []
        self.step_s = 0.25

    def of(self, kind: type) -> list[MarketEvent]:
        return [event for event in self.told if type(event) is kind]

    def highs(self) -> list[float]:
        return [event.high_price for event in self.told if isinstance(event, PriceMoved)]

    async def until(self, done: Callable[[], bool]) -> None:
        for _ in range(4000):
            if done():
                return
            await self.reader.answered.wait()
            self.clock.move_to(self.clock._now_at + timedelta(seconds=self.step_s))
            align(self.exchange, self.clock)
            await asyncio.sleep(0.001)  # the wire's turn
        raise AssertionError("it never came")

    async def until_at(self, at: datetime) -> None:
        await self.until(lambda: self.clock._now_at >= at)


def align(exchange: Exchange, clock: TickingClock) -> None:
    """The exchange's own clock says what ours says."""
    exchange.skew_ms = int((clock._now_at.timestamp() - time.time()) * 1000)


@asynccontextmanager
async def trading(after: datetime | None = None) -> AsyncIterator[Floor]:
    clock = TickingClock(NOON + timedelta(seconds=30))
    async with AsyncExitStack() as stack:
        exchange = await stack.enter_async_context(Exchange(now=lambda: clock._now_at))
        align(exchange, clock)
        for number in range(-70, 0):
            exchange.bar(SWAP, NOON + number * M1.delta, (50_000, 50_010, 49_990, 50_000))
        exchange.announce_funding(SWAP, "0.0003", NOON + 2 * M1.delta)
        reader = CountedReader("binance", [SWAP], clock, api_base=exchange.base)
        client = StreamClient("binance", [SWAP], api_base=exchange.base)
        for each in (reader.client, client.client):
            each.enableRateLimit, each.timeout_on_exit = False, 0
        market = CcxtMarket(reader, [SWAP], clock)
        feed = StreamFeed(reader, market, client, [SWAP], [M1], clock)
        stack.push_async_callback(feed.close)
        floor = Floor(exchange, clock, reader)
        consumer = asyncio.create_task(consume(feed, floor, after))
        stack.push_async_callback(ended, consumer)
        await floor.until(lambda: all(listens(exchange, stream) for stream in STREAMS))
        yield floor


def listens(exchange: Exchange, stream: str) -> bool:
    return exchange.streams.links.has("swap", stream)


async def ended(consumer: asyncio.Task[None]) -> None:
    consumer.cancel()
    await asyncio.gather(consumer, return_exceptions=True)


async def consume(feed: StreamFeed, floor: Floor, after: datetime | None) -> None:
    events = feed.events(after)
    try:
        async for event in events:
            floor.told.append(event)
    finally:
        await events.aclose()


async def test_a_perpetual_is_streamed_as_spot_is() -> None:
    async with trading() as floor:
        floor.exchange.price(SWAP, 50_123, volume_base=2)
        await floor.until(lambda: 50_123.0 in floor.highs())
        await floor.until_at(NOON + M1.delta)
        floor.exchange.price(SWAP, 50_100)
        await floor.until(lambda: bool(floor.of(BarClosed)))


@pytest.mark.parametrize("paid", ["0.00025", "-0.0001"])
async def test_funding_is_told_once_as_it_was_paid_and_before_the_bars_of_its_moment(
    paid: str,
) -> None:
    async with trading() as floor:
        await floor.until_at(NOON + 1.5 * M1.delta)
        floor.exchange.price(SWAP, 50_000)
        await floor.until_at(NOON + 2 * M1.delta)
        floor.exchange.fund(SWAP, paid)
        floor.exchange.price(SWAP, 50_010)
        await floor.until(lambda: bool(floor.of(FundingSettled)))
        await floor.until_at(floor.clock._now_at + timedelta(seconds=65))
    (settled,) = floor.of(FundingSettled)
    assert isinstance(settled, FundingSettled)
    assert settled.at == NOON + 2 * M1.delta
    assert settled.funding_ratio == pytest.approx(float(paid))
    moment = [type(event) for event in floor.told if event.at == settled.at]
    assert moment == [FundingSettled, BarClosed, TimePassed]


async def test_funding_that_the_venue_does_not_tell_is_the_last_forecast() -> None:
    async with trading() as floor:
        await floor.until(lambda: any("premiumIndex" in a for a in floor.exchange.asked))
        floor.exchange.faults.add(Fault(Kind.STATUS, path="/fundingRate", status=503, times=99))
        await floor.until(lambda: bool(floor.of(FundingSettled)))
    (settled,) = floor.of(FundingSettled)
    assert isinstance(settled, FundingSettled)
    assert settled.funding_ratio == pytest.approx(0.0003)


async def test_what_was_paid_while_the_desk_was_off_is_told_with_the_bars_of_that_time() -> None:
    async with trading() as floor:
        await floor.until_at(NOON + 2 * M1.delta)
        floor.exchange.fund(SWAP, "0.0007")
        floor.exchange.price(SWAP, 50_010)
        await floor.until_at(NOON + 3 * M1.delta + timedelta(seconds=5))
        events = []
        again = StreamFeed(
            floor.reader,
            CcxtMarket(floor.reader, [SWAP], floor.clock),
            StreamClient("binance", [SWAP], api_base=floor.exchange.base),
            [SWAP],
            [M1],
            floor.clock,
        )
        run = again.events(NOON)
        async for event in run:
            events.append(event)
            if event.at >= NOON + 3 * M1.delta:
                break
        await run.aclose()
        await again._client.close()
    (settled,) = [event for event in events if isinstance(event, FundingSettled)]
    assert settled.at == NOON + 2 * M1.delta
    assert settled.funding_ratio == pytest.approx(0.0007)
    moments = [event.at for event in events]
    assert moments == sorted(moments)
