"""The HTTP side of the Bot API: token, method, faults, answer, record."""

import asyncio
import hmac

from aiohttp import web

from bot.localchat.faults import Fault
from bot.localchat.methods import BY_LOWER_NAME
from bot.localchat.params import Params, read_params
from bot.localchat.refusal import Json, Refusal, not_found
from bot.localchat.world import TOKEN, World

GET_UPDATES = "getUpdates"
BAD_GATEWAY_PAGE = (
    "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"
)


class BotApi:
    """Handlers for `/bot{token}/{method}` and `/file/bot{token}/{path}`."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def call(self, request: web.Request) -> web.StreamResponse:
        """The answer to one Bot API call."""
        params = Params()
        name = request.match_info["method"]
        status, answer = 200, {}
        fault: Fault | None = None
        try:
            self._check_token(request.match_info["token"])
            params = await read_params(request)
            name = self._name(name)
            fault = self._world.faults.take(name)
            if fault is not None:
                await _before(fault)
            answer = {"ok": True, "result": await self._result(name, params)}
            if fault is not None and fault.code:
                raise fault.refusal()
        except Refusal as refusal:
            status, answer = refusal.code, refusal.body()
        except _DroppedError:
            answer = {"ok": False, "description": "connection dropped"}
        if fault is not None and fault.drop:
            status = 0  # nobody hears this answer
        self._world.calls.add(self._world.now_s(), name, params.shown(), status, answer)
        return _respond(request, status, answer, fault)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file that `getFile` gave a path for."""
        try:
            self._check_token(request.match_info["token"])
        except Refusal as refusal:
            return web.json_response(refusal.body(), status=refusal.code)
        stored = self._world.files.by_path(request.match_info["path"])
        if stored is None:
            return web.json_response(not_found().body(), status=404)
        return web.Response(body=stored.content, content_type="application/octet-stream")

    async def _result(self, name: str, params: Params) -> object:
        if name != GET_UPDATES:
            return BY_LOWER_NAME[name.lower()][1](self._world, params)
        updates = self._world.updates
        if params.structure("allowed_updates") is not None:
            updates.allowed = [str(kind) for kind in params.array("allowed_updates")]
        limit = params.whole("limit") or 100
        return await updates.poll(params.whole("offset") or 0, limit, params.whole("timeout") or 0)

    def _check_token(self, token: str) -> None:
        if not TOKEN.fullmatch(token):
            raise not_found()
        if not hmac.compare_digest(token, self._world.token):
            raise Refusal(401, "Unauthorized")

    def _name(self, name: str) -> str:
        if name.lower() == GET_UPDATES.lower():
            return GET_UPDATES
        found = BY_LOWER_NAME.get(name.lower())
        if found is None:
            raise not_found()
        return found[0]


class _DroppedError(Exception):
    """The connection is to be cut before the call has an effect."""


async def _before(fault: Fault) -> None:
    if fault.delay_s:
        await asyncio.sleep(fault.delay_s)
    if fault.after:
        return
    if fault.drop:
        raise _DroppedError
    if fault.code:
        raise fault.refusal()


def _respond(
    request: web.Request, status: int, answer: Json, fault: Fault | None
) -> web.StreamResponse:
    if fault is not None and fault.drop:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)  # goes nowhere, the connection is cut
    if fault is not None and fault.as_html:
        title = f"{status} {answer.get('description', '')}"
        page = BAD_GATEWAY_PAGE.format(title)
        return web.Response(text=page, status=status, content_type="text/html")
    return web.json_response(answer, status=status)
