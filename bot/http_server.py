"""The one HTTP port: health, metrics, the webhook and, without a token, the local chat."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from engine.core.errors import SettingsError
from engine.services.answers import Gauge

Gauges = Callable[[], Awaitable[tuple[Gauge, ...]]]
Metrics = Callable[[], Awaitable[str]]
SHUTDOWN_LIMIT_S = 2.0


def application() -> web.Application:
    """An application without routes yet; bodies are limited to what a webhook sends."""
    return web.Application(client_max_size=64 * 1024 * 1024)


def add_vitals(app: web.Application, gauges: Gauges, metrics: Metrics) -> None:
    """Adds `/health` and `/metrics`."""

    async def health(_request: web.Request) -> web.Response:
        found = await gauges()
        good = all(gauge.good for gauge in found)
        body = {
            "good": good,
            "gauges": [
                {"name": g.name, "value": g.value, "good": g.good, "hint": g.hint} for g in found
            ],
        }
        return web.json_response(body, status=200 if good else 503)

    async def figures(_request: web.Request) -> web.Response:
        return web.Response(text=await metrics(), content_type="text/plain")

    app.router.add_get("/health", health)
    app.router.add_get("/metrics", figures)


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Serves while the context lasts; gives the base URL. Raises SettingsError on a taken port."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_LIMIT_S)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise SettingsError(
                f"HTTP_PORT {port} on {host} cannot be opened ({error.strerror}).",
                hint="Another program has it: stop that, or set HTTP_PORT to another number.",
            ) from None
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
