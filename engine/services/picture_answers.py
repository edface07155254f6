"""What the pictures of the desk's own record are made of: frozen values, ready to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

import numpy as np

from engine.analytics.calendars import MonthTable, month_table
from engine.analytics.costs import Costs, costs
from engine.analytics.equity import measured
from engine.analytics.facts import TradeColumns, TradeFacts, trade_columns
from engine.analytics.patterns import Pattern, losing_patterns
from engine.analytics.performance import Performance, performance
from engine.analytics.quality import Quality, quality
from engine.core.state import EquityPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The last closed trades and what they amount to."""

    columns: TradeColumns
    quality: Quality
    costs: Costs
    patterns: tuple[Pattern, ...]  # that lost, the surest first
    quote: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Equity by month, and the measures of its daily closes."""

    months: MonthTable
    performance: Performance


def record_of(facts: Sequence[TradeFacts], quote: str, zone: tzinfo = UTC) -> Record:
    """What these trades amount to; hours and weekdays in `zone`."""
    trades = [fact.trade for fact in facts]
    return Record(
        columns=trade_columns(trades, zone),
        quality=quality(trades),
        costs=costs(facts),
        patterns=losing_patterns(facts, zone=zone),
        quote=quote,
    )


def calendar_of(points: Sequence[EquityPoint], quote: str) -> Calendar:
    """The calendar of these points, oldest first."""
    curve = measured(
        np.array([point.at.timestamp() for point in points], dtype=np.float64),
        np.array([float(point.equity_quote) for point in points], dtype=np.float64),
        quote,
    )
    return Calendar(month_table(curve), performance(curve))
