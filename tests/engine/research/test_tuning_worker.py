"""A worker is a process that knows only the engine, and answers in lines of JSON."""

import io
import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.research.outcome import Watch
from engine.research.tuning.errand import Errand, Told
from engine.research.tuning.worker import main
from tests.engine.research.drawn_bars import START_AT, drawn_bars

REPO = Path(__file__).parents[3]
WORKER = "engine.research.tuning.worker"
BARS = 24 * 140


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred and forty days of hourly bars."""
    bars = drawn_bars(7, BARS, price=40_000.0)
    columns = {
        "timestamp": bars.open_at_s * 1000, "open": bars.open, "high": bars.high,
        "low": bars.low, "close": bars.close, "volume": bars.volume_base,
    }  # fmt: skip
    path = tmp_path_factory.mktemp("market")
    pl.DataFrame(columns).write_parquet(path / "BTC_USDT_USDT-1h.parquet")
    return path


def an_errand(folder: Path, storage: Path, **changes: Any) -> str:
    """Few trials on bars of four hours."""
    errand = Errand(
        study="weekly",
        storage=str(storage),
        version="0.1.0",
        folder=folder,
        symbols=("BTC/USDT:USDT",),
        timeframe=Timeframe.H4,
        values=Parameters().model_dump(),
        names=("stop_atr", "time_stop_bars"),
        trials=5,
        stretches=2,
        embargo_bars=6,
        min_trades=3,
    )
    return errand.model_copy(update=changes).model_dump_json()


def test_a_worker_imports_nothing_of_the_house_but_the_engine() -> None:
    code = (
        f"import sys, {WORKER}; "
        "print(*{name.partition('.')[0] for name in sys.modules} "
        "& {'bot', 'handlers', 'charts', 'llm', 'storage', 'aiogram', 'ccxt', 'sqlalchemy', "
        "'optuna', 'numba', 'matplotlib'})"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=REPO, check=True, capture_output=True, text=True
    )
    assert told.stdout.strip() == ""


def test_an_errand_is_answered_by_a_process_of_its_own(folder: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", WORKER],
        input=an_errand(folder, tmp_path / "journal.log"),
        cwd=REPO,
        check=False,
        capture_output=True,
        text=True,
        timeout=55,
    )
    assert done.returncode == 0, done.stderr
    *steps, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert [step["at"][0] for step in steps[:6]] == [0, 1, 2, 3, 4, 5]
    told = Told.model_validate(last["told"])
    assert told.trials_made == 5
    assert len(told.noted) == 5 - told.pruned
    assert told.word in {"weak", "not distinguishable from luck"}  # by five trials on noise
    assert told.old.sharpe_low <= told.old.sharpe_high
    assert told.held_out[1] == START_AT + timedelta(hours=BARS)
    if not told.changes:
        assert not told.allowed


def test_a_worker_that_is_told_to_stop_stops_and_can_be_carried_on(
    folder: Path, tmp_path: Path
) -> None:
    asked = an_errand(folder, tmp_path / "journal.log", trials=500)
    with subprocess.Popen(
        [sys.executable, "-m", WORKER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=REPO, text=True,
    ) as worker:  # fmt: skip
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(asked)
        worker.stdin.close()
        json.loads(worker.stdout.readline())  # it has begun
        worker.send_signal(signal.SIGTERM)
        lines = worker.stdout.read().splitlines()
    assert json.loads(lines[-1]) == {"error": "Stopped as you asked. Nothing was changed."}
    assert worker.returncode == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"symbols": ("XRP/USDT",)}, "'XRP/USDT' is not in"),
        ({"folder": Path("nowhere")}, "There is no folder"),
        ({"from_at": START_AT + timedelta(days=50)}, "90 days of bars are too few to tune on"),
        ({"names": ("quorum",)}, "quorum is not tuned"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    folder: Path, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    out = io.StringIO()
    asked = an_errand(changes.pop("folder", folder), tmp_path / "journal.log", **changes)
    assert main(asked, out, Watch()) == 1
    error = json.loads(out.getvalue())["error"]
    assert words in error
    assert error.endswith((".", "?"))


def test_an_errand_that_is_none_is_told_without_its_values() -> None:
    out = io.StringIO()
    assert main('{"storage": 5, "study": ["secret-word"]}', out, Watch()) == 1
    assert "secret-word" not in out.getvalue()
    assert "The errand is not one: study" in json.loads(out.getvalue())["error"]
