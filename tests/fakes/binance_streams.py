"""Binance's public WebSocket streams on loopback, told what to say; REST as `BinancePublic`."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.binance_public import KLINES_MS, BinancePublic, price_of

WHERE = ("/ws/{place}", "/public/ws/{place}", "/market/ws/{place}")


class BinanceStreams(BinancePublic):
    """Speaks to who has subscribed. A mute socket takes subscriptions, answers pings, says nothing.

    `delivered` returns when everything said before it has been taken in by the other side.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.is_mute = False
        self.is_down = False  # refuses everything
        self.still_price: float | None = None  # nobody moves it
        self.subscribed: list[list[str]] = []  # each request's streams, in their order
        self.subscribed_at: list[datetime] = []
        self.prints: dict[str, list[dict[str, Any]]] = {}  # by market, for REST
        self._sockets: dict[web.WebSocketResponse, set[str]] = {}
        self._pongs: dict[bytes, asyncio.Event] = {}
        self._pings = 0
        self._arrived = asyncio.Event()

    def app(self) -> web.Application:
        app = super().app()
        app.middlewares.append(self._refusing)
        for path in WHERE:
            app.router.add_get(path, self._stream)
        app.router.add_get("/api/v3/aggTrades", self._tape)
        app.on_shutdown.append(self._hang_up)
        return app

    async def say(self, stream: str, message: dict[str, Any]) -> int:
        """How many sockets heard it."""
        text = json.dumps(message)
        ears = [socket for socket, streams in self._sockets.items() if stream in streams]
        for socket in [] if self.is_mute else ears:
            with suppress(ConnectionError):  # it is being closed
                await socket.send_str(text)
        return len(ears)

    async def wait_for(self, *streams: str) -> None:
        """Returns when all of these are subscribed to."""
        while not set(streams) <= set().union(*self._sockets.values()):
            self._arrived.clear()
            await self._arrived.wait()

    async def delivered(self) -> None:
        for socket in list(self._sockets):
            self._pings += 1
            mark = str(self._pings).encode()
            answered = self._pongs[mark] = asyncio.Event()
            with suppress(ConnectionError):
                await socket.ping(mark)
                await answered.wait()
            self._pongs.pop(mark, None)

    async def cut(self) -> None:
        """Closes every socket as a server that restarts."""
        for socket in list(self._sockets):
            await socket.close(code=1001)

    async def tick(self, market: str, price: float, update: int) -> None:
        """A new best bid and ask around `price`."""
        bid, ask = f"{price - 0.01:.2f}", f"{price + 0.01:.2f}"
        words = {"s": market, "b": bid, "B": "1", "a": ask, "A": "1"}
        await self.say(f"{market.lower()}@bookTicker", {"u": update, **words})

    async def traded(self, market: str, price: float, number: int, qty: float = 1.0) -> None:
        """A public trade, aggregated as REST knows it."""
        now_ms = self.now_ms()
        words = {"a": number, "p": f"{price:.2f}", "q": f"{qty}", "m": True, "T": now_ms}
        message = {"e": "aggTrade", "E": now_ms, "s": market, **words}
        await self.say(f"{market.lower()}@aggTrade", message)

    async def candle(self, market: str, interval: str, at_ms: int | None = None) -> None:
        """The bar that is made at `at_ms`, or now."""
        length_ms, now_ms = KLINES_MS[interval], at_ms or self.now_ms()
        row: list[Any] = self._kline(market, now_ms - now_ms % length_ms, length_ms)
        words = {"t": row[0], "T": row[6], "s": market, "i": interval, "v": row[5]}
        prices = dict(zip("ohlc", row[1:5], strict=True))
        kline = {**words, **prices, "x": False}
        message = {"e": "kline", "E": now_ms, "s": market, "k": kline}
        await self.say(f"{market.lower()}@kline_{interval}", message)

    async def second(self, markets: list[str], intervals: list[str]) -> None:
        """Says what the market of `price_of` does at this second, and waits until it is heard."""
        for market in markets:
            price, second = self.price(market), self.now_ms() // 1000
            await self.tick(market, price, second)
            await self.traded(market, price, second)
            for interval in intervals:
                await self.candle(market, interval)
        await self.delivered()

    def price(self, market: str) -> float:
        """What both ways say now."""
        still = self.still_price
        return price_of(market, self.now_ms()) if still is None else still

    @web.middleware
    async def _refusing(self, request: web.Request, handler: Callable) -> web.StreamResponse:  # type: ignore[type-arg]
        if self.is_down:
            return web.Response(status=503)
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self._sockets[socket] = set()
        try:
            async for message in socket:
                if message.type is WSMsgType.PONG:
                    self._pongs.get(bytes(message.data), asyncio.Event()).set()
                elif message.type is WSMsgType.PING:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    await self._subscribe(socket, json.loads(message.data))
        finally:
            del self._sockets[socket]
            for waiting in self._pongs.values():
                waiting.set()
        return socket

    async def _subscribe(self, socket: web.WebSocketResponse, request: dict[str, Any]) -> None:
        self.subscribed.append(request["params"])
        self.subscribed_at.append(self._now())
        self._sockets[socket].update(request["params"])
        await socket.send_str(json.dumps({"result": None, "id": request["id"]}))
        self._arrived.set()

    async def _tape(self, request: web.Request) -> web.Response:
        since_ms = int(request.query["startTime"])
        told = self.prints.get(request.query["symbol"], [])
        return web.json_response([each for each in told if each["T"] >= since_ms])

    async def _hang_up(self, app: web.Application) -> None:
        await self.cut()
