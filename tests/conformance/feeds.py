"""The feeds under test, each as a stage that can be played again from its beginning."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp.test_utils import TestServer

from engine.core.market import MarketEvent
from engine.core.ports import Feed
from engine.core.timeframes import Timeframe
from engine.venues.ccxt_client import Reader
from engine.venues.ccxt_feed import CcxtFeed
from engine.venues.ccxt_market import CcxtMarket
from engine.venues.replay import ReplayFeed
from engine.venues.simulated import SimulatedFeed
from tests.fakes.bar_files import walk, write
from tests.fakes.binance_public import BinancePublic
from tests.fakes.clocks import NOON, FakeClock
from tests.fakes.stream_stage import StreamStage


@dataclass(kw_only=True)
class Stage:
    """One kind of feed, ready to be made as often as a card wants."""

    symbols: tuple[str, ...]
    timeframes: tuple[Timeframe, ...]
    count: int = 900  # events of a whole run

    def opened(self, symbols: Sequence[str] = ()) -> AbstractAsyncContextManager[Feed]:
        """A fresh feed, of these symbols or the stage's own."""
        raise NotImplementedError

    async def play(
        self, count: int | None = None, after: datetime | None = None
    ) -> list[MarketEvent]:
        """The first events of a fresh feed, `count` of them, or all where there are fewer."""
        count = self.count if count is None else count
        told: list[MarketEvent] = []
        async with self.opened() as feed:
            events = feed.events(after)
            async for event in events:
                told.append(event)
                if len(told) == count:
                    break
            await events.aclose()  # type: ignore[attr-defined]  # all of ours are generators
        return told


@dataclass(kw_only=True)
class SimulatedStage(Stage):
    symbols: tuple[str, ...] = ("BTC/USDT:USDT", "DOGE/USDT:USDT")
    timeframes: tuple[Timeframe, ...] = (Timeframe.M1, Timeframe.M15, Timeframe.H6)
    seed: int = 7

    @asynccontextmanager
    async def opened(self, symbols: Sequence[str] = ()) -> AsyncIterator[Feed]:
        origin_at = NOON - timedelta(minutes=3, seconds=17)  # a border of blocks is near
        yield SimulatedFeed(
            symbols or self.symbols, self.timeframes, seed=self.seed, origin_at=origin_at
        )


@dataclass(kw_only=True)
class ReplayStage(Stage):
    folder: Path
    symbols: tuple[str, ...] = ("BTC/USDT:USDT", "ETH/USDT")
    timeframes: tuple[Timeframe, ...] = (Timeframe.M15, Timeframe.H1)

    def __post_init__(self) -> None:
        write(self.folder, "BTC_USDT_USDT-15m", walk(NOON, Timeframe.M15, 600, seed=1))
        late_at = NOON + timedelta(hours=30)  # listed later
        write(self.folder, "ETH_USDT-15m", walk(late_at, Timeframe.M15, 400, seed=2))

    @asynccontextmanager
    async def opened(self, symbols: Sequence[str] = ()) -> AsyncIterator[Feed]:
        yield ReplayFeed(self.folder, symbols or self.symbols, self.timeframes, warmup_bars=20)


@dataclass(kw_only=True)
class CcxtStage(Stage):
    symbols: tuple[str, ...] = ("BTC/USDT", "ETH/USDT")
    timeframes: tuple[Timeframe, ...] = (Timeframe.M1, Timeframe.M5)
    count: int = 400  # two minutes and some, over the border of five
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOON + timedelta(seconds=200)))

    def later(self, span: timedelta) -> "CcxtStage":
        """The same venue, looked at after `span`."""
        return replace(self, clock=FakeClock(NOON + span))

    @asynccontextmanager
    async def opened(self, symbols: Sequence[str] = ()) -> AsyncIterator[Feed]:
        clock = FakeClock(self.clock.now_at)
        venue = BinancePublic(clock.now)
        async with opened_feed(venue, clock, symbols or self.symbols, self.timeframes) as feed:
            yield feed


@dataclass(kw_only=True)
class StreamedStage(CcxtStage):
    """The same market, said by streams each second."""

    async def play(
        self, count: int | None = None, after: datetime | None = None
    ) -> list[MarketEvent]:
        stage = StreamStage(self.symbols, self.timeframes, at=self.clock.now_at)
        count = self.count if count is None else count
        async with stage.listening(after):
            while len(stage.told) < count:
                await stage.play(1)
        return stage.told[:count]

    @asynccontextmanager
    async def opened(self, symbols: Sequence[str] = ()) -> AsyncIterator[Feed]:
        stage = StreamStage(symbols or self.symbols, self.timeframes, at=self.clock.now_at)
        async with stage.opened() as feed:
            yield feed


@asynccontextmanager
async def opened_feed(
    venue: BinancePublic,
    clock: FakeClock,
    symbols: Sequence[str],
    timeframes: Sequence[Timeframe],
) -> AsyncIterator[CcxtFeed]:
    """A feed of unmodified ccxt that looks at `venue` on loopback."""
    server = TestServer(venue.app())
    await server.start_server()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.close)
        reader = Reader("binance", symbols, clock, api_base=str(server.make_url("/")))
        reader.client.enableRateLimit = False  # its limiter waits by the wall's time
        market = CcxtMarket(reader, symbols, clock)
        feed = CcxtFeed(reader, market, symbols, timeframes, clock)
        stack.push_async_callback(feed.close)
        yield feed
