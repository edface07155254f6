"""The equity curve and how far it was under water."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.core.state import EquityPoint
from engine.market.arrays import Floats


@dataclass(frozen=True, slots=True)
class EquityCurve:
    """Equity over time, oldest first; each array is (points,) float64."""

    at_s: Floats  # seconds since the epoch
    equity_quote: Floats
    drawdown_ratio: Floats  # below the highest equity so far, never negative
    quote: str  # currency code

    def __len__(self) -> int:
        return int(self.at_s.size)


@dataclass(frozen=True, slots=True)
class Drawdown:
    """One time under water: from a peak to the point that reached it again, or to the end."""

    ratio: float  # the deepest, positive
    peak_at_s: float
    trough_at_s: float
    end_at_s: float
    recovered: bool

    @property
    def duration_s(self) -> float:
        return self.end_at_s - self.peak_at_s


def equity_curve(points: Sequence[EquityPoint], quote: str) -> EquityCurve:
    """The points as a curve; they come oldest first.

    Drawdowns are those that were recorded: the points may be a selection without the peak. Money
    that the owner moved is taken out: what was before a deposit is shown as if it had been there.
    """
    at_s = np.array([point.at.timestamp() for point in points], dtype=np.float64)
    equity_quote = np.array([float(point.equity_quote) for point in points], dtype=np.float64)
    moved_quote = np.array([float(point.moved_quote) for point in points], dtype=np.float64)
    equity_quote = without_moves(equity_quote, moved_quote)
    drawdown_ratio = np.array([point.drawdown_ratio for point in points], dtype=np.float64)
    return EquityCurve(at_s, equity_quote, drawdown_ratio, quote)


def without_moves(equity_quote: Floats, moved_quote: Floats) -> Floats:
    """Equity whose every return is the desk's own: time-weighted, adjusted backwards.

    `moved_quote` is the sum of what the owner moved up to each point; both are (points,) float64,
    oldest first. Before each move, equity is scaled by what the move did to it, as prices are
    before a split; the last point, and all after the last move, stay as they are.
    """
    flow = np.diff(moved_quote)
    after = equity_quote[1:]
    before = after - flow  # what the desk would be worth without the move
    known = (flow != 0.0) & (before > 0.0) & (after > 0.0)
    factor = np.where(known, after / np.where(known, before, 1.0), 1.0)
    later = np.cumprod(factor[::-1])[::-1]  # of every move that comes after a point
    shown: Floats = equity_quote * np.append(later, 1.0)
    return shown


def measured(at_s: Floats, equity_quote: Floats, quote: str) -> EquityCurve:
    """A curve with its drawdowns measured from the points themselves."""
    return EquityCurve(at_s, equity_quote, drawdowns(equity_quote), quote)


def drawdowns(equity_quote: Floats) -> Floats:
    """1 - equity / highest so far at each point; 1 where there never was a positive equity."""
    peak = np.maximum.accumulate(equity_quote)
    safe = np.where(peak > 0.0, peak, 1.0)
    return np.where(peak > 0.0, np.maximum(1.0 - equity_quote / safe, 0.0), 1.0)


def episodes(curve: EquityCurve) -> tuple[Drawdown, ...]:
    """Every time under water, in order of time."""
    under = curve.drawdown_ratio > 0.0
    edges = np.flatnonzero(np.diff(np.concatenate(([False], under, [False])).astype(np.int8)))
    found = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return tuple(_episode(curve, start, end) for start, end in found)


def deepest(curve: EquityCurve) -> Drawdown | None:
    """The worst time under water; None where equity never fell."""
    return max(episodes(curve), key=lambda episode: episode.ratio, default=None)


def _episode(curve: EquityCurve, start: int, end: int) -> Drawdown:
    # points start..end-1 are under water; start-1 is the peak, end (if any) is above it again
    part = curve.drawdown_ratio[start:end]
    recovered = end < len(curve)
    return Drawdown(
        ratio=float(part.max()),
        peak_at_s=float(curve.at_s[max(0, start - 1)]),
        trough_at_s=float(curve.at_s[start + int(part.argmax())]),
        end_at_s=float(curve.at_s[end if recovered else end - 1]),
        recovered=recovered,
    )
