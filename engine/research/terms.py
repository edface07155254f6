"""The job's markets and parameters as the loop's columns and plain numbers."""

import math

import numpy as np

from engine.core.parameters.exit_plans import EXIT_PLANS
from engine.execution.guarding import recipe_of
from engine.market.arrays import Floats
from engine.research import world
from engine.research.job import Job
from engine.research.world import Policy
from engine.risk.breakers import plain_limits
from engine.risk.gate import (
    add_terms,
    entry_cost_ratio,
    max_notional_quote,
    min_notional_quote,
    stake_policy,
)
from engine.risk.portfolio import limits_of, sector_of
from engine.rules.limits import DeskLimits
from engine.rules.recipes import Recipe


def terms_of(job: Job) -> Floats:
    """(TERM, symbols) what each market is and costs."""
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


def policy_of(job: Job) -> Policy:
    """The parameters, as the rules take them."""
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
