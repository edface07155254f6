"""What the result reports answer, of an ordinary desk or with a hostile text in every place."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np

from engine.analytics.breakdown import Dimension, Part
from engine.analytics.equity import measured
from engine.analytics.facts import TradeFacts
from engine.analytics.intervals import Interval
from engine.analytics.performance import performance
from engine.analytics.summary import summarise
from engine.services.picture_answers import record_of
from engine.services.result_answers import Breakdown, Period, Periods, Span, Stats
from tests.handlers.samples import NOW, SYMBOL, a_trade


def some_periods(text: str = "", count: int = 31) -> Periods:
    return Periods(
        span=Span.DAY,
        rows=tuple(
            Period(
                start=(NOW - timedelta(days=back)).date(),
                trades=(3, 0)[back % 2],
                wins=(2, 0)[back % 2],
                net_quote=Decimal(("12.345", "0")[back % 2]),
                commission_quote=Decimal("0.5"),
                result_r=(1.25, 0.0)[back % 2],
                equity_quote=Decimal("10123.455"),
                change_ratio=0.0123,
            )
            for back in range(count)
        ),
        quote=text or "USDT",
        market_at=NOW,
    )


def a_breakdown(text: str = "", parts: int = 3) -> Breakdown:
    keys = [text or (SYMBOL, "a_very_long_strategy_name", "fundamental: against")[n % 3]
            for n in range(parts)]  # fmt: skip
    return Breakdown(
        dimension=Dimension.STRATEGY,
        parts=tuple(
            Part(
                key=key,
                trades=40,
                wins=22,
                win_interval=Interval(0.4, 0.69),
                mean_r=(0.25, -0.1, None)[n % 3],
                mean_interval=(Interval(0.05, 0.45), Interval(-0.4, 0.2), None)[n % 3],
                sum_r=10.0,
                net_quote=Decimal("100.5"),
            )
            for n, key in enumerate(keys)
        ),
        trades=120,
        days=None,
        quote=text or "USDT",
        market_at=NOW,
    )


def some_stats(text: str = "", trades: int = 30) -> Stats:
    made = [
        replace(a_trade(n, "12.5" if n % 3 else "-10.25"), strategy=text or "sma_5_15")
        for n in range(1, trades + 1)
    ]
    days = np.arange(40, dtype=np.float64) * 86_400.0
    equity = np.asarray(10_000.0 + np.sin(days) * 50.0 + days / 1e4, dtype=np.float64)
    return Stats(
        record=record_of([TradeFacts(trade=each) for each in made], text or "USDT"),
        summary=summarise(made, Decimal(10_000)),
        performance=performance(measured(days, equity, "USDT")),
        market_at=NOW,
    )
