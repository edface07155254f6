"""The HTTP side. Every request meets its fault, the gate, its endpoint, and its fault again."""

import asyncio
import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from tests.fakes.exchange.faults import REASONS, Call, Fault, Faults, Kind, When
from tests.fakes.exchange.orders import Refused
from tests.fakes.exchange.world import Route, World

HARMLESS = (Kind.HOLD, Kind.DELAY, Kind.ACT)  # the answer itself stays whole
PAGE = "<html><body>Just a moment...</body></html>"
ALWAYS_UP = "/sapi/v1/system/status"
MAINTENANCE = "System is under maintenance."


class Answers:
    """Answers requests; `asked` keeps every one that arrived, the ones lost to faults included."""

    def __init__(self, world: World, faults: Faults, routes: Mapping[tuple[str, str], Route]):
        self._world = world
        self._faults = faults
        self._routes = routes
        self._closing = asyncio.Event()
        self.asked: list[Call] = []

    async def serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        query = request.url.raw_query_string
        payload = "&".join(part for part in (query, body) if part)
        words = dict(parse_qsl(payload, keep_blank_values=True))
        call = Call(request.method, request.path, words)
        self.asked.append(call)
        fault = self._faults.pick(call)
        if fault is None:
            return self._answer(request, call, payload)
        await self._wait(fault)
        if fault.act is not None and fault.when is When.BEFORE:
            fault.act()
        if fault.kind in HARMLESS or fault.when is When.AFTER:
            answer = self._answer(request, call, payload)
        else:
            answer = web.json_response({"symbol": call.words.get("symbol", ""), "orderId": 4711})
        if fault.act is not None and fault.when is When.AFTER:
            fault.act()
        fault.answered.set()
        return answer if fault.kind in HARMLESS else await self._damage(fault, request, answer)

    def close(self) -> None:
        """Let every request go that a fault keeps."""
        self._closing.set()

    def _answer(self, request: web.Request, call: Call, payload: str) -> web.Response:
        route = self._routes.get((call.method, call.path))
        gate = self._world.gate
        try:
            if self._world.in_maintenance and call.path != ALWAYS_UP:
                raise Refused(1, MAINTENANCE, 503)
            if route is None:
                raise Refused(-1000, f"no such endpoint here: {call.method} {call.path}", 404)
            gate.weigh(route.weight)
            key = request.headers.get("X-MBX-APIKEY", "")
            gate.admit(route.security, key, call.words, payload)
            body = route.answer(call.words)
        except Refused as refused:
            words = {"code": refused.code, "msg": refused.message}
            wait = {"Retry-After": str(gate.retry_after_s())} if refused.status == 429 else {}
            return web.json_response(words, status=refused.status, headers=wait)
        weight = {"X-MBX-USED-WEIGHT-1M": str(gate.used_weight)}
        return web.json_response(body, headers=weight)

    async def _wait(self, fault: Fault) -> None:
        if fault.kind is Kind.DELAY:
            await asyncio.sleep(fault.delay_s)
        if fault.kind is Kind.HOLD:
            free = asyncio.ensure_future(fault.freed.wait())
            closing = asyncio.ensure_future(self._closing.wait())
            waiting = {free, closing}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()

    async def _damage(
        self, fault: Fault, request: web.Request, answer: web.Response
    ) -> web.StreamResponse:
        text = answer.text or ""
        if fault.kind is Kind.RESET:
            return _abort(request)
        if fault.kind is Kind.SILENCE:
            await self._closing.wait()
            return _abort(request)
        if fault.kind is Kind.STATUS:
            return _status(fault)
        if fault.kind is Kind.HTML:
            return web.Response(text=PAGE, content_type="text/html")
        if fault.kind is Kind.CUT_JSON:
            return web.Response(text=text[: len(text) // 2], content_type="application/json")
        cut = web.StreamResponse(headers={"Content-Type": "application/json"})
        cut.content_length = len(text)
        await cut.prepare(request)
        await cut.write(text[: len(text) // 2].encode())
        return _abort(request)


def _abort(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()  # an RST, as a load balancer sends it
    return web.Response()


def _status(fault: Fault) -> web.Response:
    headers = {"Retry-After": str(fault.retry_after_s)} if fault.retry_after_s else {}
    if not fault.code:
        return web.Response(status=fault.status or 500, headers=headers)
    status, message = REASONS.get(fault.code, (400, "scripted"))
    text = json.dumps({"code": fault.code, "msg": message})
    return web.Response(
        status=fault.status or status, text=text, content_type="application/json", headers=headers
    )
