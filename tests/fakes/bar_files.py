"""Small recorded markets on disk, named as the data folder names them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from engine.core.clockwork import to_ms
from engine.core.timeframes import Timeframe

Row = tuple[int, float, float, float, float, float]


def walk(
    first_at: datetime, timeframe: Timeframe, bars: int, *, seed: int = 1, price: float = 100.0
) -> list[Row]:
    """A random walk of `bars` bars."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for number in range(bars):
        path = price * np.exp(np.cumsum(rng.normal(0.0, 0.004, 8)))
        start_ms = to_ms(first_at + number * timeframe.delta)
        high, low = max(price, float(path.max())), min(price, float(path.min()))
        rows.append((start_ms, price, high, low, float(path[-1]), float(rng.uniform(1, 9))))
        price = float(path[-1])
    return rows


def without(rows: Sequence[Row], numbers: Iterable[int]) -> list[Row]:
    """The rows but for an outage at `numbers`."""
    missing = set(numbers)
    return [row for number, row in enumerate(rows) if number not in missing]


def write(folder: Path, name: str, rows: Sequence[Row]) -> Path:
    """Writes the rows as `folder/name.parquet`."""
    words = ("timestamp", "open", "high", "low", "close", "volume")
    path = folder / f"{name}.parquet"
    columns = list(zip(*rows, strict=True)) or [()] * len(words)
    frame = pl.DataFrame(dict(zip(words, columns, strict=True)))
    frame.write_parquet(path)
    return path
