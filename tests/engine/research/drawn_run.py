"""A Run without a desk: noise by the day, and an edge that hangs on one parameter."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from engine.analytics.equity import EquityCurve, measured
from engine.core.parameters import Parameters
from engine.core.positions import Trade
from engine.research.outcome import Run
from tests.storage.samples import a_trade

START = datetime(2023, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = 1000


class Drawn(NamedTuple):
    trades: tuple[Trade, ...]
    curve: EquityCurve


def drawn_run(edge: float, best_stop_atr: float = 3.0, trades: int = 20) -> Run:
    """Noise of 1 % a day, another one for each stop; the edge is at its full around the best stop.

    It falls off over a fifth of that distance, so that a search can find it.
    """

    def run(parameters: Parameters, from_at: datetime, to_at: datetime) -> Drawn:
        days = [(from_at - START).days + day for day in range((to_at - from_at).days + 1)]
        own = np.random.default_rng(round(parameters.stop_atr * 1000)).normal(0.0, 0.01, DAYS)
        away = (parameters.stop_atr / best_stop_atr - 1.0) / 0.2
        moved = own[days[1:]] + edge * np.exp(-away * away / 2.0)
        at_s = np.array([(START + day * DAY).timestamp() for day in days])
        equity = 1000.0 * np.concatenate(([1.0], np.cumprod(1.0 + moved)))
        return Drawn((a_trade(),) * trades, measured(at_s, equity, "USDT"))

    return run
