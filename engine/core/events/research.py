"""What the desk found out by studying the past."""

from dataclasses import dataclass

from engine.core.events.base import Event

Interval = tuple[float, float, float]  # the value, and the ends of its 90 % interval


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningReported(Event):
    """A tuning is over: what is in force against what was found, on bars never searched on."""

    study: str
    changes: tuple[tuple[str, str, str], ...]  # (name, old, new) as a person reads them
    trials: int
    days: int  # held out
    old_sharpe: Interval  # per year
    new_sharpe: Interval
    better_sharpe: Interval  # new less old
    judgement: str  # one sentence
    refused_because: str  # empty: it passed and may be adopted
    adopted: bool

    def key(self) -> str:
        return f"TuningReported|{self.study}"
