"""Plays drawn candles through the guard, as a desk does: exits become fills before the next bar."""

from collections.abc import Sequence
from typing import NamedTuple

from engine.rules.exits import (
    STOP_ONLY,
    ExitReason,
    Plan,
    Position,
    advance,
    exits_of,
    opened,
)
from engine.rules.fills import apply_fill

Bar = tuple[float, float, float, float]  # open, high, low, close

STEP = 0.01


class Left(NamedTuple):
    """One exit as a row of an expected table."""

    bar: int
    reason: ExitReason
    qty_base: float
    price: float


class Played(NamedTuple):
    """What became of a position."""

    exits: list[Left]
    position: Position
    stops: list[float]  # after each bar


def a_plan(**changes: float) -> Plan:
    """A plan of which only the named parts are on."""
    return STOP_ONLY._replace(**changes)


def a_long(entry_price: float = 100.0, stop_price: float = 95.0, qty_base: float = 1.0) -> Position:
    return opened(1, qty_base, entry_price, stop_price)


def a_short(
    entry_price: float = 100.0, stop_price: float = 105.0, qty_base: float = 1.0
) -> Position:
    return opened(-1, qty_base, entry_price, stop_price)


def play(
    position: Position, bars: Sequence[Bar], plan: Plan = STOP_ONLY, atr_price: float = 1.0
) -> Played:
    """Every bar in turn until flat; the bar after the entry is bar 0 and one bar old at its end."""
    left: list[Left] = []
    stops: list[float] = []
    for index, bar in enumerate(bars):
        moved = advance(position, plan, *bar, atr_price, index + 1.0, STEP)
        position = moved.position
        for exit_ in exits_of(moved):
            left.append(Left(index, ExitReason(exit_.reason), exit_.qty_base, exit_.price))
            position = apply_fill(position, -position.sign, exit_.qty_base, exit_.price, STEP)
        stops.append(position.stop_price)
        if position.qty_base == 0.0:
            break
    return Played(left, position, stops)


def ticks(*prices: float) -> list[Bar]:
    """Each price as an event of its own: a bar with open = high = low = close."""
    return [(price, price, price, price) for price in prices]


def mirrored(bars: Sequence[Bar], around_price: float = 100.0) -> list[Bar]:
    """The same candles upside down: what a short sees of a long's market."""
    twice = 2.0 * around_price
    return [(twice - o, twice - low, twice - high, twice - c) for o, high, low, c in bars]
