"""Dollars: reserved before a request leaves, settled when it is done. Never two for one.

Everything happens between two awaits of one loop, so fifty voters that ask at the same moment
cannot all see the same last dollar.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from engine.core.model_calls import Spending


class Limits(Protocol):
    """The limits of the moment; `engine.core.parameters.Parameters` is one."""

    @property
    def budget_round_usd(self) -> float: ...
    @property
    def budget_day_usd(self) -> float: ...
    @property
    def budget_month_usd(self) -> float: ...
    @property
    def budget_voter_usd(self) -> float: ...


class Scope(StrEnum):
    """What a limit is on."""

    ROUND = "round"
    DAY = "day"
    MONTH = "month"
    VOTER = "voter"


@dataclass(slots=True)
class Hold:
    """Dollars set aside for one voter of one round."""

    voter: str
    round_id: str
    usd: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is spent of each limit, reservations included; US dollars."""

    day_usd: float
    month_usd: float
    by_voter: dict[str, float]  # of the day


class Budget:
    """The sums of the present day and month. A new day begins at midnight UTC of `now`."""

    def __init__(self, limits: Callable[[], Limits], now: Callable[[], datetime]) -> None:
        self._limits = limits
        self._now = now
        self._day = now().date()
        self._day_usd = 0.0
        self._month_usd = 0.0
        self._by_voter: dict[str, float] = {}
        self._by_round: dict[str, float] = {}

    def remember(self, day: Spending, month: Spending) -> None:
        """Takes up what was spent before this start."""
        self._day_usd = day.total_usd
        self._month_usd = month.total_usd
        self._by_voter = dict(day.by_voter)

    def reserve(self, voter: str, round_id: str, usd: float) -> Hold | Scope:
        """The dollars, or the limit that they would break. Nothing is always allowed."""
        self._turn_the_day()
        broken = None if usd <= 0.0 else self._broken(voter, round_id, usd)
        if broken is not None:
            return broken
        self._add(voter, round_id, usd)
        return Hold(voter, round_id, usd, self._now())

    def settle(self, hold: Hold, usd: float) -> None:
        """What it came to; for a request that was cut off, the reserved dollars themselves."""
        self._turn_the_day()
        if hold.at.date() == self._day:
            self._add(hold.voter, hold.round_id, usd - hold.usd)
        elif (hold.at.year, hold.at.month) == (self._day.year, self._day.month):
            self._month_usd += usd - hold.usd
        hold.usd = usd

    def end_round(self, round_id: str) -> None:
        """The round is over: its own limit counts no more."""
        self._by_round.pop(round_id, None)

    def standing(self) -> Standing:
        """The sums of this moment."""
        self._turn_the_day()
        return Standing(
            day_usd=self._day_usd, month_usd=self._month_usd, by_voter=dict(self._by_voter)
        )

    def used_ratio(self) -> float:
        """The largest share of the day's or the month's limit that is used; 1 with a limit of 0."""
        limits, now = self._limits(), self.standing()
        return max(
            _share(now.day_usd, limits.budget_day_usd),
            _share(now.month_usd, limits.budget_month_usd),
        )

    def _broken(self, voter: str, round_id: str, usd: float) -> Scope | None:
        limits = self._limits()
        sums = (
            (Scope.ROUND, self._by_round.get(round_id, 0.0), limits.budget_round_usd),
            (Scope.VOTER, self._by_voter.get(voter, 0.0), limits.budget_voter_usd),
            (Scope.DAY, self._day_usd, limits.budget_day_usd),
            (Scope.MONTH, self._month_usd, limits.budget_month_usd),
        )
        over = (scope for scope, used_usd, limit_usd in sums if used_usd + usd > limit_usd)
        return next(over, None)

    def _add(self, voter: str, round_id: str, usd: float) -> None:
        self._day_usd += usd
        self._month_usd += usd
        self._by_voter[voter] = self._by_voter.get(voter, 0.0) + usd
        self._by_round[round_id] = self._by_round.get(round_id, 0.0) + usd

    def _turn_the_day(self) -> None:
        today = self._now().date()
        if today == self._day:
            return
        if (today.year, today.month) != (self._day.year, self._day.month):
            self._month_usd = 0.0
        self._day, self._day_usd, self._by_voter = today, 0.0, {}


def _share(used_usd: float, limit_usd: float) -> float:
    if limit_usd <= 0.0:
        return 1.0 if used_usd > 0.0 else 0.0
    return used_usd / limit_usd
