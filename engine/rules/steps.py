"""Rounding of prices, quantities and money in float64, such that each result is the double
nearest to a short decimal: what `engine.core.money` turns back into exactly that decimal.
"""

import math

from engine.rules.registry import rule

WHOLE_LIMIT = 9007199254740992.0  # 2^53: from here on a double has no digits after the point
SLACK_RATIO = 5e-15  # half a unit of the 15th digit: 0.7 - 0.4 counts as 0.3, as the gate has it


@rule
def unstepped(value: float) -> float:
    """`value` where no step applies; 0.0 for NaN, inf and what is not positive."""
    if not 0.0 < value < math.inf:
        return 0.0
    return value


@rule
def steps_in(value: float, step: float) -> float:
    """How many steps `value` holds, -1.0 where whole steps cannot count it (no step, NaN, inf)."""
    if not (value > 0.0 and 0.0 < step < math.inf and value < WHOLE_LIMIT * step):
        return -1.0
    return value / step


@rule
def cleaned(count: float, slack: float) -> float:
    """`count`, made whole where it is whole but for `slack`; only from 0 to 2^53."""
    if not 0.0 <= count < WHOLE_LIMIT:
        return count
    nearest = math.floor(count + 0.5)
    if abs(count - nearest) <= slack:
        return float(nearest)
    return count


@rule
def from_steps(count: float, step: float) -> float:
    """`count` (whole) times `step` (positive, finite), without the noise of 3 * 0.1.

    A step such as 0.001 is not a double but its reciprocal is, and a division rounds only once.
    """
    if not 0.0 < step < math.inf:
        return 0.0
    inverse = 1.0 / step
    if 0.5 < inverse < WHOLE_LIMIT:
        whole = math.floor(inverse + 0.5)
        if abs(inverse - whole) <= SLACK_RATIO * whole:
            return count / whole
    return count * step


@rule
def floor_to_step(value: float, step: float) -> float:
    """The largest multiple of `step` not above `value`, give or take 15 digits; a `step` of 0
    leaves it as it is. NaN, inf and what is not positive give 0.0: a quantity, never a surprise.
    """
    count = steps_in(value, step)
    if count < 0.0:
        return unstepped(value)
    return from_steps(float(math.floor(cleaned(count, SLACK_RATIO * count))), step)


@rule
def ceil_to_step(value: float, step: float) -> float:
    """The smallest multiple of `step` not below `value`; otherwise as `floor_to_step`."""
    count = steps_in(value, step)
    if count < 0.0:
        return unstepped(value)
    return from_steps(float(math.ceil(cleaned(count, SLACK_RATIO * count))), step)


@rule
def round_to_step(value: float, step: float) -> float:
    """The multiple of `step` nearest to `value`, halves up; otherwise as `floor_to_step`."""
    count = steps_in(value, step)
    if count < 0.0:
        return unstepped(value)
    return from_steps(float(math.floor(count + 0.5)), step)


@rule
def snapped(value: float, step: float) -> float:
    """`value` as a clean multiple of `step` where it is one but for noise, else unchanged.

    Dust that a fee in base currency left (0.00005 on a step of 0.001) is real and stays.
    NaN, inf and what is not positive give 0.0.
    """
    count = steps_in(value, step)
    if count < 0.0:
        return unstepped(value)
    # a difference of two quantities carries the noise of the larger one, hence not SLACK_RATIO
    nearest = cleaned(count, 1e-9)
    if nearest == math.floor(nearest):
        return from_steps(nearest, step)
    return value


@rule
def quote8(value: float) -> float:
    """The double nearest to the nearest multiple of 1e-8: money, as the Decimal ledger has it.

    Float sums of such values, each rounded by this again, agree with the exact Decimal sum to
    the last digit below `engine.core.money.MAX_EXACT_QUOTE`. NaN and inf pass unchanged.
    """
    scaled = value * 1e8
    if not -WHOLE_LIMIT < scaled < WHOLE_LIMIT:
        return value
    return math.floor(scaled + 0.5) / 1e8
