"""Venues that lack what others have."""

from datetime import timedelta
from typing import Any

import pytest

from engine.core.errors import SettingsError
from engine.core.market import Quote
from engine.core.timeframes import Timeframe
from engine.venues.ccxt_limiter import LANE, Lane
from engine.venues.ccxt_market import CcxtMarket
from engine.venues.quirks import page_bars_of
from tests.engine.venues.test_ccxt_words import SPOT
from tests.fakes.clocks import NOON, FakeClock

BTC = "BTC/USDT"
TICKER = {"bid": "9.5", "ask": "10.5"}


class SmallVenue:
    """A ccxt client, and its reader, of a venue that can do only what `has` says."""

    id = "small"
    precisionMode = 4  # noqa: N815 - ccxt's name
    timeframes = {"1m": "1", "1h": "60"}  # noqa: RUF012 - ccxt's shape

    def __init__(self, *has: str) -> None:
        self.has = dict.fromkeys(has, True)
        self.client = self
        self.limits: list[int] = []
        self.lanes: list[Lane] = []

    async def ask(self, call: Any, what: str, *, waits_s: tuple[float, ...] = ()) -> Any:
        return await call()

    async def load_markets(self) -> dict[str, Any]:
        return {BTC: SPOT}

    async def fetch_tickers(self, symbols: list[str]) -> dict[str, Any]:
        return dict.fromkeys(symbols, TICKER)

    async def fetch_ticker(self, symbol: str) -> dict[str, Any]:
        return TICKER

    async def fetch_ohlcv(self, *words: Any) -> list[Any]:
        self.limits.append(words[3])
        self.lanes.append(LANE.get())
        return []


def market(*has: str) -> CcxtMarket:
    return CcxtMarket(SmallVenue(*has), [BTC], FakeClock())  # type: ignore[arg-type]


@pytest.mark.parametrize("has", [("fetchTickers",), ()])
async def test_quotes_come_from_tickers_where_there_is_no_book_ticker(has: tuple[str, ...]) -> None:
    assert await market(*has).quotes() == {BTC: Quote(9.5, 10.5)}


async def test_a_venue_without_a_clock_is_believed_to_have_ours() -> None:
    assert await market().skew_s() == 0.0


async def test_a_length_the_venue_does_not_have_is_one_clear_sentence() -> None:
    with pytest.raises(SettingsError, match="no 3m bars"):
        await market().closed(BTC, Timeframe.M3, NOON, NOON + Timeframe.H1.delta)


async def test_a_venue_without_bars_gives_none() -> None:
    assert await market().closed(BTC, Timeframe.M1, NOON, NOON + Timeframe.H1.delta) == []


@pytest.mark.parametrize(
    ("venue_id", "symbol", "bars"),
    [
        ("binance", "BTC/USDT", 1000),
        ("binance", "BTC/USDT:USDT", 499),  # 2 weights; 500 would be 5
        ("binanceusdm", "BTC/USDT:USDT", 499),
        ("bybit", "BTC/USDT", 1000),
        ("kraken", "BTC/USDT", 720),
        ("okx", "BTC/USDT", 500),
        ("nowhere", "BTC/USDT", 500),
    ],
)
def test_a_page_is_what_the_venue_gives_at_once(venue_id: str, symbol: str, bars: int) -> None:
    assert page_bars_of(venue_id, symbol) == bars


async def test_no_more_bars_are_asked_for_than_there_can_be_and_behind_everybody() -> None:
    venue = SmallVenue()
    small = CcxtMarket(venue, [BTC], FakeClock())  # type: ignore[arg-type]
    for minutes in (60, 6000):
        await small.closed(BTC, Timeframe.M1, NOON - timedelta(minutes=minutes), NOON)
    assert venue.limits == [61, 500]
    assert set(venue.lanes) == {Lane.CANDLES}
