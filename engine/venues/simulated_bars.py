"""Bars of the simulated market, summed up from its ticks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import gcd
from typing import NamedTuple

import numpy as np

from engine.core.market import Bar
from engine.core.timeframes import Timeframe
from engine.venues.simulated_path import BLOCK_S, STEP_S, Block

_KEPT = 512  # pieces of a block


class _Columns(NamedTuple):
    """Bars as columns, (bars,) float64 each, oldest first."""

    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume_base: np.ndarray


class BarShop:
    """Makes any bar of any symbol from `block(symbol, index)`."""

    def __init__(self, block: Callable[[str, int], Block]) -> None:
        self._block = block
        self._piece = lru_cache(maxsize=_KEPT)(self._make_piece)

    def closed(self, symbol: str, timeframe: Timeframe, after_s: int, until_s: int) -> list[Bar]:
        """The bars that close after `after_s` and not after `until_s` (epoch seconds)."""
        length_s = timeframe.seconds
        anchor_at = timeframe.open_at(datetime.fromtimestamp(after_s, UTC))
        first_s = int(anchor_at.timestamp())  # the first bar opens here: it closes after `after_s`
        count = (until_s - first_s) // length_s
        if count <= 0:
            return []
        columns = self._summed(symbol, first_s, length_s, count)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [
            Bar(anchor_at + timedelta(seconds=length_s * number), *row)
            for number, row in enumerate(rows)
        ]

    def _summed(self, symbol: str, first_s: int, length_s: int, count: int) -> _Columns:
        # all bars are sums of pieces that never cross the border of a block
        piece_s = gcd(length_s, BLOCK_S)
        end_s = first_s + count * length_s
        indexes = range(first_s // BLOCK_S, -(-end_s // BLOCK_S))
        pieces = [self._piece(symbol, piece_s, index) for index in indexes]
        skipped = (first_s - indexes.start * BLOCK_S) // piece_s
        wanted = slice(skipped, skipped + count * (length_s // piece_s))
        joined = _Columns(*(np.concatenate(column)[wanted] for column in zip(*pieces, strict=True)))
        return _folded(joined, length_s // piece_s)

    def _make_piece(self, symbol: str, piece_s: int, index: int) -> _Columns:
        block = self._block(symbol, index)
        price = block.price
        ticks = _Columns(price, price, price, price, block.volume_base)
        return _folded(ticks, piece_s // STEP_S)


def _folded(columns: _Columns, size: int) -> _Columns:
    # every `size` rows become one
    rows = _Columns(*(column.reshape(-1, size) for column in columns))
    return _Columns(
        rows.open[:, 0],
        rows.high.max(axis=1),
        rows.low.min(axis=1),
        rows.close[:, -1],
        rows.volume_base.sum(axis=1),
    )
