"""Updates by webhook: in order, with the secret, again until accepted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.localchat.bell import Bell
from tests.bot.localchat.wire import Json, Wire


class Hook:
    """A bot's webhook that answers with the statuses it was given, then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.updates: list[Json] = []
        self.secrets: set[str | None] = set()
        self._bell = Bell()

    async def receive(self, request: web.Request) -> web.Response:
        self.updates.append(await request.json())
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self._bell.ring()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def got(self, count: int) -> list[str]:
        """The texts that came, as soon as there are `count`."""
        while len(self.updates) < count:
            assert await self._bell.wait(10.0)
        return [update["message"]["text"] for update in self.updates]


@asynccontextmanager
async def listening(hook: Hook) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/hook", hook.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


async def test_updates_are_posted_in_order_and_again_until_accepted(wire: Wire) -> None:
    hook = Hook(500, 302)
    await wire.say("one")
    async with listening(hook) as url:
        await wire.ok("setWebhook", url=url, secret_token="s3cret")  # noqa: S106 - a test value
        await wire.say("two")
        assert await hook.got(4) == ["one", "one", "one", "two"]
        assert hook.secrets == {"s3cret"}
        info = await wire.ok("getWebhookInfo")
        assert info["url"] == url
        assert info["last_error_message"] == "Wrong response from the webhook: 302"
        await wire.ok("deleteWebhook")
    assert (await wire.ok("getWebhookInfo"))["url"] == ""


async def test_polling_and_a_webhook_exclude_each_other(wire: Wire) -> None:
    poll = asyncio.create_task(wire.call("getUpdates", timeout=30))
    await wire.ok("getMe")
    async with listening(Hook()) as url:
        await wire.ok("setWebhook", url=url)
        status, answer = await poll
        assert (status, answer["description"]) == (
            409,
            "Conflict: terminated by setWebhook request",
        )
        assert await wire.refused("getUpdates") == (
            "Conflict: can't use getUpdates method while webhook is active;"
            " use deleteWebhook to delete the webhook first"
        )
        await wire.ok("setWebhook", url="")
    assert await wire.ok("getUpdates") == []


async def test_an_unreachable_webhook_keeps_the_updates(wire: Wire) -> None:
    hook = Hook()
    async with listening(hook) as url:
        pass
    await wire.ok("setWebhook", url=url)
    await wire.say("patience")
    await wire.ok("deleteWebhook")
    assert (await wire.ok("getUpdates"))[0]["message"]["text"] == "patience"
