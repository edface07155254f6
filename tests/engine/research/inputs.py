"""Random numbers for the rules: mostly what a desk sees, some of it absurd."""

from typing import Any

import numpy as np

Column = np.ndarray[Any, np.dtype[np.float64]]  # (rounds,)

ABSURD = np.array([0.0, -0.0, -1.0, 5e-324, 1e-9, 1e15, 1e308, np.inf, -np.inf, np.nan])
STEPS = np.array([0.0, 1e-8, 0.001, 0.01, 0.05, 0.1, 0.25, 0.3, 1.0, 10.0])

# the first suffix that fits a name says what stands there: (smallest, largest)
SPANS = {
    "_ratio": (0.0, 1.2),
    "_r": (-0.5, 3.0),
    "_bps": (0.0, 40.0),
    "_bars": (0.0, 60.0),
    "_atr": (0.0, 3.0),
    "_base": (0.0, 12.0),
    "_quote": (-500.0, 12_000.0),
    "_s": (0.0, 900.0),
}


def column(name: str, kind: type, rounds: int, generator: np.random.Generator) -> Column:
    """Values for the argument or field `name`: whole numbers for ints, 1 in 50 floats absurd."""
    if kind is bool:
        return generator.integers(0, 2, rounds).astype(np.float64)
    if name.endswith("sign"):
        return generator.choice(np.array([-1.0, 1.0]), rounds)
    if kind is int:
        return generator.integers(0, 4, rounds).astype(np.float64)
    values = _sensible(name, rounds, generator)
    absurd = generator.random(rounds) < 0.02
    values[absurd] = generator.choice(ABSURD, int(absurd.sum()))
    return values


def _sensible(name: str, rounds: int, generator: np.random.Generator) -> Column:
    if name.endswith(("_step", ".step")):
        return generator.choice(STEPS, rounds)
    if name.endswith("low_price"):
        return generator.uniform(90.0, 98.0, rounds)
    if name.endswith("high_price"):
        return generator.uniform(102.0, 110.0, rounds)
    if name.endswith("_price"):  # two decimals, so that prices meet exactly now and then
        return np.round(generator.uniform(92.0, 108.0, rounds), 2)
    for suffix, (smallest, largest) in SPANS.items():
        if name.endswith(suffix):
            values = generator.uniform(smallest, largest, rounds)
            values[generator.random(rounds) < 0.1] = 0.0  # a part that is off
            return values
    return generator.uniform(-10.0, 200.0, rounds)
