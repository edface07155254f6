"""Recorded funding of one perpetual: when it was settled, and at what ratio."""

from typing import NamedTuple

import numpy as np


class Funding(NamedTuple):
    """Oldest first, one row per settlement."""

    at_ms: np.ndarray  # (settlements,) int64, UTC milliseconds
    ratio: np.ndarray  # (settlements,) float64, of the notional; longs pay where it is positive


NO_FUNDING = Funding(np.empty(0, dtype=np.int64), np.empty(0))


def on_grid(funding: Funding, step_ms: int) -> Funding:
    """Each settlement at the first moment of a market of that step that is not before it.

    Venues stamp a few milliseconds late: what is less than a second late counts as in time.
    Settlements that share a moment are added up.
    """
    in_time_ms = funding.at_ms // 1000 * 1000
    moments_ms, places = np.unique(-(-in_time_ms // step_ms) * step_ms, return_inverse=True)
    ratio = np.bincount(places, weights=funding.ratio, minlength=moments_ms.size)
    return Funding(moments_ms.astype(np.int64), ratio)


def between(funding: Funding, after_ms: int, until_ms: int) -> list[tuple[int, float]]:
    """The settlements after `after_ms` and not after `until_ms`: moment and ratio."""
    first, last = np.searchsorted(funding.at_ms, (after_ms, until_ms), side="right").tolist()
    rows = zip(funding.at_ms[first:last].tolist(), funding.ratio[first:last].tolist(), strict=True)
    return list(rows)


def last_ratio(funding: Funding, until_ms: int) -> float | None:
    """The ratio of the last settlement at or before `until_ms`; None before the first."""
    count = int(np.searchsorted(funding.at_ms, until_ms, side="right"))
    return float(funding.ratio[count - 1]) if count else None
