"""How much each way of sizing would trade. The smallest wins, and every step can be told.

The fixed risk per trade is always one of them, so the others can only make a trade smaller.
"""

import math
from typing import NamedTuple

from engine.rules.evidence import (
    NO_TALLY,
    Tally,
    kelly_ratio,
    multiplier,
    payoff_ratio,
    win_ratio_low,
)
from engine.rules.registry import rule
from engine.rules.sizing import (
    ADAPTIVE,
    ADDITION,
    KELLY,
    RISK,
    VOLATILITY,
    Sized,
    SizeLimits,
    cap_size,
    risk_size,
)

LOWEST_VOLATILITY_MULTIPLIER = 0.2
HIGHEST_VOLATILITY_MULTIPLIER = 2.0


class StakePolicy(NamedTuple):
    """Which ways of sizing are on."""

    risk_ratio: float  # of equity, lost at the stop
    kelly_share_ratio: float  # of the Kelly stake that is used; 0 = off
    volatility_position_ratio: float  # notional over equity at the usual volatility; 0 = off
    adapts: int  # 1: the records of regime, symbol and hour shrink the risk; 0 = off
    prior_trades: float  # so many trades weigh as much as what is assumed without any


class StakeFacts(NamedTuple):
    """What is known when an entry is sized."""

    confidence_ratio: float  # the verdict's calibrated probability of a win
    expansion_ratio: float  # ATR over its usual value; NaN in the warm-up
    desk: Tally  # of all trades
    regime: Tally
    symbol: Tally
    hour: Tally
    add_base: float = math.inf  # the most that may be added to an open position


UNKNOWN = StakeFacts(0.5, 1.0, NO_TALLY, NO_TALLY, NO_TALLY, NO_TALLY)


class Stakes(NamedTuple):
    """What each way wants, unrounded; math.inf = it is off. And how it came about."""

    risk_base: float
    kelly_base: float
    volatility_base: float
    adaptive_base: float
    probability_low_ratio: float
    payoff: float
    kelly_risk_ratio: float
    volatility_multiplier: float
    adaptive_multiplier: float
    wanted_base: float
    bound_by: int  # SizeBound


@rule
def volatility_multiplier(expansion_ratio: float) -> float:
    """The usual ATR over the present one, from 0.2 to 2.0; the lowest where it is unknown."""
    if not expansion_ratio > 0.0:
        return LOWEST_VOLATILITY_MULTIPLIER
    wanted = 1.0 / expansion_ratio
    if wanted > HIGHEST_VOLATILITY_MULTIPLIER:
        return HIGHEST_VOLATILITY_MULTIPLIER
    if wanted > LOWEST_VOLATILITY_MULTIPLIER:
        return wanted
    return LOWEST_VOLATILITY_MULTIPLIER


@rule
def adaptive_multiplier(facts: StakeFacts, prior_trades: float) -> float:
    """What the records of regime, symbol and hour support, multiplied; never above 1."""
    wanted = multiplier(facts.regime, prior_trades)
    wanted *= multiplier(facts.symbol, prior_trades)
    wanted *= multiplier(facts.hour, prior_trades)
    if wanted < 1.0:
        return wanted
    return 1.0


@rule
def stakes(
    equity_quote: float,
    entry_price: float,
    stop_price: float,
    facts: StakeFacts,
    policy: StakePolicy,
) -> Stakes:
    """What each way of sizing wants, and the smallest of them.

    Kelly: the verdict's probability counts as `prior_trades` trades, the desk's own are added,
    one standard error is taken off, and the payoff is drawn to 1 (Kelly 1956; shrinkage as in
    Baker and McHale 2013, "Optimal betting under parameter uncertainty").
    """
    risk_base = risk_size(equity_quote, policy.risk_ratio, entry_price, stop_price, 0.0)
    wanted_base = risk_base
    bound_by = RISK
    low_ratio = win_ratio_low(facts.desk, facts.confidence_ratio, policy.prior_trades)
    payoff = payoff_ratio(facts.desk, policy.prior_trades)
    kelly_risk_ratio = policy.kelly_share_ratio * kelly_ratio(low_ratio, payoff)
    kelly_base = math.inf
    if policy.kelly_share_ratio > 0.0:
        kelly_base = risk_size(equity_quote, kelly_risk_ratio, entry_price, stop_price, 0.0)
        if kelly_base < wanted_base:
            wanted_base = kelly_base
            bound_by = KELLY
    by_volatility = volatility_multiplier(facts.expansion_ratio)
    volatility_base = math.inf
    if policy.volatility_position_ratio > 0.0 and entry_price > 0.0:
        notional_quote = equity_quote * policy.volatility_position_ratio * by_volatility
        volatility_base = notional_quote / entry_price
        if volatility_base < wanted_base:
            wanted_base = volatility_base
            bound_by = VOLATILITY
    by_record = adaptive_multiplier(facts, policy.prior_trades)
    adaptive_base = math.inf
    if policy.adapts != 0:
        adaptive_base = risk_base * by_record
        if adaptive_base < wanted_base:
            wanted_base = adaptive_base
            bound_by = ADAPTIVE
    if facts.add_base < wanted_base:
        wanted_base = facts.add_base
        bound_by = ADDITION
    return Stakes(
        risk_base,
        kelly_base,
        volatility_base,
        adaptive_base,
        low_ratio,
        payoff,
        kelly_risk_ratio,
        by_volatility,
        by_record,
        wanted_base,
        bound_by,
    )


@rule
def staked(
    wanted: Stakes,
    equity_quote: float,
    entry_price: float,
    stop_price: float,
    limits: SizeLimits,
) -> Sized:
    """The size of an entry: the smallest stake, cut by the caps, on the step, or 0.0.

    `bound_by` names the cap that cut it, else the way of sizing that wanted least.
    """
    sized = cap_size(wanted.wanted_base, equity_quote, entry_price, stop_price, limits)
    bound_by = sized.bound_by
    if wanted.bound_by != RISK and (bound_by == RISK or not wanted.wanted_base > 0.0):
        bound_by = wanted.bound_by
    return Sized(sized.qty_base, sized.risk_quote, sized.notional_quote, bound_by, wanted.risk_base)
