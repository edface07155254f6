"""The same bars through the same rules: many symbols, shared cash, one timeframe.

What the desk does on a replay of these bars, in one compiled loop. Strategies and voters are pure
and do not see the account, so they are asked beforehand, on the bars where they may speak.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

from engine.analytics.equity import EquityCurve, measured
from engine.core.advice import Proposal, Snapshot, Verdict
from engine.core.kinds import PositionSide
from engine.core.market import Instrument
from engine.core.parameters import Parameters
from engine.core.positions import Position, Trade
from engine.core.timeframes import Timeframe
from engine.execution.guarding import plan_of
from engine.market.arrays import Floats
from engine.market.bars import KEEP_BARS, Bars
from engine.market.features import Setup, over_history
from engine.market.indicators import atr
from engine.research import loop, pieces, world
from engine.research.accounts import Decision, booked
from engine.research.compiled import compiled
from engine.research.world import Book, Policy, Tape, World
from engine.risk.breakers import breaker_limits
from engine.risk.gate import entry_cost_ratio, is_spot
from engine.rules.fills import Costs
from engine.rules.limits import DeskLimits
from engine.strategies.propose import candidate_bars, propose
from engine.strategies.view import Known, View

Advise = Callable[[Snapshot], Verdict]


@dataclass(frozen=True, slots=True)
class Series:
    """One symbol: what it is, what it costs, and its bars, history included."""

    instrument: Instrument
    costs: Costs
    bars: Bars


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One backtest. Bars that closed at or before `starts_at` are history."""

    series: Sequence[Series]  # in the feed's order
    timeframe: Timeframe
    parameters: Parameters
    advise: Advise  # pure: rule voters, or a tape of recorded votes
    start_cash_quote: Decimal
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it."""

    trades: tuple[Trade, ...]  # in the order of their closing
    open_positions: tuple[Position, ...]
    curve: EquityCurve  # one point per moment
    cash_quote: Decimal


def run(job: Job, data_dir: Path | None) -> Result:
    """The result of the job; `data_dir` keeps the compiled loop, None runs it as plain Python.

    Both ways give the same digits. Raises ValueError where the span holds no moment.
    """
    built, decisions = _world(job)
    replay = loop.replay if data_dir is None else compiled_loop(data_dir)
    account = replay(built, float(job.start_cash_quote))
    trades, open_positions, cash_quote = booked(
        built.book.fills[: account.fills],
        built.tape.at_s,
        [series.instrument for series in job.series],
        decisions,
        job.start_cash_quote,
    )
    quote = job.series[0].instrument.quote
    curve = measured(built.tape.at_s.astype(np.float64), built.book.equity_quote, quote)
    return Result(trades, open_positions, curve, cash_quote)


def compiled_loop(data_dir: Path) -> Callable[[World, float], world.Account]:
    """The loop as machine code, kept under `data_dir` for the present sources."""
    from numba.extending import register_jitable

    for function in world.PIECES:
        if function not in _given:
            register_jitable(function)
            _given.add(function)
    digest = hashlib.sha256()
    for module in (loop, pieces, world):
        # numba notices a changed loop, but not changed columns that it took as constants
        digest.update(Path(str(module.__file__)).read_bytes())
    return compiled(loop.replay, data_dir / f"loop-{digest.hexdigest()[:16]}")


_given: set[Callable[..., object]] = set()  # numba's own table of overloads is process-wide, too


def _world(job: Job) -> tuple[World, dict[tuple[int, int], Decision]]:
    step_s = job.timeframe.seconds
    start_s, end_s = int(job.starts_at.timestamp()), int(job.ends_at.timestamp())
    at_s = np.arange(start_s + step_s, end_s + 1, step_s, dtype=np.int64)
    if at_s.size == 0:
        raise ValueError(f"no bar closes between {job.starts_at} and {job.ends_at}")
    shape = (len(job.series), at_s.size)
    tape_bars = np.full((world.BAR, *shape), np.nan)
    sign = np.zeros(shape, dtype=np.int64)
    marks = np.full((2, len(job.series)), np.nan)
    decisions: dict[tuple[int, int], Decision] = {}
    for s, series in enumerate(job.series):
        bars = series.bars
        close_at_s = bars.open_at_s + step_s
        atr_price = atr(bars.high, bars.low, bars.close, job.parameters.atr_window_bars)
        first, last = np.searchsorted(close_at_s, (start_s, end_s), side="right").tolist()
        places = (close_at_s[first:last] - at_s[0]) // step_s
        told = (bars.open, bars.high, bars.low, bars.close, bars.volume_base, atr_price)
        for column, values in enumerate(told):  # in the order of the columns B_*
            tape_bars[column, s, places] = values[first:last]
        if first > 0:
            marks[:, s] = atr_price[first - 1], bars.close[first - 1]
        for index, decision in _decisions(job, series, first, last).items():
            place = int(places[index - first])
            sign[s, place] = decision.proposal.side.sign
            tape_bars[world.B_STOP, s, place] = decision.proposal.snapshot.stop_price
            decisions[s, place] = decision
    tape = Tape(at_s, tape_bars, sign)
    entries = int(np.count_nonzero(sign))
    book = Book(
        held=np.zeros((len(job.series), world.HELD)),
        atr_price=marks[0].copy(),
        mark_price=marks[1].copy(),
        entry_at_s=np.zeros(max(1, entries)),
        fills=np.zeros((max(1, entries * world.EXITS_PER_POSITION), world.FILL)),
        equity_quote=np.zeros(at_s.size),
    )
    return World(tape, _terms(job), _policy(job), book), decisions


def _decisions(job: Job, series: Series, first: int, last: int) -> dict[int, Decision]:
    # what was proposed and approved, by the bar's position
    found: dict[int, Decision] = {}
    config_hash = job.parameters.config_hash()
    setup = Setup(job.timeframe, job.parameters.atr_window_bars)
    columns = over_history(series.bars, setup)
    for index in candidate_bars(series.bars, job.parameters).tolist():
        if not first <= index < last:
            continue
        seen = series.bars.until(index + 1).tail(KEEP_BARS)
        known = Known(columns, index)
        view = View(series.instrument.symbol, job.timeframe, seen, known)
        proposal = propose(view, job.parameters)
        if proposal is None or not _may_take(proposal, series.instrument, job.parameters):
            continue
        verdict = job.advise(proposal.snapshot)
        if verdict.approved:
            found[index] = Decision(proposal, verdict.confidence_ratio, config_hash)
    return found


def _may_take(proposal: Proposal, instrument: Instrument, parameters: Parameters) -> bool:
    # the risk rule not_shortable, which needs no account
    return proposal.side is PositionSide.LONG or (instrument.shortable and parameters.allow_short)


def _terms(job: Job) -> Floats:
    terms = np.empty((world.TERM, len(job.series)))
    for s, series in enumerate(job.series):
        item, costs = series.instrument, series.costs
        terms[world.T_PRICE_STEP, s] = float(item.price_step)
        terms[world.T_QTY_STEP, s] = float(item.qty_step)
        terms[world.T_MIN_QTY, s] = float(item.min_qty_base)
        terms[world.T_MIN_NOTIONAL, s] = float(item.min_notional_quote)
        terms[world.T_ENTRY_COST, s] = entry_cost_ratio(float(item.taker_fee_ratio), job.parameters)
        terms[world.T_SPOT, s] = float(is_spot(item.symbol))
        terms[world.T_MAKER_FEE, s] = costs.maker_fee_ratio
        terms[world.T_TAKER_FEE, s] = costs.taker_fee_ratio
        terms[world.T_SPREAD, s] = costs.spread_bps
        terms[world.T_SLIPPAGE, s] = costs.slippage_bps
        terms[world.T_IMPACT, s] = costs.impact_bps
    return terms


def _policy(job: Job) -> Policy:
    chosen = job.parameters
    return Policy(
        plan=plan_of(chosen),
        desk=DeskLimits(
            max_positions=chosen.max_positions,
            max_gross_ratio=chosen.max_exposure_ratio,
            max_daily_loss_ratio=chosen.daily_loss_reduce_ratio,
            max_drawdown_ratio=chosen.drawdown_reduce_ratio,
            max_heat_ratio=chosen.max_heat_ratio,
            max_trades_per_hour=chosen.trades_per_hour,
            cool_down_s=float(chosen.cool_down_s),
            max_feed_age_s=math.inf,  # a bar that closes is fresh
            max_spread_bps=math.inf,  # recorded bars have no quote
        ),
        breaker=breaker_limits(chosen),
        risk_ratio=chosen.risk_per_trade_ratio,
        max_position_ratio=chosen.max_position_ratio,
        bar_s=float(job.timeframe.seconds),
    )
