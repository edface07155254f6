"""Which past is learned from and which is judged on: windows of walk-forward, and purged folds.

Purging and the embargo after Lopez de Prado, Advances in Financial Machine Learning (2018),
chapter 7.4: what is learned from must not overlap in time what is judged on, nor follow it at once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from engine.core.errors import UserError
from engine.market.arrays import Floats, Ints


class Window(NamedTuple):
    """One step of a walk: learned from `train_from_at`, judged from `test_from_at`."""

    train_from_at: datetime
    train_to_at: datetime
    test_from_at: datetime
    test_to_at: datetime


class Fold(NamedTuple):
    """Positions of what is learned from and of what is judged on."""

    train: Ints
    test: Ints


class Walk(NamedTuple):
    """How a span is walked through."""

    train: timedelta
    test: timedelta
    anchored: bool = False  # every training begins at the start; else it rolls along
    embargo: timedelta = timedelta(0)  # left out between training and test


def windows(starts_at: datetime, ends_at: datetime, walk: Walk) -> tuple[Window, ...]:
    """The steps of the walk; tests follow each other without a gap and never overlap.

    A last test that would be shorter than half of the others is left out. Raises UserError where
    the span holds no step.
    """
    if not (walk.train > timedelta(0) and walk.test > timedelta(0)):
        raise UserError("Training and test must be longer than nothing.")
    found = []
    test_from_at = starts_at + walk.train + walk.embargo
    while ends_at - test_from_at >= walk.test / 2:
        train_to_at = test_from_at - walk.embargo
        train_from_at = starts_at if walk.anchored else train_to_at - walk.train
        test_to_at = min(test_from_at + walk.test, ends_at)
        found.append(Window(train_from_at, train_to_at, test_from_at, test_to_at))
        test_from_at = test_to_at
    if not found:
        days = (ends_at - starts_at).total_seconds() / 86_400.0
        needed = (walk.train + walk.embargo + walk.test / 2).total_seconds() / 86_400.0
        raise UserError(
            f"{days:.0f} days are too short to walk through: {needed:.0f} are needed.",
            hint="Ask for more history or a shorter training.",
        )
    return tuple(found)


def stretches(
    starts_at: datetime, ends_at: datetime, count: int, embargo: timedelta = timedelta(0)
) -> tuple[tuple[datetime, datetime], ...]:
    """The span in `count` parts of equal length, oldest first, `embargo` cut off between them."""
    length = (ends_at - starts_at - embargo * (count - 1)) / count
    if length <= timedelta(0):
        raise UserError(f"The span is too short for {count} parts.", hint="Ask for more history.")
    begins = [starts_at + (length + embargo) * part for part in range(count)]
    return tuple((begin, begin + length) for begin in begins)


def purged_folds(
    from_s: Floats, to_s: Floats, count: int, embargo_s: float = 0.0
) -> tuple[Fold, ...]:
    """`count` folds over things that last, such as trades; learning never touches the judged time.

    from_s, to_s: (things,) when each began and ended, ordered by beginning. A thing is learned
    from only if it ended before the test's first began, or began over `embargo_s` after the
    test's last ended. Raises UserError with fewer things than folds.
    """
    if from_s.size < count or count < 2:
        raise UserError(f"{from_s.size} trades are too few for {count} folds.")
    found = []
    for test in np.array_split(np.arange(from_s.size, dtype=np.int64), count):
        first_s, last_s = float(from_s[test].min()), float(to_s[test].max())
        apart = (to_s < first_s) | (from_s > last_s + embargo_s)
        found.append(Fold(np.flatnonzero(apart).astype(np.int64), test))
    return tuple(found)


def overlap_s(fold: Fold, from_s: Floats, to_s: Floats) -> float:
    """Seconds by which any learned thing reaches into the judged time; 0 in a purged fold."""
    first_s, last_s = float(from_s[fold.test].min()), float(to_s[fold.test].max())
    shared = np.minimum(to_s[fold.train], last_s) - np.maximum(from_s[fold.train], first_s)
    return float(max(0.0, shared.max(initial=0.0)))


def evenly(found: Sequence[Window]) -> timedelta:
    """The time that all tests cover together."""
    return sum((each.test_to_at - each.test_from_at for each in found), timedelta(0))
