"""The one gate between Decimal (orders, fills, ledger, wire) and float64 (features and rules).

Rules keep their money on the grid of 1e-8 quote and quantities on the instrument's step; such a
float is the double nearest to a short decimal, so `to_decimal` gives that decimal back exactly
as long as it has at most 15 significant digits (`MAX_EXACT_QUOTE` for money).
"""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from engine.core.errors import DeskError

QUOTE_STEP = Decimal("0.00000001")
MAX_EXACT_QUOTE = 9_999_999.0  # 7 digits before and 8 after the point: 15 significant digits
ZERO = Decimal(0)


class NotFinite(DeskError):
    """NaN or infinity where money or a quantity was expected."""

    def __init__(self, value: float) -> None:
        super().__init__(f"not a finite number: {value}")


def to_decimal(value: float) -> Decimal:
    """The decimal a rule meant by `value` (15 significant digits); raises NotFinite."""
    if not math.isfinite(value):
        raise NotFinite(value)
    return Decimal(f"{value:.15g}")  # 0.7 - 0.4 must give 0.3, not 0.29999999999999993


def to_quote(value: float) -> Decimal:
    """Money of a rule as ledger money: the nearest multiple of 1e-8; raises NotFinite."""
    return to_decimal(value).quantize(QUOTE_STEP, rounding=ROUND_HALF_EVEN)


def floor_to_step(value: float | Decimal, step: Decimal) -> Decimal:
    """The largest multiple of `step` not above `value`; raises NotFinite."""
    return _to_step(value, step, ROUND_FLOOR)


def ceil_to_step(value: float | Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of `step` not below `value`; raises NotFinite."""
    return _to_step(value, step, ROUND_CEILING)


def round_to_step(value: float | Decimal, step: Decimal) -> Decimal:
    """The multiple of `step` nearest to `value`; raises NotFinite."""
    return _to_step(value, step, ROUND_HALF_EVEN)


def _to_step(value: float | Decimal, step: Decimal, rounding: str) -> Decimal:
    exact = value if isinstance(value, Decimal) else to_decimal(value)
    if not exact.is_finite():
        raise NotFinite(float(exact))
    return (exact / step).to_integral_value(rounding=rounding) * step


def on_step(value: Decimal, step: Decimal) -> bool:
    """Whether `value` is a whole multiple of `step`."""
    return value % step == 0
