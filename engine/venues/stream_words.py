"""What ccxt's streams say, in the desk's values: pure functions from its dicts and rows."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple


class Print(NamedTuple):
    """One trade of the public tape."""

    print_id: str  # the venue's, unique within a symbol; "" where it gives none
    price: float
    qty_base: float
    at_ms: int  # the venue's clock


def print_of(trade: Mapping[str, Any], contract_base: float) -> Print | None:
    """A public trade, or None for one without a price, a quantity and a moment."""
    price, qty = _positive(trade.get("price")), _positive(trade.get("amount"))
    at_ms = trade.get("timestamp")
    if price is None or qty is None or not isinstance(at_ms, int):
        return None
    return Print(str(trade.get("id") or ""), price, qty * contract_base, at_ms)


def sequence_of(ticker: Mapping[str, Any]) -> tuple[int, int]:
    """Where a best bid and ask stands among the others of its symbol; (0, 0) when it is not told.

    Binance counts its book's updates (`u`), others tell the moment.
    """
    spoken = ticker.get("info")
    update = spoken.get("u") if isinstance(spoken, Mapping) else None
    return _whole(ticker.get("timestamp")), _whole(update)


def _whole(word: object) -> int:
    if isinstance(word, int):
        return word
    return int(word) if isinstance(word, str) and word.isdecimal() else 0


def _positive(word: object) -> float | None:
    if not isinstance(word, str | int | float):
        return None
    try:
        number = float(word)
    except ValueError:
        return None
    return number if 0.0 < number < math.inf else None
