"""The targets of a plan: a ladder of up to three partial exits, climbed in order."""

from typing import NamedTuple

from engine.rules.plans import NO_EXIT, NONE, TARGET, Exit, Plan, Position, initial_risk_price
from engine.rules.registry import rule
from engine.rules.steps import floor_to_step, snapped

ALL_RATIO = 0.999999999  # shares that sum to this are the whole position: 0.33 + 0.33 + 0.34


class Ladder(NamedTuple):
    """What the targets take in one event."""

    exit_1: Exit
    exit_2: Exit
    exit_3: Exit
    targets_done: int
    left_base: float
    last_price: float  # of the last target that was passed, 0.0 if none


class Rung(NamedTuple):
    """One target of a plan."""

    target_r: float
    share_ratio: float
    so_far_ratio: float  # shares of this and the earlier targets


@rule
def rung(plan: Plan, index: int) -> Rung:
    """Target `index` (0, 1, 2) of the plan; any other index is a target that is off."""
    if index == 0:
        return Rung(plan.target_1_r, plan.share_1_ratio, plan.share_1_ratio)
    if index == 1:
        so_far_ratio = plan.share_1_ratio + plan.share_2_ratio
        return Rung(plan.target_2_r, plan.share_2_ratio, so_far_ratio)
    if index == 2:
        so_far_ratio = plan.share_1_ratio + plan.share_2_ratio + plan.share_3_ratio
        return Rung(plan.target_3_r, plan.share_3_ratio, so_far_ratio)
    return Rung(0.0, 0.0, 0.0)


@rule
def target_price(position: Position, target_r: float) -> float:
    """Where `target_r` lies; 0.0 where it is off, has no R, or (shorts) is below zero."""
    if not target_r > 0.0:
        return 0.0
    risk_price = initial_risk_price(position)
    if not risk_price > 0.0:
        return 0.0
    price = position.entry_price + position.sign * target_r * risk_price
    if not price > 0.0:
        return 0.0
    return price


@rule
def is_next_reached(position: Position, plan: Plan, price: float) -> bool:
    """Whether `price` stands at or beyond the next target: what nearly every bar denies."""
    target_r = 0.0
    if position.targets_done == 0:
        target_r = plan.target_1_r
    elif position.targets_done == 1:
        target_r = plan.target_2_r
    elif position.targets_done == 2:
        target_r = plan.target_3_r
    level_price = target_price(position, target_r)
    return level_price > 0.0 and (price - level_price) * position.sign >= 0.0


@rule
def climb(
    position: Position,
    plan: Plan,
    index: int,
    left_base: float,
    open_price: float,
    reach_price: float,
    qty_step: float,
) -> Exit:
    """The exit at target `index` if `reach_price` got there, at the open where that was better.

    Reason NONE with a price: the target was passed, but its share is less than one step.
    """
    target = rung(plan, index)
    level_price = target_price(position, target.target_r)
    if not (level_price > 0.0 and (reach_price - level_price) * position.sign >= 0.0):
        return NO_EXIT
    price = level_price
    if (open_price - level_price) * position.sign > 0.0:
        price = open_price
    qty_base = floor_to_step(target.share_ratio * position.initial_qty_base, qty_step)
    if target.so_far_ratio >= ALL_RATIO or qty_base > left_base:
        qty_base = left_base
    if not qty_base > 0.0:
        return Exit(NONE, 0.0, price)
    return Exit(TARGET, qty_base, price)


@rule
def ladder(
    position: Position, plan: Plan, open_price: float, reach_price: float, qty_step: float
) -> Ladder:
    """What the targets take when the price reaches `reach_price`, in order, from the next on."""
    exit_1 = NO_EXIT
    exit_2 = NO_EXIT
    exit_3 = NO_EXIT
    done = position.targets_done
    left_base = position.qty_base
    last_price = 0.0
    if done == 0:
        exit_1 = climb(position, plan, 0, left_base, open_price, reach_price, qty_step)
        if exit_1.price > 0.0:
            done = 1
            last_price = exit_1.price
            left_base = snapped(left_base - exit_1.qty_base, qty_step)
    if done == 1 and left_base > 0.0:
        exit_2 = climb(position, plan, 1, left_base, open_price, reach_price, qty_step)
        if exit_2.price > 0.0:
            done = 2
            last_price = exit_2.price
            left_base = snapped(left_base - exit_2.qty_base, qty_step)
    if done == 2 and left_base > 0.0:
        exit_3 = climb(position, plan, 2, left_base, open_price, reach_price, qty_step)
        if exit_3.price > 0.0:
            done = 3
            last_price = exit_3.price
            left_base = snapped(left_base - exit_3.qty_base, qty_step)
    return Ladder(exit_1, exit_2, exit_3, done, left_base, last_price)
