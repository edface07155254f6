"""What was learned from labelled votes, as one frozen value, and its form for the database.

Two problems, the same for both: is the barrier above first, is the one below? Voters stand in the
order in which they were first heard; an identity is a name and the model that answered.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.market.arrays import Floats

# Beliefs before any label: 40 % of the stated log-odds, shared by all voters.
SLOPE = 0.4
STACK_SD = (0.1, 0.12)  # of the intercept, of a voter's slope
PLATT_MEAN, PLATT_SD = (0.0, SLOPE), (0.1, 0.25)
REGIME_SD = (0.1, 0.15)
CENTRE_WEIGHT = 20.0  # the base rate counts as so many votes of a voter
PRIORS = {  # of the ways of pooling
    "base rate": 0.30,
    "stack": 0.25,
    "mean": 0.25,
    "hedge": 0.10,
    "raw": 0.05,
    "half": 0.05,
}
WAYS = tuple(PRIORS)
FORGOTTEN_AFTER = 1000  # questions without a vote after which a voter is let go


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What was learned for one barrier. K voters, W ways of pooling. Arrays are read-only."""

    centre: Floats  # (K,) running mean of each voter's log-odds
    centre_weight: Floats  # (K,) votes in that mean; 0: not heard yet
    stack_mean: Floats  # (1 + K,)
    stack_precision: Floats  # (1 + K, 1 + K)
    platt_mean: Floats  # (K, 2): intercept, slope
    platt_precision: Floats  # (K, 2, 2)
    hedge: Floats  # (K,) log weights
    ways: Floats  # (W,) log weights


@dataclass(frozen=True, slots=True, eq=False)
class RegimePart:
    """What a regime adds to the pool: intercept and slope on it, and whether that has paid."""

    mean: Floats  # (2,)
    precision: Floats  # (2, 2)
    labels: int
    gain: float  # log-likelihood won by it so far, with forgetting


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Everything that is remembered between two rounds."""

    voters: tuple[str, ...]
    last_heard: tuple[int, ...]  # the question at which each voted last
    up: Problem
    down: Problem
    regimes: dict[str, tuple[RegimePart, RegimePart]]  # by regime: up, down
    recent: tuple[tuple[int, int, int], ...] = ()  # see llm/calibration/recent.py
    questions: int = 0
    outcomes: int = 0
    recalibrated_at: int = 0  # the count of outcomes when it last forgot half
    pair_sum: float = 0.0  # of products of two voters' deviations
    square_sum: float = 0.0  # of their squares
    rounds: int = 0  # with two voters or more


def fresh() -> Calibration:
    """A desk that never heard a vote."""
    return Calibration((), (), _empty(), _empty(), {})


def seated(state: Calibration, identities: tuple[str, ...]) -> Calibration:
    """The state with a place for each of them; a new one begins at the group's prior."""
    new = tuple(dict.fromkeys(each for each in identities if each not in state.voters))
    if not new:
        return state
    return replace(
        state,
        voters=state.voters + new,
        last_heard=state.last_heard + (state.questions,) * len(new),
        up=_grown(state.up, len(new)),
        down=_grown(state.down, len(new)),
    )


def without_absent(state: Calibration) -> Calibration:
    """The state without voters that have not been heard for FORGOTTEN_AFTER questions."""
    kept = [
        place
        for place, last in enumerate(state.last_heard)
        if state.questions - last <= FORGOTTEN_AFTER
    ]
    if len(kept) == len(state.voters):
        return state
    return replace(
        state,
        voters=tuple(state.voters[place] for place in kept),
        last_heard=tuple(state.last_heard[place] for place in kept),
        up=_shrunk(state.up, kept),
        down=_shrunk(state.down, kept),
    )


def stack_prior(count: int) -> tuple[Floats, Floats]:
    """Mean and precision of the stack of `count` voters before any label."""
    mean = np.full(1 + count, SLOPE / max(1, count))
    mean[0] = 0.0
    sd = np.full(1 + count, STACK_SD[1])
    sd[0] = STACK_SD[0]
    return mean, np.diag(sd**-2.0)


def platt_prior(count: int) -> tuple[Floats, Floats]:
    """Mean (count, 2) and precision (count, 2, 2) of the voters' own regressions."""
    precision = np.diag(np.array(PLATT_SD) ** -2.0)
    return np.tile(np.array(PLATT_MEAN), (count, 1)), np.tile(precision, (count, 1, 1))


def new_regime() -> RegimePart:
    return RegimePart(frozen(np.zeros(2)), frozen(np.diag(np.array(REGIME_SD) ** -2.0)), 0, 0.0)


def frozen(values: Floats) -> Floats:
    """The array, read-only from now on."""
    values.setflags(write=False)
    return values


def _empty() -> Problem:
    mean, precision = stack_prior(0)
    platt_mean, platt_precision = platt_prior(0)
    nothing = frozen(np.zeros(0))
    ways = np.log(np.array(list(PRIORS.values())))
    return Problem(
        nothing, nothing, frozen(mean), frozen(precision), frozen(platt_mean),
        frozen(platt_precision), nothing, frozen(ways),
    )  # fmt: skip


def _grown(problem: Problem, new: int) -> Problem:
    before = problem.centre.size
    count = before + new
    mean, precision = stack_prior(count)
    old_prior_mean, old_prior = stack_prior(before)
    # the prior's share of what is known moves with the prior; what labels taught stays
    shift = np.linalg.solve(
        problem.stack_precision, old_prior @ (mean[: 1 + before] - old_prior_mean)
    )
    mean[: 1 + before] = problem.stack_mean + shift
    precision[: 1 + before, : 1 + before] = problem.stack_precision
    platt_mean, platt_precision = platt_prior(new)
    return Problem(
        centre=_longer(problem.centre, new),
        centre_weight=_longer(problem.centre_weight, new),
        stack_mean=frozen(mean),
        stack_precision=frozen(precision),
        platt_mean=frozen(np.concatenate((problem.platt_mean, platt_mean))),
        platt_precision=frozen(np.concatenate((problem.platt_precision, platt_precision))),
        hedge=_longer(problem.hedge, new),
        ways=problem.ways,
    )


def _longer(values: Floats, new: int) -> Floats:
    return frozen(np.concatenate((values, np.zeros(new))))


def _shrunk(problem: Problem, kept: list[int]) -> Problem:
    places = [0, *(1 + place for place in kept)]
    # what is known of the rest without the gone: their rows leave the covariance
    covariance = np.linalg.inv(problem.stack_precision)[np.ix_(places, places)]
    return Problem(
        centre=frozen(problem.centre[kept]),
        centre_weight=frozen(problem.centre_weight[kept]),
        stack_mean=frozen(problem.stack_mean[places]),
        stack_precision=frozen(np.linalg.inv(covariance)),
        platt_mean=frozen(problem.platt_mean[kept]),
        platt_precision=frozen(problem.platt_precision[kept]),
        hedge=frozen(problem.hedge[kept]),
        ways=problem.ways,
    )


def encoded(state: Calibration) -> dict[str, Any]:
    """The state as JSON values. Python writes a float's shortest exact form: nothing is lost."""
    return {
        "voters": list(state.voters),
        "last_heard": list(state.last_heard),
        "up": _encoded(state.up),
        "down": _encoded(state.down),
        "regimes": {name: [_part(part) for part in pair] for name, pair in state.regimes.items()},
        "recent": [list(each) for each in state.recent],
        "ways": list(WAYS),
    } | {name: getattr(state, name) for name in _COUNTERS}


def decoded(raw: dict[str, Any]) -> Calibration:
    """The state of `encoded`. Ways of pooling that changed since begin at their prior again."""
    known = tuple(raw["ways"]) == WAYS
    return Calibration(
        voters=tuple(raw["voters"]),
        last_heard=tuple(raw["last_heard"]),
        up=_problem(raw["up"], ways_known=known),
        down=_problem(raw["down"], ways_known=known),
        regimes={
            name: (_regime(pair[0]), _regime(pair[1])) for name, pair in raw["regimes"].items()
        },
        recent=tuple((call, lean, side) for call, lean, side in raw["recent"]),
        **{name: raw[name] for name in _COUNTERS},
    )


_COUNTERS = ("questions", "outcomes", "recalibrated_at", "pair_sum", "square_sum", "rounds")
_ARRAYS = tuple(Problem.__dataclass_fields__)


def _encoded(problem: Problem) -> dict[str, Any]:
    return {name: getattr(problem, name).tolist() for name in _ARRAYS}


def _problem(raw: dict[str, Any], *, ways_known: bool) -> Problem:
    arrays = {name: np.array(raw[name], dtype=np.float64) for name in _ARRAYS}
    count = arrays["centre"].size
    arrays["platt_mean"] = arrays["platt_mean"].reshape(count, 2)
    arrays["platt_precision"] = arrays["platt_precision"].reshape(count, 2, 2)
    if not ways_known:
        arrays["ways"] = np.log(np.array(list(PRIORS.values())))
    return Problem(**{name: frozen(values) for name, values in arrays.items()})


def _part(part: RegimePart) -> dict[str, Any]:
    return {
        "mean": part.mean.tolist(),
        "precision": part.precision.tolist(),
        "labels": part.labels,
        "gain": part.gain,
    }


def _regime(raw: dict[str, Any]) -> RegimePart:
    mean, precision = np.array(raw["mean"]), np.array(raw["precision"])
    return RegimePart(frozen(mean), frozen(precision), raw["labels"], raw["gain"])
