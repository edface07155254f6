"""The guard of a position: stop, targets, breakeven, trail, give-back and time stop.

One market event at a time; a tick is a bar with open = high = low = close. The caller applies
the fills (`fills.apply_fill`) before the next event, or hands in what is not yet on its way out.
This is the door of the guard: callers take its values from here.
"""

import math

from engine.rules.plans import (
    NO_EXIT,
    STOP_ONLY,
    TIME,
    Advance,
    Exit,
    ExitReason,
    Plan,
    Position,
    exits_of,
    opened,
    seen,
)
from engine.rules.registry import rule
from engine.rules.stops import guarded, is_stopped, tightened
from engine.rules.targets import is_next_reached, ladder

__all__ = [
    "NO_EXIT",
    "STOP_ONLY",
    "Advance",
    "Exit",
    "ExitReason",
    "Plan",
    "Position",
    "advance",
    "exits_of",
    "opened",
    "tightened",
]


@rule
def rest_of(
    position: Position,
    plan: Plan,
    left_base: float,
    is_hit: bool,
    close_price: float,
    held_bars: float,
) -> Exit:
    """How what the targets left leaves in this event: at the stop, by time, or not at all."""
    if not left_base > 0.0:
        return NO_EXIT
    if is_hit:
        return Exit(position.stop_kind, left_base, position.stop_price)
    if 0.0 < plan.time_stop_bars <= held_bars and close_price > 0.0:
        return Exit(TIME, left_base, close_price)
    return NO_EXIT


@rule
def advance(  # noqa: PLR0913 - a bar is five plain numbers, which the caller has in five arrays
    position: Position,
    plan: Plan,
    open_price: float,
    high_price: float,
    low_price: float,
    close_price: float,
    atr_price: float,
    held_bars: float,
    qty_step: float,
) -> Advance:
    """The position after one bar or tick, and what of it is to be sold.

    - The stop tested is the one known before the event; breakeven, trail and give-back move it
      for the next one. It never loosens.
    - At the open: beyond the stop everything leaves at the open, beyond a target its share does.
    - Inside the bar the stop counts before a target (nobody knows the order; this is the worse).
    - `held_bars`: time since the entry at the close of this event, in bars, so that ticks agree.
    - `qty_base` never changes here: only fills do that. Quantities sum to no more than it.
    - Prices must be finite and positive; otherwise nothing happens and no quantity is NaN.
    """
    if not (position.qty_base > 0.0 and 0.0 < low_price <= high_price < math.inf):
        return Advance(position, NO_EXIT, NO_EXIT, NO_EXIT, NO_EXIT)
    if is_stopped(position, open_price):
        gapped = seen(position, open_price, open_price, position.targets_done)
        rest = Exit(position.stop_kind, position.qty_base, open_price)
        return Advance(gapped, NO_EXIT, NO_EXIT, NO_EXIT, rest)
    favourable_price = high_price
    adverse_price = low_price
    if position.sign < 0:
        favourable_price = low_price
        adverse_price = high_price
    is_hit = is_stopped(position, adverse_price)
    if is_hit:  # what the open had not reached does not count, nor what came after the stop
        favourable_price = open_price
        adverse_price = position.stop_price
    exit_1 = NO_EXIT
    exit_2 = NO_EXIT
    exit_3 = NO_EXIT
    left_base = position.qty_base
    targets_done = position.targets_done
    if is_next_reached(position, plan, favourable_price):
        taken = ladder(position, plan, open_price, favourable_price, qty_step)
        exit_1 = taken.exit_1
        exit_2 = taken.exit_2
        exit_3 = taken.exit_3
        left_base = taken.left_base
        targets_done = taken.targets_done
        if not left_base > 0.0:
            favourable_price = taken.last_price
    moved = seen(position, favourable_price, adverse_price, targets_done)
    if not is_hit:
        moved = guarded(moved, plan, atr_price)
    rest = rest_of(position, plan, left_base, is_hit, close_price, held_bars)
    return Advance(moved, exit_1, exit_2, exit_3, rest)
