"""The health of the process: gauges for /health, lights, figures for /metrics."""

import asyncio
import platform
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.engine_room import EngineRoom
from bot.logs import TAIL, LogTail
from bot.loop_watch import LoopWatch
from bot.supervisor import Supervisor
from engine.core.errors import StorageError
from engine.services.answers import About, Gauge, Light
from handlers.views.text import count_of
from storage.database import Database
from storage.history import History
from storage.migrations import HEAD

BYTES_PER_MIB = 1024 * 1024
LOW_DISK_MIB = 200
RECENT_ORDERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """What the vitals of one process are read from."""

    room: EngineRoom
    database: Database
    supervisor: Supervisor
    watch: LoopWatch
    data_dir: Path
    boot_id: str
    telegram: Callable[[], Gauge]
    calls_s: Callable[[], Sequence[float]]  # what the last calls to Telegram took
    tail: LogTail = TAIL
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Vitals:
    """Reads the room's instruments."""

    def __init__(self, read: Instruments) -> None:
        self._read = read
        self._room = read.room
        self._supervisor = read.supervisor
        self._watch = read.watch
        self._history = History(read.database)
        self._started_s = time.monotonic()

    async def gauges(self) -> tuple[Gauge, ...]:
        """Every reading, in the order in which a person should look at them."""
        disk_mib = await asyncio.to_thread(_free_mib, self._read.data_dir)
        return (
            self._engine(),
            self._prices(),
            await self._database(),
            self._read.telegram(),
            await self._outbox(),
            *await self._latencies(),
            self._loop(),
            Gauge(name="CPU", value=f"{self._watch.busy_ratio:.0%} of one core", good=True),
            Gauge(name="Memory", value=f"{rss_mib():.0f} MiB", good=rss_mib() < 1024.0),
            Gauge(
                name="Disk",
                value=f"{disk_mib / 1024:.1f} GiB free",
                good=disk_mib > LOW_DISK_MIB,
                hint="" if disk_mib > LOW_DISK_MIB else "Free some space.",
            ),
            Gauge(name="Up", value=_duration(time.monotonic() - self._started_s), good=True),
        )

    def lights(self) -> tuple[Light, ...]:
        """Whether each part of the desk works, without asking anybody."""
        desk = self._room.desk
        venue = not desk.books.stale and not desk.books.frozen()
        models = self._room.parley.asker.models
        resting = any(each.own.is_open() or each.account.is_open() for each in models)
        return (
            Light("engine", self._engine().good and not desk.scribe.is_failing),
            Light("venue", venue),
            Light("models", not resting),
            Light("Telegram", self._read.telegram().good),
        )

    async def about(self) -> About:
        """What runs, since when, and on what."""
        return About(
            version=release(),
            python=platform.python_version(),
            schema=HEAD,
            database="SQLite" if self._read.database.path is not None else "PostgreSQL",
            config_hash=self._room.dial.config_hash,
            boot_id=self._read.boot_id,
            started_at=self._read.started_at,
        )

    def log_lines(self, count: int, level: str = "") -> tuple[str, ...]:
        """The last lines of the log, oldest first, redacted; `level`: that bad or worse."""
        return self._read.tail.lines(count, level)

    async def _latencies(self) -> tuple[Gauge, ...]:
        found = {
            "Orders": await self._history.order_latencies_ms(RECENT_ORDERS),
            "Telegram": [took_s * 1e3 for took_s in self._read.calls_s()],
        }
        return tuple(
            Gauge(name=name, value=f"{_quantiles(took_ms)} to an answer", good=True)
            for name, took_ms in found.items()
            if took_ms
        )

    def _loop(self) -> Gauge:
        held_up = self._watch.is_held_up
        return Gauge(
            name="Loop lag",
            value=f"{self._watch.worst_ms:.0f} ms at most",
            good=not held_up,
            hint="The machine is too busy: stop what else runs on it." if held_up else "",
        )

    def _engine(self) -> Gauge:
        alive = self._supervisor.alive().get("desk", False)
        failures = self._supervisor.failures.get("desk", 0)
        value = "running" if alive else "stopped"
        return Gauge(
            name="Engine",
            value=value if not failures else f"{value}, {count_of(failures, 'restart')}",
            good=alive and not failures,
            hint="" if alive else "The market has ended, or see the log.",
        )

    def _prices(self) -> Gauge:
        books = self._room.desk.books
        stale = sorted(books.stale)
        total = len(books.instruments)
        return Gauge(
            name="Prices",
            value=f"{total - len(stale)} of {count_of(total, 'symbol')} fresh{self._oldest()}",
            good=not stale,
            hint="" if not stale else f"Silent: {', '.join(stale[:4])}.",
        )

    def _oldest(self) -> str:
        # ages in the market's own time, in which a recorded market may run fast
        books, now = self._room.desk.books, self._room.desk.clock.now()
        ages_s = [(now - moved.at).total_seconds() for moved in books.last_price.values()]
        if not ages_s:
            return ", none came yet"
        return f", {_quantiles([max(0.0, age) * 1e3 for age in ages_s], 's')} old"

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


def release() -> str:
    """The version of this program."""
    try:
        return version("parley")
    except PackageNotFoundError:
        return "from a source tree"


def _quantiles(took_ms: Sequence[float], unit: str = "ms") -> str:
    """The middle, and what 95 of 100 keep: "12 ms, 95% under 40 ms"."""
    ranked = sorted(took_ms)
    scale = 1e3 if unit == "s" else 1.0
    middle, most = (ranked[int(share * (len(ranked) - 1))] / scale for share in (0.5, 0.95))
    return f"{middle:.0f} {unit}, 95% within {most:.0f} {unit}"


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
