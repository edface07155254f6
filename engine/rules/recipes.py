"""Exit plans as data: where the first stop goes, and in what unit the levels are told.

A recipe becomes a `Plan` (in R) once the entry is known, and is turned into the same one whenever
it is asked again: from the entry, the first stop, and the ATR on the bar that decided.
"""

from enum import IntEnum
from typing import NamedTuple

from engine.rules.evidence import regime_stop_atr
from engine.rules.plans import STOP_ONLY, Plan
from engine.rules.registry import rule


class StopFrom(IntEnum):
    """Where the first stop comes from."""

    PROPOSAL = 0  # as the strategy wants it
    PRICE = 1  # a share of the entry price
    REGIME = 2  # so many ATR as the regime asks for


class Unit(IntEnum):
    """What the levels of a recipe are multiples of."""

    R = 0  # the initial risk
    PRICE = 1  # the entry price: 0.02 is +2 %
    ATR = 2  # the ATR on the bar that decided


OF_PRICE = int(StopFrom.PRICE)
OF_REGIME = int(StopFrom.REGIME)
IN_PRICE = int(Unit.PRICE)
IN_ATR = int(Unit.ATR)


class Recipe(NamedTuple):
    """One exit plan before there is an entry."""

    stop_from: int  # StopFrom
    stop_ratio: float  # of the entry price, where the stop comes from it
    stop_adapts_ratio: float  # how far the win rate widens or tightens the stop; 0 = not at all
    levels_in: int  # Unit
    levels: Plan  # its `_r` fields count in `levels_in`, the rest means what it says


@rule
def adapted(distance_price: float, adapts_ratio: float, win_ratio: float) -> float:
    """The stop's distance, wider where trades mostly win, tighter where they mostly lose.

    At a win rate of one half it stays; at 1 and 0 it changes by `adapts_ratio` of itself.
    """
    if not (adapts_ratio > 0.0 and 0.0 <= win_ratio <= 1.0):
        return distance_price
    return distance_price * (1.0 + adapts_ratio * (2.0 * win_ratio - 1.0))


@rule
def first_stop(
    recipe: Recipe,
    sign: int,
    entry_price: float,
    proposed_price: float,
    atr_price: float,
    regime: int,
    win_ratio: float,
) -> float:
    """Where the recipe puts the first stop; 0.0 where that is no price on the losing side.

    - `proposed_price` is the strategy's; a recipe that does not care leaves it to the digit.
    - A NaN `atr_price` (warm-up) gives no stop where one is asked of it.
    """
    is_proposed = recipe.stop_from != OF_PRICE and recipe.stop_from != OF_REGIME
    if is_proposed and not recipe.stop_adapts_ratio > 0.0:
        return proposed_price
    distance_price = (entry_price - proposed_price) * sign
    if recipe.stop_from == OF_PRICE:
        distance_price = recipe.stop_ratio * entry_price
    elif recipe.stop_from == OF_REGIME:
        distance_price = regime_stop_atr(regime) * atr_price
    distance_price = adapted(distance_price, recipe.stop_adapts_ratio, win_ratio)
    stop_price = entry_price - sign * distance_price
    if not (distance_price > 0.0 and stop_price > 0.0):
        return 0.0
    return stop_price


@rule
def unit_r(
    recipe: Recipe, entry_price: float, initial_stop_price: float, atr_price: float
) -> float:
    """What one unit of the recipe's levels is in R; 0.0 where there is no R or no ATR."""
    if recipe.levels_in != IN_PRICE and recipe.levels_in != IN_ATR:
        return 1.0
    risk_price = abs(entry_price - initial_stop_price)
    unit_price = entry_price
    if recipe.levels_in == IN_ATR:
        unit_price = atr_price
    if not (risk_price > 0.0 and initial_stop_price > 0.0 and unit_price > 0.0):
        return 0.0
    return unit_price / risk_price


@rule
def planned(
    recipe: Recipe, entry_price: float, initial_stop_price: float, atr_price: float
) -> Plan:
    """The plan of a position with this entry and first stop; `atr_price` as it was decided on."""
    levels = recipe.levels
    factor_r = unit_r(recipe, entry_price, initial_stop_price, atr_price)
    if factor_r == 1.0:
        return levels
    return Plan(
        levels.target_1_r * factor_r,
        levels.share_1_ratio,
        levels.target_2_r * factor_r,
        levels.share_2_ratio,
        levels.target_3_r * factor_r,
        levels.share_3_ratio,
        levels.breakeven_from_r * factor_r,
        levels.trail_from_r * factor_r,
        levels.trail_atr,
        levels.give_back_from_r * factor_r,
        levels.give_back_ratio,
        levels.time_stop_bars,
        levels.breakeven_offset_ratio,
    )


R_MULTIPLE_LEVELS = STOP_ONLY._replace(
    target_1_r=1.0, share_1_ratio=0.5, breakeven_from_r=1.0, trail_from_r=1.5, trail_atr=1.0
)
LADDER_LEVELS = STOP_ONLY._replace(
    target_1_r=0.02,
    share_1_ratio=0.33,
    target_2_r=0.04,
    share_2_ratio=0.33,
    target_3_r=0.06,
    share_3_ratio=0.34,
)

# the plans with fixed levels, by the names of engine.core.parameters.exit_plans
RECIPES = {
    "percent": Recipe(
        OF_PRICE, 0.01, 0.0, IN_PRICE, STOP_ONLY._replace(target_1_r=0.02, share_1_ratio=1.0)
    ),
    "r_multiple": Recipe(int(StopFrom.PROPOSAL), 0.0, 0.0, int(Unit.R), R_MULTIPLE_LEVELS),
    "regime": Recipe(OF_REGIME, 0.0, 0.0, int(Unit.R), R_MULTIPLE_LEVELS),
    "ladder": Recipe(int(StopFrom.PROPOSAL), 0.0, 0.0, IN_PRICE, LADDER_LEVELS),
    "give_back": Recipe(
        int(StopFrom.PROPOSAL),
        0.0,
        0.0,
        IN_PRICE,
        STOP_ONLY._replace(give_back_from_r=0.03, give_back_ratio=0.4),
    ),
    "adaptive": Recipe(
        int(StopFrom.PROPOSAL),
        0.0,
        0.5,
        IN_ATR,
        STOP_ONLY._replace(target_1_r=3.0, share_1_ratio=1.0),
    ),
    "forecast": Recipe(
        int(StopFrom.PROPOSAL),
        0.0,
        0.0,
        int(Unit.R),
        STOP_ONLY._replace(target_1_r=1.0, share_1_ratio=1.0),
    ),
}
