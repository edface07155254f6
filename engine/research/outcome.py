"""What the luck tools ask of a backtest, and how they are watched and stopped.

They take a `Run`, not a backtest: whatever turns parameters and a span into trades and a curve.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.analytics.equity import EquityCurve
from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.core.positions import Trade


class Outcome(Protocol):
    """What came of one run; backtest.Result is one."""

    @property
    def trades(self) -> Sequence[Trade]:
        """Closed ones, in the order of their closing."""
        ...

    @property
    def curve(self) -> EquityCurve:
        """Equity, one point per moment."""
        ...


Run = Callable[[Parameters, datetime, datetime], Outcome]  # with these, from, to
Score = Callable[[Outcome], float]  # higher is better
Told = Callable[[int, int, str], None]  # done, of how many, and a word
Stop = Callable[[], bool]


class Stopped(UserError):
    """The person asked to stop."""

    def __init__(self) -> None:
        super().__init__("Stopped as you asked.", hint="Nothing was changed.")


def _silent(done: int, of: int, text: str) -> None:
    """Nobody is told."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Watch:
    """Whom to tell how far it is, and whom to ask whether to stop."""

    told: Told = _silent
    stop: Stop = _never

    def at(self, done: int, of: int, text: str) -> None:
        """Tells; raises Stopped where that was asked for. Called before each step."""
        if self.stop():
            raise Stopped
        self.told(done, of, text)


UNWATCHED = Watch()
