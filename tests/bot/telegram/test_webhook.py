"""Updates that are pushed instead of polled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from pydantic import SecretStr

from bot.telegram.settings import Link
from bot.telegram.webhook import BODY_LIMIT_BYTES, SECRET_HEADER
from tests.bot.telegram.rig import Rig

SECRET = "a-secret-word"  # noqa: S105  of this test's own server


@asynccontextmanager
async def pushed(rig: Rig) -> AsyncIterator[str]:
    """A link that is reached by webhook; gives the route's address."""
    rig.settings |= {"webhook_url": "http://placeholder", "webhook_secret": SecretStr(SECRET)}
    app = web.Application()

    async def door(request: web.Request) -> web.Response:
        return await link.webhook()(request)

    app.router.add_post("/hook", door)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    rig.settings["webhook_url"] = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    link = rig.link()
    await link.start()
    try:
        await rig.calls("setWebhook", 1)
        yield rig.settings["webhook_url"]
        assert link.state().link is Link.WEBHOOK
    finally:
        await link.stop()
        await runner.cleanup()


async def test_a_pushed_update_is_worked_off(rig: Rig) -> None:
    async with pushed(rig):
        assert await rig.asks("/resume") == "resumed"
    assert rig.seen().count("getUpdates") == 0


async def test_what_is_not_telegrams_is_turned_away(rig: Rig) -> None:
    async with pushed(rig) as url:
        right = {SECRET_HEADER: SECRET}
        for headers, body, expected in (
            ({}, b"{}", 401),
            ({SECRET_HEADER: "wrong"}, b"{}", 401),
            (right, b"not json", 400),
            (right, b" " * (BODY_LIMIT_BYTES + 1), 413),
            (right, b'{"update_id": 1}', 200),
        ):
            async with rig.wire.session.post(url, data=body, headers=headers) as answer:
                assert answer.status == expected
