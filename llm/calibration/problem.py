"""One barrier: from the voters' words to the ways of pooling them, and what a label teaches.

b is the log-odds of the event's base rate, known before any vote. A voter's word enters as its
distance x from the voter's own usual word, so that a standing bias costs nothing; a warning
shrinks it. x, b and every way's probability are kept with the vote: a label teaches what was
really used, however late it comes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.core.forecasts import Heard
from engine.market.arrays import Floats
from llm.calibration.bayes import (
    deviation,
    learned,
    logit,
    moderated,
    sigmoid,
    sigmoids,
    solved,
    times,
)
from llm.calibration.state import (
    CENTRE_WEIGHT,
    PRIORS,
    WAYS,
    Problem,
    frozen,
    platt_prior,
    stack_prior,
)

LONGEST_MEMORY = 1000.0  # votes: a voter's usual word may drift
FADE_RATIO = 0.998  # of log weights, per label
CLIP = (0.02, 0.98)  # of a way's probability when it is scored: no label may ruin it
_LOG_PRIORS = np.log(np.array(list(PRIORS.values())))


@dataclass(frozen=True, slots=True)
class Word:
    """What one present voter said."""

    place: int  # in the state's order
    chance: float
    kept_ratio: float = 1.0  # what warnings left of it


@dataclass(frozen=True, slots=True)
class Pooled:
    """The words as one probability."""

    chance: float
    sd: float  # of the stack's log-odds
    calibrated: tuple[float, ...]  # by word: each voter's own regression
    weights: tuple[float, ...]  # by way
    heard: Heard


def hear(problem: Problem, words: Sequence[Word], base_ratio: float) -> tuple[Pooled, Problem]:
    """The pool of these words, and the problem with the voters' usual words moved."""
    offset = logit(base_ratio)
    places = np.array([word.place for word in words], dtype=np.int64)
    said = np.array([logit(word.chance) for word in words])
    kept = np.array([word.kept_ratio for word in words])
    new = problem.centre_weight[places] == 0.0
    centre = np.where(new, offset, problem.centre[places])
    weight = np.where(new, CENTRE_WEIGHT, problem.centre_weight[places])
    x = (said - centre) * kept
    heard = Heard(
        offset=offset,
        x=tuple(x.tolist()),
        words=tuple((offset + (said - offset) * kept).tolist()),
        ways=(),
    )
    pooled = _pooled(problem, places, heard)
    return pooled, replace(
        problem,
        centre=_put(problem.centre, places, centre + (said - centre) / (weight + 1.0)),
        centre_weight=_put(problem.centre_weight, places, np.minimum(weight + 1.0, LONGEST_MEMORY)),
    )


def _pooled(problem: Problem, places: np.ndarray, heard: Heard) -> Pooled:
    weights = ways_weights(problem)
    base_ratio = sigmoid(heard.offset)
    if not len(heard.x):
        heard = replace(heard, ways=(base_ratio,) * len(WAYS))
        return Pooled(base_ratio, 0.0, (), tuple(weights.tolist()), heard)
    x = np.array(heard.x)
    full = _stacked(problem, places, x)
    sd = deviation(problem.stack_precision, full)
    own = heard.offset + problem.platt_mean[places, 0] + problem.platt_mean[places, 1] * x
    credit = np.exp(problem.hedge[places] - problem.hedge[places].max())
    raw = sum(heard.words) / len(heard.words)
    ways = (
        base_ratio,
        moderated(heard.offset + float(full @ problem.stack_mean), sd),
        sigmoid(float(own.mean())),
        sigmoid(float(own @ credit) / float(credit.sum())),
        sigmoid(raw),
        sigmoid(0.5 * raw),
    )
    chance = float(weights @ np.array(ways))
    heard = replace(heard, ways=ways)
    return Pooled(chance, sd, tuple(sigmoids(own).tolist()), tuple(weights.tolist()), heard)


def ways_weights(problem: Problem) -> Floats:
    """What each way of pooling counts for: (W,), together 1."""
    raised: Floats = np.exp(problem.ways - problem.ways.max())
    found: Floats = raised / raised.sum()
    return found


def taught(problem: Problem, places: Sequence[int], heard: Heard, y: float) -> Problem:
    """The problem after the label y (0 or 1) of what was heard from the voters at `places`."""
    ways = _scored(problem, heard, y)
    if not len(places):
        return replace(problem, ways=ways)
    seats = np.array(places, dtype=np.int64)
    x = np.array(heard.x)
    count = problem.centre.size
    mean, precision = learned(
        problem.stack_mean,
        problem.stack_precision,
        _stacked(problem, seats, x),
        np.array(y),
        stack_prior(count),
        heard.offset,
    )
    pairs = np.stack((np.ones_like(x), x), axis=-1)
    own = heard.offset + np.sum(pairs * problem.platt_mean[seats], axis=-1)
    chance = sigmoids(own)
    likelihood = np.log(np.clip(np.where(y > 0.5, chance, 1.0 - chance), *CLIP))
    platt_mean, platt_precision = learned(
        problem.platt_mean[seats],
        problem.platt_precision[seats],
        pairs,
        np.full(len(seats), y),
        platt_prior(len(seats)),
        heard.offset,
    )
    return replace(
        problem,
        stack_mean=frozen(mean),
        stack_precision=frozen(precision),
        platt_mean=_put(problem.platt_mean, seats, platt_mean),
        platt_precision=_put(problem.platt_precision, seats, platt_precision),
        hedge=_put(problem.hedge, seats, FADE_RATIO * problem.hedge[seats] + likelihood),
        ways=ways,
    )


def forgotten(problem: Problem, kept_ratio: float) -> Problem:
    """The problem with only so much of what labels taught; the rest is the prior again."""
    count = problem.centre.size
    lost = 1.0 - kept_ratio
    prior_mean, prior = stack_prior(count)
    precision: Floats = kept_ratio * problem.stack_precision + lost * prior
    pull: Floats = (
        kept_ratio * problem.stack_precision @ problem.stack_mean + lost * prior @ prior_mean
    )
    platt_mean, platt = platt_prior(count)
    own: Floats = kept_ratio * problem.platt_precision + lost * platt
    own_pull: Floats = kept_ratio * times(problem.platt_precision, problem.platt_mean)
    own_pull = own_pull + lost * times(platt, platt_mean)
    return replace(
        problem,
        stack_mean=frozen(solved(precision, pull)),
        stack_precision=frozen(precision),
        platt_mean=frozen(solved(own, own_pull)),
        platt_precision=frozen(own),
        hedge=frozen(kept_ratio * problem.hedge),
        ways=frozen(kept_ratio * problem.ways + lost * _LOG_PRIORS),
    )


def log_likelihood(chance: float, y: float) -> float:
    """Of the label under a chance, drawn in to CLIP."""
    drawn = min(max(chance, CLIP[0]), CLIP[1])
    return math.log(drawn if y > 0.5 else 1.0 - drawn)


def _scored(problem: Problem, heard: Heard, y: float) -> Floats:
    scores = np.array([log_likelihood(chance, y) for chance in heard.ways])
    return frozen(FADE_RATIO * problem.ways + scores + (1.0 - FADE_RATIO) * _LOG_PRIORS)


def _stacked(problem: Problem, places: np.ndarray, x: Floats) -> Floats:
    full = np.zeros(1 + problem.centre.size)
    full[0] = 1.0
    full[1 + places] = x
    return full


def _put(values: Floats, places: np.ndarray, new: Floats) -> Floats:
    changed = values.copy()
    changed[places] = new
    return frozen(changed)
