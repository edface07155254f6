"""Ids that are functions of what they name: made twice, they are the same.

A client_order_id is `<prefix:5><position:8 base36><purpose:1><attempt:2 base36>`: 16 characters
of [a-z0-9], which every venue in facts/exchange.md section 5 accepts. The prefix comes from the
database's identity, so a fresh database never meets the orders of an older one.
"""

from dataclasses import dataclass

from engine.core.kinds import Purpose

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PURPOSE_OF = {purpose.letter: purpose for purpose in Purpose}
PREFIX_LENGTH = 5
MAX_ATTEMPT = 36 * 36 - 1


@dataclass(frozen=True, slots=True)
class OrderName:
    """What a client_order_id stands for."""

    prefix: str
    position_id: int
    purpose: Purpose
    attempt: int  # 1..1295


def base36(value: int, width: int) -> str:
    """`value` (>= 0) in base 36, left-padded with zeros; raises ValueError when it does not fit."""
    digits = ""
    rest = value
    while rest > 0:
        rest, digit = divmod(rest, 36)
        digits = _DIGITS[digit] + digits
    if value < 0 or len(digits) > width:
        raise ValueError(f"{value} does not fit {width} base-36 digits")
    return digits.rjust(width, "0")


def client_order_id(name: OrderName) -> str:
    """The client_order_id of a position's order; raises ValueError beyond MAX_ATTEMPT."""
    if not 1 <= name.attempt <= MAX_ATTEMPT:
        raise ValueError(f"attempt {name.attempt} is outside 1..{MAX_ATTEMPT}")
    attempt = base36(name.attempt, 2)
    return f"{name.prefix}{base36(name.position_id, 8)}{name.purpose.letter}{attempt}"


def parse_client_order_id(text: str) -> OrderName | None:
    """What `text` stands for, or None when it is not an id of ours."""
    if len(text) != PREFIX_LENGTH + 11 or not set(text) <= set(_DIGITS):
        return None
    purpose = _PURPOSE_OF.get(text[-3])
    if purpose is None:
        return None
    number = text[PREFIX_LENGTH : PREFIX_LENGTH + 8]
    return OrderName(text[:PREFIX_LENGTH], int(number, 36), purpose, int(text[-2:], 36))
