"""Where a person may move a stop: nearer, and never to where it would close at once. Pure."""

from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.core.positions import Position
from engine.execution.booking import guard_of, guarded
from engine.execution.guarding import plan_of
from engine.rules import stops
from engine.rules.plans import BREAKEVEN


def at_breakeven(position: Position, mark_price: float | None, parameters: Parameters) -> Position:
    """`position` with its stop at the entry, plus what its plan adds for fees.

    Raises UserError when the price is not beyond that yet, or the stop stands there already.
    """
    guard = guard_of(position)
    offset_ratio = plan_of(position, parameters).breakeven_offset_ratio
    stop_price = guard.entry_price * (1.0 + guard.sign * offset_ratio)
    moved = stops.tightened(guard, stop_price, BREAKEVEN)
    if moved is guard:
        raise UserError(f"The stop of {position.symbol} is at breakeven or better already.")
    if mark_price is None or stops.is_stopped(moved, mark_price):
        raise UserError(
            f"{position.symbol} is not in profit: a stop at the entry would close it at once.",
            hint=f"To leave now: /close {position.symbol}",
        )
    return guarded(position, moved, at=position.advanced_at)


def trail_fault(
    position: Position, mark_price: float | None, atr_price: float, parameters: Parameters
) -> str:
    """Why the trail of `position` cannot be on now; empty: it can."""
    if not atr_price > 0.0:
        return f"Too few bars of {position.symbol} are known to trail by."
    moved = stops.guarded(guard_of(position), plan_of(position, parameters), atr_price)
    if mark_price is None or stops.is_stopped(moved, mark_price):
        return f"The price of {position.symbol} has come back too far: a trail would close it now."
    return ""
