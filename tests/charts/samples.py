"""Values to draw, from ordinary to absurd."""

import numpy as np

from charts.story import Mark, PriceStory
from engine.analytics.equity import EquityCurve, measured
from engine.core.timeframes import Timeframe
from engine.market.bars import EMPTY, Bars
from tests.engine.market.drawn import walk


def a_curve(points: int, seed: int = 1) -> EquityCurve:
    """A random curve of hourly points."""
    steps = np.random.default_rng(seed).normal(0.0, 0.003, points)
    at_s = 1.7e9 + 3600.0 * np.arange(points, dtype=np.float64)
    return measured(at_s, 10_000.0 * np.exp(np.cumsum(steps)), "USDT")


def flat_curve(points: int, equity: float = 10_000.0) -> EquityCurve:
    """A curve on which nothing happened."""
    return measured(np.arange(0.0, 60.0 * points, 60.0), np.full(points, equity), "USDT")


def a_story(bars: Bars, *marks: Mark, stop_price: float | None = None) -> PriceStory:
    """A story of BTC on hourly bars."""
    return PriceStory("BTC/USDT:USDT", Timeframe.H1, bars, marks, stop_price)


BARS = walk(4, 120)
HOURS = BARS.open_at_s.astype(np.float64)
LONG = Mark(1, HOURS[20], float(BARS.close[19]), HOURS[40], float(BARS.close[39]), won=True)
SHORT = Mark(-1, HOURS[60], float(BARS.close[59]), HOURS[80], float(BARS.close[79]), won=False)
OPEN = Mark(1, HOURS[110], float(BARS.close[109]))

CURVES = {
    "ordinary": a_curve(500),
    "long": a_curve(20_000),
    "two points": a_curve(2),
    "flat": flat_curve(50),
    "worthless": flat_curve(5, 0.0),
    "lost": measured(np.arange(3.0), np.array([100.0, 0.0, -50.0]), ""),
    "one point": a_curve(1),
    "empty": a_curve(0),
}
STORIES = {
    "ordinary": a_story(BARS, LONG, SHORT, OPEN, stop_price=float(BARS.close[109]) * 0.97),
    "no trades": a_story(BARS),
    "far stop": a_story(BARS, OPEN, stop_price=1.0),
    "two bars": a_story(BARS.until(2)),
    "one bar": a_story(BARS.until(1)),
    "empty": a_story(EMPTY),
    "tiny prices": a_story(
        Bars(
            BARS.open_at_s,
            BARS.open * 1e-7,
            BARS.high * 1e-7,
            BARS.low * 1e-7,
            BARS.close * 1e-7,
            BARS.volume_base,
        )
    ),
}
