"""Made-up voters in made-up worlds: what a pool is worth where the truth is known.

The true log-odds of an event are base + edge x. Voter k sees z, whose correlation with x is its
skill; the rest of z is an error that it shares in part with the others (correlation rho). It says
confidence (base + bias + edge z), in steps of 5 %; one answer in ten is missing. In the middle
third of time the edge is 30 % of itself, and no voter knows. A calibrated voter says what its z is
worth: base + edge skill z.
"""

from dataclasses import dataclass

import numpy as np

from engine.market.arrays import Floats

SKILLS = np.array([1.0, 0.9, 0.6, 0.3, 0.0])
STEP = 0.05
MISSING_RATIO = 0.1
WEAK_RATIO = 0.3
BELIEVED_EDGE = 0.35  # where there is none: voters that know nothing still talk


@dataclass(frozen=True, slots=True)
class World:
    """What is true, and how voters talk about it."""

    name: str
    edge: float = 0.35
    correlation_ratio: float = 0.6
    base: float = -0.35  # log-odds
    calibrated: bool = False
    changing: bool = True  # the middle third of time is weak


WORLDS = (
    World("A realistic"),
    World("C little edge", edge=0.15),
    World("D much edge", edge=0.8),
    World("E calibrated voters", calibrated=True),
    World("G no information", edge=0.0),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One history. Arrays are (steps,), votes (steps, voters) with NaN where one is missing."""

    label: Floats
    chance: Floats  # the truth
    votes: Floats
    base_ratio: float  # known from a longer past


def a_run(world: World, steps: int, rng: np.random.Generator) -> Run:
    """A history of that many decisions."""
    count = SKILLS.size
    x = rng.standard_normal(steps)
    edge = np.full(steps, world.edge)
    if world.changing:
        edge[steps // 3 : 2 * steps // 3] *= WEAK_RATIO
    chance = _sigmoid(world.base + edge * x)
    label = (rng.random(steps) < chance).astype(np.float64)
    shared = rng.standard_normal((steps, 1))
    own = rng.standard_normal((steps, count))
    rho = world.correlation_ratio
    error = np.sqrt(rho) * shared + np.sqrt(1.0 - rho) * own
    seen = SKILLS * x[:, None] + np.sqrt(1.0 - SKILLS**2) * error
    bias = rng.uniform(0.1, 0.8, count)
    confidence = rng.uniform(1.5, 3.5, count)
    if world.calibrated:
        said = world.base + world.edge * SKILLS * seen
    else:
        said = confidence * (world.base + bias + (world.edge or BELIEVED_EDGE) * seen)
    votes = np.clip(np.round(_sigmoid(said) / STEP) * STEP, STEP / 2, 1.0 - STEP / 2)
    votes[rng.random((steps, count)) < MISSING_RATIO] = np.nan
    return Run(label, chance, votes, float(_sigmoid(np.array(world.base))))


def _sigmoid(values: Floats) -> Floats:
    found: Floats = 1.0 / (1.0 + np.exp(-values))
    return found
