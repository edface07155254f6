"""Who hears of trouble with models, so that a person is told."""

from typing import Protocol

from llm.contract import ErrorKind


class Watch(Protocol):
    """Called from the event loop; returns at once and raises nothing."""

    def provider_down(self, voter: str, account: str, kind: ErrorKind, for_s: float) -> None:
        """An account, or one voter's model, is not asked for `for_s` seconds."""
        ...

    def budget_used(self, used_ratio: float) -> None:
        """A level of ALERT_LEVELS of the day's or the month's budget was reached."""
        ...

    def fell_back(self, fallen_ratio: float) -> None:
        """More of the last day's rounds than is usual were not decided by their models."""
        ...

    def trouble(self, text: str) -> None:
        """For the log: what did not become of a round that stands nevertheless."""
        ...


class Nobody:
    """Nobody listens: research, tests."""

    def provider_down(self, voter: str, account: str, kind: ErrorKind, for_s: float) -> None:
        del voter, account, kind, for_s

    def budget_used(self, used_ratio: float) -> None:
        del used_ratio

    def fell_back(self, fallen_ratio: float) -> None:
        del fallen_ratio

    def trouble(self, text: str) -> None:
        del text


ALERT_LEVELS = (0.8, 1.0)  # of a budget


class Levels:
    """Says of each level once when it is reached, and again after it was left."""

    def __init__(self, levels: tuple[float, ...] = ALERT_LEVELS) -> None:
        self._levels = levels
        self._reached = 0.0

    def risen(self, used_ratio: float) -> float | None:
        """The highest level that was reached just now, or None."""
        now = max((level for level in self._levels if used_ratio >= level), default=0.0)
        rose = now > self._reached
        self._reached = now
        return now if rose else None
