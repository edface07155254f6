"""The map around the chosen parameters: a plateau can be trusted, a peak is luck."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import ValidationError

from engine.core.errors import UserError
from engine.core.parameters import Declaration, Parameters, declarations
from engine.market.arrays import Floats
from engine.research.outcome import UNWATCHED, Watch

Judge = Callable[[Parameters], float]  # higher is better
STEPS = 2  # to each side
SPREAD_RATIO = 0.15  # of the chosen value, a step
HOLDS_RATIO = 0.5  # of the chosen score: what counts as still on the plateau


@dataclass(frozen=True, slots=True)
class SensitivityMap:
    """Scores over two parameters; NaN where the values do not fit together."""

    x_name: str
    y_name: str
    x_values: Floats  # (columns,) rising
    y_values: Floats  # (rows,) rising
    score: Floats  # (rows, columns)
    chosen: tuple[int, int]  # row and column
    plateau_ratio: float  # share of the neighbours that keep half of the chosen score


def sensitivity(
    judge: Judge,
    base: Parameters,
    names: Sequence[str],
    steps: int = STEPS,
    watch: Watch = UNWATCHED,
) -> tuple[SensitivityMap, ...]:
    """One map for each pair of the parameters `names`, around their values in `base`.

    Raises UserError for a name that is no number, and with fewer than two names.
    """
    known = declarations(Parameters)
    wrong = [name for name in names if name not in known or known[name].kind not in {int, float}]
    if wrong or len(names) < 2:
        sentence = f"{wrong[0]} is not a number." if wrong else "A map needs two parameters."
        raise UserError(sentence, hint="/params lists them.")
    values = {name: around(known[name], getattr(base, name), steps) for name in names}
    pairs = list(itertools.combinations(names, 2))
    cells = sum(values[x].size * values[y].size for x, y in pairs)
    seen: dict[tuple[object, ...], float] = {}
    maps, done = [], 0
    for x, y in pairs:
        score = np.full((values[y].size, values[x].size), math.nan)
        for row, column in itertools.product(range(values[y].size), range(values[x].size)):
            watch.at(done, cells, f"{x} and {y}")
            done += 1
            changes = {x: known[x].kind(values[x][column]), y: known[y].kind(values[y][row])}
            score[row, column] = _judged(judge, base, changes, seen)
        at = _place(values[y], getattr(base, y)), _place(values[x], getattr(base, x))
        maps.append(SensitivityMap(x, y, values[x], values[y], score, at, plateau_ratio(score, at)))
    return tuple(maps)


def around(declared: Declaration, chosen: float, steps: int = STEPS) -> Floats:
    """Values around `chosen`, it among them, in even steps within the declared bounds.

    A whole number moves by at least 1. From 0, a step is the same share of the upper bound.
    """
    low, high = float(declared.low or 0.0), float(declared.high or 0.0)
    step = SPREAD_RATIO * (abs(chosen) if chosen else high * SPREAD_RATIO)
    if declared.kind is int:
        step = max(1.0, round(step))
    values = chosen + step * np.arange(-steps, steps + 1)
    inside = values[(values >= low) & (values <= high)]
    return np.unique(np.append(inside, float(chosen)))


def plateau_ratio(score: Floats, chosen: tuple[int, int]) -> float:
    """Share of the other cells that keep half of the chosen one's score; 0 where it is no gain."""
    centre = float(score[chosen])
    others = np.delete(score.ravel(), chosen[0] * score.shape[1] + chosen[1])
    others = others[~np.isnan(others)]
    if not centre > 0.0 or others.size == 0:
        return 0.0
    return float((others >= HOLDS_RATIO * centre).mean())


def _judged(
    judge: Judge,
    base: Parameters,
    changes: dict[str, float],
    seen: dict[tuple[object, ...], float],
) -> float:
    try:
        parameters = Parameters.model_validate({**base.model_dump(), **changes})
    except ValidationError:
        return math.nan  # such as a second target that comes before the first
    key = (parameters.config_hash(),)
    if key not in seen:
        seen[key] = judge(parameters)
    return seen[key]


def _place(values: Floats, chosen: float) -> int:
    return int(np.abs(values - chosen).argmin())
