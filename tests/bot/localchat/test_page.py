"""The page's own API: live events, taps that still fit, documents that are only saved."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.bot.localchat.wire import OWNER, TRADER, Json, Wire

GO: Json = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


class Events:
    """The server-sent events of one open page."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def next(self, kind: str) -> Json:
        """The next event of a kind; others are passed over."""
        while True:
            line = await self._answer.content.readline()
            assert line, "the stream ended"
            if line.startswith(b"data: "):
                event: Json = json.loads(line[6:])
                if event["kind"] == kind:
                    return event


@asynccontextmanager
async def opened(wire: Wire, chat_id: int = OWNER, user_id: int = OWNER) -> AsyncIterator[Events]:
    url = f"{wire.url}/chat/{chat_id}/events?user_id={user_id}"
    async with wire.session.get(url) as answer:
        assert answer.content_type == "text/event-stream"
        yield Events(answer)


async def send(wire: Wire, **more: Any) -> int:
    sent = await wire.ok("sendMessage", chat_id=OWNER, text="card", **more)
    return int(sent["message_id"])


async def test_a_page_gets_the_chat_and_then_what_happens(wire: Wire) -> None:
    await wire.say("before")
    async with opened(wire) as events:
        snapshot = await events.next("snapshot")
        assert [m["text"] for m in snapshot["messages"]] == ["before"]
        message_id = await send(wire)
        assert (await events.next("message"))["message"]["text"] == "card"
        target: Json = {"chat_id": OWNER, "message_id": message_id}
        await wire.ok("pinChatMessage", **target)
        assert (await events.next("pins"))["pins"] == [message_id]
        await wire.ok("sendChatAction", chat_id=OWNER, action="typing")
        assert (await events.next("typing"))["action"] == "typing"
        await wire.ok("deleteMessage", **target)
        assert (await events.next("deleted"))["message_id"] == message_id


async def test_a_page_hears_only_its_own_chat(wire: Wire) -> None:
    async with opened(wire, TRADER, TRADER) as events:
        await events.next("snapshot")
        await send(wire)
        await wire.ok("sendMessage", chat_id=TRADER, text="for the trader")
        assert (await events.next("message"))["message"]["text"] == "for the trader"


async def test_the_answer_to_a_tap_reaches_the_one_who_tapped(wire: Wire) -> None:
    message_id = await send(wire, reply_markup=GO)
    place: Json = {"message_id": message_id, "row": 0, "column": 0, "label": "Go"}
    async with opened(wire) as events:
        await events.next("snapshot")
        tapped = await wire.post("/chat/tap", chat_id=OWNER, user_id=OWNER, **place)
        query_id = tapped["callback_query_id"]
        answer: Json = {"callback_query_id": query_id, "text": "done", "show_alert": True}
        await wire.ok("answerCallbackQuery", **answer)
        event = await events.next("answer")
        assert (event["callback_query_id"], event["text"]) == (query_id, "done")
        assert event["show_alert"] is True


async def test_a_tap_on_a_button_that_changed_meanwhile_is_refused(wire: Wire) -> None:
    message_id = await send(wire, reply_markup=GO)
    tap: Json = {"chat_id": OWNER, "user_id": OWNER, "message_id": message_id, "row": 0}
    other = await wire.post("/chat/tap", **tap, column=0, label="Stop")
    assert other["description"] == "Bad Request: this button has changed"
    gone = await wire.post("/chat/tap", **tap, column=3, label="Go")
    assert gone["description"] == "Bad Request: this button is gone"


async def test_a_person_sees_the_narrowest_menu(wire: Wire) -> None:
    await wire.ok("setMyCommands", commands=[{"command": "help", "description": "x"}])
    scope: Json = {"type": "chat", "chat_id": OWNER}
    async with opened(wire) as owner, opened(wire, TRADER, TRADER) as trader:
        await wire.ok("setMyCommands", commands=[{"command": "panic", "description": "x"}],
                      scope=scope)  # fmt: skip
        assert (await owner.next("commands"))["commands"][0]["command"] == "panic"
        assert (await trader.next("commands"))["commands"][0]["command"] == "help"


async def test_a_reset_sends_a_new_snapshot(wire: Wire) -> None:
    async with opened(wire) as events:
        await events.next("snapshot")
        await send(wire)
        await wire.post("/sim/reset")
        assert (await events.next("snapshot"))["messages"] == []


async def test_a_foreign_chat_has_no_events(wire: Wire) -> None:
    answer = await wire.get(f"/chat/{OWNER}/events", user_id=TRADER)
    assert answer["status"] == 400


async def test_a_document_is_saved_never_shown(wire: Wire) -> None:
    html = b"<script>alert(1)</script>"
    sent = await wire.upload("sendDocument", "document", html, chat_id=str(OWNER))
    file_id = sent["result"]["document"]["file_id"]
    async with wire.session.get(f"{wire.url}/chat/file/{file_id}") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with wire.session.get(f"{wire.url}/chat/file/unknown") as answer:
        assert answer.status == 404


async def test_people_and_groups_are_offered(wire: Wire) -> None:
    offered = await wire.get("/chat/people")
    assert [person["id"] for person in offered["people"]] == [1001, 1002, 1003, 1004]
    assert offered["groups"][0]["type"] == "supergroup"
