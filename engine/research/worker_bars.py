"""Bars of the simulated market for a research job: its feed's own history, kept in a folder."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from engine.core.errors import UserError
from engine.core.market import Bar
from engine.core.timeframes import Timeframe
from engine.research.downloads import SETTLE, Wanted, download
from engine.research.outcome import Told, Watch
from engine.research.request import Request
from engine.research.worker_errand import Simulated
from engine.venues.replay_files import file_name
from engine.venues.simulated import SimulatedFeed
from engine.venues.simulated_path import FUNDING_S, funding_at

USUAL_DAYS = 365  # where no span was asked for
WARMUP_BARS = 1000  # before the span: a desk has kept so many
MOST_BARS = 200_000  # of one market: a minute of making


class SimulatedBars:
    """A BarSource: the feed's history."""

    def __init__(self, feed: SimulatedFeed) -> None:
        self._feed = feed

    async def closed(
        self, symbol: str, timeframe: Timeframe, after: datetime, until: datetime
    ) -> list[Bar]:
        count = (until - after) // timeframe.delta
        return list(await self._feed.history(symbol, timeframe, before=until, bars=count))


def make_bars(market: Simulated, request: Request, folder: Path, watch: Watch) -> None:
    """Writes what the folder lacks of the request's bars. Raises UserError, Stopped."""
    symbols = tuple(dict.fromkeys(meant(symbol, market.symbols) for symbol in request.symbols))
    frames = (request.timeframe, *(() if request.detail is None else (request.detail,)))
    feed = SimulatedFeed(symbols, frames, seed=market.seed, origin_at=market.origin_at)
    source = SimulatedBars(feed)
    for symbol in symbols:
        for frame in frames:
            from_at = first_needed_at(request, market.until_at)
            if (market.until_at - from_at) // frame.delta > MOST_BARS:
                raise UserError(
                    f"That is more than {MOST_BARS:,} bars of {symbol}.",
                    hint="Choose longer bars or a shorter span.",
                )
            until_at = market.until_at + SETTLE  # nobody has to sum these bars up first
            wanted = Wanted(symbol=symbol, timeframe=frame, from_at=from_at, until_at=until_at)
            asyncio.run(download(source, wanted, folder, _telling(watch)))
        _write_funding(market, symbol, first_needed_at(request, market.until_at), folder)


def _write_funding(market: Simulated, symbol: str, from_at: datetime, folder: Path) -> None:
    import polars as pl

    first, last = (int(at.timestamp()) // FUNDING_S for at in (from_at, market.until_at))
    at_s = [number * FUNDING_S for number in range(first, last + 1)]
    base = symbol.partition("/")[0]
    ratios = [funding_at(market.seed, base, at) for at in at_s]
    frame = pl.DataFrame({"timestamp": [at * 1000 for at in at_s], "funding_rate": ratios})
    name = file_name(symbol, Timeframe.H1).replace("-1h", "-8h-funding_rate")
    fresh = folder / f"{name}.new"
    frame.write_parquet(fresh)
    fresh.replace(folder / name)


def meant(word: str, known: tuple[str, ...]) -> str:
    """The market that BTC means among the known ones; raises UserError where there is none."""
    for symbol in known:
        if word in (symbol, symbol.partition("/")[0]):
            return symbol
    bases = ", ".join(dict.fromkeys(symbol.partition("/")[0] for symbol in known))
    raise UserError(f"There is no market {word} here.", hint=f"There are {bases}.")


def first_needed_at(request: Request, until_at: datetime) -> datetime:
    """From where on bars are needed, the history before the span included."""
    starts_at = request.from_at
    if starts_at is None:
        ends_at = until_at if request.to_at is None else min(until_at, request.to_at)
        starts_at = ends_at - timedelta(days=request.days or USUAL_DAYS)
    return starts_at - WARMUP_BARS * request.timeframe.delta


def _telling(watch: Watch) -> Told:
    def told(done: int, of: int, symbol: str) -> None:
        watch.at(done, of, f"making bars of {symbol.partition('/')[0]}")

    return told
