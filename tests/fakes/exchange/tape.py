"""Bars of every symbol, built from the prices that a script names."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

INTERVALS_MS = {
    "1m": 60_000,
    "3m": 180_000,
    "5m": 300_000,
    "15m": 900_000,
    "30m": 1_800_000,
    "1h": 3_600_000,
    "2h": 7_200_000,
    "4h": 14_400_000,
    "6h": 21_600_000,
    "12h": 43_200_000,
    "1d": 86_400_000,
}
BARS_KEPT = 3000


@dataclass(slots=True)
class TapeBar:
    """One bar; the last one of an interval is not closed yet."""

    open_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    trades: int = 1
    is_closed: bool = False

    def add(self, price: Decimal, volume: Decimal) -> None:
        self.high, self.low = max(self.high, price), min(self.low, price)
        self.close, self.volume, self.trades = price, self.volume + volume, self.trades + 1


Closed = list[tuple[str, TapeBar]]  # interval, bar


class Tape:
    """Bars of one symbol in every interval; an interval without a trade has no bar."""

    def __init__(self) -> None:
        self._bars: dict[str, list[TapeBar]] = defaultdict(list)
        self._next_close_ms = 0

    def add(self, at_ms: int, price: Decimal, volume: Decimal) -> Closed:
        """Add a trade; returns the bars that it closed."""
        closed = self.close_until(at_ms)
        for interval, length_ms in INTERVALS_MS.items():
            bars, open_ms = self._bars[interval], at_ms // length_ms * length_ms
            if bars and bars[-1].open_ms == open_ms:
                bars[-1].add(price, volume)
            else:
                bars.append(TapeBar(open_ms, price, price, price, price, volume))
                del bars[:-BARS_KEPT]
        self._next_close_ms = at_ms // 60_000 * 60_000 + 60_000
        return closed

    def close_until(self, at_ms: int) -> Closed:
        """Close the bars that are over at `at_ms`; returns them."""
        closed: Closed = []
        if at_ms < self._next_close_ms:
            return closed
        for interval, length_ms in INTERVALS_MS.items():
            bars = self._bars[interval]
            if bars and not bars[-1].is_closed and at_ms >= bars[-1].open_ms + length_ms:
                bars[-1].is_closed = True
                closed.append((interval, bars[-1]))
        return closed

    def last(self, interval: str) -> TapeBar | None:
        bars = self._bars[interval]
        return bars[-1] if bars else None

    def rows(self, interval: str, since_ms: int | None, until_ms: int, limit: int) -> list[TapeBar]:
        """Bars that begin in [since, until], the first `limit`; the last ones without `since`."""
        bars = [bar for bar in self._bars[interval] if bar.open_ms <= until_ms]
        if since_ms is None:
            return bars[-limit:]
        return [bar for bar in bars if bar.open_ms >= since_ms][:limit]


def kline(bar: TapeBar, length_ms: int) -> list[object]:
    """The row of GET klines."""
    prices = [plain(price) for price in (bar.open, bar.high, bar.low, bar.close)]
    worth = plain(bar.volume * bar.close)
    end_ms = bar.open_ms + length_ms - 1
    return [bar.open_ms, *prices, plain(bar.volume), end_ms, worth, bar.trades, "0", "0", "0"]


def plain(value: Decimal) -> str:
    """The number without an exponent."""
    return f"{value:f}"
