"""What a list of closed trades amounts to. Money is summed exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from math import fsum

import numpy as np

from engine.analytics.equity import EquityCurve, deepest, measured
from engine.core.money import ZERO
from engine.core.positions import Trade


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The record of some trades; None where a measure has nothing to measure."""

    trades: int
    wins: int  # closed above 0, net
    net_quote: Decimal
    fee_quote: Decimal
    best_quote: Decimal
    worst_quote: Decimal
    win_rate_ratio: float | None
    expectancy_r: float | None  # mean result in multiples of the initial risk
    profit_factor: float | None  # net gains over net losses; None without a loss
    max_drawdown_ratio: float  # of the start equity plus closed results
    max_drawdown_duration_s: float  # of that drawdown, from its peak to its recovery or the end
    mean_slippage_bps: float | None  # of the entries, positive = worse
    mean_duration_s: float | None


def summarise(trades: Sequence[Trade], start_quote: Decimal) -> Summary:
    """The summary of `trades` in the order of their closing, from an equity of `start_quote`."""
    ordered = sorted(trades, key=lambda trade: (trade.closed_at, trade.trade_id))
    nets = [trade.net_pnl_quote for trade in ordered]
    gains = sum((net for net in nets if net > 0), ZERO)
    losses = sum((-net for net in nets if net < 0), ZERO)
    wins = sum(net > 0 for net in nets)
    worst = deepest(closed_curve(ordered, start_quote))
    return Summary(
        trades=len(ordered),
        wins=wins,
        net_quote=sum(nets, ZERO),
        fee_quote=sum((trade.commission_quote for trade in ordered), ZERO),
        best_quote=max(nets, default=ZERO),
        worst_quote=min(nets, default=ZERO),
        win_rate_ratio=wins / len(ordered) if ordered else None,
        expectancy_r=_mean([trade.result_r for trade in ordered]),
        profit_factor=float(gains / losses) if losses else None,
        max_drawdown_ratio=worst.ratio if worst else 0.0,
        max_drawdown_duration_s=worst.duration_s if worst else 0.0,
        mean_slippage_bps=_mean([trade.slippage_bps for trade in ordered]),
        mean_duration_s=_mean(
            [(trade.closed_at - trade.opened_at).total_seconds() for trade in ordered]
        ),
    )


def closed_curve(trades: Sequence[Trade], start_quote: Decimal, quote: str = "") -> EquityCurve:
    """Equity as the closings moved it, from `start_quote` at the first opening; oldest first."""
    if not trades:
        return measured(np.zeros(0), np.zeros(0), quote)
    first_s = min(trade.opened_at for trade in trades).timestamp()
    at_s = [first_s, *(trade.closed_at.timestamp() for trade in trades)]
    steps = accumulate((trade.net_pnl_quote for trade in trades), initial=start_quote)
    return measured(np.array(at_s), np.array([float(step) for step in steps]), quote)


def _mean(values: Sequence[float]) -> float | None:
    return fsum(values) / len(values) if values else None
