"""The emergency exit: a position whose protective order cannot be placed is not kept."""

from engine.rules.plans import NO_EXIT, PROTECTION, Exit, Position
from engine.rules.registry import rule


@rule
def unprotected_exit(
    position: Position,
    refusals: int,
    unprotected_s: float,
    max_refusals: int,
    max_unprotected_s: float,
    price: float,
) -> Exit:
    """Everything leaves at `price` where the venue has refused the protective order too often, or
    the position has stood without one too long; NO_EXIT until then.

    An unknown time (NaN) counts as too long. A position without a stop has nothing to protect it
    with and is left to its plan.
    """
    if not (position.qty_base > 0.0 and position.stop_price > 0.0 and price > 0.0):
        return NO_EXIT
    if refusals < max_refusals and unprotected_s < max_unprotected_s:
        return NO_EXIT
    return Exit(PROTECTION, position.qty_base, price)
