"""A folder of recorded bars: which symbols it holds, and their columns.

Files are named as freqtrade names them: `BTC_USDT-1h.parquet` is the spot market BTC/USDT,
`BTC_USDT_USDT-1h.parquet` the perpetual BTC/USDT:USDT; in the folder or one below it. Columns:
timestamp (UTC milliseconds of the bar's start), open, high, low, close, volume.

`interruptions.csv` says when a symbol did not trade, to try halts and delistings:
engine/venues/interruptions.py.

`BTC_USDT_USDT-8h-funding_rate.parquet` is the perpetual's funding: timestamp (of the settlement),
funding_rate (of the notional, for that interval).
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.core.errors import SettingsError
from engine.core.timeframes import Timeframe
from engine.venues.funding import NO_FUNDING, Funding
from engine.venues.interruptions import Interruption, interruptions_in
from engine.venues.resample import Columns, resampled

if TYPE_CHECKING:
    import polars as pl

_NAME = re.compile(r"(?P<base>[^_-]+)_(?P<quote>[^_-]+)(?:_(?P<settle>[^_-]+))?-(?P<frame>\w+)")
_FUNDING = re.compile(r"(?P<base>[^_-]+)_(?P<quote>[^_-]+)_(?P<settle>[^_-]+)-\w+-funding_rate")
_WORDS = ("timestamp", "open", "high", "low", "close", "volume")


class BarFolder:
    """The bar files of `folder`; raises SettingsError when it is missing or holds none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, dict[Timeframe, Path]] = {}
        self._funding: dict[str, Path] = {}
        if not folder.is_dir():
            raise SettingsError(f"MARKET: there is no folder '{folder}' to replay.")
        for path in (*sorted(folder.glob("*.parquet")), *sorted(folder.glob("*/*.parquet"))):
            self._note(path)
        if not self._files:
            raise SettingsError(
                f"MARKET: the folder '{folder}' holds no bars.",
                hint="Files are named BTC_USDT-1h.parquet or BTC_USDT_USDT-1h.parquet.",
            )

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(sorted(self._files))

    def frames(self, symbol: str) -> tuple[Timeframe, ...]:
        """The timeframes that have a file of their own, shortest first."""
        return tuple(sorted(self._files.get(symbol, {}), key=_seconds))

    def path(self, symbol: str, timeframe: Timeframe) -> Path:
        """Its file; raises KeyError where there is none."""
        return self._files[symbol][timeframe]

    def has_file(self, symbol: str, timeframe: Timeframe) -> bool:
        return timeframe in self._files.get(symbol, {})

    def columns(self, symbol: str, timeframe: Timeframe) -> Columns:
        """The bars from their own file, else summed up from the longest shorter ones.

        Raises SettingsError for a symbol or timeframe that is not there, and for a file that
        cannot be read or holds impossible bars.
        """
        files = self._files.get(symbol)
        if files is None:
            raise SettingsError(
                f"SYMBOLS: '{symbol}' is not in '{self._folder}'.",
                hint=f"It holds {', '.join(self.symbols)}.",
            )
        if timeframe in files:
            return _read(files[timeframe], timeframe)
        shorter = [frame for frame in files if timeframe.seconds % frame.seconds == 0]
        if not shorter:
            frames = ", ".join(frame.value for frame in sorted(files, key=_seconds))
            raise SettingsError(
                f"TIMEFRAMES: '{self._folder}' has no {timeframe} bars of {symbol}.",
                hint=f"It has {frames}.",
            )
        source = max(shorter, key=_seconds)
        return resampled(_read(files[source], source), source, timeframe)

    def funding(self, symbol: str) -> Funding:
        """The funding of `symbol`, empty where none was recorded; raises SettingsError."""
        path = self._funding.get(symbol)
        return NO_FUNDING if path is None else _read_funding(path)

    def interruptions(self) -> tuple[Interruption, ...]:
        """Halts and delistings that the folder scripts; raises SettingsError."""
        return interruptions_in(self._folder / "interruptions.csv")

    def _note(self, path: Path) -> None:
        paid = _FUNDING.fullmatch(path.stem)
        if paid is not None:
            self._funding.setdefault(f"{paid['base']}/{paid['quote']}:{paid['settle']}", path)
        match = _NAME.fullmatch(path.stem)
        if match is None or match["frame"] not in set(Timeframe):
            return  # order books and the like
        settle = f":{match['settle']}" if match["settle"] else ""
        symbol = f"{match['base']}/{match['quote']}{settle}"
        frames = self._files.setdefault(symbol, {})
        frames.setdefault(Timeframe(match["frame"]), path)  # the folder's own file comes first


def file_name(symbol: str, timeframe: Timeframe) -> str:
    """The name of the file that holds these bars."""
    pair, _, settle = symbol.partition(":")
    base, _, quote = pair.partition("/")
    return f"{'_'.join(word for word in (base, quote, settle) if word)}-{timeframe.value}.parquet"


def written(path: Path, timeframe: Timeframe) -> Columns:
    """The bars of the file at `path`; raises SettingsError where it does not hold sound ones."""
    return _read(path, timeframe)


def _seconds(timeframe: Timeframe) -> int:
    return timeframe.seconds


def _read(path: Path, timeframe: Timeframe) -> Columns:
    return _checked(unchecked(path), path, timeframe)


def unchecked(path: Path) -> Columns:
    """The rows of the file at `path` as they are; raises SettingsError where it has no such."""
    import polars as pl  # 0.2 s and 45 MB: only a replay pays

    try:
        frame = pl.read_parquet(path, columns=list(_WORDS))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SettingsError(f"MARKET: '{path}' cannot be read as bars: {error}") from error
    return _columns(frame)


def _read_funding(path: Path) -> Funding:
    import polars as pl

    try:
        frame = pl.read_parquet(path, columns=["timestamp", "funding_rate"])
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SettingsError(f"MARKET: '{path}' cannot be read as funding: {error}") from error
    at_ms = frame["timestamp"].to_numpy().astype(np.int64, copy=False)
    ratio = frame["funding_rate"].to_numpy().astype(np.float64, copy=False)
    if not (np.all(np.diff(at_ms) > 0) and np.all(np.abs(ratio) < 1.0)):
        raise SettingsError(f"MARKET: '{path}' holds funding out of order or impossible ratios.")
    return Funding(at_ms, ratio)


def _columns(frame: "pl.DataFrame") -> Columns:
    times = frame["timestamp"].to_numpy().astype(np.int64, copy=False)
    prices = (frame[word].to_numpy().astype(np.float64, copy=False) for word in _WORDS[1:])
    return Columns(times, *prices)


def _checked(columns: Columns, path: Path, timeframe: Timeframe) -> Columns:
    length_ms = timeframe.seconds * 1000
    aligned = timeframe is Timeframe.W1 or not np.any(columns.open_ms % length_ms)
    ordered = bool(np.all(np.diff(columns.open_ms) > 0))
    bounded = (columns.low > 0.0) & (columns.low <= np.minimum(columns.open, columns.close))
    bounded &= (columns.high >= np.maximum(columns.open, columns.close)) & (columns.high < np.inf)
    traded = columns.volume_base >= 0.0  # False for NaN, as the comparisons above are
    if not columns.size:
        raise SettingsError(f"MARKET: '{path}' holds no bars.")
    if not (aligned and ordered and bool(np.all(bounded & traded))):
        raise SettingsError(
            f"MARKET: '{path}' holds bars out of order, off their grid, or with impossible prices."
        )
    return columns
