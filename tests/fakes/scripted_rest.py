"""An HTTP server on loopback that answers what a test wrote down, and keeps what was asked.

It knows no venue: recorded shapes go in, requests come out. Not for anything that has a state;
that is what tests/fakes/exchange is for.
"""

import json
import socket
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, its query, form or JSON body as text."""

    method: str
    path: str
    text: str

    @property
    def words(self) -> dict[str, str]:
        """Keys and values of a query or a form."""
        return dict(parse_qsl(self.text))


@dataclass(slots=True)
class ScriptedRest:
    """Answers by path; a list of several answers is taken one after the other, the last stays."""

    answers: dict[str, list[object]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    base: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        listener = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(self._runner, listener).start()
        self.base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def on(self, path: str, *answers: object) -> None:
        """What the path answers from now on: JSON, or text that goes out as it is."""
        self.answers[path] = list(answers)

    def posted(self, path: str = "") -> list[Asked]:
        """The posts to paths that end so."""
        return [each for each in self.asked if each.method == "POST" and each.path.endswith(path)]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        text = (await request.text()) or request.rel_url.raw_query_string
        self.asked.append(Asked(request.method, request.path, text))
        waiting = self.answers.get(request.path)
        if not waiting:
            return web.json_response(
                {"error": f"nothing written down for {request.path}"}, status=404
            )
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        body = answer if isinstance(answer, str) else json.dumps(answer)
        return web.Response(text=body, content_type="application/json")
