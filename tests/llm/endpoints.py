"""A loopback server that speaks both wire formats and misbehaves as the path says.

`<base>/<scenario>/v1/chat/completions` and `<base>/<scenario>/v1/messages`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


def a_vote_text(**changes: Any) -> str:
    """A well-formed vote; it echoes whatever the tests' questions are called."""
    vote: dict[str, Any] = {
        "snapshot_id": "abc123abc123",
        "symbol": "ASSET-1",
        "evidence": [],
        "reason": "the numbers lean up",
        "p_up": 0.55,
        "p_down": 0.3,
        "action": "BUY",
        "stop": None,
        "target": None,
    }
    return json.dumps(vote | changes)


def chat_body(text: str | None, **message: Any) -> dict[str, Any]:
    end = message.pop("finish_reason", "stop")
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "served-model-7",
        "choices": [
            {
                "index": 0,
                "finish_reason": end,
                "message": {"role": "assistant", "content": text, **message},
            }
        ],
        "usage": {
            "prompt_tokens": 1200,
            "completion_tokens": 100,
            "total_tokens": 1300,
            "prompt_tokens_details": {"cached_tokens": 1000},
        },
    }


def messages_body(text: str | None, stop_reason: str = "end_turn") -> dict[str, Any]:
    return {
        "id": "m1",
        "type": "message",
        "role": "assistant",
        "model": "served-model-7",
        "content": [] if text is None else [{"type": "text", "text": text}],
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {
            "input_tokens": 200,
            "cache_read_input_tokens": 1000,
            "cache_creation_input_tokens": 0,
            "output_tokens": 100,
        },
    }


@dataclass
class Endpoint:
    """What was asked of it, and how often by scenario."""

    base: str = ""
    asked: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    def count(self, scenario: str) -> int:
        return sum(name == scenario for name, _, _ in self.asked)

    def url(self, scenario: str, provider: str) -> str:
        return f"{self.base}/{scenario}/v1" if provider == "openai" else f"{self.base}/{scenario}"


@asynccontextmanager
async def serving() -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    app = web.Application()

    async def answer(request: web.Request) -> web.StreamResponse:
        scenario = request.match_info["scenario"]
        body = await request.json()
        endpoint.asked.append((scenario, body, dict(request.headers)))
        return await _play(endpoint, request, scenario, body)

    app.router.add_post("/{scenario}/v1/{dialect:.+}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sockets = site._server.sockets  # type: ignore[union-attr]  # no public way to the port
    endpoint.base = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    try:
        yield endpoint
    finally:
        endpoint.release.set()
        await runner.cleanup()


async def _play(
    endpoint: Endpoint, request: web.Request, scenario: str, body: dict[str, Any]
) -> web.StreamResponse:
    is_chat = request.match_info["dialect"] == "chat/completions"
    if scenario in TEXTS or scenario == "echo":
        text = _echo(body) if scenario == "echo" else TEXTS[scenario]
        return web.json_response(chat_body(text) if is_chat else messages_body(text))
    if scenario in STATUSES:
        status, error, headers = STATUSES[scenario]
        wrapped = {"error": error} if is_chat else {"type": "error", "error": error}
        return web.json_response(wrapped, status=status, headers=headers)
    return await SPECIAL[scenario](endpoint, request, is_chat)


def _echo(body: dict[str, Any]) -> str:
    # a vote that belongs to the question
    user = body["messages"][-1]["content"]
    words = dict(line.split(": ") for line in user.splitlines()[:2])
    return a_vote_text(snapshot_id=words["snapshot_id"], symbol=words["symbol"])


TEXTS: dict[str, str | None] = {
    "good": a_vote_text(),
    "fenced": f"```json\n{a_vote_text()}\n```",
    "prose": "I would not buy here. HOLD, I think.",
    "bad_json": a_vote_text()[:-20],
    "duplicate": a_vote_text()[:-1] + ', "action": "SELL"}',
    "not_a_number": a_vote_text().replace("0.55", "NaN"),
    "extra_field": a_vote_text(order="sell everything"),
    "out_of_range": a_vote_text(p_up=1.7),
    "number_as_text": a_vote_text(p_up="0.55"),
    "empty": "",
    "null": None,
    "megabyte": "x" * 1_000_000,
}
_E = {"message": "no", "type": "x_error", "param": None, "code": None}
STATUSES: dict[str, tuple[int, dict[str, Any], dict[str, str]]] = {
    "401": (401, _E | {"code": "invalid_api_key"}, {}),
    "403": (403, _E, {}),
    "402": (402, _E, {}),
    "400": (400, _E | {"param": "model"}, {}),
    "404": (404, _E, {}),
    "409": (409, _E, {}),
    "no_credit": (429, _E | {"code": "insufficient_quota", "type": "insufficient_quota"}, {}),
    "spend_limit": (
        429,
        _E | {"details": {"error_code": "enforced_spend_limit_reached"}},
        {"retry-after": "3600"},
    ),
    "contract_limit": (429, _E | {"error_code": "contract_spend_limit_reached"}, {}),
    "on_hold": (403, _E | {"details": {"error_code": "organization_on_hold"}}, {}),
    "billing": (400, _E | {"type": "billing_error"}, {}),
    "302": (302, _E, {"Location": "/good/v1/elsewhere"}),
    "408": (408, _E, {}),
    "413": (413, _E, {}),
    "422": (422, _E, {}),
    "429_date": (429, _E, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}),
    "429_odd": (429, _E, {"Retry-After": "soon"}),
    "502": (502, _E, {}),
    "504": (504, _E, {}),
    "529_30": (529, _E | {"type": "overloaded_error"}, {"Retry-After": "30"}),
    "429": (429, _E, {}),
    "429_1": (429, _E, {"Retry-After": "1"}),
    "429_3600": (429, _E, {"Retry-After": "3600"}),
    "429_ms": (429, _E, {"retry-after-ms": "20"}),
    "500": (500, _E, {}),
    "503": (503, _E, {}),
    "529": (529, _E | {"type": "overloaded_error"}, {}),
}


async def _html(_: Endpoint, request: web.Request, is_chat: bool) -> web.StreamResponse:
    return web.Response(text="<html><body>Welcome to nginx</body></html>", content_type="text/html")


async def _half_json(_: Endpoint, request: web.Request, is_chat: bool) -> web.StreamResponse:
    return web.Response(text='{"choices": [{"mess', content_type="application/json")


async def _other_shape(_: Endpoint, request: web.Request, is_chat: bool) -> web.StreamResponse:
    return web.json_response({"result": {"choices": "none", "content": 7}, "choices": 3})


async def _list_shape(_: Endpoint, request: web.Request, is_chat: bool) -> web.StreamResponse:
    return web.json_response({"choices": [7], "content": [7, {"type": "text", "text": 5}]})


async def _truncated(_: Endpoint, request: web.Request, is_chat: bool) -> web.StreamResponse:
    text = a_vote_text()[:40]
    cut = chat_body(text, finish_reason="length")
    return web.json_response(cut if is_chat else messages_body(text, "max_tokens"))


async def _refusal(_: Endpoint, request: web.Request, is_chat: bool) -> web.StreamResponse:
    words = "I cannot help with that."
    said = chat_body(None, refusal=words)
    return web.json_response(said if is_chat else messages_body(words, "refusal"))


async def _filtered(_: Endpoint, request: web.Request, is_chat: bool) -> web.StreamResponse:
    cut = chat_body("", finish_reason="content_filter")
    return web.json_response(cut if is_chat else messages_body("", "refusal"))


async def _hang(endpoint: Endpoint, request: web.Request, is_chat: bool) -> web.StreamResponse:
    await endpoint.release.wait()
    return web.Response(status=500)


async def _drip(endpoint: Endpoint, request: web.Request, is_chat: bool) -> web.StreamResponse:
    # a byte now and then: no read time-out ever fires
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for byte in json.dumps(chat_body(a_vote_text())).encode():
        if endpoint.release.is_set():
            break
        await response.write(bytes([byte]))
        await asyncio.sleep(0.05)
    return response


async def _cut(_: Endpoint, request: web.Request, is_chat: bool) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={"Content-Type": "application/json", "Content-Length": "5000"}
    )
    await response.prepare(request)
    await response.write(b'{"choices": [')
    if request.transport is not None:
        request.transport.abort()
    return response


SPECIAL: dict[str, Callable[[Endpoint, web.Request, bool], Awaitable[web.StreamResponse]]] = {
    "html": _html,
    "half_json": _half_json,
    "other_shape": _other_shape,
    "list_shape": _list_shape,
    "truncated": _truncated,
    "refusal": _refusal,
    "filtered": _filtered,
    "hang": _hang,
    "drip": _drip,
    "cut": _cut,
}
