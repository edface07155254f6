"""From settings to a market: its feed, clock and venue. Only here is the mode known."""

import gc
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import REPLAY_PREFIX, SIMULATED, Settings, Trading
from engine.core.errors import SettingsError
from engine.core.market import Instrument
from engine.core.ports import Clock, Feed
from engine.core.timeframes import Timeframe
from engine.execution.clocks import MarketClock, SystemClock
from engine.market.bars import KEEP_BARS
from engine.services.answers import Mode
from engine.venues.books import PaperBooks
from engine.venues.catalogue import costs_of
from engine.venues.ccxt_limiter import Limiter
from engine.venues.interruptions import Interruption
from engine.venues.pace import PacedFeed
from engine.venues.paper import PaperVenue
from engine.venues.paper_conduct import Conduct
from engine.venues.replay import ReplayFeed
from engine.venues.simulated import SIMULATED_SYMBOLS, SimulatedFeed
from llm.roster import parse_voters

REPLAY_SYMBOLS = ("BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT")
CCXT_SYMBOLS = ("BTC/USDT", "ETH/USDT", "SOL/USDT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A market and everything that belongs to it."""

    feed: Feed
    clock: Clock
    mode: Mode
    instruments: tuple[Instrument, ...]
    close: Callable[[], Awaitable[None]]
    skew_s: Callable[[], Awaitable[float]] | None = None  # how far a venue's clock is from ours
    limiter: Limiter | None = None  # the turns at a real venue; its live account shares them
    interruptions: tuple[Interruption, ...] = ()  # of a recorded market: the paper venue keeps them

    @property
    def quote(self) -> str:
        return self.instruments[0].quote


async def open_market(
    settings: Settings, wall: SystemClock, origin_at: datetime, resumed_at: datetime | None = None
) -> Market:
    """The market that the settings name; raises SettingsError with what is wrong.

    `origin_at` is when a simulated market began: the desk's first start, for ever. `resumed_at`
    is where a desk that ran before stood: a market with a clock of its own goes on from there.
    """
    if settings.market == SIMULATED:
        return await _simulated(settings, wall, origin_at, resumed_at)
    if settings.market.startswith(REPLAY_PREFIX):
        return await _replayed(settings, wall, resumed_at)
    return await _by_ccxt(settings, wall)


def paper_venue(settings: Settings, market: Market, books: PaperBooks) -> PaperVenue:
    """The venue of a desk that trades on paper."""
    return PaperVenue(
        books,
        market.instruments,
        {instrument.symbol: costs_of(instrument) for instrument in market.instruments},
        market.clock,
        start_cash_quote=settings.start_cash_quote,
        conduct=Conduct(interruptions=market.interruptions),
    )


async def _simulated(
    settings: Settings, wall: SystemClock, origin_at: datetime, resumed_at: datetime | None
) -> Market:
    symbols = settings.symbol_list or SIMULATED_SYMBOLS
    timeframes = settings.timeframe_list or _simulated_timeframes(settings.voters)
    feed = SimulatedFeed(symbols, timeframes, seed=settings.market_seed, origin_at=origin_at)
    mode = _mode(settings, "the simulated market", symbols, timeframes)
    return await _paced(settings, wall, feed, resumed_at or origin_at, mode)


def _simulated_timeframes(voters: str) -> tuple[Timeframe, ...]:
    # Within a tenth of a 1 minute bar hardly a model answers, and hardly a forecast pays for the
    # costs: models get bars that leave them time and room.
    if any(spec.is_model for spec in parse_voters(voters)):
        return Timeframe.M15, Timeframe.H1
    return Timeframe.M1, Timeframe.M5


async def _replayed(settings: Settings, wall: SystemClock, resumed_at: datetime | None) -> Market:
    folder = Path(settings.market.removeprefix(REPLAY_PREFIX))
    symbols = settings.symbol_list or REPLAY_SYMBOLS
    timeframes = settings.timeframe_list or (Timeframe.H1,)
    feed = ReplayFeed(
        folder,
        symbols,
        timeframes,
        warmup_bars=KEEP_BARS,
        from_at=_day("MARKET_FROM", settings.market_from),
        to_at=_day("MARKET_TO", settings.market_to),
    )
    words = f"recorded prices of {folder.name or folder}"
    mode = _mode(settings, words, symbols, timeframes)
    market = await _paced(settings, wall, feed, resumed_at or await feed.starts_at(), mode)
    return replace(market, interruptions=await feed.interruptions())


async def _paced(
    settings: Settings,
    wall: SystemClock,
    feed: SimulatedFeed | ReplayFeed,
    start_at: datetime,
    mode: Mode,
) -> Market:
    clock = MarketClock(start_at)
    paced = PacedFeed(feed, clock, wall, speed=settings.market_speed)

    async def close() -> None:
        paced.close()

    return Market(
        feed=paced,
        clock=clock,
        mode=mode,
        instruments=_one_quote(await paced.instruments()),
        close=close,
    )


async def _by_ccxt(settings: Settings, wall: SystemClock) -> Market:
    from engine.venues.ccxt_client import Reader
    from engine.venues.ccxt_feed import CcxtFeed
    from engine.venues.ccxt_market import CcxtMarket
    from engine.venues.quirks import burst_of
    from engine.venues.stream_client import stream_client
    from engine.venues.stream_feed import StreamFeed

    symbols = settings.symbol_list or CCXT_SYMBOLS
    timeframes = settings.timeframe_list or (Timeframe.M5, Timeframe.H1)
    reader = Reader(settings.market, symbols, wall, api_base=settings.exchange_api_base)
    limiter = Limiter(
        float(reader.client.rateLimit), wall.monotonic_s, burst_s=burst_of(settings.market, symbols)
    )
    reader.paced_by(limiter)
    market = CcxtMarket(reader, symbols, wall)
    streams = stream_client(settings.market, symbols, api_base=settings.exchange_api_base)
    feed: CcxtFeed | StreamFeed
    if streams is None:
        feed = CcxtFeed(reader, market, symbols, timeframes, wall)
    else:
        feed = StreamFeed(reader, market, streams, symbols, timeframes, wall)
    try:
        instruments = _one_quote(await feed.instruments())
    except BaseException:
        await feed.close()
        raise
    # a venue's listings are half a million objects that never die: looking through them again
    # and again would stall the loop for a tenth of a second
    gc.collect()
    gc.freeze()
    words = f"live prices of {settings.market}"
    return Market(
        feed=feed,
        clock=wall,
        mode=replace(_mode(settings, words, symbols, timeframes), speed=1.0),
        instruments=instruments,
        close=feed.close,
        skew_s=market.skew_s,
        limiter=limiter,
    )


def _mode(
    settings: Settings,
    words: str,
    symbols: tuple[str, ...],
    timeframes: tuple[Timeframe, ...],
) -> Mode:
    is_live = settings.trading is Trading.LIVE
    return Mode(
        words=f"{'REAL' if is_live else 'paper'} money on {words}",
        badge="LIVE" if is_live else "PAPER",
        market=settings.market.partition(":")[0],
        symbols=symbols,
        timeframes=timeframes,
        speed=settings.market_speed,
    )


def _one_quote(instruments: tuple[Instrument, ...]) -> tuple[Instrument, ...]:
    """The instruments; raises SettingsError unless all are priced in one currency."""
    quotes = sorted({instrument.quote for instrument in instruments})
    if len(quotes) > 1:
        raise SettingsError(
            f"SYMBOLS mixes the currencies {', '.join(quotes)}.",
            hint="A desk keeps its books in one; choose symbols of one quote.",
        )
    return instruments


def _day(name: str, text: str) -> datetime | None:
    if not text:
        return None
    with suppress(ValueError):
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    raise SettingsError(f"{name} is not a day.", hint="Write it as 2021-01-31.")
