"""The WebSocket side: who may listen to which stream, and what reaches them."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.fakes.exchange.floor import News
from tests.fakes.exchange.gate import Security
from tests.fakes.exchange.links import Link, Links
from tests.fakes.exchange.orders import Refused
from tests.fakes.exchange.public_streams import PublicStreams
from tests.fakes.exchange.user_streams import ACCOUNT, UserStreams
from tests.fakes.exchange.world import World

SUBSCRIBE_ACCOUNT = "userDataStream.subscribe.signature"


class Streams:
    """Rooms: spot and swap for everybody, spot-user and swap-user for the account's owner."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.links = Links()
        self.faults = self.links.faults
        self.public = PublicStreams(world, self.links)
        self._user = UserStreams(world, self.links)

    def add_to(self, app: web.Application) -> None:
        router = app.router
        router.add_get("/ws/{number}", self._public("spot"))
        router.add_get("/{category:public|market}/ws/{number}", self._public("swap"))
        router.add_get("/ws-api/v3", self._spot_user)
        router.add_get("/private/ws", self._swap_user)

    async def close(self) -> None:
        await self.links.close()

    async def listened(self, room: str, stream: str = ACCOUNT) -> None:
        """Returns once somebody listens: ("swap", "btcusdt@kline_1m"), ("spot-user", ...)."""
        await self.links.listened(room, stream)

    async def drop(self, room: str = "", *, code: int = 1001) -> None:
        """End connections of that room (a beginning of its name): 1001, or 0 for a reset."""
        await self.links.drop(room, code=code)

    def expire_listen_key(self) -> None:
        """The key of the perpetuals' account stream runs out."""
        event = {"e": "listenKeyExpired", "E": self._world.now_ms()}
        self.links.publish("swap-user", ACCOUNT, event)
        self._world.listen_key = ""

    def end_account_stream(self) -> None:
        """The exchange ends the spot account's subscriptions; the connections stay."""
        event = {"e": "eventStreamTerminated", "E": self._world.now_ms()}
        words = {"subscriptionId": 0, "event": event}
        self.links.publish("spot-user", ACCOUNT, words, kind="eventStreamTerminated")
        self.links.leave_all("spot-user", ACCOUNT)

    def tell_news(self, news: News) -> None:
        """An order or a wallet changed."""
        if news.what == "TRADE":
            self.public.tell_book(news.listing)
            if news.order is not None and news.order.is_forced:
                self.public.tell_forced(news.order)
        self._user.tell(news)

    def _public(self, room: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            return await self.links.serve(request, room, self._subscribe)

        return serve

    def _subscribe(self, link: Link, message: dict[str, Any]) -> None:
        act = self.links.leave if message.get("method") == "UNSUBSCRIBE" else self.links.join
        for stream in message.get("params", ()):
            act(link, stream)
            self._start_depth(stream, is_swap=link.room == "swap")
        link.say(f'{{"result":null,"id":{message["id"]}}}')

    def _start_depth(self, stream: str, *, is_swap: bool) -> None:
        market, _, name = stream.partition("@")
        if name.startswith("depth"):
            self.public.show(self._world.matching.floor.listing(market.upper(), is_swap=is_swap))

    async def _spot_user(self, request: web.Request) -> web.StreamResponse:
        return await self.links.serve(request, "spot-user", self._subscribe_account)

    def _subscribe_account(self, link: Link, message: dict[str, Any]) -> None:
        words = {name: str(word) for name, word in message.get("params", {}).items()}
        signature = words.pop("signature", "")
        payload = "&".join(f"{name}={words[name]}" for name in sorted(words))
        answer: dict[str, Any] = {"id": message["id"], "status": 200, "rateLimits": []}
        try:
            if message.get("method") != SUBSCRIBE_ACCOUNT:
                raise Refused(-1000, f"no such method here: {message.get('method')}")
            signed = f"{payload}&signature={signature}"
            self._world.gate.admit(Security.READ, words.get("apiKey", ""), words, signed)
        except Refused as refused:
            error = {"code": refused.code, "msg": refused.message}
            answer |= {"status": refused.status, "error": error}
        else:
            self.links.join(link, ACCOUNT)
            answer |= {"result": {"subscriptionId": 0}}
        link.say(json.dumps(answer))

    async def _swap_user(self, request: web.Request) -> web.StreamResponse:
        known = self._world.listen_key
        if not known or request.query.get("listenKey") != known:
            return web.Response(status=401)
        return await self.links.serve(request, "swap-user", _ignore, joins=ACCOUNT)


def _ignore(link: Link, message: dict[str, Any]) -> None:
    """The account stream of perpetuals only speaks."""
