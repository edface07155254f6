"""What sets a ccxt venue apart, as rows: a venue that ccxt covers needs no code, at most a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Quirks:
    """Options of the ccxt client, by what is traded."""

    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    spot_options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    swap_options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


_PLAIN = Quirks()

QUIRKS: dict[str, Quirks] = {
    "binance": Quirks(
        # without them `load_markets` asks 7 endpoints, and fails with any one of them
        options={"fetchCurrencies": False, "fetchMargins": False},
        spot_options={"fetchMarkets": {"types": ["spot"]}},
        swap_options={"fetchMarkets": {"types": ["linear"]}, "defaultType": "swap"},
    ),
    "binanceusdm": Quirks(options={"fetchCurrencies": False, "fetchMargins": False}),
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
