"""Values to draw, from ordinary to absurd."""

import numpy as np

from charts.reliability import ReliabilityStory
from charts.story import Mark, PlanLevel, PriceStory
from engine.analytics.equity import EquityCurve, measured
from engine.analytics.skill import Reliability, VoteHistory
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


def a_story(
    bars: Bars, *marks: Mark, stop_price: float | None = None, levels: tuple[PlanLevel, ...] = ()
) -> PriceStory:
    """A story of BTC on hourly bars."""
    return PriceStory("BTC/USDT:USDT", Timeframe.H1, bars, marks, stop_price, levels)


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
NOW_PRICE = float(BARS.close[-1])
PLAN = (
    PlanLevel("break-even", NOW_PRICE * 1.012),
    PlanLevel("target", NOW_PRICE * 1.03),
    PlanLevel("trail", NOW_PRICE * 1.031),  # on top of the target: not shown
    PlanLevel("target", NOW_PRICE * 1.05),
    PlanLevel("target", NOW_PRICE * 9.0),  # too far to be shown
)
STORIES = {
    "ordinary": a_story(BARS, LONG, SHORT, OPEN, stop_price=float(BARS.close[109]) * 0.97),
    "plan": a_story(BARS, OPEN, stop_price=NOW_PRICE * 0.985, levels=PLAN),
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


def a_curve_of(said: list[float], happened: list[float], labelled: int = 120) -> Reliability:
    """A reliability curve through these points."""
    count = np.linspace(10.0, 40.0, len(said))
    return Reliability("as said", np.array(said), np.array(happened), count, 0.11, labelled)


def votes_over_time(votes: int, voters: int = 3, spacing_s: float = 3600.0) -> VoteHistory:
    """Votes in turn, right and wrong, the last ones not decided."""
    rng = np.random.default_rng(9)
    result = np.where(np.arange(votes) > 0.8 * votes, np.nan, rng.integers(-1, 2, votes))
    lean = rng.uniform(-1.0, 1.0, votes)
    names = tuple(f"voter {n % max(1, voters)} of a long name" for n in range(votes))
    at_s = 1.7e9 + spacing_s * np.arange(votes, dtype=np.float64)
    return VoteHistory(at_s, names, lean, 0.2 * lean, result)


NONE = Reliability("as said", np.zeros(0), np.zeros(0), np.zeros(0), float("nan"), 4)
RELIABILITY = {
    "ordinary": ReliabilityStory(
        a_curve_of([0.2, 0.4, 0.7], [0.35, 0.4, 0.5]), a_curve_of([0.4, 0.45], [0.38, 0.47])
    ),
    "only said": ReliabilityStory(a_curve_of([0.1, 0.9], [0.5, 0.5]), NONE),
    "certain": ReliabilityStory(a_curve_of([0.0, 1.0], [0.0, 1.0]), a_curve_of([1.0], [1.0])),
    "one bin": ReliabilityStory(a_curve_of([0.01], [0.0]), NONE),
    "empty": ReliabilityStory(NONE, NONE),
}
HISTORIES = {
    "ordinary": votes_over_time(60),
    "many voters": votes_over_time(2000, 16),
    "one vote": votes_over_time(1),
    "one moment": votes_over_time(5, 5, 0.0),
    "empty": votes_over_time(0),
}
