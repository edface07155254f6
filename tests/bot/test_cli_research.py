"""backtest, compare, parity and data from the terminal: for people, for programs, and refused."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import EXIT_FAULT, main
from tests.engine.research.test_backtest import CACHE
from tests.engine.research.test_run import write


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder with bars of two markets and the compiled loop of the other tests."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name in {"MARKET", "SYMBOLS", "VOTERS", "DATA_DIR", "DATABASE_URL"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    folder = tmp_path / "market"
    folder.mkdir()
    write(folder, "BTC_USDT_USDT-1h.parquet", seed=7, price=40_000.0)
    write(folder, "ETH_USDT-1h.parquet", seed=8, price=2_500.0)
    CACHE.mkdir(exist_ok=True)
    (tmp_path / "cache").symlink_to(CACHE)
    before = os.umask(0o022)
    yield tmp_path
    os.umask(before)


def test_a_backtest_is_told_to_people_and_to_programs(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backtest", "BTC", "1h", "30d", "sma_cross", "percent", "--save", "first"]) == 0
    told = capsys.readouterr()
    assert "BTC/USDT:USDT, 1h" in told.out
    assert "no funding was recorded" in told.out
    assert "Kept as first" in told.err
    assert main(["backtest", "BTC", "1h", "30d", "sma_cross", "percent", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["measures"]["trades"] == len(body["trades"]) > 0
    assert body["request"]["exits"] == "percent"
    assert (home / "research" / "first.json").exists()


def test_ways_and_kept_results_are_compared(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "BTC", "1h", "30d", "sma_5_15", "sma_cross", "percent", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == ["sma_5_15 percent", "sma_cross percent"]
    main(["backtest", "BTC", "1h", "30d", "sma_5_15", "percent", "--save", "one"])
    capsys.readouterr()
    assert main(["compare", "--kept", "one"]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith("one")
    assert str(rows[0]["trades"]) in line.split()


def test_parity_prints_zero_differences(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", "BTC,ETH", "1h", "15d"]) == 0
    assert capsys.readouterr().out.startswith("Zero differences: ")


def test_recorded_bars_are_listed_and_checked(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "list"]) == 0
    assert capsys.readouterr().out.split() == ["BTC/USDT:USDT", "1h", "ETH/USDT", "1h"]
    assert main(["data", "check", "BTC", "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert (report["bars"], report["gaps"], report["disordered"]) == (900, 0, 0)
    assert main(["data", "check"]) == 0
    assert "ETH/USDT" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["backtest"], "Which market?"),
        (["backtest", "XYZ"], "There are no bars of XYZ."),
        (["backtest", "BTC", "stop_atr=9999"], "outside"),
        (["compare", "BTC"], "Compare what?"),
        (["compare", "--kept", "nothing"], "no result named nothing"),
        (["parity", "BTC", "5m"], "no 5m bars"),
        (["data", "download", "BTC"], "From which venue?"),
        (["data", "download", "--market", "binance"], "Which market?"),
        (["data", "check", "XYZ"], "no bars of that"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_an_exit_code(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert main(words) == EXIT_FAULT
    told = capsys.readouterr().err
    assert sentence in told
    assert "Traceback" not in told


def test_a_data_folder_without_bars_says_how_to_get_some(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(home / "market")
    assert main(["backtest", "BTC"]) == EXIT_FAULT
    assert "parley data download" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "part", "words"),
    [
        ("montecarlo", "fan", "9 of 10 runs end at"),
        ("bias", "biases", "no look-ahead"),
        ("stress", "stresses", "flash crash: costs"),
    ],
)
def test_the_luck_tools_are_told_to_people_and_to_programs(
    home: Path, capsys: pytest.CaptureFixture[str], kind: str, part: str, words: str
) -> None:
    assert main([kind, "BTC", "1h", "30d", "sma_5_15", "percent"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{kind}: BTC 1h 30d sma_5_15 percent")
    assert words in told
    assert "<" not in told
    assert main([kind, "BTC", "1h", "30d", "sma_5_15", "percent", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[part]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["walkforward", "BTC", "1h", "5d"], "A walk needs"),
        (["tune", "BTC", "1h", "30d"], "too few to tune on"),
        (["montecarlo", "XYZ"], "There are no bars of XYZ."),
        (["jobs"], "There is no database yet"),
        (["backtest", "BTC", "--votes", "tape"], "There is no tape"),
    ],
)
def test_what_research_cannot_do_is_one_sentence(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert main(words) == EXIT_FAULT
    told = capsys.readouterr().err
    assert sentence in told
    assert "Traceback" not in told
