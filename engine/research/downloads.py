"""Bars of a venue, page by page, into a folder that backtests and replays read.

Files are those of engine/venues/replay_files.py. Only whole closed bars are written, a part at a
time and each part whole or not at all: a download that breaks off goes on where it stopped.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import numpy as np

from engine.core.clockwork import from_ms, to_ms
from engine.core.errors import UserError
from engine.core.market import Bar
from engine.core.timeframes import Timeframe
from engine.research.job import Told, untold
from engine.venues.replay_files import file_name, written
from engine.venues.resample import Columns

PART_BARS = 10_000  # twenty pages: so many bars are lost at most
SETTLE = timedelta(seconds=5)  # after a close, until the venue has summed the bar up
PRIVATE = 0o600


class BarSource(Protocol):
    """Who has the bars: `CcxtMarket`."""

    async def closed(
        self, symbol: str, timeframe: Timeframe, after: datetime, until: datetime
    ) -> list[Bar]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be in the folder."""

    symbol: str
    timeframe: Timeframe
    from_at: datetime
    until_at: datetime  # now: a bar that has not closed by then is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded:
    """What is there afterwards."""

    symbol: str
    timeframe: Timeframe
    path: Path
    bars: int
    new_bars: int
    first_at: datetime | None  # opening of the first bar; None where the venue has none
    last_at: datetime | None


async def download(
    source: BarSource, wanted: Wanted, folder: Path, told: Told = untold
) -> Downloaded:
    """Fetches what the folder lacks: bars before its first, and those after its last.

    told: bars that were looked for, of how many, and which symbol. Raises UserError for a span
    without a whole bar, and what the source raises; what was fetched until then stays.
    """
    path = folder / file_name(wanted.symbol, wanted.timeframe)
    have = _found(path, wanted.timeframe)
    before = have.size
    length = wanted.timeframe.delta
    first_at = wanted.timeframe.open_at(wanted.from_at)
    last_at = wanted.timeframe.open_at(wanted.until_at - SETTLE)
    if first_at >= last_at:
        raise UserError("No bar has closed in that span.", hint="Choose an earlier --from.")
    spans = [(first_at, last_at)]
    if have.size:
        ends_at = from_ms(int(have.open_ms[-1])) + length
        spans = [(first_at, from_ms(int(have.open_ms[0]))), (max(ends_at, first_at), last_at)]
        if first_at > ends_at:  # no hole between what is there and what comes
            spans[1] = (ends_at, last_at)
    spans = [(start, end) for start, end in spans if start < end]
    total = sum((end - start) // length for start, end in spans)
    done = 0
    for start, end in spans:
        while start < end:
            stop = min(end, start + PART_BARS * length)
            told(done, total, wanted.symbol)
            bars = await source.closed(wanted.symbol, wanted.timeframe, start, stop)
            have = _joined(have, bars, start, stop)
            if have.size:
                _write(path, have)
            done += (stop - start) // length
            start = stop
    told(total, total, wanted.symbol)
    return Downloaded(
        symbol=wanted.symbol,
        timeframe=wanted.timeframe,
        path=path,
        bars=have.size,
        new_bars=have.size - before,
        first_at=from_ms(int(have.open_ms[0])) if have.size else None,
        last_at=from_ms(int(have.open_ms[-1])) if have.size else None,
    )


def _found(path: Path, timeframe: Timeframe) -> Columns:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return written(path, timeframe) if path.exists() else _NOTHING


def _joined(have: Columns, bars: list[Bar], start: datetime, stop: datetime) -> Columns:
    # in order, each moment once; what was there already stays as it was
    inside = [bar for bar in bars if start <= bar.open_at < stop]
    if not inside:
        return have
    open_ms = np.array([to_ms(bar.open_at) for bar in inside], dtype=np.int64)
    prices = np.array([bar[1:6] for bar in inside], dtype=np.float64)
    fresh = Columns(open_ms, *(np.ascontiguousarray(column) for column in prices.T))
    both = Columns(*(np.concatenate(pair) for pair in zip(have, fresh, strict=True)))
    _, order = np.unique(both.open_ms, return_index=True)
    return Columns(*(column[order] for column in both))


def _write(path: Path, columns: Columns) -> None:
    import polars as pl

    words = ("timestamp", "open", "high", "low", "close", "volume")
    frame = pl.DataFrame(dict(zip(words, columns, strict=True)))
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as file:
        frame.write_parquet(file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


_FLOATS = np.empty(0)
_NOTHING = Columns(np.empty(0, dtype=np.int64), *([_FLOATS] * 5))
