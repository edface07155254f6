"""A streamed feed on a fake venue, with a clock that only a test moves."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from aiohttp.test_utils import TestServer

from engine.core.market import MarketEvent, PriceMoved
from engine.core.timeframes import Timeframe
from engine.execution.clocks import MarketClock
from engine.venues.ccxt_client import Reader
from engine.venues.ccxt_market import CcxtMarket
from engine.venues.stream_client import StreamClient
from engine.venues.stream_feed import StreamFeed
from tests.fakes.binance_streams import BinanceStreams
from tests.fakes.clocks import NOON

M1 = Timeframe.M1
ROUNDS = 8  # of the loop: from a frame to its event, and a question on its way


class TickingClock(MarketClock):
    """Moved by hand; but no two looks at it are the same, as on any wall."""

    def now(self) -> datetime:
        self._now_at += timedelta(microseconds=1)
        return self._now_at


class CountedReader(Reader):
    """Knows how many of its questions are on their way."""

    under_way = 0

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self.answered = asyncio.Event()  # set while there is none
        self.answered.set()

    async def ask(
        self, call: Callable[[], Awaitable[Any]], what: str, *, waits_s: tuple[float, ...] = ()
    ) -> Any:
        self.under_way += 1
        self.answered.clear()
        try:
            return await super().ask(call, what, waits_s=())
        finally:
            self.under_way -= 1
            if not self.under_way:
                self.answered.set()


class StreamStage:
    """`step` moves time a little and lets everything that follows happen; `told` keeps events."""

    def __init__(
        self, symbols: Sequence[str], timeframes: Sequence[Timeframe] = (M1,), *, at: datetime
    ) -> None:
        self.clock = TickingClock(at)
        self.venue = BinanceStreams(lambda: self.clock._now_at)
        self.symbols, self.timeframes = tuple(symbols), tuple(timeframes)
        self.told: list[MarketEvent] = []
        self.feed: StreamFeed
        self.reader: CountedReader
        self.client: StreamClient
        self._consumer: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[StreamFeed]:
        server = TestServer(self.venue.app())
        await server.start_server()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(server.close)
            base = str(server.make_url("/"))
            self.reader = CountedReader("binance", self.symbols, self.clock, api_base=base)
            self.client = StreamClient("binance", self.symbols, api_base=base)
            for client in (self.reader.client, self.client.client):
                client.enableRateLimit = False  # its limiter waits by the wall's time
                client.timeout_on_exit = 0
            market = CcxtMarket(self.reader, self.symbols, self.clock)
            self.feed = StreamFeed(
                self.reader, market, self.client, self.symbols, self.timeframes, self.clock
            )
            stack.push_async_callback(self.feed.close)
            stack.push_async_callback(self._end)
            yield self.feed

    @asynccontextmanager
    async def listening(self, after: datetime | None = None) -> AsyncIterator[StreamFeed]:
        """Opened, every event kept, and every stream subscribed to."""
        async with self.opened() as feed:
            self._consumer = asyncio.create_task(self._consume(feed, after))
            while not self.has_joined():
                await self.play(1)
            yield feed

    async def step(self, seconds: float = 0.25) -> None:
        """Lets what was said arrive, moves time, and lets everything that follows happen."""
        await self.settle()
        await self._move(seconds)

    async def _move(self, seconds: float) -> None:
        self.clock.move_to(self.clock._now_at + timedelta(seconds=seconds))
        await self.settle()

    async def settle(self) -> None:
        """Lets run what can run without time passing."""
        is_idle = False
        while not is_idle:
            await self.venue.delivered()
            is_idle = True
            for _ in range(ROUNDS):
                await asyncio.sleep(0)
                is_idle = is_idle and not self.reader.under_way
            if self._consumer is not None and self._consumer.done():
                await self._consumer  # tells what ended it

    async def until(self, done: Callable[[], bool], *, seconds: float = 0.25) -> None:
        """Steps until it is so."""
        for _ in range(2000):
            if done():
                return
            await self.step(seconds)
        raise AssertionError("it never came")

    async def play(self, seconds: float) -> None:
        """So much of the market of `price_of`, streamed each second."""
        markets = [symbol.replace("/", "") for symbol in self.symbols]
        intervals = [timeframe.value for timeframe in self.timeframes]
        for _ in range(round(seconds)):
            await self._move(1.0)
            await self.venue.second(markets, intervals)
            await self.settle()

    def prices(self, symbol: str) -> list[PriceMoved]:
        return [e for e in self.told if isinstance(e, PriceMoved) and e.symbol == symbol]

    async def _consume(self, feed: StreamFeed, after: datetime | None) -> None:
        events: AsyncGenerator[MarketEvent, None] = feed.events(after)
        try:
            async for event in events:
                self.told.append(event)
        finally:
            await events.aclose()

    async def _end(self) -> None:
        if self._consumer is not None:
            self._consumer.cancel()
            await asyncio.gather(self._consumer, return_exceptions=True)

    def has_joined(self) -> bool:
        """Whether every stream has spoken."""
        run = self.feed._run
        lanes = () if run is None else run._live._lanes.lanes
        return bool(lanes) and all(lane.is_live for lane in lanes)


def at_noon(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)
