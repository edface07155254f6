"""The values of the guard: how a position is to be left, where it stands, what leaves it.

Prices are quote per base, quantities base, `_r` are multiples of the initial risk per unit.
"""

from enum import IntEnum
from typing import NamedTuple

from engine.rules.registry import rule


class ExitReason(IntEnum):
    """Why a position was left, in whole or in part. The numbers are stored: append only."""

    NONE = 0
    STOP = 1
    TARGET = 2
    TRAIL = 3
    BREAKEVEN = 4
    TIME = 5
    GIVE_BACK = 6
    SIGNAL = 7
    PANIC = 8
    MANUAL = 9
    LIQUIDATION = 10
    PROTECTION = 11  # the protective order could not be placed


# plain integers: numba cannot unify enum members with the integers that positions carry
NONE = int(ExitReason.NONE)
STOP = int(ExitReason.STOP)
TARGET = int(ExitReason.TARGET)
TRAIL = int(ExitReason.TRAIL)
BREAKEVEN = int(ExitReason.BREAKEVEN)
TIME = int(ExitReason.TIME)
GIVE_BACK = int(ExitReason.GIVE_BACK)
SIGNAL = int(ExitReason.SIGNAL)
LIQUIDATION = int(ExitReason.LIQUIDATION)
PROTECTION = int(ExitReason.PROTECTION)


class Plan(NamedTuple):
    """How a position is to be left. 0.0 switches a part off.

    Targets are climbed in order and the ladder ends at the first that is off; shares are of the
    initial quantity, and the target with which they sum to 1 takes all that is left.
    """

    target_1_r: float
    share_1_ratio: float
    target_2_r: float
    share_2_ratio: float
    target_3_r: float
    share_3_ratio: float
    breakeven_from_r: float  # best excursion from which the stop stands at the entry
    trail_from_r: float  # best excursion from which the stop trails (0: from the entry on)
    trail_atr: float  # distance of the trail behind the best price, in ATR; 0 = no trail
    give_back_from_r: float  # best excursion from which gains are guarded
    give_back_ratio: float  # share of the best excursion that may be lost; 0 = no guard
    time_stop_bars: float  # bars after which the rest is sold at the close
    breakeven_offset_ratio: float = 0.0  # of the entry price beyond it, to pay the fees


class Position(NamedTuple):
    """The guard's view of a position."""

    sign: int  # +1 long, -1 short
    qty_base: float  # open, never negative
    initial_qty_base: float  # the shares of the targets refer to it
    entry_price: float  # quantity-weighted average of the entry fills
    stop_price: float  # 0.0 = none
    initial_stop_price: float  # abs(entry - this) is 1R per unit
    best_price: float  # most favourable price seen since the entry
    worst_price: float
    targets_done: int  # 0..3
    stop_kind: int  # ExitReason the present stop would exit with


class Exit(NamedTuple):
    """One wish to leave. `price` is where the rule says it happened inside this event."""

    reason: int  # ExitReason
    qty_base: float
    price: float


class Advance(NamedTuple):
    """A position after one event, and what is to be sold, in the order in which it happened.

    Slots 1-3 belong to targets 1-3, slot 4 to whatever takes the rest. An unused slot has reason
    NONE and quantity 0.
    """

    position: Position
    exit_1: Exit
    exit_2: Exit
    exit_3: Exit
    exit_4: Exit


NO_EXIT = Exit(NONE, 0.0, 0.0)
STOP_ONLY = Plan(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def exits_of(advance_: Advance) -> tuple[Exit, ...]:
    """The slots in use, in the order in which they happened."""
    return tuple(exit_ for exit_ in advance_[1:] if exit_.reason != NONE)


@rule
def opened(sign: int, qty_base: float, entry_price: float, stop_price: float) -> Position:
    """A position as its first fill leaves it; `stop_price` 0.0 means none (and no R)."""
    return Position(
        sign,
        qty_base,
        qty_base,
        entry_price,
        stop_price,
        stop_price,
        entry_price,
        entry_price,
        0,
        STOP,
    )


@rule
def initial_risk_price(position: Position) -> float:
    """1R per unit; 0.0 where there was no stop or it stood on the wrong side of the entry."""
    if not position.initial_stop_price > 0.0:
        return 0.0
    risk_price = (position.entry_price - position.initial_stop_price) * position.sign
    if not risk_price > 0.0:
        return 0.0
    return risk_price


@rule
def seen(
    position: Position, favourable_price: float, adverse_price: float, targets_done: int
) -> Position:
    """The position with its extremes widened to these prices and its targets counted."""
    best_price = position.best_price
    worst_price = position.worst_price
    if (favourable_price - best_price) * position.sign > 0.0:
        best_price = favourable_price
    if (adverse_price - worst_price) * position.sign < 0.0:
        worst_price = adverse_price
    if (
        best_price == position.best_price
        and worst_price == position.worst_price
        and targets_done == position.targets_done
    ):
        return position
    return Position(
        position.sign,
        position.qty_base,
        position.initial_qty_base,
        position.entry_price,
        position.stop_price,
        position.initial_stop_price,
        best_price,
        worst_price,
        targets_done,
        position.stop_kind,
    )
