"""The last labelled rounds at a glance: is the pool still right, does one side dominate?

Each row is (call, lean, side): which way the pool leaned against the base rate, which way the
voters' plain words leaned, and which barrier was first; each +1, -1, or 0 for neither.
"""

from collections.abc import Sequence

ROUNDS = 100
FEWEST = 40  # rounds before anything is said about them
Row = tuple[int, int, int]


def with_row(rows: tuple[Row, ...], row: Row) -> tuple[Row, ...]:
    """The last ROUNDS rows."""
    return (*rows, row)[-ROUNDS:]


def accuracy_ratio(rows: Sequence[Row]) -> tuple[float, int]:
    """The share of right calls among those of a decided event, and how many there were."""
    decided = [(call, side) for call, _, side in rows if call and side]
    right = sum(call == side for call, side in decided)
    return (right / len(decided) if decided else 0.0), len(decided)


def needs_recalibration(rows: Sequence[Row], since: int, under_ratio: float) -> bool:
    """Whether the last calls were right too seldom; `since`: outcomes after the last time."""
    ratio, count = accuracy_ratio(rows)
    return count >= FEWEST and since >= ROUNDS and ratio < under_ratio


def biased_sign(rows: Sequence[Row], over_ratio: float, edge_ratio: float) -> int:
    """+1 or -1 where the voters' words go to one side without being right about it; else 0.

    Without an edge: of the calls of that side that were decided, no more than `edge_ratio` right.
    """
    leans = [(lean, side) for _, lean, side in rows if lean]
    if len(leans) < FEWEST or over_ratio >= 1.0:
        return 0
    ups = sum(lean > 0 for lean, _ in leans)
    sign = 1 if 2 * ups >= len(leans) else -1
    share = max(ups, len(leans) - ups) / len(leans)
    decided = [side for lean, side in leans if lean == sign and side]
    right = sum(side == sign for side in decided)
    has_edge = bool(decided) and right > edge_ratio * len(decided)
    return sign if share > over_ratio and not has_edge else 0


def sign_of(value: float) -> int:
    return (value > 0.0) - (value < 0.0)
