"""The same backtest in this desk and in its peers, side by side: SMA 10/30 on BTC, 5 minutes, 2023.

Run from the repository on a quiet machine: `.venv/bin/python -m benchmarks.backtest [folder]`.
Each peer runs in a process of its own: by `<folder>/peers-<name>/bin/python` where a virtual
environment stands there (`python -m venv` and `pip install <name>`), else by this interpreter; a
peer that neither has is skipped with a word. All must close the same number of trades.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.tables import row, table
from engine.core.timeframes import Timeframe
from engine.venues.replay_files import BarFolder

HOME = Path(__file__).parents[1]
DATA = HOME.parent / "shared" / "data"
FIRST_MS, LAST_MS = 1_672_531_200_000, 1_704_067_200_000  # 2023


class Peer(NamedTuple):
    """One of them: its script, and what has to be importable for it."""

    name: str
    module: str
    needs: str = ""


PEERS = (
    Peer("parley", "ours", "numba"),
    Peer("C loop", "c_loop"),
    Peer("vectorbt", "by_vectorbt", "vectorbt"),
    Peer("backtesting", "by_backtesting", "backtesting"),
)


class Measured(NamedTuple):
    """What one of them took."""

    trades: int
    first_s: float
    run_s: float
    sweep_s: float
    whole_s: float
    peak_mb: float


def report(folder: str = "") -> str:
    """The table of this benchmark, as markdown; raises SystemExit where trades differ."""
    with tempfile.TemporaryDirectory() as place:
        bars = Path(place) / "bars.npy"
        np.save(bars, _bars())
        found = {
            peer.name: _measured(peer, Path(folder) if folder else None, bars) for peer in PEERS
        }
    counts = {name: one.trades for name, one in found.items() if one is not None}
    if len(set(counts.values())) != 1:
        raise SystemExit(f"not the same job: {counts}")
    ours = found["parley"]
    assert ours is not None  # noqa: S101 - numba is a dependency of the desk
    rows = [_line(name, one, ours) for name, one in found.items()]
    heads = ("run proper", "first run", "10 x 10 sweep", "whole process", "peak memory", "to ours")
    title = f"one year of 5 minute bars, {ours.trades:,} trades each"
    return table(title, *heads, rows=rows)


def _line(name: str, one: Measured | None, ours: Measured) -> str:
    if one is None:
        return row(name, *["not installed", *[""] * 5])
    return row(
        name,
        f"{one.run_s * 1e3:,.2f} ms",
        f"{one.first_s:,.2f} s",
        f"{one.sweep_s:,.2f} s",
        f"{one.whole_s:,.1f} s",
        f"{one.peak_mb:,.0f} MB",
        f"{one.run_s / ours.run_s:,.1f}",
    )


def _measured(peer: Peer, folder: Path | None, bars: Path) -> Measured | None:
    python = _interpreter(peer, folder)
    if python is None:
        return None
    # imported and not run as a script: a compiled loop is kept under its module's name
    code = f"from benchmarks.peers.{peer.module} import main; main()"
    command = [python, "-c", code, str(bars)]
    began_s = time.perf_counter()
    with subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None  # noqa: S101 - PIPE
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took_s = time.perf_counter() - began_s
    if process.returncode:
        raise SystemExit(f"{peer.name} failed")
    told: dict[str, Any] = json.loads(said)
    # the process did more rounds and a sweep: what one run alone would have taken
    whole_s = took_s - told["sweep_s"] - told["again_s"]
    peak_mb = used.ru_maxrss / 1024
    return Measured(
        told["trades"], told["first_s"], told["run_s"], told["sweep_s"], whole_s, peak_mb
    )


def _interpreter(peer: Peer, folder: Path | None) -> str | None:
    own = None if folder is None else folder / f"peers-{peer.name}" / "bin" / "python"
    if own is not None and own.exists():
        return str(own)
    return sys.executable if not peer.needs or find_spec(peer.needs) else None


def _bars() -> np.ndarray[Any, np.dtype[np.float64]]:
    columns = BarFolder(DATA).columns("BTC/USDT:USDT", Timeframe.M5)
    within = (columns.open_ms >= FIRST_MS) & (columns.open_ms < LAST_MS)
    return np.ascontiguousarray([column[within] for column in columns[1:]])


if __name__ == "__main__":
    print(report(*sys.argv[1:2]))
