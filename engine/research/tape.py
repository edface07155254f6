"""From bars, votes and funding to the arrays that the backtest's loop runs on.

Each moment is a close of the shortest bars: of `detail` where there are such, else of the bars
that strategies act on. With detail, prices move by the shorter bars, as on a desk whose
TIMEFRAMES are `1h,5m`: what came first inside a long bar is then known, not assumed.
"""

import math

import numpy as np

from engine.analytics.likeness import likeness
from engine.core.parameters.exit_plans import EXIT_PLANS
from engine.execution.company import bitcoin_row
from engine.execution.evidence import regime_code
from engine.market.arrays import Floats, Ints
from engine.market.bars import Bars
from engine.market.indicators import atr
from engine.research import world
from engine.research.accounts import Decision
from engine.research.job import Job, Series
from engine.research.leading import wished
from engine.research.proposals import decisions
from engine.research.terms import policy_of, terms_of
from engine.research.world import Book, Tape, World
from engine.venues.funding import between, last_ratio, on_grid

Decisions = dict[tuple[int, int], Decision]


def world_of(job: Job) -> tuple[World, Decisions]:
    """The loop's argument, and the approved decisions by symbol and moment.

    Raises ValueError where the span holds no moment.
    """
    start_s, end_s = int(job.starts_at.timestamp()), int(job.ends_at.timestamp())
    step_s = job.step.seconds
    at_s = np.arange(start_s + step_s, end_s + 1, step_s, dtype=np.int64)
    if at_s.size == 0:
        raise ValueError(f"no bar closes between {job.starts_at} and {job.ends_at}")
    build = _Build(job, at_s)
    for s, series in enumerate(job.series):
        build.prices(s, series)
        build.funding(s, series)
        build.proposals(s, series)
    return World(build.tape(), terms_of(job), policy_of(job), build.book()), build.decisions


class _Build:
    """The arrays while they are filled, one symbol after the other."""

    def __init__(self, job: Job, at_s: Ints) -> None:
        shape = (len(job.series), at_s.size)
        self._job = job
        self._at_s = at_s
        self._start_s, self._end_s = int(job.starts_at.timestamp()), int(at_s[-1])
        self._bars = np.full((world.BAR, *shape), np.nan)
        self._sign = np.zeros(shape, dtype=np.int64)
        self._marks = np.full((3, len(job.series)), np.nan)
        self._settlements = 0
        self.decisions: Decisions = {}

    def prices(self, s: int, series: Series) -> None:
        """What moves the price, and the closes of the bars that strategies act on."""
        moving = series.bars if series.detail is None else series.detail
        first, last, places = self._within(moving, self._job.step.seconds)
        told = (moving.open, moving.high, moving.low, moving.close, moving.volume_base)
        for column, values in enumerate(told):  # in the order of the columns B_*
            self._bars[column, s, places] = values[first:last]
        bars = series.bars
        atr_price = atr(bars.high, bars.low, bars.close, self._job.parameters.atr_window_bars)
        first, last, places = self._within(bars, self._job.timeframe.seconds)
        self._bars[world.B_ATR, s, places] = atr_price[first:last]
        self._bars[world.B_ENDS, s, places] = 1.0
        if first > 0:
            self._marks[:2, s] = atr_price[first - 1], bars.close[first - 1]

    def funding(self, s: int, series: Series) -> None:
        """What was settled at which moment, and the last settlement before all of them."""
        step_s = self._job.step.seconds
        settled = on_grid(series.funding, step_s * 1000)
        paid = between(settled, self._start_s * 1000, self._end_s * 1000)
        for at_ms, ratio in paid:
            self._bars[world.B_FUNDING, s, (at_ms // 1000 - self._at_s[0]) // step_s] = ratio
        self._settlements += len(paid)
        known = last_ratio(settled, self._start_s * 1000)
        self._marks[2, s] = math.nan if known is None else known

    def proposals(self, s: int, series: Series) -> None:
        """What the strategies wanted, and what of it the voters approved."""
        job = self._job
        first, last, places = self._within(series.bars, job.timeframe.seconds)
        for index, (proposal, decision) in decisions(job, series, first, last).items():
            place = int(places[index - first])
            wishes = (world.B_SIGNAL, world.B_ADVISED)
            self._bars[wishes, s, place] = wished(proposal, job.parameters, job.advise)
            if decision is not None:
                self._sign[s, place] = proposal.side.sign
                _write_down(self._bars[:, s, place], decision)
                self.decisions[s, place] = decision

    def tape(self) -> Tape:
        """Everything that does not change while the loop runs."""
        rows = self._bars[world.B_ROW]
        return Tape(
            self._at_s, self._bars, self._sign, _likeness(self._job, self._at_s, self._sign, rows)
        )

    def book(self) -> Book:
        """Everything that does."""
        symbols, entries = len(self._job.series), int(np.count_nonzero(self._sign))
        fills = entries * world.EXITS_PER_POSITION + self._settlements
        return Book(
            held=np.zeros((symbols, world.HELD)),
            tallies=np.zeros((world.G_SYMBOL + symbols, 4)),
            atr_price=self._marks[0].copy(),
            mark_price=self._marks[1].copy(),
            funding_ratio=self._marks[2].copy(),
            entry_at_s=np.zeros(max(1, entries)),
            fills=np.zeros((max(1, fills), world.FILL)),
            streak=np.zeros(world.STREAK),
            equity_quote=np.zeros(self._at_s.size),
        )

    def _within(self, bars: Bars, length_s: int) -> tuple[int, int, Ints]:
        # the bars that close in the span, from the first to the one after the last, and their
        # moments
        close_at_s = bars.open_at_s + length_s
        span = (self._start_s, self._end_s)
        first, last = np.searchsorted(close_at_s, span, side="right").tolist()
        return first, last, (close_at_s[first:last] - self._at_s[0]) // self._job.step.seconds


def _write_down(row: Floats, decision: Decision) -> None:
    # what the loop must know of an approved proposal
    snapshot = decision.proposal.snapshot
    row[world.B_STOP] = snapshot.stop_price
    row[world.B_PLAN] = EXIT_PLANS.index(decision.plan_name)
    row[world.B_CONFIDENCE] = decision.verdict.confidence_ratio
    row[world.B_EXPANSION] = snapshot.features["expansion_ratio"]
    row[world.B_REGIME] = regime_code(snapshot.regime)


def _likeness(job: Job, at_s: Ints, sign: Ints, rows: Floats) -> Floats:
    # how the symbol of each approved proposal moved with all others; its row is noted in `rows`
    found = np.zeros((max(1, int(np.count_nonzero(sign))), world.LIKENESS, len(job.series)))
    bars = [series.bars for series in job.series]
    known = {} if job.memory is None else job.memory.likeness
    bitcoin = bitcoin_row([series.instrument.base for series in job.series])
    for row, (s, k) in enumerate(np.argwhere(sign != 0).tolist()):
        rows[s, k] = row
        at = (s, int(at_s[k]))
        if at not in known:
            known[at] = np.array(likeness(bars, s, bitcoin, at[1], job.timeframe.seconds))
        found[row] = known[at]
    return found
