"""Correlation and beta once more, through numpy's own: what an entry would stand beside."""

import math
from datetime import datetime, timedelta
from typing import Any

import numpy as np

WINDOW_BARS = 240
LEAST_RETURNS = 48
HOUR = timedelta(hours=1)
Returns = np.ndarray[Any, np.dtype[np.float64]]  # (WINDOW_BARS,), NaN where a bar is missing


class SlowLikeness:
    """Hourly closes by their moment, and how alike they moved before another one."""

    def __init__(self) -> None:
        self._closes: dict[str, dict[datetime, float]] = {}
        self._asked: dict[tuple[str, datetime], Returns] = {}

    def closed(self, symbol: str, at: datetime, price: float) -> None:
        """Notes one close; those out of every window are forgotten."""
        closes = self._closes.setdefault(symbol, {})
        closes[at] = price
        while next(iter(closes)) < at - (WINDOW_BARS + 2) * HOUR:
            del closes[next(iter(closes))]
        self._asked.clear()

    def correlation_ratio(self, one: str, other: str, at: datetime) -> float:
        """Pearson's r of both before `at`; NaN where too little is known."""
        x, y = self._common(one, other, at)
        return float(np.corrcoef(x, y)[0, 1]) if x.size >= LEAST_RETURNS else math.nan

    def beta(self, symbol: str, bitcoin: str, at: datetime) -> float:
        """The slope on bitcoin before `at`; 1.0 where it is not known."""
        x, y = self._common(bitcoin, symbol, at)
        if x.size < LEAST_RETURNS:
            return 1.0
        return float(np.cov(x, y, bias=True)[0, 1] / np.var(x))

    def _common(self, one: str, other: str, at: datetime) -> tuple[Returns, Returns]:
        x, y = self._returns(one, at), self._returns(other, at)
        both = np.isfinite(x) & np.isfinite(y)
        return x[both], y[both]

    def _returns(self, symbol: str, at: datetime) -> Returns:
        # the bar that closes at `at` is not known of every symbol yet
        found = self._asked.get((symbol, at))
        if found is None:
            closes = self._closes.get(symbol, {})
            ago = range(WINDOW_BARS + 1, 0, -1)
            prices = np.array([closes.get(at - back * HOUR, math.nan) for back in ago])
            found = self._asked[symbol, at] = prices[1:] / prices[:-1] - 1.0
        return found
