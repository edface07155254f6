"""What a position waits for: the levels of its plan that the price has not reached yet."""

from dataclasses import dataclass
from enum import StrEnum

from engine.core.positions import Position
from engine.execution.booking import guard_of
from engine.rules.plans import Plan
from engine.rules.targets import rung, target_price

TARGETS = 3


class LevelKind(StrEnum):
    """What happens at a level."""

    TARGET = "target"  # a share of the position leaves
    BREAKEVEN = "breakeven"  # the stop goes to the entry
    TRAIL = "trail"  # the stop begins to follow the best price
    GIVE_BACK = "give_back"  # gains begin to be guarded


@dataclass(frozen=True, slots=True)
class Level:
    """One price at which the guard does something."""

    kind: LevelKind
    price: float
    share_ratio: float = 0.0  # of the initial quantity, at a target; of the gain, at a give-back


def next_levels(position: Position, plan: Plan) -> tuple[Level, ...]:
    """The levels that are still to come, the nearest first."""
    guard = guard_of(position)
    found: list[Level] = []
    for index in range(position.targets_done, TARGETS):
        target = rung(plan, index)
        price = target_price(guard, target.target_r)
        if not price > 0.0:
            break  # the ladder ends at the first target that is off
        found.append(Level(LevelKind.TARGET, price, target.share_ratio))
    starts = (
        (LevelKind.BREAKEVEN, plan.breakeven_from_r, 0.0),
        (LevelKind.TRAIL, plan.trail_from_r if plan.trail_atr > 0.0 else 0.0, 0.0),
        (
            LevelKind.GIVE_BACK,
            plan.give_back_from_r if plan.give_back_ratio > 0.0 else 0.0,
            plan.give_back_ratio,
        ),
    )
    for kind, from_r, share_ratio in starts:
        price = target_price(guard, from_r)
        if price > 0.0 and (price - guard.best_price) * guard.sign > 0.0:
            found.append(Level(kind, price, share_ratio))
    return tuple(sorted(found, key=lambda level: level.price * guard.sign))
