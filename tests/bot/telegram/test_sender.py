"""One call to a server that answers what we want: the answers a chat server cannot make up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from bot.telegram.patience import Failure, Meaning
from bot.telegram.sender import Arrived, Sender
from bot.telegram.session import make_bot
from tests.bot.telegram.rig import an_alert

OLD_ID, NEW_ID = -2001, -1002001


@asynccontextmanager
async def scripted(*answers: tuple[int, Any]) -> AsyncIterator[tuple[Sender, list[dict[str, Any]]]]:
    """A sender whose server gives these answers in turn; and what the server was asked."""
    asked: list[dict[str, Any]] = []
    left = list(answers)

    async def answer(request: web.Request) -> web.Response:
        asked.append(dict(await request.post()))
        status, body = left.pop(0)
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_post("/{tail:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot = make_bot(SecretStr("1:test"), f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        yield Sender(bot, asyncio.get_running_loop().time), asked
    finally:
        await bot.session.close()
        await runner.cleanup()


def a_message(chat_id: int) -> tuple[int, dict[str, Any]]:
    chat = {"id": chat_id, "type": "supergroup", "title": "desk"}
    return 200, {"ok": True, "result": {"message_id": 9, "date": 1, "chat": chat, "text": "x"}}


async def test_a_group_that_moved_is_followed_from_then_on() -> None:
    moved = {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": NEW_ID},
    }
    async with scripted((400, moved), a_message(NEW_ID), a_message(NEW_ID)) as (sender, asked):
        assert await sender.send(an_alert(1, OLD_ID)) == Arrived(9)
        assert await sender.send(an_alert(2, OLD_ID)) == Arrived(9)
    assert [int(call["chat_id"]) for call in asked] == [OLD_ID, NEW_ID, NEW_ID]
    assert "gist" not in asked[0]


async def test_an_answer_that_is_no_answer_may_have_arrived() -> None:
    async with scripted((200, ["surprise"])) as (sender, _):
        result = await sender.send(an_alert(1))
    assert isinstance(result, Failure)
    assert result.meaning is Meaning.MAYBE


async def test_where_nobody_listens_nothing_can_have_arrived() -> None:
    bot = make_bot(SecretStr("1:test"), "http://127.0.0.1:1")
    try:
        result = await Sender(bot, asyncio.get_running_loop().time).send(an_alert(1))
    finally:
        await bot.session.close()
    assert isinstance(result, Failure)
    assert result.meaning is Meaning.AGAIN
