"""Who may talk to the local chat: this machine, and pages that it served itself.

A web page from elsewhere can make a browser send requests to loopback (CSRF) or give its own name a
loopback address (DNS rebinding). The `Origin` and `Host` headers, which a page cannot forge, tell.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.localchat.methods_bot import is_loopback_host

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(handler: Handler, *, is_page: bool = False) -> Handler:
    """The handler behind the guard. `is_page`: a link on another site may open it."""

    async def checked(request: web.Request) -> web.StreamResponse:
        reason = refusal_reason(request, is_page=is_page)
        if reason:
            body = {"ok": False, "error_code": 403, "description": f"Forbidden: {reason}"}
            return web.json_response(body, status=403)
        return await handler(request)

    return checked


def refusal_reason(request: web.Request, *, is_page: bool) -> str:
    """Why this request is refused, empty when it is not."""
    if request.remote and not is_loopback_host(request.remote):
        return "the local chat answers this machine only"
    host = urlsplit(f"//{request.host}").hostname or ""
    if not is_loopback_host(host):
        return "foreign Host header"
    if is_page:
        return ""
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        return "foreign Origin header"
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        return "the request comes from another site"
    return ""
