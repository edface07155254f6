"""Old against new on a stretch that the search never saw, with intervals; and what may be adopted.

The intervals are the middle 90 % of a stationary bootstrap (Politis and Romano 1994) in which the
days of both are drawn together, so that what moved both alike cancels out.
"""

from dataclasses import dataclass

import numpy as np

from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.market.arrays import Floats
from engine.research.monte_carlo import interval, stationary, usual_block
from engine.research.outcome import UNWATCHED, Outcome, Run, Watch
from engine.research.returns import (
    Measures,
    daily_returns,
    measures_of,
    per_year,
    sharpe,
    sharpes,
)
from engine.research.tuning.search import Stretch
from engine.research.tuning.space import Values

DRAWS = 2000
FEWEST_TRADES = 20  # on the stretch held out
FEWEST_DAYS = 28


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two on the stretch that was held out. Sharpe ratios are per year."""

    config_hash: str
    measures: Measures
    sharpe_low: float
    sharpe_high: float
    returns: Floats  # (days,)


@dataclass(frozen=True, slots=True)
class Compared:
    """Both, and by how much the new one is better."""

    old: Side
    new: Side
    better: float  # new less old, in Sharpe ratios per year
    better_low: float
    better_high: float
    changes: tuple[tuple[str, bool | int | float | str, bool | int | float | str], ...]
    days: int


@dataclass(frozen=True, slots=True)
class Adoption:
    """Whether the new parameters may be adopted, and what to say."""

    allowed: bool
    why: str
    values: Values

    def require(self) -> Values:
        """The values to adopt; raises UserError where they may not be."""
        if not self.allowed:
            raise UserError(f"Not adopted: {self.why}.", hint="What is in force stays.")
        return self.values


def compare(
    run: Run,
    old: Parameters,
    new: Parameters,
    held_out: Stretch,
    rng: np.random.Generator,
    watch: Watch = UNWATCHED,
) -> Compared:
    """Both on the stretch held out. Raises UserError where it is too short."""
    watch.at(0, 2, "what is in force, on bars not searched on")
    was = run(old, *held_out)
    watch.at(1, 2, "what was found, on bars not searched on")
    would_be = run(new, *held_out)
    rows = np.stack([daily_returns(was.curve), daily_returns(would_be.curve)])
    if rows.shape[1] < FEWEST_DAYS:
        raise UserError(f"{rows.shape[1]} days held out are too few.", hint="Use more history.")
    drawn = _drawn(rows, rng)
    better_low, better_high = interval(drawn[1] - drawn[0])
    changed = [name for name in Parameters.model_fields if getattr(old, name) != getattr(new, name)]
    return Compared(
        old=_side(old, was, rows[0], drawn[0]),
        new=_side(new, would_be, rows[1], drawn[1]),
        better=per_year(sharpe(rows[1]) - sharpe(rows[0])),
        better_low=better_low,
        better_high=better_high,
        changes=tuple((name, getattr(old, name), getattr(new, name)) for name in changed),
        days=int(rows.shape[1]),
    )


def adoption(compared: Compared) -> Adoption:
    """Allowed only where the new one passed on bars it had not seen.

    It must trade enough there, gain, and be better than the old one over its whole interval: of
    changes that are worth nothing, at most one in twenty passes.
    """
    new = compared.new.measures
    values: Values = {name: now for name, _, now in compared.changes}
    if not compared.changes:
        return Adoption(False, "what is in force was already the best", values)
    if new.trades < FEWEST_TRADES:
        return Adoption(
            False, f"{new.trades} trades on unseen bars are too few ({FEWEST_TRADES})", values
        )
    if not new.sharpe_ratio > 0.0:
        return Adoption(False, "it loses on bars it had not seen", values)
    if not compared.better_low > 0.0:
        return Adoption(False, "on unseen bars it is not clearly better than the old", values)
    return Adoption(True, "better on bars it had not seen", values)


def _drawn(rows: Floats, rng: np.random.Generator) -> Floats:
    # (2, draws) Sharpe ratios per year, both of the same days
    size = rows.shape[1]
    days = stationary(usual_block(size))(size, DRAWS, rng)
    return np.stack([sharpes(row[days]) for row in rows]) * per_year(1.0)


def _side(parameters: Parameters, outcome: Outcome, returns: Floats, drawn: Floats) -> Side:
    low, high = interval(drawn)
    return Side(parameters.config_hash(), measures_of(outcome), low, high, returns)
