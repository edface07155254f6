"""Loop lag: the whole desk on its database, 31 symbols on five timeframes of the simulated market.

Run from the repository: `.venv/bin/python -m benchmarks.lag [seconds]`. Every strategy is on. A
task beside the desk asks for a millisecond's sleep again and again; what it gets on top is the lag
that a chat, a page or a venue's socket would feel. The goal is 20 ms at the 99th percentile.
"""

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from loguru import logger

from benchmarks.tables import row, spread, table
from bot.engine_room import EngineRoom, build
from bot.markets import open_market
from bot.parley import cast_of
from bot.settings import Settings, load
from engine.execution.clocks import SystemClock
from engine.venues import simulated
from engine.venues.simulated_path import CHARACTERS, Character
from storage.opening import open_database

SYMBOLS = 31
TIMEFRAMES = ("1m", "5m", "15m", "1h", "4h")
SPEEDS = (60.0,)
SECONDS = 60.0
TICK_S = 0.001
ORIGIN = datetime(2026, 11, 2, 3, 59, 50, tzinfo=UTC)  # ten seconds before every timeframe closes
STRATEGIES = ("donchian_breakout", "band_reversion", "trend_pullback", "volatility_squeeze")


class Felt(NamedTuple):
    """What one run was like."""

    lags_ms: list[float]
    moments: int
    trades: int


def report(seconds: float = SECONDS) -> str:
    """The table of this benchmark, as markdown."""
    _widen()
    rows = []
    for speed in SPEEDS:
        felt = asyncio.run(_felt(speed, seconds))
        name = f"at {speed:.0f} s a second ({felt.moments:,} moments, {felt.trades} trades)"
        rows.append(row(name, *spread(felt.lags_ms, "ms", 2)))
    head = f"loop lag, {SYMBOLS} symbols x {len(TIMEFRAMES)} timeframes, SQLite"
    return table(head, "p50", "p99", "worst", rows=rows)


def _widen() -> None:
    # the market is a function of a symbol's character: more of them are more symbols
    for number in range(len(CHARACTERS) + 1, SYMBOLS + 1):
        CHARACTERS[f"C{number}"] = Character(number, 3.0 * number, 1.1, 0.0006, 2.0, 500_000.0)
    simulated.SIMULATED_SYMBOLS = tuple(f"{base}/USDT:USDT" for base in CHARACTERS)


def _settings(folder: Path, speed: float) -> Settings:
    flags = {
        "market": "simulated",
        "symbols": ",".join(simulated.SIMULATED_SYMBOLS),
        "timeframes": ",".join(TIMEFRAMES),
        "market_speed": str(speed),
        "data_dir": str(folder),
    }
    return load(flags, environ={}, env_file=None)


async def _felt(speed: float, seconds: float) -> Felt:
    logger.remove()
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(Path(folder), speed)
        wall = SystemClock(_failed)
        market = await open_market(settings, wall, ORIGIN, None)
        opened = await open_database(settings.database, Path(folder) / "backups")
        room = await build(settings, cast_of(settings), opened, market, wall, lambda _: (), tuple)
        chosen = room.dial.parameters.model_copy(update=dict.fromkeys(STRATEGIES, True))
        room.dial.turn(chosen)
        await room.start()
        began_at = market.clock.now()
        lags_ms = await _beside(room, seconds)
        moments = round((market.clock.now() - began_at).total_seconds() / market.feed.step_s)
        trades = room.desk.books.state.last_position_id
        await room.parley.close()
        await wall.close()
        await opened.database.close()
    return Felt(lags_ms, moments, trades)


async def _beside(room: EngineRoom, seconds: float) -> list[float]:
    running = asyncio.create_task(room.desk.run())
    lags_ms: list[float] = []
    ends_s = time.perf_counter() + seconds
    while time.perf_counter() < ends_s and not running.done():
        asked_s = time.perf_counter()
        await asyncio.sleep(TICK_S)
        lags_ms.append(max(0.0, time.perf_counter() - asked_s - TICK_S) * 1e3)
    await room.market.close()
    await running
    await room.desk.stop()
    return lags_ms


def _failed(error: BaseException) -> None:
    raise SystemExit(f"a decision failed: {error!r}")


if __name__ == "__main__":
    print(report(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
