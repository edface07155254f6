"""Bars that a voter may have read the future of: a model that learned from later texts.

Whatever it says of them is memory or guess, and nobody can tell which. Such bars may never speak
for a voter; a report that holds some says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.market.arrays import Ints


@dataclass(frozen=True, slots=True)
class Contamination:
    """How many of the bars some voter may know the sequel of, and which voters."""

    bars: int
    contaminated_bars: int
    voters: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """One line for a report; empty where all bars are clean."""
        if not self.contaminated_bars:
            return ""
        names = ", ".join(self.voters)
        return (
            f"CONTAMINATED: {self.contaminated_bars:,} of {self.bars:,} bars are of a time that"
            f" {names} may have read about. They prove nothing of these voters."
        )


def contamination(close_at_s: Ints, cutoffs: Mapping[str, date | None]) -> Contamination:
    """The contamination of bars by voters that were asked about them.

    - close_at_s: (bars,) the close of each, seconds since the epoch, UTC.
    - cutoffs: the last day that each model may have read of, by voter; None: nobody knows, so it
      may know all of them. A rule voter has read nothing and is not named.
    """
    days = np.asarray(close_at_s, dtype=np.int64) // 86_400
    known = np.zeros(days.size, dtype=np.bool_)
    voters = []
    for voter, cutoff in cutoffs.items():
        last_day = np.iinfo(np.int64).max if cutoff is None else (cutoff - date(1970, 1, 1)).days
        seen = days <= last_day
        if seen.any():
            voters.append(voter)
        known |= seen
    return Contamination(int(days.size), int(np.count_nonzero(known)), tuple(voters))
