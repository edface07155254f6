"""Delivery of updates to the bot's webhook, one by one, each again until it is accepted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from bot.localchat.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
ANSWER_LIMIT_S = 30.0
IDLE_S = 60.0


async def deliver_to_webhook(world: World) -> None:
    """Runs until cancelled. An update leaves the queue when the webhook answered 2xx."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_LIMIT_S)
    pause_s = FIRST_PAUSE_S
    async with aiohttp.ClientSession(timeout=timeout) as session:
        while True:
            if not world.updates.webhook_url or not world.updates.pending:
                await world.updates.bell.wait(IDLE_S)
                continue
            if await _post_first(world, session):
                pause_s = FIRST_PAUSE_S
                continue
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


async def _post_first(world: World, session: aiohttp.ClientSession) -> bool:
    update = world.updates.pending[0]
    headers = {SECRET_HEADER: world.webhook.secret_token} if world.webhook.secret_token else {}
    try:
        url = world.updates.webhook_url
        async with session.post(url, json=update, headers=headers, allow_redirects=False) as answer:
            status = answer.status
            problem = f"Wrong response from the webhook: {status}" if status >= 300 else ""
    except (aiohttp.ClientError, TimeoutError) as error:
        problem = f"Connection failed: {type(error).__name__}"
    if problem:
        world.webhook.last_error = problem
        world.webhook.last_error_at_s = world.now_s()
        return False
    world.updates.confirm(update["update_id"] + 1)
    return True


@asynccontextmanager
async def courier(world: World) -> AsyncIterator[None]:
    """Keeps the delivery running while the context lasts."""
    task = asyncio.create_task(deliver_to_webhook(world), name="local chat webhook")
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
