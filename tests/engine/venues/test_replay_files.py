"""A folder of recorded bars, good and bad."""

from pathlib import Path

import polars as pl
import pytest

from engine.core.errors import SettingsError
from engine.core.timeframes import Timeframe
from engine.venues.replay_files import BarFolder
from tests.fakes.bar_files import Row, walk, write
from tests.fakes.clocks import NOON


def rows(count: int = 24) -> list[Row]:
    return walk(NOON, Timeframe.M15, count)


def test_names_tell_spot_from_perpetual_and_other_files_are_passed_over(tmp_path: Path) -> None:
    for name in ("BTC_USDT-15m", "BTC_USDT_USDT-15m", "BTC_USDT_USDT-8h-funding_rate", "vix-1d"):
        write(tmp_path, name, rows())
    folder = BarFolder(tmp_path)
    assert folder.symbols == ("BTC/USDT", "BTC/USDT:USDT")
    assert folder.has_file("BTC/USDT", Timeframe.M15)
    assert not folder.has_file("BTC/USDT", Timeframe.H1)


def test_a_folder_below_is_looked_at_after_the_folder_itself(tmp_path: Path) -> None:
    below = tmp_path / "daily"
    below.mkdir()
    write(below, "BTC_USDT-15m", rows(8))
    write(below, "ETH_USDT-15m", rows(9))
    write(tmp_path, "BTC_USDT-15m", rows(24))
    folder = BarFolder(tmp_path)
    assert folder.columns("BTC/USDT", Timeframe.M15).size == 24
    assert folder.columns("ETH/USDT", Timeframe.M15).size == 9


def test_a_missing_length_is_summed_up_from_the_longest_shorter_one(tmp_path: Path) -> None:
    write(tmp_path, "BTC_USDT-15m", rows())
    write(tmp_path, "BTC_USDT-1h", walk(NOON, Timeframe.H1, 8, seed=9))
    made = BarFolder(tmp_path).columns("BTC/USDT", Timeframe.H4)
    assert made.size == 2
    assert made.open[0] == walk(NOON, Timeframe.H1, 1, seed=9)[0][1]


def test_an_unknown_symbol_names_the_folder_and_what_it_holds(tmp_path: Path) -> None:
    write(tmp_path, "BTC_USDT-15m", rows())
    with pytest.raises(SettingsError) as told:
        BarFolder(tmp_path).columns("XMR/USDT", Timeframe.M15)
    for word in ("XMR/USDT", str(tmp_path), "BTC/USDT"):
        assert word in told.value.sentence()


def test_a_length_that_cannot_be_made_names_what_there_is(tmp_path: Path) -> None:
    write(tmp_path, "BTC_USDT-1h", rows())
    with pytest.raises(SettingsError, match="no 5m bars") as told:
        BarFolder(tmp_path).columns("BTC/USDT", Timeframe.M5)
    assert "1h" in told.value.hint


def test_no_folder_and_an_empty_folder_are_two_sentences(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no folder"):
        BarFolder(tmp_path / "nowhere")
    with pytest.raises(SettingsError, match="holds no bars"):
        BarFolder(tmp_path)


def test_a_file_that_is_no_parquet_or_lacks_a_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "BTC_USDT-15m.parquet").write_bytes(b"PAR1 but not really")
    pl.DataFrame({"timestamp": [1], "open": [1.0]}).write_parquet(tmp_path / "ETH_USDT-15m.parquet")
    for symbol in ("BTC/USDT", "ETH/USDT"):
        with pytest.raises(SettingsError, match="cannot be read as bars"):
            BarFolder(tmp_path).columns(symbol, Timeframe.M15)


def spoilt(column: int, value: float) -> list[Row]:
    good = rows()
    bad = list(good[5])
    bad[column] = value
    good[5] = (int(bad[0]), *bad[1:])  # type: ignore[assignment]
    return good


@pytest.mark.parametrize(
    "bad",
    [
        spoilt(0, rows()[5][0] + 1),  # off its grid
        spoilt(0, rows()[4][0]),  # twice
        spoilt(2, 0.5),  # a high under the low
        spoilt(3, -1.0),
        spoilt(1, float("nan")),
        spoilt(2, float("inf")),
        spoilt(5, -3.0),
        spoilt(5, float("nan")),
    ],
)
def test_impossible_bars_are_not_replayed(tmp_path: Path, bad: list[Row]) -> None:
    path = write(tmp_path, "BTC_USDT-15m", bad)
    with pytest.raises(SettingsError, match="impossible prices") as told:
        BarFolder(tmp_path).columns("BTC/USDT", Timeframe.M15)
    assert path.name in str(told.value)


def test_a_file_without_rows_is_named(tmp_path: Path) -> None:
    write(tmp_path, "BTC_USDT-15m", [])
    with pytest.raises(SettingsError, match="holds no bars"):
        BarFolder(tmp_path).columns("BTC/USDT", Timeframe.M15)
