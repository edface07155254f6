"""Which feed a market gets; the venue is on loopback, and the clock is the wall's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestServer

from bot.markets import Market, open_market
from bot.settings import load
from engine.core.errors import SettingsError
from engine.core.market import PriceMoved
from engine.execution.clocks import SystemClock
from engine.venues.stream_client import stream_client
from engine.venues.stream_feed import StreamFeed
from tests.fakes.binance_streams import BinanceStreams

VENUES = ("binance", "binanceusdm", "bybit", "okx", "kraken", "coinbase")


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def opened(**flags: str) -> AsyncIterator[tuple[Market, BinanceStreams]]:
    venue = BinanceStreams(now)
    server = TestServer(venue.app())
    await server.start_server()
    base = str(server.make_url("/"))
    settings = load({"market": "binance", "exchange_api_base": base, **flags}, {}, None)
    try:
        market = await open_market(settings, SystemClock(lambda error: None), now())
        try:
            yield market, venue
        finally:
            await market.close()
    finally:
        await server.close()


async def test_a_venue_that_streams_is_listened_to() -> None:
    async with opened(symbols="BTC/USDT,ETH/USDT", timeframes="1m,5m") as (market, venue):
        assert isinstance(market.feed, StreamFeed)
        events = market.feed.events(None)
        first = await anext(events)
        while not isinstance(first, PriceMoved):  # asked for by REST, before any stream spoke
            first = await anext(events)
        await venue.wait_for("btcusdt@bookTicker", "ethusdt@bookTicker")
        await events.aclose()
    assert first.quote is not None
    assert market.mode.words == "paper money on live prices of binance"


async def test_a_mistaken_symbol_closes_what_was_opened() -> None:
    with pytest.raises(SettingsError, match="NOPE/USDT"):
        async with opened(symbols="NOPE/USDT"):
            pass


@pytest.mark.parametrize(
    "venue_id", ["binance", "binanceusdm", "bybit", "okx", "kraken", "coinbase"]
)
async def test_every_venue_of_the_desk_streams(venue_id: str) -> None:
    client = stream_client(venue_id, ["BTC/USDT"])
    assert client is not None
    await client.close()


@pytest.mark.parametrize("venue_id", ["bitflyer", "bitstamp"])
async def test_a_venue_without_streams_of_best_prices_is_polled(venue_id: str) -> None:
    assert stream_client(venue_id, ["BTC/USDT"]) is None


@pytest.mark.parametrize(
    ("flags", "frames"),
    [
        ({}, ("1m", "5m")),
        ({"voters": "fir=openai:qwen3:8b@http://127.0.0.1:11434/v1"}, ("15m", "1h")),
        ({"voters": "fir=openai:x@http://127.0.0.1:1/v1", "timeframes": "5m"}, ("5m",)),
    ],
)
async def test_models_get_bars_that_leave_them_time_and_pay_for_the_costs(
    flags: dict[str, str], frames: tuple[str, ...]
) -> None:
    settings = load({"market": "simulated", **flags}, {}, None)
    market = await open_market(settings, SystemClock(lambda error: None), now())
    assert tuple(each.value for each in market.mode.timeframes) == frames
    await market.close()
