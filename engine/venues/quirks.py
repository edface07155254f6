"""What sets a ccxt venue apart, as rows: a venue that ccxt covers needs no code, at most a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from engine.core.errors import SettingsError
from engine.venues import row_binance, row_bybit, row_coinbase, row_kraken, row_okx
from engine.venues.ccxt_row import BURST_S, LiveRow

PAGE_BARS = 500  # every venue looked at gives 300 or more


@dataclass(frozen=True, slots=True)
class Quirks:
    """Options of the ccxt client, by what is traded."""

    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    spot_options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    swap_options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    page_bars: int = PAGE_BARS  # asked for at once; less may come
    swap_page_bars: int = PAGE_BARS


_PLAIN = Quirks()

QUIRKS: dict[str, Quirks] = {
    "binance": Quirks(
        # without them `load_markets` asks 7 endpoints, and fails with any one of them
        options={"fetchCurrencies": False, "fetchMargins": False},
        spot_options={"fetchMarkets": {"types": ["spot"]}},
        swap_options={"fetchMarkets": {"types": ["linear"]}, "defaultType": "swap"},
        page_bars=1000,
        swap_page_bars=499,  # 2 weights; from 500 on they are 5
    ),
    "binanceusdm": Quirks(
        options={"fetchCurrencies": False, "fetchMargins": False},
        page_bars=499,
        swap_page_bars=499,
    ),
    "bybit": Quirks(page_bars=1000, swap_page_bars=1000),
    "kraken": Quirks(page_bars=720),
}


def client_options(venue_id: str, symbols: Sequence[str]) -> dict[str, Any]:
    """The options of a ccxt client of `venue_id` that looks at `symbols`."""
    quirks = QUIRKS.get(venue_id, _PLAIN)
    swaps = {":" in symbol for symbol in symbols}
    options = dict(quirks.options)
    if swaps == {False}:
        options.update(quirks.spot_options)
    if swaps == {True}:
        options.update(quirks.swap_options)
    return options


def page_bars_of(venue_id: str, symbol: str) -> int:
    """How many bars of `symbol` to ask the venue for at once."""
    quirks = QUIRKS.get(venue_id, _PLAIN)
    return quirks.swap_page_bars if ":" in symbol else quirks.page_bars


# Live trading: one row a venue and kind of market.
LIVE: tuple[LiveRow, ...] = (
    row_binance.SPOT,
    row_binance.SWAP,
    row_bybit.SPOT,
    row_bybit.SWAP,
    row_okx.SPOT,
    row_okx.SWAP,
    row_kraken.SPOT,
    row_coinbase.SPOT,
)


def live_row(venue_id: str, symbols: Sequence[str]) -> LiveRow:
    """The row for trading `symbols` at a venue; raises SettingsError where there is none."""
    swaps = {":" in symbol for symbol in symbols}
    if len(swaps) > 1:
        raise SettingsError(
            "SYMBOLS mixes spot and perpetuals.",
            hint="A live desk trades one account: choose one kind, and run a second desk.",
        )
    is_swap = swaps == {True}
    if venue_id == "binance" and is_swap:
        venue_id = "binanceusdm"
    for row in LIVE:
        if row.venue_id == venue_id and row.is_swap == is_swap:
            return row
    names = ", ".join(row.name for row in LIVE)
    kind = "perpetuals" if is_swap else "spot"
    raise SettingsError(
        f"TRADING=live does not know {kind} at '{venue_id}'.", hint=f"It trades at {names}."
    )


def burst_of(venue_id: str, symbols: Sequence[str]) -> float:
    """What may be asked of the venue at once after a silence, in seconds of allowance."""
    is_swap = any(":" in symbol for symbol in symbols)
    venue_ids = {venue_id, "binanceusdm"} if venue_id == "binance" and is_swap else {venue_id}
    rows = (row for row in LIVE if row.venue_id in venue_ids and row.is_swap == is_swap)
    return next((row.burst_s for row in rows), BURST_S)
