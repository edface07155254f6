"""Advice for runs that ask nobody: the strategies alone decide.

Tuning and luck tools use it where no voters are handed in: workers know none, and models cannot
be asked about the past.
"""

from engine.core.advice import Snapshot, Verdict

AGREED = Verdict(approved=True, confidence_ratio=0.5, votes=(), dissent_ratio=0.0, why="not asked")


def agreed(_: Snapshot) -> Verdict:
    """Yes to every proposal."""
    return AGREED
