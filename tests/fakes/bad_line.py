"""A line that misbehaves by a seed, and at whose moments a process may die."""

import numpy as np


class Killed(BaseException):
    """SIGKILL, as far as a test can have it."""


class Line:
    """What goes wrong between the desk and the venue, drawn from a seed; and when it dies."""

    def __init__(self, chance: np.random.Generator, bad_ratio: float) -> None:
        self._chance = chance
        self._bad_ratio = bad_ratio
        self.is_quiet = False
        self.reads_work = False  # nothing is away: a check can be made
        self.dies_in = -1  # steps until the process dies; below zero: it lives
        self.is_dead = False
        self.steps = 0

    def step(self) -> None:
        """One moment at which the process may die; a dead one gets no further."""
        self.steps += 1
        if self.is_dead:
            raise Killed
        if self.dies_in == 0:
            self.is_dead = True
            raise Killed
        self.dies_in -= 1

    def draws(self, ratio: float) -> bool:
        """Whether something of this chance happens."""
        return bool(self._chance.random() < ratio)

    def draw(self, *faults: str) -> str:
        """One of `faults`, or nothing."""
        if self.is_quiet or self._chance.random() >= self._bad_ratio:
            return ""
        return faults[int(self._chance.integers(len(faults)))]
