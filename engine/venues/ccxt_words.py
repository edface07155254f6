"""ccxt's vocabulary in ours: pure functions from its dicts and lists to values.

The client is made with `"number": str`, so that steps and prices arrive as they were written.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from engine.core.clockwork import from_ms
from engine.core.errors import SettingsError
from engine.core.market import Bar, Instrument, Quote

DECIMAL_PLACES, TICK_SIZE = 2, 4  # ccxt's precision modes
DEFAULT_FEE_RATIO = Decimal("0.001")


class Listing(NamedTuple):
    """A market of the venue; `contract_base` is what one contract holds (1 on spot)."""

    instrument: Instrument
    contract_base: Decimal


def listing_of(market: Mapping[str, Any], precision_mode: int) -> Listing:
    """The market as an instrument in base units; raises SettingsError when we cannot trade it."""
    symbol = str(market["symbol"])
    if market.get("active") is False:
        raise SettingsError(f"SYMBOLS: the venue does not trade '{symbol}' now.")
    if not market.get("spot") and not market.get("linear"):
        raise SettingsError(
            f"SYMBOLS: '{symbol}' is neither spot nor a linear perpetual.",
            hint="Write BTC/USDT or BTC/USDT:USDT.",
        )
    contract_base = decimal_of(market.get("contractSize")) or Decimal(1)
    limits = market.get("limits") or {}
    precision = market.get("precision") or {}
    qty_step = _step(precision.get("amount"), precision_mode, symbol) * contract_base
    min_qty = decimal_of((limits.get("amount") or {}).get("min")) or Decimal(0)
    instrument = Instrument(
        symbol=symbol,
        base=str(market["base"]),
        quote=str(market["quote"]),
        price_step=_step(precision.get("price"), precision_mode, symbol),
        qty_step=qty_step,
        min_qty_base=max(min_qty * contract_base, qty_step),
        min_notional_quote=decimal_of((limits.get("cost") or {}).get("min")) or Decimal(0),
        maker_fee_ratio=_fee_ratio(market.get("maker")),
        taker_fee_ratio=_fee_ratio(market.get("taker")),
        shortable=not market.get("spot"),
    )
    return Listing(instrument, contract_base)


def bar_of(row: Sequence[Any], contract_base: float) -> Bar | None:
    """An OHLCV row, or None for one that holds no bar: venues send nulls and zeros."""
    if len(row) < 6 or row[0] is None:
        return None
    numbers = [_float(word) for word in row[1:6]]
    open_price, high_price, low_price, close_price, volume = numbers
    lowest, highest = min(open_price, close_price), max(open_price, close_price)
    if not 0.0 < low_price <= lowest or not highest <= high_price < math.inf:
        return None
    volume_base = volume * contract_base if volume >= 0.0 else 0.0
    return Bar(from_ms(int(row[0])), open_price, high_price, low_price, close_price, volume_base)


def quote_of(ticker: Mapping[str, Any], contract_base: float = 1.0) -> Quote | None:
    """Best bid and ask, or None for a ticker without them, crossed, or not positive.

    What stands there is 0 where the venue does not say.
    """
    bid_price, ask_price = _float(ticker.get("bid")), _float(ticker.get("ask"))
    if not 0.0 < bid_price <= ask_price < math.inf:
        return None
    bid_base, ask_base = (
        contracts * contract_base if 0.0 < contracts < math.inf else 0.0
        for contracts in (_float(ticker.get("bidVolume")), _float(ticker.get("askVolume")))
    )
    return Quote(bid_price, ask_price, bid_base, ask_base)


def _float(word: object) -> float:
    # NaN for what is no number
    if not isinstance(word, str | int | float):
        return math.nan
    try:
        return float(word)
    except ValueError:
        return math.nan


def decimal_of(word: object) -> Decimal | None:
    """The number that `word` says, or None: absent, garbage, NaN and infinity."""
    if word is None:
        return None
    try:
        number = Decimal(str(word))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _fee_ratio(word: object) -> Decimal:
    ratio = decimal_of(word)
    return DEFAULT_FEE_RATIO if ratio is None else ratio


def _step(word: object, precision_mode: int, symbol: str) -> Decimal:
    number = decimal_of(word)
    if number is not None and precision_mode == DECIMAL_PLACES:
        return Decimal(1).scaleb(-int(number))
    if number is not None and number > 0 and precision_mode == TICK_SIZE:
        return Decimal(format(number.normalize(), "f"))  # "0.1000" as 0.1, "10" not as 1E+1
    raise SettingsError(f"SYMBOLS: the venue does not tell the steps of '{symbol}'.")
