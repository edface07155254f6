"""The local chat on an HTTP server: the Bot API, the page, the simulation.

`add_local_chat` puts it into an application that serves other things too; `local_chat_app` makes
one of its own; `serve` opens a port for it. Nothing here imports aiogram.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.localchat.bot_api import BotApi
from bot.localchat.guard import Handler, guarded
from bot.localchat.methods_bot import is_loopback_host
from bot.localchat.page_api import PageApi
from bot.localchat.sim import Simulation, answered
from bot.localchat.webhook import courier
from bot.localchat.world import World

WORLD_KEY: web.AppKey[World] = web.AppKey("local_chat_world", World)
SHUTDOWN_LIMIT_S = 2.0


def local_chat_app(world: World) -> web.Application:
    """An application that serves only the local chat."""
    app = web.Application()
    add_local_chat(app, world)
    return app


def add_local_chat(app: web.Application, world: World) -> None:
    """Adds the routes `/`, `/page`, `/chat`, `/sim`, `/bot{token}` and `/file` to an application
    that does not run yet, and ends long polls when it shuts down."""
    bot_api, page, simulation = BotApi(world), PageApi(world), Simulation(world)
    routes: list[tuple[str, str, Handler]] = [
        ("*", "/bot{token:[^/]+}/{method}", guarded(bot_api.call)),
        ("GET", "/file/bot{token:[^/]+}/{path:.+}", guarded(bot_api.download)),
        ("GET", "/", guarded(page.page, is_page=True)),
        ("GET", "/page/{name}", guarded(page.page, is_page=True)),
        ("GET", "/chat/file/{file_id}", guarded(page.file)),
        ("GET", "/chat/{chat_id}/events", guarded(page.events)),
    ]
    for method, path, answer in [*page.routes(), *simulation.routes()]:
        routes.append((method, path, guarded(answered(answer))))
    for method, path, handler in routes:
        app.router.add_route(method, path, handler)
    app[WORLD_KEY] = world
    app.on_shutdown.append(_close)

    async def deliveries(_app: web.Application) -> AsyncIterator[None]:
        async with courier(world):
            yield

    app.cleanup_ctx.append(deliveries)


@asynccontextmanager
async def serve(world: World, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serves on loopback while the context lasts; gives the base URL.

    port 0 takes a free one. Raises `ValueError` for a host that is not loopback.
    """
    if not is_loopback_host(host):
        raise ValueError(f"the local chat binds to loopback only, not to {host}")
    runner = web.AppRunner(
        local_chat_app(world), access_log=None, shutdown_timeout=SHUTDOWN_LIMIT_S
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound_port = runner.addresses[0][1]
        shown_host = f"[{host}]" if ":" in host else host
        yield f"http://{shown_host}:{bound_port}"
    finally:
        await runner.cleanup()


async def _close(app: web.Application) -> None:
    app[WORLD_KEY].close()
