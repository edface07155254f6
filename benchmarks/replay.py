"""Bars per second of the replay loop: the whole desk on its database, and on memory.

Run from the repository: `.venv/bin/python -m benchmarks.replay`. Needs ../shared/data.
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.seats import rule_panel
from benchmarks.tables import row, table
from bot.engine_room import EngineRoom, build
from bot.markets import Market, open_market, paper_venue
from bot.parley import cast_of
from bot.settings import Settings, load
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.execution.bus import Bus
from engine.execution.clocks import SystemClock
from engine.execution.confirmers import ApproveAll
from engine.execution.desk import Desk, Doors
from engine.execution.dial import Dial
from engine.market.bars import Bars
from engine.venues.books import MemoryBooks
from storage.opening import open_database
from tests.fakes.memory_journal import MemoryJournal

MARKET = Path(__file__).parents[2] / "shared" / "data"
REPEATS = 3
SYMBOLS = "BTC/USDT:USDT,ETH/USDT:USDT,SOL/USDT:USDT"
FROM, TO = datetime(2022, 1, 1, tzinfo=UTC), datetime(2022, 7, 1, tzinfo=UTC)
BARS = 3 * (TO - FROM).days * 24


def report() -> str:
    """The table of this benchmark, as markdown."""
    stored, remembered = asyncio.run(_measured())
    rows = [
        row("in SQLite, every intent and fill durable", *_figures(stored)),
        row("in memory", *_figures(remembered)),
    ]
    head = "the whole desk: feed, strategies, three voters, gate, venue, guard, books"
    return table(head, "bars a second", "trades", rows=rows)


def _figures(runs: list[tuple[float, int]]) -> tuple[str, str]:
    return f"{BARS / median(took_s for took_s, _ in runs):,.0f}", f"{runs[0][1]:,}"


async def _measured() -> tuple[list[tuple[float, int]], list[tuple[float, int]]]:
    stored, remembered = [], []
    for _ in range(REPEATS):
        with tempfile.TemporaryDirectory() as folder:
            stored.append(await _on_the_database(Path(folder)))
            remembered.append(await _on_memory(Path(folder)))
    if len({trades for _, trades in stored + remembered}) != 1:
        raise SystemExit("the worlds made different trades")
    return stored, remembered


def _settings(folder: Path) -> Settings:
    flags = {
        "market": f"replay:{MARKET}",
        "symbols": SYMBOLS,
        "timeframes": "1h",
        "market_speed": "0",
        "market_from": FROM.date().isoformat(),
        "market_to": TO.date().isoformat(),
        "data_dir": str(folder),
    }
    return load(flags, environ={}, env_file=None)


async def _opened(settings: Settings) -> tuple[SystemClock, Market]:
    wall = SystemClock(_failed)
    return wall, await open_market(settings, wall, FROM, None)


def _failed(error: BaseException) -> None:
    raise SystemExit(f"a decision failed: {error!r}")


async def _on_the_database(folder: Path) -> tuple[float, int]:
    settings = _settings(folder)
    wall, market = await _opened(settings)
    opened = await open_database(settings.database, folder / "backups")
    room: EngineRoom = await build(
        settings, cast_of(settings), opened, market, wall, lambda _: (), tuple
    )
    await room.start()
    took_s = await _run(room.desk)
    trades = (await room.reports.trades()).total
    await wall.close()
    await opened.database.close()
    return took_s, trades


async def _on_memory(folder: Path) -> tuple[float, int]:
    settings = _settings(folder)
    wall, market = await _opened(settings)
    dial = Dial(Parameters())
    journal = MemoryJournal()
    venue = paper_venue(settings, market, MemoryBooks())

    def seen(symbol: str, timeframe: Timeframe) -> Bars:
        return desk.bars.view(symbol, timeframe)

    desk = Desk(
        Doors(
            feed=market.feed,
            venue=venue,
            observers=(venue,),
            advisor=rule_panel(seen, lambda: dial.parameters, lambda _: None),
            confirmer=ApproveAll(),
            journal=journal,
            publisher=Bus(),
            clock=market.clock,
            wall=wall,
            order_prefix="bench",
            timeframes=market.mode.timeframes,
        ),
        dial,
    )
    await desk.start()
    took_s = await _run(desk)
    await wall.close()
    return took_s, len(journal.trades)


async def _run(desk: Desk) -> float:
    began_s = time.perf_counter()
    await desk.run()
    took_s = time.perf_counter() - began_s
    await desk.stop()
    return took_s


if __name__ == "__main__":
    print(report())
