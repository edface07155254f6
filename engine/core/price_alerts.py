"""A price that a person wants to hear of: when it fires, and when it may fire again. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal

_LEVEL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?", re.ASCII)
HYSTERESIS_RATIO = Decimal("0.001")  # how far back a price goes before it may cross again


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceAlert:
    """Tells once, or at each crossing, that a price rose above or fell below a level."""

    alert_id: int
    person_id: int
    symbol: str
    is_above: bool
    level_price: Decimal
    repeats: bool
    armed: bool  # False: the price has to come back before this fires
    fired: int = 0  # how often


def is_beyond(alert: PriceAlert, price: float) -> bool:
    """Whether the price is where the person wants to hear of it."""
    level_price = float(alert.level_price)
    return price > level_price if alert.is_above else price < level_price


def is_back(alert: PriceAlert, price: float) -> bool:
    """Whether the price is so far on the other side that a new crossing is one.

    A price that trembles around its level would otherwise tell of itself all day.
    """
    sign = -1 if alert.is_above else 1
    back_price = float(alert.level_price * (1 + sign * HYSTERESIS_RATIO))
    return price <= back_price if alert.is_above else price >= back_price


def level_of(text: str) -> Decimal | None:
    """The level that a person wrote, such as 70000 or 0.5; None for anything else, and for zero.

    A comma is refused: in one country it means thousands, in another a part of one.
    """
    if _LEVEL.fullmatch(text) is None:
        return None
    level_price = Decimal(text)
    return level_price if level_price > 0 else None
