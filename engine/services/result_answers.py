"""What the result reports answer: frozen values, ready for a view."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from engine.analytics.breakdown import Dimension, Part
from engine.analytics.performance import Performance
from engine.analytics.summary import Summary
from engine.services.picture_answers import Record


class Span(StrEnum):
    """What results are added up over; days are those of UTC."""

    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One day, week or month; its results are those of the trades that closed in it."""

    start: date
    trades: int
    wins: int
    net_quote: Decimal
    commission_quote: Decimal
    result_r: float
    equity_quote: Decimal | None  # at its end, or now; None: there was no desk yet
    change_ratio: float | None  # of equity from its start; None: there was no desk yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """Consecutive periods, the newest first; the first of them is not over yet."""

    span: Span
    rows: tuple[Period, ...]
    quote: str
    market_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """The last closed trades by one side of them."""

    dimension: Dimension
    parts: tuple[Part, ...]
    trades: int  # looked at
    days: int | None  # only those that closed within so many days
    quote: str
    market_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The record in figures."""

    record: Record  # the last trades
    summary: Summary  # of the same trades
    performance: Performance  # of the whole equity curve
    market_at: datetime | None
