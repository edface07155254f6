"""Trials are counted: whatever was run and looked at makes luck more likely.

A trial is one set of parameters judged on one stretch of the past. Two that end in the very same
returns are one.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import numpy as np

from engine.core.parameters import Parameters
from engine.market.arrays import Floats
from engine.research.outcome import Outcome, Run
from engine.research.returns import daily_returns, sharpe


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One judgement. Sharpe ratios are per day."""

    study: str  # what it was made for
    market: str  # a hash of the bars: trials on one past count together
    config_hash: str
    from_at: datetime
    to_at: datetime
    days: int
    trades: int
    in_sharpe: float  # on what was learned from
    out_sharpe: float | None  # on what was not; None: not looked at
    digest: str  # of the returns

    @property
    def key(self) -> str:
        """The same for the same trial made again."""
        return f"{self.study}|{self.market}|{self.config_hash}|{self.digest}"


class Tally(NamedTuple):
    """All trials of one past."""

    trials: int  # different ones
    variance: float  # of their Sharpe ratios in sample, per day; 0 with fewer than two


@dataclass(slots=True)
class TrialLog:
    """Notes the trials of one study, to be stored when it is over."""

    study: str
    market: str
    noted: list[Trial] = field(default_factory=list)

    def counted(self, run: Run) -> Run:
        """The same run; each of its outcomes is noted as a trial."""

        def noting(parameters: Parameters, from_at: datetime, to_at: datetime) -> Outcome:
            outcome = run(parameters, from_at, to_at)
            self.note(parameters, from_at, to_at, outcome)
            return outcome

        return noting

    def note(
        self, parameters: Parameters, from_at: datetime, to_at: datetime, outcome: Outcome
    ) -> None:
        """Counts what was just run."""
        returns = daily_returns(outcome.curve)
        self.noted.append(
            Trial(
                study=self.study,
                market=self.market,
                config_hash=parameters.config_hash(),
                from_at=from_at,
                to_at=to_at,
                days=int(returns.size),
                trades=len(outcome.trades),
                in_sharpe=sharpe(returns),
                out_sharpe=None,
                digest=digest_of(returns),
            )
        )


def digest_of(returns: Floats) -> str:
    """Twelve hex digits of these returns; the same for the same returns."""
    # rounded: what differs less is the same trial, and -0.0 is 0.0
    rounded = np.round(returns, 12) + 0.0
    return hashlib.sha256(np.ascontiguousarray(rounded).tobytes()).hexdigest()[:12]


def tally(trials: Iterable[Trial]) -> Tally:
    """How many different ones there are, and how far their Sharpe ratios spread."""
    different = {trial.digest: trial.in_sharpe for trial in trials}
    return tally_of(list(different.values()))


def tally_of(sharpes: Sequence[float]) -> Tally:
    """The tally of trials by their Sharpe ratios, one per different trial."""
    spread = float(np.var(sharpes, ddof=1)) if len(sharpes) > 1 else 0.0
    return Tally(len(sharpes), spread)
