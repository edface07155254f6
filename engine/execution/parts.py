"""How much of a position a person means, on the venue's steps. Pure."""

import hashlib
from collections.abc import Iterable
from decimal import Decimal

from engine.core.errors import UserError
from engine.core.market import Instrument
from engine.core.positions import Position


def part_of(
    position: Position, share_ratio: float, instrument: Instrument, mark_price: float | None
) -> Decimal:
    """That share of what is open, in base; all of it where the rest could not be sold any more.

    Raises UserError when the share itself is under what the venue takes.
    """
    if not share_ratio < 1.0:
        return position.qty_base
    exact = position.qty_base * Decimal(str(share_ratio))
    part_base = exact // instrument.qty_step * instrument.qty_step
    price = position.entry_price if mark_price is None else Decimal(repr(mark_price))
    if not _is_sellable(part_base, price, instrument):
        raise UserError(
            f"{share_ratio:.0%} of {position.symbol} is under the venue's smallest order.",
            hint=f"Close all of it: /close {position.symbol}",
        )
    if not _is_sellable(position.qty_base - part_base, price, instrument):
        return position.qty_base
    return part_base


def _is_sellable(qty_base: Decimal, price: Decimal, instrument: Instrument) -> bool:
    is_large = qty_base * price >= instrument.min_notional_quote
    return 0 < qty_base >= instrument.min_qty_base and is_large


def version_of_all(positions: Iterable[Position]) -> str:
    """Eight letters that change when a position opens, closes, or changes its quantity."""
    versions = sorted(position.version for position in positions)
    return hashlib.sha256("|".join(versions).encode()).hexdigest()[:8]
