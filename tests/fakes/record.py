"""The services of the desk's past in memory: they answer with values."""

from dataclasses import dataclass, field, replace

import numpy as np

from engine.analytics.breakdown import Dimension
from engine.analytics.calendars import month_table
from engine.analytics.equity import EquityCurve, measured
from engine.analytics.facts import TradeFacts
from engine.analytics.performance import performance
from engine.market.correlation import Together, together
from engine.services.picture_answers import Calendar, Record, record_of
from engine.services.result_answers import Breakdown, Periods, Span, Stats


@dataclass(slots=True)
class FakeResults:
    """Answers with these values, of whatever is asked for."""

    found: Periods
    by: Breakdown
    figures: Stats
    asked: list[tuple[object, object]] = field(default_factory=list)

    async def periods(self, span: Span, count: int) -> Periods:
        self.asked.append((span, count))
        return replace(self.found, span=span, rows=self.found.rows[: max(1, count)])

    async def parts(self, dimension: Dimension, days: int | None = None) -> Breakdown:
        self.asked.append((dimension, days))
        return replace(self.by, dimension=dimension, days=days)

    async def stats(self) -> Stats:
        return self.figures


@dataclass(slots=True)
class FakeRecord:
    """The record of these trades; none unless a test gives some."""

    facts: tuple[TradeFacts, ...] = ()
    curve: EquityCurve = field(default_factory=lambda: measured(np.zeros(0), np.zeros(0), "USDT"))
    markets: Together = field(default_factory=lambda: together(np.zeros((0, 168)), (), ""))

    async def record(self) -> Record:
        return record_of(self.facts, "USDT")

    async def calendar(self) -> Calendar:
        return Calendar(month_table(self.curve), performance(self.curve))

    async def moves(self) -> Together:
        return self.markets
