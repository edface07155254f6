"""A venue on loopback that streams many markets at once; `python -m benchmarks.stream_server N`.

Speaks Binance's public spot wire: REST listings, bars, quotes and prints, and streams that say
what `price_of` does. It prints its port, and then says the number of frames it sent each second.
"""

import asyncio
import json
import math
import sys
import time
from typing import Any

from aiohttp import WSMsgType, web

QUOTES_A_SECOND = 20  # of each market
PRINTS_A_SECOND = 10
ROWS_A_SECOND = 1  # of each series, as Binance does
TURNS_A_SECOND = 100
LENGTHS_MS = {"1m": 60_000, "5m": 300_000, "15m": 900_000, "1h": 3_600_000, "4h": 14_400_000}
Sockets = dict[web.WebSocketResponse, list[str]]


def market_name(number: int) -> str:
    return f"C{number:02}"


def price_of(market: str, at_ms: int) -> float:
    """A wave, another one for each market."""
    phase = float(int(market[1:3]))
    second = at_ms / 1000.0
    return round(100.0 * (1.0 + 0.01 * math.sin(second / 97.0 + phase)), 4)


def now_ms() -> int:
    return int(time.time() * 1000)


def listing(market: str) -> dict[str, Any]:
    sizes = {"minQty": "0.001", "maxQty": "90000", "stepSize": "0.001"}
    prices = {"minPrice": "0.0001", "maxPrice": "100000", "tickSize": "0.0001"}
    return {
        "symbol": f"{market}USDT",
        "status": "TRADING",
        "baseAsset": market,
        "quoteAsset": "USDT",
        "isSpotTradingAllowed": True,
        "permissionSets": [["SPOT"]],
        "orderTypes": ["LIMIT", "MARKET"],
        "filters": [
            {"filterType": "PRICE_FILTER", **prices},
            {"filterType": "LOT_SIZE", **sizes},
            {"filterType": "NOTIONAL", "minNotional": "5"},
        ],
    }


def row_of(market: str, interval: str, at_ms: int) -> list[Any]:
    """The bar of the interval that holds the moment, as REST tells it."""
    length_ms = LENGTHS_MS[interval]
    start_ms = at_ms - at_ms % length_ms
    prices = [price_of(market, ms) for ms in (start_ms, (start_ms + at_ms) // 2, at_ms)]
    words = [f"{price:.4f}" for price in (prices[0], max(prices), min(prices), prices[-1])]
    volume = f"{(at_ms - start_ms + 1) / 1000.0:.3f}"
    return [start_ms, *words, volume, start_ms + length_ms - 1, "0", 9, "0", "0", "0"]


def frame_of(stream: str, number: int) -> dict[str, Any]:
    """What a stream says now."""
    market, kind = stream[:3].upper(), stream.partition("@")[2]
    at_ms, name = now_ms(), f"{stream[:3].upper()}USDT"
    price = price_of(market, at_ms)
    if kind == "bookTicker":
        bid, ask = f"{price - 0.0005:.4f}", f"{price + 0.0005:.4f}"
        return {"u": number, "s": name, "b": bid, "B": "31.2", "a": ask, "A": "40.7"}
    if kind == "aggTrade":
        words = {"a": number, "p": f"{price:.4f}", "q": "1.5", "f": number, "l": number}
        return {"e": "aggTrade", "E": at_ms, "s": name, **words, "T": at_ms, "m": True, "M": True}
    row = row_of(market, kind.removeprefix("kline_"), at_ms)
    kline = {"t": row[0], "T": row[6], "s": name, "i": kind.removeprefix("kline_")}
    kline |= dict(zip("ohlcv", row[1:6], strict=True)) | {"n": 9, "x": False}
    return {"e": "kline", "E": at_ms, "s": name, "k": kline}


class Server:
    """Counts prints by market, so that no number is left out."""

    def __init__(self, markets: int) -> None:
        self.markets = [market_name(number) for number in range(markets)]
        self.sockets: Sockets = {}
        self.numbers: dict[str, int] = {}
        self.sent = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/api/v3/time", self._time)
        app.router.add_get("/api/v3/exchangeInfo", self._listings)
        app.router.add_get("/api/v3/klines", self._klines)
        app.router.add_get("/api/v3/ticker/bookTicker", self._quotes)
        app.router.add_get("/api/v3/aggTrades", self._prints)
        app.router.add_get("/ws/{place}", self._stream)
        return app

    async def speak(self) -> None:
        """Says it all, evenly spread over the streams, for ever."""
        turn, began_s = 0, time.monotonic()
        while True:
            turn += 1
            for socket, streams in list(self.sockets.items()):
                for place, stream in enumerate(streams):
                    if (turn + place * 7) % every(stream) == 0 and not socket.closed:
                        await self._say(socket, stream)
            if turn % TURNS_A_SECOND == 0:
                print(self.sent, flush=True)
                self.sent = 0
            ahead_s = began_s + turn / TURNS_A_SECOND - time.monotonic()
            if ahead_s < -1.0:
                began_s = time.monotonic() - turn / TURNS_A_SECOND
            await asyncio.sleep(max(ahead_s, 0.0))

    async def _say(self, socket: web.WebSocketResponse, stream: str) -> None:
        number = self.numbers[stream] = self.numbers.get(stream, 0) + 1
        self.sent += 1
        try:
            await socket.send_str(json.dumps(frame_of(stream, number)))
        except ConnectionError:
            self.sockets.pop(socket, None)

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets[socket] = []
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                asked = json.loads(message.data)
                self.sockets[socket] += asked["params"]
                await socket.send_str(json.dumps({"result": None, "id": asked["id"]}))
        self.sockets.pop(socket, None)
        return socket

    async def _time(self, _: web.Request) -> web.Response:
        return web.json_response({"serverTime": now_ms()})

    async def _listings(self, _: web.Request) -> web.Response:
        return web.json_response({"symbols": [listing(market) for market in self.markets]})

    async def _klines(self, request: web.Request) -> web.Response:
        interval, market = request.query["interval"], request.query["symbol"][:3]
        length_ms, at_ms = LENGTHS_MS[interval], now_ms()
        first_ms = int(request.query["startTime"])
        starts = range(first_ms - first_ms % length_ms, at_ms + 1, length_ms)[:1000]
        rows = [row_of(market, interval, min(ms + length_ms - 1, at_ms)) for ms in starts]
        return web.json_response(rows)

    async def _quotes(self, _: web.Request) -> web.Response:
        told = [frame_of(f"{market.lower()}usdt@bookTicker", 0) for market in self.markets]
        names = {"s": "symbol", "b": "bidPrice", "B": "bidQty", "a": "askPrice", "A": "askQty"}
        return web.json_response(
            [{names[k]: v for k, v in each.items() if k in names} for each in told]
        )

    async def _prints(self, _: web.Request) -> web.Response:
        return web.json_response([])


def every(stream: str) -> int:
    """A stream speaks once in so many turns."""
    if stream.endswith("@bookTicker"):
        return TURNS_A_SECOND // QUOTES_A_SECOND
    a_second = PRINTS_A_SECOND if stream.endswith("@aggTrade") else ROWS_A_SECOND
    return TURNS_A_SECOND // a_second


async def main(markets: int) -> None:
    """Serves until it is killed."""
    server = Server(markets)
    runner = web.AppRunner(server.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await server.speak()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
