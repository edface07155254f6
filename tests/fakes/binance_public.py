"""Binance's public spot endpoints on loopback, as far as unmodified ccxt reads them."""

import math
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from engine.core.clockwork import to_ms

KLINES_MS = {"1m": 60_000, "5m": 300_000, "15m": 900_000, "1h": 3_600_000}
LISTED = {"BTCUSDT": ("BTC", 50_000.0), "ETHUSDT": ("ETH", 3_000.0)}


def price_of(market: str, at_ms: int) -> float:
    """The price at a whole second: any wave will do, as long as it is always the same."""
    base = LISTED[market][1]
    second = at_ms // 1000
    return round(base * (1.0 + 0.01 * (math.sin(second / 97.0) + 0.3 * math.sin(second / 7.0))), 2)


class BinancePublic:
    """A server whose clock is handed in; `skew_ms` sets it ahead, `fail` makes it stumble."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.skew_ms = 0
        self.listed_since_ms = 0  # no bars before
        self.silent_markets: set[str] = set()  # listed, and nobody trades there
        self.asked: list[str] = []
        self._faults: list[tuple[int, str]] = []

    def fail(self, status: int, body: str, times: int) -> None:
        """The next `times` requests get this answer instead."""
        self._faults += [(status, body)] * times

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._faulty])
        app.router.add_get("/api/v3/time", self._time)
        app.router.add_get("/api/v3/exchangeInfo", self._exchange_info)
        app.router.add_get("/api/v3/klines", self._klines)
        app.router.add_get("/api/v3/ticker/bookTicker", self._book_ticker)
        return app

    def price(self, market: str) -> float:
        """What the quotes stand around now."""
        return price_of(market, self.now_ms())

    def now_ms(self) -> int:
        return to_ms(self._now()) + self.skew_ms

    @web.middleware
    async def _faulty(self, request: web.Request, handler: Callable) -> web.StreamResponse:  # type: ignore[type-arg]
        self.asked.append(f"{request.host} {request.path}")
        if self._faults:
            status, body = self._faults.pop(0)
            return web.Response(status=status, text=body, headers={"Retry-After": "7"})
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _time(self, request: web.Request) -> web.Response:
        return web.json_response({"serverTime": self.now_ms()})

    async def _exchange_info(self, request: web.Request) -> web.Response:
        return web.json_response({"timezone": "UTC", "symbols": [_listing(m) for m in LISTED]})

    async def _klines(self, request: web.Request) -> web.Response:
        market, length_ms = request.query["symbol"], KLINES_MS[request.query["interval"]]
        since_ms = max(int(request.query["startTime"]), self.listed_since_ms)
        first_ms = -(-since_ms // length_ms) * length_ms
        last_ms = self.now_ms()  # the unfinished bar is told, as Binance does
        starts_ms = range(first_ms, last_ms + 1, length_ms)[: int(request.query["limit"])]
        silent = market in self.silent_markets
        rows = [] if silent else [self._kline(market, ms, length_ms) for ms in starts_ms]
        return web.json_response(rows)

    def _kline(self, market: str, start_ms: int, length_ms: int) -> list[object]:
        end_ms = min(start_ms + length_ms, self.now_ms() + 1)
        step_ms = max(length_ms // 12, 1000)
        prices = [price_of(market, ms) for ms in range(start_ms, end_ms, step_ms)]
        low, high = min(prices), max(prices)
        words = [f"{price:.8f}" for price in (prices[0], high, low, prices[-1])]
        tail = [start_ms + length_ms - 1, "0", 12, "0", "0", "0"]
        return [start_ms, *words, f"{len(prices) * 1.5:.8f}", *tail]

    async def _book_ticker(self, request: web.Request) -> web.Response:
        rows = []
        for market in LISTED:
            price = self.price(market)
            bid, ask = f"{price - 0.01:.8f}", f"{price + 0.01:.8f}"
            words = {"bidPrice": bid, "bidQty": "1.0", "askPrice": ask, "askQty": "1.0"}
            rows.append({"symbol": market, **words})
        return web.json_response(rows)


def _listing(market: str) -> dict[str, object]:
    return {
        "symbol": market,
        "status": "TRADING",
        "baseAsset": LISTED[market][0],
        "quoteAsset": "USDT",
        "baseAssetPrecision": 8,
        "quoteAssetPrecision": 8,
        "orderTypes": ["LIMIT", "MARKET"],
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "filters": [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": "0.01",
                "maxPrice": "1000000.00",
                "tickSize": "0.01000000",
            },
            {
                "filterType": "LOT_SIZE",
                "minQty": "0.00001000",
                "maxQty": "9000.0",
                "stepSize": "0.00001000",
            },
            {"filterType": "NOTIONAL", "minNotional": "5.00000000"},
        ],
    }
