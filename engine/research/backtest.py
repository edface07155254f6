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
from engine.analytics.likeness import likeness
from engine.core.advice import Proposal, Verdict
from engine.core.market import Instrument
from engine.core.parameters import Parameters
from engine.core.parameters.exit_plans import EXIT_PLANS
from engine.core.positions import Position, Trade
from engine.core.timeframes import Timeframe
from engine.execution.company import bitcoin_row
from engine.execution.evidence import regime_code
from engine.execution.guarding import recipe_of
from engine.market.arrays import Floats, Ints
from engine.market.bars import KEEP_BARS, Bars
from engine.market.features import Setup, over_history
from engine.market.indicators import atr
from engine.research import evidence, loop, margins, pieces, portfolio, world
from engine.research.accounts import Decision, booked
from engine.research.compiled import compiled
from engine.research.leading import Advise, Lead, led_on, may_take, pays, wished
from engine.research.world import Book, Policy, Tape, World
from engine.risk.breakers import plain_limits
from engine.risk.gate import (
    add_terms,
    entry_cost_ratio,
    max_notional_quote,
    min_notional_quote,
    stake_policy,
)
from engine.risk.portfolio import limits_of, sector_of
from engine.rules.fills import Costs
from engine.rules.limits import DeskLimits
from engine.rules.recipes import Recipe
from engine.strategies.propose import candidate_bars, propose
from engine.strategies.view import Known, View
from engine.venues.funding import NO_FUNDING, Funding, between, last_ratio, on_grid


@dataclass(frozen=True, slots=True)
class Series:
    """One symbol: what it is, what it costs, and its bars, history included."""

    instrument: Instrument
    costs: Costs
    bars: Bars
    funding: Funding = NO_FUNDING  # perpetuals only; without it none is paid


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
    lead: Lead | None = None  # as pure; needed where voters may propose


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
    for module in (loop, pieces, evidence, margins, portfolio, world):
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
    marks = np.full((3, len(job.series)), np.nan)
    settlements = 0
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
            marks[:2, s] = atr_price[first - 1], bars.close[first - 1]
        paid = between(on_grid(series.funding, step_s * 1000), start_s * 1000, end_s * 1000)
        for at_ms, ratio in paid:
            tape_bars[world.B_FUNDING, s, (at_ms // 1000 - at_s[0]) // step_s] = ratio
        settlements += len(paid)
        known = last_ratio(on_grid(series.funding, step_s * 1000), start_s * 1000)
        marks[2, s] = math.nan if known is None else known
        for index, (proposal, decision) in _decisions(job, series, first, last).items():
            place = int(places[index - first])
            wishes = (world.B_SIGNAL, world.B_ADVISED)
            tape_bars[wishes, s, place] = wished(proposal, job.parameters, job.advise)
            if decision is not None:
                sign[s, place] = proposal.side.sign
                _write_down(tape_bars[:, s, place], decision)
                decisions[s, place] = decision
    tape = Tape(at_s, tape_bars, sign, _likeness(job, at_s, sign, tape_bars[world.B_ROW]))
    entries = int(np.count_nonzero(sign))
    book = Book(
        held=np.zeros((len(job.series), world.HELD)),
        tallies=np.zeros((world.G_SYMBOL + len(job.series), 4)),
        atr_price=marks[0].copy(),
        mark_price=marks[1].copy(),
        funding_ratio=marks[2].copy(),
        entry_at_s=np.zeros(max(1, entries)),
        fills=np.zeros((max(1, entries * world.EXITS_PER_POSITION + settlements), world.FILL)),
        streak=np.zeros(world.STREAK),
        equity_quote=np.zeros(at_s.size),
    )
    return World(tape, _terms(job), _policy(job), book), decisions


def _write_down(row: Floats, decision: Decision) -> None:
    # what the loop must know of an approved proposal
    snapshot = decision.proposal.snapshot
    row[world.B_STOP] = snapshot.stop_price
    row[world.B_PLAN] = EXIT_PLANS.index(decision.plan_name)
    row[world.B_CONFIDENCE] = decision.confidence_ratio
    row[world.B_EXPANSION] = snapshot.features["expansion_ratio"]
    row[world.B_REGIME] = regime_code(snapshot.regime)


def _decisions(
    job: Job, series: Series, first: int, last: int
) -> dict[int, tuple[Proposal, Decision | None]]:
    # what was proposed, and approved or not, by the bar's position
    found: dict[int, tuple[Proposal, Decision | None]] = {}
    chosen, instrument = job.parameters, series.instrument
    setup = Setup(job.timeframe, chosen.atr_window_bars)
    columns = over_history(series.bars, setup)
    candidates = candidate_bars(series.bars, chosen).tolist()
    for index in range(first, last) if chosen.leads else candidates:
        if not first <= index < last:
            continue
        seen = series.bars.until(index + 1).tail(KEEP_BARS)
        view = View(instrument.symbol, job.timeframe, seen, Known(columns, index))
        proposal = propose(view, chosen)
        if proposal is None:
            lead = led_on(view, instrument, chosen, job.lead)
            if lead is not None:
                found[index] = (lead[0], _decided(*lead, chosen))
            continue
        found[index] = (proposal, None)
        if not may_take(proposal, instrument, chosen):
            continue
        verdict = job.advise(proposal.snapshot)
        if verdict.approved and pays(proposal, verdict, instrument, chosen):
            found[index] = (proposal, _decided(proposal, verdict, chosen))
    return found


def _decided(proposal: Proposal, verdict: Verdict, chosen: Parameters) -> Decision:
    plan_name = chosen.plan_name_of(proposal.signals[0].strategy)
    return Decision(proposal, verdict.confidence_ratio, chosen.config_hash(), plan_name)


def _likeness(job: Job, at_s: Ints, sign: Ints, rows: Floats) -> Floats:
    # how the symbol of each approved proposal moved with all others; its row is noted in `rows`
    found = np.zeros((max(1, int(np.count_nonzero(sign))), world.LIKENESS, len(job.series)))
    bars = [series.bars for series in job.series]
    bitcoin = bitcoin_row([series.instrument.base for series in job.series])
    for row, (s, k) in enumerate(np.argwhere(sign != 0).tolist()):
        rows[s, k] = row
        found[row] = np.array(likeness(bars, s, bitcoin, int(at_s[k]), job.timeframe.seconds))
    return found


def _terms(job: Job) -> Floats:
    terms = np.empty((world.TERM, len(job.series)))
    sectors = [sector_of(series.instrument, job.parameters) for series in job.series]
    for s, series in enumerate(job.series):
        item, costs = series.instrument, series.costs
        terms[world.T_PRICE_STEP, s] = float(item.price_step)
        terms[world.T_QTY_STEP, s] = float(item.qty_step)
        terms[world.T_MIN_QTY, s] = float(item.min_qty_base)
        terms[world.T_MIN_NOTIONAL, s] = min_notional_quote(item, job.parameters)
        terms[world.T_ENTRY_COST, s] = entry_cost_ratio(float(item.taker_fee_ratio), job.parameters)
        terms[world.T_SPOT, s] = float(not item.is_margined)
        terms[world.T_MAKER_FEE, s] = costs.maker_fee_ratio
        terms[world.T_TAKER_FEE, s] = costs.taker_fee_ratio
        terms[world.T_SPREAD, s] = costs.spread_bps
        terms[world.T_SLIPPAGE, s] = costs.slippage_bps
        terms[world.T_IMPACT, s] = costs.impact_bps
        terms[world.T_SECTOR, s] = sectors.index(sectors[s])
    return terms


def _policy(job: Job) -> Policy:
    chosen = job.parameters
    return Policy(
        recipes=np.array([_flat(recipe_of(name, chosen)) for name in EXIT_PLANS]),
        stake=stake_policy(chosen),
        add=add_terms(chosen),
        exits_on_opposite=chosen.exit_on_opposite,
        exits_on_advice=chosen.heeds_advice,
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
        breaker=plain_limits(chosen),
        adapts=chosen.adaptive_day_loss,
        portfolio=limits_of(chosen),
        max_funding_ratio=chosen.max_funding_ratio,
        losing_streak=chosen.losing_streak,
        streak_pause_s=float(chosen.streak_pause_s),
        max_position_ratio=chosen.max_position_ratio,
        max_notional_quote=max_notional_quote(chosen),
        bar_s=float(job.timeframe.seconds),
    )


def _flat(recipe: Recipe) -> tuple[float, ...]:
    return (*map(float, recipe[:-1]), *recipe.levels)
