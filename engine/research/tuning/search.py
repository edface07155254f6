"""The search itself: parameters are tried on several stretches of the past, each judged alone.

The score is the mean Sharpe ratio of the stretches less half of their deviation: what is good once
and bad twice is not good. All of it is still chosen on what it is scored by; only the stretch that
the search never sees (engine/research/tuning/comparison.py) says whether anything was found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from engine.core.parameters import Parameters
from engine.market.arrays import Floats
from engine.research.folds import stretches
from engine.research.outcome import UNWATCHED, Run, Stopped, Watch
from engine.research.returns import daily_returns, per_year, sharpe
from engine.research.trials import Trial, digest_of
from engine.research.tuning.space import Dimension, Values, values_of, with_values
from engine.research.tuning.study import (
    RETURNS,
    TRADES,
    StudyTerms,
    TuningHistory,
    history_of,
    importance_of,
    is_known,
    open_study,
    returns_of,
    suggested,
    tried,
)

if TYPE_CHECKING:
    import optuna

Stretch = tuple[datetime, datetime]
TOO_FEW = -10.0  # the score of who trades too little: worse than any strategy
UNEVEN = 0.5  # how much of the stretches' deviation is taken off
HELD_OUT_RATIO = 0.25  # of the span, its end: never searched on


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is searched, and on which past."""

    base: Parameters
    space: tuple[Dimension, ...]
    stretches: tuple[Stretch, ...]
    trials: int
    min_trades: int = 30  # over all stretches


@dataclass(frozen=True, slots=True)
class Tuned:
    """What the search found."""

    best: Parameters
    best_score: float
    base_score: float  # of what is in force
    history: TuningHistory
    importance: tuple[tuple[str, float], ...]
    trials: tuple[Trial, ...]  # all that were finished, by any worker: to be stored
    returns: Floats  # (trials, days) of them, for the probability of overfitting


def split(
    starts_at: datetime, ends_at: datetime, count: int, embargo: timedelta
) -> tuple[tuple[Stretch, ...], Stretch]:
    """The stretches to search on, and the one at the end that is held out. Raises UserError."""
    held_from_at = ends_at - (ends_at - starts_at) * HELD_OUT_RATIO
    searched = stretches(starts_at, held_from_at - embargo, count, embargo)
    return searched, (held_from_at, ends_at)


def tune(run: Run, search: Search, terms: StudyTerms, watch: Watch = UNWATCHED) -> Tuned:
    """The study, carried on until it has `search.trials` finished ones, whoever made them.

    Raises Stopped, after which it can be carried on, and UserError for another study's name.
    """
    import optuna

    study = open_study(terms)
    # what is in force is tried first: the search cannot end worse than it
    in_force = values_of(search.base, search.space)
    if not is_known(study, in_force):
        study.enqueue_trial(in_force)
    while (done := history_of(study).number.size) < search.trials:
        watch.at(done, search.trials, _so_far(study))
        trial = study.ask()
        try:
            score = _score(run, search, trial, watch)
        except optuna.TrialPruned:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        except Stopped:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
            study.enqueue_trial(trial.params)  # whoever carries on begins with it
            raise
        else:
            study.tell(trial, score)
    watch.at(search.trials, search.trials, _so_far(study))
    return found_in(study, search, terms)


def found_in(study: "optuna.Study", search: Search, terms: StudyTerms) -> Tuned:
    """What the study found so far."""
    finished = returns_of(study)
    noted, rows = [], []
    best, best_score, base_score = search.base, TOO_FEW, TOO_FEW
    in_force = values_of(search.base, search.space)
    for values, returns, trades, score in finished:
        parameters = search.base
        if values != in_force:
            parameters = with_values(search.base, tried(values, search.space)) or search.base
        noted.append(_trial(search, terms, parameters, returns, trades))
        rows.append(returns)
        if values == in_force:
            base_score = score
        if score > best_score:
            best, best_score = parameters, score
    # the last day of a stretch may be missing: all rows are as long as the shortest
    length = min((row.size for row in rows), default=0)
    return Tuned(
        best=best,
        best_score=best_score,
        base_score=base_score,
        history=history_of(study),
        importance=importance_of(study),
        trials=tuple(noted),
        returns=np.stack([row[:length] for row in rows]) if rows else np.zeros((0, 0)),
    )


def score_of(by_stretch: Sequence[Floats]) -> float:
    """Mean of the stretches' Sharpe ratios, per year, less half of their deviation."""
    each = [per_year(sharpe(returns)) for returns in by_stretch]
    return float(np.mean(each)) - UNEVEN * float(np.std(each))


def _score(run: Run, search: Search, trial: "optuna.Trial", watch: Watch) -> float:
    import optuna

    wanted = suggested(trial, search.space)
    parameters = search.base
    if wanted != values_of(search.base, search.space):
        parameters = _fitting(search, wanted)
    seen: list[Floats] = []
    trades = 0
    for step, (from_at, to_at) in enumerate(search.stretches):
        if watch.stop():
            raise Stopped
        outcome = run(parameters, from_at, to_at)
        seen.append(daily_returns(outcome.curve))
        trades += len(outcome.trades)
        trial.report(score_of(seen), step)
        is_last = step == len(search.stretches) - 1
        if not is_last and trial.should_prune():
            raise optuna.TrialPruned
    trial.set_user_attr(RETURNS, np.round(np.concatenate(seen), 10).tolist())
    trial.set_user_attr(TRADES, trades)
    return score_of(seen) if trades >= search.min_trades else TOO_FEW


def _fitting(search: Search, wanted: Values) -> Parameters:
    import optuna

    parameters = with_values(search.base, tried(wanted, search.space))
    if parameters is None:  # such as a second target that comes before the first
        raise optuna.TrialPruned
    return parameters


def _trial(
    search: Search, terms: StudyTerms, parameters: Parameters, returns: Floats, trades: int
) -> Trial:
    return Trial(
        study=terms.name,
        market=terms.market,
        config_hash=parameters.config_hash(),
        from_at=search.stretches[0][0],
        to_at=search.stretches[-1][1],
        days=int(returns.size),
        trades=trades,
        in_sharpe=sharpe(returns),
        out_sharpe=None,
        digest=digest_of(returns),
    )


def _so_far(study: "optuna.Study") -> str:
    best = history_of(study).best
    known = best[~np.isnan(best)]
    return f"best so far {known[-1]:.2f}" if known.size else "first trial"
