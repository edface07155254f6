"""The parts of the backtest's loop that know plans and the record of closed trades.

`s` is a symbol's index, `k` a moment's (engine/research/world.py). The live twins are
engine/execution/evidence.py and guarding.py.
"""

from engine.market.arrays import Floats
from engine.research.world import (
    B_ATR,
    B_CLOSE,
    B_CONFIDENCE,
    B_EXPANSION,
    B_PLAN,
    B_REGIME,
    B_STOP,
    ENTRY_ATR,
    G_DESK,
    G_HOUR,
    G_REGIME,
    G_SYMBOL,
    LEVELS,
    LEVELS_IN,
    OPENED_AT_S,
    PLAN,
    RECIPE_ROW,
    REGIME,
    STOP_ADAPTS,
    STOP_FROM,
    STOP_RATIO,
    Book,
    World,
    piece,
)
from engine.rules.evidence import Tally, noted, win_ratio
from engine.rules.plans import Plan
from engine.rules.recipes import Recipe, first_stop, planned
from engine.rules.stakes import StakeFacts

HOUR_S = 3600
EVEN_RATIO = 0.5  # the win rate that is assumed without trades


@piece
def hour_of(at_s: int) -> int:
    """The hour of the UTC day."""
    return at_s // HOUR_S % 24


@piece
def tally_on(tallies: Floats, group: int) -> Tally:
    """The record of a group."""
    return Tally(
        float(tallies[group, 0]),
        float(tallies[group, 1]),
        float(tallies[group, 2]),
        float(tallies[group, 3]),
    )


@piece
def note(book: Book, s: int, result_r: float) -> None:
    """Counts the trade that the symbol's position has become, in each of its groups."""
    hour = hour_of(int(book.held[s, OPENED_AT_S]))
    for which in range(4):
        group = G_DESK
        if which == 1:
            group = G_REGIME + int(book.held[s, REGIME])
        elif which == 2:
            group = G_HOUR + hour
        elif which == 3:
            group = G_SYMBOL + s
        tally = noted(tally_on(book.tallies, group), result_r)
        book.tallies[group, 0] = tally.wins
        book.tallies[group, 1] = tally.losses
        book.tallies[group, 2] = tally.won_micro_r
        book.tallies[group, 3] = tally.lost_micro_r


@piece
def facts_on(world: World, s: int, k: int, add_base: float) -> StakeFacts:
    """What is known about the proposal of the bar; `add_base`: the most that it may add."""
    bars, tallies = world.tape.bars, world.book.tallies
    hour = hour_of(int(world.tape.at_s[k]))
    return StakeFacts(
        float(bars[B_CONFIDENCE, s, k]),
        float(bars[B_EXPANSION, s, k]),
        tally_on(tallies, G_DESK),
        tally_on(tallies, G_REGIME + int(bars[B_REGIME, s, k])),
        tally_on(tallies, G_SYMBOL + s),
        tally_on(tallies, G_HOUR + hour),
        add_base,
    )


@piece
def plan_at(table: Floats, row: int, first: int) -> Plan:
    """Thirteen numbers of a row as a plan."""
    return Plan(
        float(table[row, first]),
        float(table[row, first + 1]),
        float(table[row, first + 2]),
        float(table[row, first + 3]),
        float(table[row, first + 4]),
        float(table[row, first + 5]),
        float(table[row, first + 6]),
        float(table[row, first + 7]),
        float(table[row, first + 8]),
        float(table[row, first + 9]),
        float(table[row, first + 10]),
        float(table[row, first + 11]),
        float(table[row, first + 12]),
    )


@piece
def recipe_at(table: Floats, row: int) -> Recipe:
    """A row of Policy.recipes as an exit plan."""
    return Recipe(
        int(table[row, STOP_FROM]),
        float(table[row, STOP_RATIO]),
        float(table[row, STOP_ADAPTS]),
        int(table[row, LEVELS_IN]),
        plan_at(table, row, LEVELS),
    )


@piece
def stop_on(world: World, s: int, k: int, sign: int) -> float:
    """Where the first stop of the proposal of the bar goes."""
    bars, prior_trades = world.tape.bars, world.policy.stake.prior_trades
    tally = tally_on(world.book.tallies, G_SYMBOL + s)
    return first_stop(
        recipe_at(world.policy.recipes, int(bars[B_PLAN, s, k])),
        sign,
        float(bars[B_CLOSE, s, k]),
        float(bars[B_STOP, s, k]),
        float(bars[B_ATR, s, k]),
        int(bars[B_REGIME, s, k]),
        win_ratio(tally, EVEN_RATIO, prior_trades),
    )


@piece
def keep_terms(world: World, s: int, k: int) -> None:
    """Writes down what was known when the position was opened."""
    held, bars = world.book.held, world.tape.bars
    held[s, REGIME] = bars[B_REGIME, s, k]
    held[s, RECIPE_ROW] = bars[B_PLAN, s, k]
    held[s, ENTRY_ATR] = bars[B_ATR, s, k]


@piece
def keep_plan(world: World, s: int, entry_price: float, stop_price: float) -> None:
    """Writes down how the position is to be left, from its entry and its first stop."""
    held = world.book.held
    recipe = recipe_at(world.policy.recipes, int(held[s, RECIPE_ROW]))
    plan = planned(recipe, entry_price, stop_price, float(held[s, ENTRY_ATR]))
    held[s, PLAN] = plan.target_1_r
    held[s, PLAN + 1] = plan.share_1_ratio
    held[s, PLAN + 2] = plan.target_2_r
    held[s, PLAN + 3] = plan.share_2_ratio
    held[s, PLAN + 4] = plan.target_3_r
    held[s, PLAN + 5] = plan.share_3_ratio
    held[s, PLAN + 6] = plan.breakeven_from_r
    held[s, PLAN + 7] = plan.trail_from_r
    held[s, PLAN + 8] = plan.trail_atr
    held[s, PLAN + 9] = plan.give_back_from_r
    held[s, PLAN + 10] = plan.give_back_ratio
    held[s, PLAN + 11] = plan.time_stop_bars
    held[s, PLAN + 12] = plan.breakeven_offset_ratio
