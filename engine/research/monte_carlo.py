"""What else could have happened: the same trades or days in other orders, thousands of times.

Days are drawn in blocks, so that what hangs together stays together: of random length (stationary
bootstrap, Politis and Romano 1994) or of a fixed one (circular, Politis and Romano 1992).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.core.errors import UserError
from engine.market.arrays import Floats, Ints
from engine.research.outcome import UNWATCHED, Watch

DRAWS = 2000
AT_ONCE = 250  # paths drawn together: a stop is heard in between
LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
FEWEST = 10  # returns under which nothing is drawn
POINTS = 200  # of a band, at most: a picture is no wider

Draw = Callable[[int, int, np.random.Generator], Ints]  # length, paths, chance -> (paths, length)


@dataclass(frozen=True, slots=True)
class Fan:
    """Where equity might have gone, starting from 1."""

    levels: tuple[float, ...]
    step: Ints  # (points,) after how many returns
    bands: Floats  # (levels, points) equity at each level of probability
    seen: Floats  # (points,) equity as it really went
    final: Floats  # (draws,) sorted
    max_drawdown: Floats  # (draws,) ratios, sorted
    sharpe: Floats  # (draws,) per period, sorted
    ruin_ratio: float  # the drawdown that counts as ruin
    risk_of_ruin_ratio: float  # share of paths that reached it
    loss_probability_ratio: float  # share of paths that ended under 1

    def drawdown_at(self, level_ratio: float) -> float:
        """The drawdown that this share of the paths stayed within."""
        return float(np.quantile(self.max_drawdown, level_ratio))


def fan(
    returns: Floats,
    draw: Draw,
    rng: np.random.Generator,
    draws: int = DRAWS,
    ruin_ratio: float = 0.5,
    watch: Watch = UNWATCHED,
) -> Fan:
    """Paths of equity drawn from `returns`: (n,) ratios of equity, by day or by trade.

    Raises UserError with under ten returns.
    """
    size = returns.size
    if size < FEWEST:
        raise UserError(f"{size} returns are too few to draw from: {FEWEST} are needed.")
    step = np.unique(np.linspace(1, size, min(POINTS, size)).astype(np.int64))
    kept = np.empty((draws, step.size))
    final, deepest, sharpe = np.empty(draws), np.empty(draws), np.empty(draws)
    for done in range(0, draws, AT_ONCE):
        watch.at(done, draws, "paths")
        part = slice(done, min(done + AT_ONCE, draws))
        drawn = returns[draw(size, part.stop - part.start, rng)]
        equity = _equity(drawn)
        peak = np.maximum(np.maximum.accumulate(equity, axis=1), 1.0)
        kept[part], final[part] = equity[:, step - 1], equity[:, -1]
        deepest[part] = (1.0 - equity / peak).max(axis=1)
        deviation = drawn.std(axis=1, ddof=1)
        still = deviation <= 1e-15
        sharpe[part] = np.where(still, 0.0, drawn.mean(axis=1) / np.where(still, 1.0, deviation))
    went = _equity(returns[np.newaxis])[0]
    return Fan(
        levels=LEVELS,
        step=step,
        bands=np.quantile(kept, LEVELS, axis=0),
        seen=went[step - 1],
        final=np.sort(final),
        max_drawdown=np.sort(deepest),
        sharpe=np.sort(sharpe),
        ruin_ratio=ruin_ratio,
        risk_of_ruin_ratio=float((deepest >= ruin_ratio).mean()),
        loss_probability_ratio=float((final < 1.0).mean()),
    )


def _equity(returns: Floats) -> Floats:
    # (paths, steps) from 1 on; who is ruined stays so
    return np.asarray(np.multiply.accumulate(np.maximum(1.0 + returns, 0.0), axis=1))


def trades_redrawn(size: int, paths: int, rng: np.random.Generator) -> Ints:
    """Each trade drawn by itself, with putting back: a Draw for returns by trade."""
    return rng.integers(0, size, (paths, size), dtype=np.int64)


def trades_reordered(size: int, paths: int, rng: np.random.Generator) -> Ints:
    """The same trades in other orders: the end is the same, the drawdowns are not."""
    return rng.permuted(np.tile(np.arange(size, dtype=np.int64), (paths, 1)), axis=1)


def stationary(mean_block: float) -> Draw:
    """Blocks of random length, `mean_block` in the mean, that begin anywhere and wrap around."""

    def draw(size: int, paths: int, rng: np.random.Generator) -> Ints:
        begins = rng.random((paths, size)) < 1.0 / max(1.0, mean_block)
        begins[:, 0] = True
        start = rng.integers(0, size, (paths, size), dtype=np.int64)
        place = np.arange(size, dtype=np.int64)
        # the place where the block that each point belongs to began
        began = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
        found: Ints = (np.take_along_axis(start, began, axis=1) + place - began) % size
        return found

    return draw


def circular(block: int) -> Draw:
    """Blocks of the same length that begin anywhere and wrap around."""

    def draw(size: int, paths: int, rng: np.random.Generator) -> Ints:
        count = -(-size // block)
        start = rng.integers(0, size, (paths, count, 1), dtype=np.int64)
        rows = (start + np.arange(block, dtype=np.int64)) % size
        return rows.reshape(paths, -1)[:, :size]

    return draw


def usual_block(size: int) -> float:
    """A mean length of blocks for so many returns: their cube root (Hall, Horowitz, Jing 1995)."""
    return max(1.0, float(np.cbrt(size)))


def interval(drawn: Floats, level_ratio: float = 0.90) -> tuple[float, float]:
    """The middle `level_ratio` of what was drawn."""
    tail = (1.0 - level_ratio) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail]).tolist()
    return low, high
