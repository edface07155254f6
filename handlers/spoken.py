"""What a person types after an act: shares, money and lengths of time. Strict, and said back."""

import re
from datetime import timedelta
from decimal import Decimal

from engine.core.errors import UserError
from engine.core.parameters.parse import quoted

_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,4})?)"
_SHARE = re.compile(r"([0-9]{1,3})%?", re.ASCII)
_SIZE = re.compile(rf"{_NUMBER}(%?)", re.ASCII)
_LENGTH = re.compile(r"([0-9]{1,5})(m|min|h|d)", re.ASCII)
_UNIT_S = {"m": 60, "min": 60, "h": 3600, "d": 86_400}
LONGEST = timedelta(days=30)


def share_pct(text: str) -> int:
    """The share in percent that "25%" or "25" means, 1 to 100; raises UserError."""
    match = _SHARE.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= 100:
        raise UserError(f"{quoted(text)} is no share.", hint="Write 25%, 50% or 100%.")
    return int(match[1])


def is_share(text: str) -> bool:
    """Whether the word is a share, and not a symbol or a position's number."""
    return text.endswith("%")


def length(text: str) -> timedelta | None:
    """The length of time of "30m", "2h" or "1d", at most 30 days; None: it is none."""
    match = _LENGTH.fullmatch(text.lower())
    if match is None:
        return None
    found = timedelta(seconds=int(match[1]) * _UNIT_S[match[2]])
    return found if timedelta(0) < found <= LONGEST else None


def size(text: str) -> tuple[Decimal, bool]:
    """The number of "500" or "2%", and whether it is a percentage; raises UserError."""
    match = _SIZE.fullmatch(text)
    if match is None or not Decimal(match[1]) > 0:
        hint = "Write money, such as 500, or a share of equity, such as 2%."
        raise UserError(f"{quoted(text)} is no size.", hint=hint)
    return Decimal(match[1]), bool(match[2])
