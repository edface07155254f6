"""Walk-forward: choose on the past, trade what follows, move on; only what followed counts."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

from engine.core.parameters import Parameters, declarations
from engine.market.arrays import Floats
from engine.research.folds import Window
from engine.research.outcome import UNWATCHED, Outcome, Run, Score, Watch
from engine.research.returns import daily_returns, per_year, sharpe, yearly_sharpe

Choose = Callable[[datetime, datetime], Parameters]  # the best on that stretch
NO_TRADES = -math.inf  # the score of who did not trade enough


@dataclass(frozen=True, slots=True)
class Step:
    """One window: what was chosen in it, and what came of that. Sharpe ratios are per year."""

    window: Window
    chosen: Parameters
    in_sharpe: float
    out_sharpe: float
    in_trades: int
    out_trades: int
    out_returns: Floats  # (days,)


@dataclass(frozen=True, slots=True)
class WalkForward:
    """The whole walk. Sharpe ratios are per year."""

    steps: tuple[Step, ...]
    returns: Floats  # (days,) of all tests, one after the other
    in_sharpe: float  # mean over the windows
    out_sharpe: float  # of all tests together
    kept_ratio: (
        float  # out over in; 1: nothing was lost, 0 or less: all of it. NaN: nothing to lose
    )
    gaining_ratio: float  # share of the tests that ended above their start
    stability: tuple[tuple[str, float], ...]  # by parameter: 1 always the same, 0 anywhere

    @property
    def trades(self) -> int:
        """Closed in the tests."""
        return sum(step.out_trades for step in self.steps)


def walk_forward(
    run: Run, found: Sequence[Window], choose: Choose, watch: Watch = UNWATCHED
) -> WalkForward:
    """The walk through these windows."""
    steps = []
    for done, window in enumerate(found):
        watch.at(done, len(found), f"window from {window.test_from_at:%Y-%m-%d}")
        chosen = choose(window.train_from_at, window.train_to_at)
        steps.append(_step(run, window, chosen))
    watch.at(len(found), len(found), "done")
    returns = np.concatenate([step.out_returns for step in steps])
    in_sharpe = float(np.mean([step.in_sharpe for step in steps]))
    out_sharpe = per_year(sharpe(returns))
    gaining = [float(np.prod(1.0 + step.out_returns)) > 1.0 for step in steps]
    return WalkForward(
        steps=tuple(steps),
        returns=returns,
        in_sharpe=in_sharpe,
        out_sharpe=out_sharpe,
        kept_ratio=out_sharpe / in_sharpe if in_sharpe > 0.0 else math.nan,
        gaining_ratio=float(np.mean(gaining)),
        stability=stability([step.chosen for step in steps]),
    )


def best_of(
    run: Run,
    candidates: Sequence[Parameters],
    score: Score = yearly_sharpe,
    min_trades: int = 10,
    watch: Watch = UNWATCHED,
) -> Choose:
    """Chooses the best of a list; one with too few trades is never chosen over one with enough.

    The first of equals: put what is in force first, and nothing changes without a reason.
    """

    def choose(from_at: datetime, to_at: datetime) -> Parameters:
        best, best_score = candidates[0], -math.inf
        for done, parameters in enumerate(candidates):
            watch.at(done, len(candidates), "candidates")
            scored = scored_of(run(parameters, from_at, to_at), score, min_trades)
            if scored > best_score:
                best, best_score = parameters, scored
        return best

    return choose


def scored_of(outcome: Outcome, score: Score, min_trades: int) -> float:
    """The score, or NO_TRADES where fewer trades than `min_trades` were closed."""
    return score(outcome) if len(outcome.trades) >= min_trades else NO_TRADES


def stability(chosen: Sequence[Parameters]) -> tuple[tuple[str, float], ...]:
    """Of each parameter that ever differed: 1 less its mean step from window to window.

    The step is measured against what the windows ranged over; flags and texts count as changed
    or not. 1 is always the same.
    """
    found = []
    for name in declarations(Parameters):
        values = [getattr(parameters, name) for parameters in chosen]
        if len(set(values)) < 2:
            continue
        if isinstance(values[0], bool | str):
            steps = [float(now != before) for before, now in pairwise(values)]
            found.append((name, 1.0 - float(np.mean(steps))))
            continue
        column = np.array(values, dtype=np.float64)
        span = float(np.ptp(column))
        found.append((name, 1.0 - float(np.abs(np.diff(column)).mean()) / span))
    return tuple(found)


def _step(run: Run, window: Window, chosen: Parameters) -> Step:
    inside = run(chosen, window.train_from_at, window.train_to_at)
    outside = run(chosen, window.test_from_at, window.test_to_at)
    return Step(
        window=window,
        chosen=chosen,
        in_sharpe=yearly_sharpe(inside),
        out_sharpe=yearly_sharpe(outside),
        in_trades=len(inside.trades),
        out_trades=len(outside.trades),
        out_returns=daily_returns(outside.curve),
    )
