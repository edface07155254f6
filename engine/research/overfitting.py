"""How much of a Sharpe ratio is left once luck and all the trials made for it are taken off.

Probabilistic Sharpe ratio: Bailey and Lopez de Prado, The Sharpe Ratio Efficient Frontier (2012).
Deflated: the same, The Deflated Sharpe Ratio (2014). Probability of backtest overfitting by
combinatorially symmetric cross-validation: Bailey, Borwein, Lopez de Prado, Zhu (2017).
All Sharpe ratios here are per period of the returns, not per year.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np

from engine.core.errors import UserError
from engine.market.arrays import Floats
from engine.research.outcome import UNWATCHED, Watch
from engine.research.returns import sharpe, skew_and_kurtosis

EULER = 0.5772156649015329  # Euler and Mascheroni's constant
BLOCKS = 16  # of the time, half of them in the sample: 12,870 ways
AT_ONCE = 512  # ways judged together: memory stays small, and a stop is heard
TIE = 1e-12  # Sharpe ratios that are this close differ by rounding
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Deflated:
    """A Sharpe ratio and the probability that it is more than luck. Per period."""

    sharpe_ratio: float
    hurdle_ratio: float  # what the best of so many trials without skill is expected to show
    real_ratio: float  # probability that the true one is above the hurdle
    trials: int
    periods: int


@dataclass(frozen=True, slots=True)
class Overfit:
    """What became of the best in sample once it was out of sample, over all ways to split."""

    overfit_ratio: float  # how often the best came out in the worse half
    loss_ratio: float  # how often it lost
    slope: float  # of out over in sample; under 0: the better fitted, the worse it did
    logits: Floats  # (ways,) of its relative rank; under 0 is the worse half
    in_sharpe: Floats  # (ways,)
    out_sharpe: Floats  # (ways,)


def probabilistic(returns: Floats, hurdle_ratio: float = 0.0) -> float:
    """Probability that the true Sharpe ratio is above `hurdle_ratio`, by the returns seen.

    returns: (periods,). Skew and fat tails are heeded. 0.5 where too little or nothing moved.
    """
    seen = sharpe(returns)
    if returns.size < 3 or (seen == 0.0 and hurdle_ratio == 0.0):
        return 0.5
    skew, kurtosis = skew_and_kurtosis(returns)
    spread = 1.0 - skew * seen + (kurtosis - 1.0) / 4.0 * seen * seen
    # moments of a short sample can make the variance absurd; a normal's is then the careful one
    spread = spread if spread > 0.0 else 1.0 + 0.5 * seen * seen
    return _NORMAL.cdf((seen - hurdle_ratio) * math.sqrt(returns.size - 1.0) / math.sqrt(spread))


def expected_best(trials: int, variance: float) -> float:
    """The Sharpe ratio to be expected of the best of `trials` without any skill.

    variance: of the trials' Sharpe ratios. 0 for a single trial.
    """
    if trials < 2 or not variance > 0.0:
        return 0.0
    first = _NORMAL.inv_cdf(1.0 - 1.0 / trials)
    second = _NORMAL.inv_cdf(1.0 - 1.0 / (trials * math.e))
    return math.sqrt(variance) * ((1.0 - EULER) * first + EULER * second)


def deflated(returns: Floats, trials: int, variance: float) -> Deflated:
    """The chosen one's returns against the best of all `trials` made, chosen or not.

    returns: (periods,) of the one that was chosen; variance: of the trials' Sharpe ratios. With
    several trials and no variance known, that of a Sharpe ratio without skill is taken: 1 over
    the periods.
    """
    if trials > 1 and not variance > 0.0:
        variance = 1.0 / max(1, returns.size - 1)
    hurdle_ratio = expected_best(trials, variance)
    return Deflated(
        sharpe(returns), hurdle_ratio, probabilistic(returns, hurdle_ratio), trials, returns.size
    )


def periods_needed(returns: Floats, level_ratio: float = 0.95) -> float:
    """Returns needed until a Sharpe ratio as seen is over 0 at `level_ratio`; inf where it is not.

    The minimum track record length of Bailey and Lopez de Prado (2012).
    """
    seen = sharpe(returns)
    if not seen > 0.0:
        return math.inf
    skew, kurtosis = skew_and_kurtosis(returns)
    spread = 1.0 - skew * seen + (kurtosis - 1.0) / 4.0 * seen * seen
    return 1.0 + max(spread, 0.0) * (_NORMAL.inv_cdf(level_ratio) / seen) ** 2


def overfit(returns: Floats, blocks: int = BLOCKS, watch: Watch = UNWATCHED) -> Overfit:
    """How often choosing the best of these trials would have misled.

    returns: (trials, periods), all over the same time. Raises UserError with fewer than two
    trials, or than two periods a block.
    """
    trials, periods = returns.shape
    if trials < 2:
        raise UserError("Overfitting shows between trials: at least two are needed.")
    if periods < 2 * blocks:
        raise UserError(
            f"{periods} days are too few for {blocks} blocks.", hint="Use more history."
        )
    length = periods // blocks
    cut = returns[:, periods - length * blocks :].reshape(trials, blocks, length)
    sums, squares = cut.sum(axis=2), (cut**2).sum(axis=2)
    half = length * blocks // 2
    ways = math.comb(blocks, blocks // 2)
    logits, best_in, best_out = np.empty(ways), np.empty(ways), np.empty(ways)
    done = 0
    for chosen in _ways(blocks):
        watch.at(done, ways, "ways to split the time")
        inside = _sharpes(sums, squares, chosen, half)
        outside = _sharpes(sums, squares, 1.0 - chosen, half)
        row = np.arange(len(chosen))
        winner = inside.argmax(axis=0)
        out = outside[winner, row]
        # ties count half, so that trials that are all alike are no proof of either
        below = (outside < out - TIE).sum(axis=0)
        below = below + 0.5 * ((np.abs(outside - out) <= TIE).sum(axis=0) - 1)
        rank = (below + 1.0) / (trials + 1.0)
        part = slice(done, done + len(chosen))
        logits[part] = np.log(rank / (1.0 - rank))
        best_in[part], best_out[part] = inside[winner, row], out
        done += len(chosen)
    centred = best_in - best_in.mean()
    spread = float((centred**2).sum())
    return Overfit(
        overfit_ratio=float((logits < 0.0).mean() + 0.5 * (logits == 0.0).mean()),
        loss_ratio=float((best_out < 0.0).mean()),
        slope=float((centred * best_out).sum()) / spread if spread > 0.0 else 0.0,
        logits=logits,
        in_sharpe=best_in,
        out_sharpe=best_out,
    )


def _ways(blocks: int) -> Iterator[Floats]:
    # (ways, blocks) of 1 where the block is in the sample, a chunk at a time
    rows: list[tuple[int, ...]] = []
    for chosen in combinations(range(blocks), blocks // 2):
        rows.append(chosen)
        if len(rows) == AT_ONCE:
            yield _marked(rows, blocks)
            rows = []
    if rows:
        yield _marked(rows, blocks)


def _marked(rows: list[tuple[int, ...]], blocks: int) -> Floats:
    found = np.zeros((len(rows), blocks))
    np.put_along_axis(found, np.array(rows), 1.0, axis=1)
    return found


def _sharpes(sums: Floats, squares: Floats, chosen: Floats, count: int) -> Floats:
    # (trials, ways) from the blocks' sums alone
    mean = sums @ chosen.T / count
    variance = (squares @ chosen.T - count * mean**2) / (count - 1)
    safe = np.where(variance > 1e-24, variance, 1.0)
    found: Floats = np.where(variance > 1e-24, mean / np.sqrt(safe), 0.0)
    return found
