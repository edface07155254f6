"""The health of the process: gauges for /health, figures for /metrics."""

import asyncio
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from bot.engine_room import EngineRoom
from bot.supervisor import Supervisor
from engine.core.errors import StorageError
from engine.services.answers import Gauge

LAG_STEP_S = 0.25
BYTES_PER_MIB = 1024 * 1024
LOW_DISK_MIB = 200


class LoopWatch:
    """How long the event loop was held up, at most, in the last minute or two."""

    def __init__(self) -> None:
        self._worst_s = [0.0, 0.0]  # this minute's and the last one's
        self._turned_s = 0.0

    async def run(self) -> None:
        """Measures for ever."""
        while True:
            before_s = time.perf_counter()
            await asyncio.sleep(LAG_STEP_S)
            now_s = time.perf_counter()
            self._worst_s[0] = max(self._worst_s[0], now_s - before_s - LAG_STEP_S)
            if now_s - self._turned_s > 60.0:
                self._worst_s = [0.0, self._worst_s[0]]
                self._turned_s = now_s

    @property
    def worst_ms(self) -> float:
        return max(self._worst_s) * 1e3


class Vitals:
    """Reads the room's instruments."""

    def __init__(
        self,
        room: EngineRoom,
        supervisor: Supervisor,
        watch: LoopWatch,
        data_dir: Path,
        telegram: Callable[[], Gauge],
    ) -> None:
        self._room = room
        self._supervisor = supervisor
        self._watch = watch
        self._data_dir = data_dir
        self._telegram = telegram
        self._started_s = time.monotonic()

    async def gauges(self) -> tuple[Gauge, ...]:
        """Every reading, in the order in which a person should look at them."""
        disk_mib = await asyncio.to_thread(_free_mib, self._data_dir)
        lag_ms = self._watch.worst_ms
        return (
            self._engine(),
            self._prices(),
            await self._database(),
            self._telegram(),
            await self._outbox(),
            Gauge(name="Loop lag", value=f"{lag_ms:.0f} ms at most", good=lag_ms < 250.0),
            Gauge(name="Memory", value=f"{rss_mib():.0f} MiB", good=rss_mib() < 1024.0),
            Gauge(
                name="Disk",
                value=f"{disk_mib / 1024:.1f} GiB free",
                good=disk_mib > LOW_DISK_MIB,
                hint="" if disk_mib > LOW_DISK_MIB else "Free some space.",
            ),
            Gauge(name="Up", value=_duration(time.monotonic() - self._started_s), good=True),
        )

    def _engine(self) -> Gauge:
        alive = self._supervisor.alive().get("desk", False)
        failures = self._supervisor.failures.get("desk", 0)
        value = "running" if alive else "stopped"
        return Gauge(
            name="Engine",
            value=value if not failures else f"{value}, {failures} restarts",
            good=alive and not failures,
            hint="" if alive else "The market has ended, or see the log.",
        )

    def _prices(self) -> Gauge:
        books = self._room.desk.books
        stale = sorted(books.stale)
        total = len(books.instruments)
        return Gauge(
            name="Prices",
            value=f"{total - len(stale)} of {total} symbols fresh",
            good=not stale,
            hint="" if not stale else f"Silent: {', '.join(stale[:4])}.",
        )

    async def _database(self) -> Gauge:
        if self._room.desk.scribe.is_failing:
            error = self._room.desk.scribe.last_error
            text = "takes no records" if error is None else error.chat_text
            return Gauge(name="Database", value=text, good=False, hint="See the log.")
        started_s = time.perf_counter()
        try:
            await self._room.journal.receipt("")
        except StorageError as error:
            return Gauge(name="Database", value=error.chat_text, good=False, hint=error.hint)
        took_ms = (time.perf_counter() - started_s) * 1e3
        return Gauge(name="Database", value=f"answers in {took_ms:.1f} ms", good=True)

    async def _outbox(self) -> Gauge:
        waiting = sum((await self._room.outbox.waiting()).values())
        return Gauge(name="Messages", value=f"{waiting} waiting", good=waiting < 100)

    async def metrics(self) -> str:
        """The figures in Prometheus' text format."""
        status = await self._room.reports.status()
        waiting = sum((await self._room.outbox.waiting()).values())
        alive = self._supervisor.alive()
        figures: dict[str, float] = {
            "parley_equity_quote": float(status.equity_quote),
            "parley_cash_quote": float(status.cash_quote),
            "parley_drawdown_ratio": status.drawdown_ratio,
            "parley_exposure_ratio": status.exposure_ratio,
            "parley_heat_ratio": status.heat_ratio,
            "parley_open_positions": float(len(status.open_positions)),
            "parley_trades_total": float(status.total_trades),
            "parley_stale_symbols": float(len(status.stale_symbols)),
            "parley_unknown_orders": float(len(status.frozen_symbols)),
            "parley_outbox_waiting": float(waiting),
            "parley_loop_lag_worst_ms": self._watch.worst_ms,
            "parley_memory_bytes": rss_mib() * BYTES_PER_MIB,
            "parley_tasks_dead": float(sum(not running for running in alive.values())),
        }
        lines = [f"{name} {value:.10g}" for name, value in figures.items()]
        lines.append(f'parley_trading_state{{state="{status.trading.value}"}} 1')
        return "\n".join(lines) + "\n"


def rss_mib() -> float:
    """Resident memory of this process; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * 4096 / BYTES_PER_MIB


def _free_mib(folder: Path) -> float:
    return shutil.disk_usage(folder).free / BYTES_PER_MIB


def _duration(seconds: float) -> str:
    minutes = int(seconds) // 60
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
