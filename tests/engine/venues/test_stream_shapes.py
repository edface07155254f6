"""What other venues stream, through unmodified ccxt.pro: shapes as their documents have them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest

from engine.core.clockwork import from_ms
from engine.core.market import Bar, Quote
from engine.core.timeframes import Timeframe
from engine.venues.stream_channels import Channels
from engine.venues.stream_words import Print

AT_MS = 1_772_452_800_000  # a whole minute
ISO = "2026-03-02T12:00:00.000000Z"
M1 = Timeframe.M1


class Shape(NamedTuple):
    """One venue: its market's id, where it streams, and one message of each kind."""

    venue_id: str
    market_id: str
    url: str
    quote: Any
    prints: Any
    bar: Any = None


def bybit(topic: str, said: Any) -> dict[str, Any]:
    return {"topic": f"{topic}.BTCUSDT", "type": "snapshot", "ts": AT_MS, "data": said}


def okx(channel: str, *said: Any) -> dict[str, Any]:
    return {"arg": {"channel": channel, "instId": "BTC-USDT"}, "data": list(said)}


def coinbase(channel: str, name: str, said: Any) -> dict[str, Any]:
    events = [{"type": "update", name: [said]}]
    return {"channel": channel, "timestamp": ISO, "sequence_num": 7, "events": events}


def kraken(channel: str, said: Any) -> dict[str, Any]:
    return {"channel": channel, "type": "update", "data": [said]}


SHAPES = (
    Shape(
        "bybit",
        "BTCUSDT",
        "wss://stream.bybit.com/v5/public/spot",
        bybit(
            "orderbook.1",
            {"s": "BTCUSDT", "b": [["50000.1", "2"]], "a": [["50000.3", "1"]], "u": 1, "seq": 9},
        ),
        bybit(
            "publicTrade",
            [{"T": AT_MS, "s": "BTCUSDT", "S": "Buy", "v": "0.5", "p": "50000.2", "i": "a-7"}],
        ),
        bybit(
            "kline.1",
            [
                {"start": AT_MS, "end": AT_MS + 59_999, "interval": "1", "confirm": False}
                | {"open": "10", "high": "12", "low": "9", "close": "11", "volume": "3"}
                | {"turnover": "33", "timestamp": AT_MS + 5}
            ],
        ),
    ),
    Shape(
        "okx",
        "BTC-USDT",
        "wss://ws.okx.com:8443/ws/v5/public",
        okx(
            "bbo-tbt",
            {"bids": [["50000.1", "2", "0", "1"]], "asks": [["50000.3", "1", "0", "1"]]}
            | {"ts": str(AT_MS), "seqId": 9},
        ),
        okx(
            "trades",
            {"instId": "BTC-USDT", "tradeId": "7", "px": "50000.2", "sz": "0.5", "side": "buy"}
            | {"ts": str(AT_MS)},
        ),
        okx("candle1m", [str(AT_MS), "10", "12", "9", "11", "3", "33", "33", "0"]),
    ),
    Shape(
        "kraken",
        "BTC/USDT",
        "wss://ws.kraken.com/v2",
        kraken(
            "ticker",
            {"symbol": "BTC/USDT", "bid": 50000.1, "bid_qty": 2.0, "ask": 50000.3, "ask_qty": 1.0}
            | {"last": 50000.2, "volume": 9.0, "vwap": 50000.0, "low": 49000.0, "high": 51000.0}
            | {"change": 1.0, "change_pct": 0.1},
        ),
        kraken(
            "trade",
            {"symbol": "BTC/USDT", "side": "buy", "price": 50000.2, "qty": 0.5, "trade_id": 7}
            | {"ord_type": "market", "timestamp": ISO},
        ),
    ),
    Shape(
        "coinbase",
        "BTC-USDT",
        "wss://advanced-trade-ws.coinbase.com",
        coinbase(
            "ticker",
            "tickers",
            {"type": "ticker", "product_id": "BTC-USDT", "price": "50000.2"}
            | {"best_bid": "50000.1", "best_bid_quantity": "2"}
            | {"best_ask": "50000.3", "best_ask_quantity": "1"},
        ),
        coinbase(
            "market_trades",
            "trades",
            {"trade_id": "7", "product_id": "BTC-USDT", "price": "50000.2", "size": "0.5"}
            | {"side": "BUY", "time": ISO},
        ),
    ),
)


@asynccontextmanager
async def told(shape: Shape) -> AsyncIterator[tuple[Channels, Any]]:
    """The venue's channels, and who takes in a message as if it came over the wire."""
    from ccxt import pro

    venue = getattr(pro, shape.venue_id)({"number": str})
    words = {"id": shape.market_id, "symbol": "BTC/USDT", "base": "BTC", "quote": "USDT"}
    kind = {"type": "spot", "spot": True, "swap": False, "future": False, "option": False}
    info = {"wsname": "BTC/USDT"}
    market = {**words, **kind, "active": True, "contract": False, "info": info}
    venue.set_markets([venue.safe_market_structure(market)])
    if shape.venue_id == "kraken":
        venue.options["marketsByWsName"] = {"BTC/USDT": venue.market("BTC/USDT")}
    channels = Channels(venue, ["BTC/USDT"])
    connection = venue.client(shape.url)
    try:
        yield channels, lambda message: venue.handle_message(connection, message)
    finally:
        await venue.close()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.venue_id)
async def test_a_best_bid_and_ask_is_read_once(shape: Shape) -> None:
    async with told(shape) as (channels, take_in):
        assert channels.watch_quotes(["BTC/USDT"]) is not None
        take_in(shape.quote)
        found = channels.quote("BTC/USDT")
        assert found is not None
        assert found[0] == Quote(50000.1, 50000.3, bid_base=2.0, ask_base=1.0)
        assert channels.quote("BTC/USDT") is None


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.venue_id)
async def test_a_public_trade_is_read_once(shape: Shape) -> None:
    async with told(shape) as (channels, take_in):
        assert channels.watch_prints(["BTC/USDT"]) is not None
        take_in(shape.prints)
        (found,), is_whole = channels.prints("BTC/USDT")
        assert found == Print(found.print_id, 50000.2, 0.5, AT_MS)
        assert found.print_id in {"7", "a-7"}
        assert is_whole
        assert channels.prints("BTC/USDT") == ([], True)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.venue_id)
async def test_bars_are_streamed_or_left_to_rest(shape: Shape) -> None:
    async with told(shape) as (channels, take_in):
        series = ("BTC/USDT", M1)
        assert (channels.watch_bars([series]) is not None) is (shape.bar is not None)
        if shape.bar is not None:
            take_in(shape.bar)
            assert channels.bars(series) == [Bar(from_ms(AT_MS), 10.0, 12.0, 9.0, 11.0, 3.0)]
