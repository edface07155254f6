"""31 symbols on five timeframes, streamed to one core: the loop's stalls and the way of a tick.

Run from the repository: `.venv/bin/python -m benchmarks.streams`. The venue is another process on
another core; the feed is unmodified ccxt.pro behind the desk's own port.
"""

import asyncio
import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.stream_server import LENGTHS_MS, market_name
from benchmarks.tables import row, spread, table
from engine.core.market import BarClosed, PriceMoved
from engine.core.timeframes import Timeframe
from engine.execution.clocks import SystemClock
from engine.venues.ccxt_client import Reader
from engine.venues.ccxt_market import CcxtMarket
from engine.venues.stream_client import StreamClient
from engine.venues.stream_feed import StreamFeed

MARKETS = 31
WARM_S = 45.0  # 24 subscriptions, a second apart, and the loading of what is imported late
MEASURED_S = float(os.environ.get("PARLEY_STREAMS_S", "130"))  # over two borders of a minute
BEAT_S = 0.002
GOAL_MS = 50.0


@dataclass
class Figures:
    """What was measured between the warm-up and the end."""

    lags_ms: list[float] = field(default_factory=list)
    busy_ms: list[float] = field(default_factory=list)  # of the processor, between two beats
    moments: int = 0
    prices: int = 0
    bars: int = 0
    late_ms: list[float] = field(default_factory=list)  # from a bar's close to its telling
    frames: int = 0
    core_ratio: float = 0.0


def report() -> str:
    """The table of this benchmark, as markdown."""
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "benchmarks.stream_server", str(MARKETS)], stdout=subprocess.PIPE
    ) as server:
        try:
            found = asyncio.run(_measured(server))
        finally:
            server.kill()
    worst_ms = max(found.busy_ms)
    rows = [
        row("frames a second on the wire", f"{found.frames / MEASURED_S:,.0f}", "", ""),
        row("moments a second", f"{found.moments / MEASURED_S:,.0f}", "", ""),
        row("prices a second", f"{found.prices / MEASURED_S:,.0f}", "", ""),
        row("of one core", f"{found.core_ratio:.0%}", "", ""),
        row("the loop works without a pause for", *spread(found.busy_ms, "ms")),
        row("the loop is late by, others on this machine included", *spread(found.lags_ms, "ms")),
        row(f"a bar's close to its telling, {found.bars} bars", *spread(found.late_ms, "ms", 0)),
    ]
    verdict = "never" if worst_ms <= GOAL_MS else "**at least once**"
    head = f"Its own work stalled the loop {verdict} over {GOAL_MS:.0f} ms in {MEASURED_S:.0f} s."
    return f"{head}\n\n" + table("what", "p50", "p99", "worst", rows=rows)


async def _measured(server: subprocess.Popen[bytes]) -> Figures:
    assert server.stdout is not None  # noqa: S101 - for the type checker
    loop = asyncio.get_running_loop()
    port = int(await loop.run_in_executor(None, server.stdout.readline))
    found = Figures()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
        os.sched_setaffinity(server.pid, set(range(1, os.cpu_count() or 1)) or {0})
    async with _feed(port) as feed:
        consumer = asyncio.create_task(_consume(feed, found))
        await asyncio.sleep(WARM_S)
        gc.collect()
        gc.freeze()  # as the desk does when its market is open
        counting = loop.run_in_executor(None, _frames, server)
        beats = asyncio.create_task(_beat(found))
        found.moments = found.prices = found.bars = 0
        found.late_ms.clear()
        began_s, used_s = time.perf_counter(), _used_s()
        await asyncio.sleep(MEASURED_S)
        found.core_ratio = (_used_s() - used_s) / (time.perf_counter() - began_s)
        beats.cancel()
        found.frames = await counting
        consumer.cancel()
        await asyncio.gather(consumer, beats, return_exceptions=True)
    return found


@asynccontextmanager
async def _feed(port: int) -> AsyncIterator[StreamFeed]:
    clock, base = SystemClock(print), f"http://127.0.0.1:{port}"
    symbols = [f"{market_name(number)}/USDT" for number in range(MARKETS)]
    reader = Reader("binance", symbols, clock, api_base=base)
    market = CcxtMarket(reader, symbols, clock)
    client = StreamClient("binance", symbols, api_base=base)
    timeframes = [Timeframe(name) for name in LENGTHS_MS]
    feed = StreamFeed(reader, market, client, symbols, timeframes, clock)
    try:
        yield feed
    finally:
        await feed.close()


async def _consume(feed: StreamFeed, found: Figures) -> None:
    seen_at = None
    async for event in feed.events(None):
        if event.at != seen_at:
            seen_at = event.at
            found.moments += 1
        if isinstance(event, PriceMoved):
            found.prices += 1
        elif isinstance(event, BarClosed):
            found.bars += 1
            found.late_ms.append((time.time() - event.at.timestamp()) * 1e3)


async def _beat(found: Figures) -> None:
    while True:
        began_s, worked_s = time.perf_counter(), time.thread_time()
        await asyncio.sleep(BEAT_S)
        found.lags_ms.append((time.perf_counter() - began_s - BEAT_S) * 1e3)
        found.busy_ms.append((time.thread_time() - worked_s) * 1e3)


def _frames(server: subprocess.Popen[bytes]) -> int:
    # the server says each second how many it sent; what it said before is old
    assert server.stdout is not None  # noqa: S101 - for the type checker
    for _ in range(int(WARM_S) - 2):
        server.stdout.readline()
    return sum(int(server.stdout.readline()) for _ in range(int(MEASURED_S)))


def _used_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(report())
