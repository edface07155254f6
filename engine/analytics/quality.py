"""How good trades were, mostly in multiples of what they risked; None where nothing is measured."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from engine.analytics.intervals import Interval, mean_interval, share_interval
from engine.core.money import ZERO
from engine.core.positions import Trade
from engine.market.arrays import Floats

SQN_MOST = 100  # trades that count: beyond, the number would grow with age alone
DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Of some closed trades; results are net of fees and funding."""

    trades: int
    wins: int  # closed above 0
    win_ratio: float | None
    win_interval: Interval | None  # Wilson's
    expectancy_r: float | None  # mean result
    expectancy_interval: Interval | None  # Student's
    sqn: float | None  # system quality number
    payoff: float | None  # mean win over mean loss, in money
    profit_factor: float | None  # all wins over all losses, in money
    mae_r: float | None  # median of the worst while open
    mfe_r: float | None  # median of the best while open
    kept_ratio: float | None  # of what winners were up at best, how much they kept in the end


def quality(trades: Sequence[Trade]) -> Quality:
    """The measures of `trades`, in any order."""
    nets = [trade.net_pnl_quote for trade in trades]
    won, lost = [net for net in nets if net > 0], [-net for net in nets if net < 0]
    results = finite([trade.result_r for trade in trades])
    return Quality(
        trades=len(trades),
        wins=len(won),
        win_ratio=len(won) / len(nets) if nets else None,
        win_interval=share_interval(len(won), len(nets)),
        expectancy_r=float(results.mean()) if results.size else None,
        expectancy_interval=mean_interval(results),
        sqn=sqn(results),
        payoff=_over(_mean(won), _mean(lost)) if won and lost else None,
        profit_factor=_over(sum(won, ZERO), sum(lost, ZERO)),
        mae_r=_median([trade.mae_r for trade in trades]),
        mfe_r=_median([trade.mfe_r for trade in trades]),
        kept_ratio=_kept_ratio(trades),
    )


def sqn(results_r: Floats) -> float | None:
    """Mean over standard deviation of R, times the root of the trades, 100 at most (Tharp 2008)."""
    if results_r.size < 2:
        return None
    deviation = float(results_r.std(ddof=1))
    if not deviation > 1e-12 * float(np.abs(results_r).max()):
        return None
    return math.sqrt(min(results_r.size, SQN_MOST)) * float(results_r.mean()) / deviation


def exposure_ratio(trades: Sequence[Trade], from_s: float, to_s: float) -> float | None:
    """The share of the time between two moments in which at least one trade was open."""
    if not to_s > from_s:
        return None
    spans = sorted((t.opened_at.timestamp(), t.closed_at.timestamp()) for t in trades)
    covered_s, reached_s = 0.0, from_s
    for start_s, end_s in spans:
        end_s = min(end_s, to_s)
        covered_s += max(0.0, end_s - max(start_s, reached_s))
        reached_s = max(reached_s, end_s)
    return covered_s / (to_s - from_s)


def turnover_ratio(trades: Sequence[Trade], equity_quote: float, days: float) -> float | None:
    """What was bought and sold a day, over the equity; entries and exits both count."""
    if not (equity_quote > 0.0 and days > 0.0):
        return None
    dealt = sum((t.qty_base * (t.entry_price + t.exit_price) for t in trades), ZERO)
    return float(dealt) / equity_quote / days


def finite(values: Sequence[float]) -> Floats:
    """The values that are known, as an array."""
    every = np.array(values, dtype=np.float64)
    return every[np.isfinite(every)]


def _median(values: Sequence[float]) -> float | None:
    known = finite(values)
    return float(np.median(known)) if known.size else None


def _kept_ratio(trades: Sequence[Trade]) -> float | None:
    pairs = [(trade.result_r, trade.mfe_r) for trade in trades if trade.result_r > 0.0]
    best = finite([best_r for _, best_r in pairs])
    kept = finite([kept_r for kept_r, best_r in pairs if math.isfinite(best_r)])
    return float(kept.sum() / best.sum()) if best.size and best.sum() > 0.0 else None


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, ZERO) / len(values)


def _over(gain_quote: Decimal, loss_quote: Decimal) -> float | None:
    return float(gain_quote / loss_quote) if loss_quote > 0 else None
