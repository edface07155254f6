"""The simulation API: what tests lean on must itself hold."""

import asyncio

import pytest

from bot.localchat.call_log import CallLog
from bot.localchat.files import FileStore
from bot.localchat.params import Upload
from bot.localchat.people import MESSAGES_LIMIT, Chat
from bot.localchat.refusal import Refusal
from tests.bot.localchat.wire import OWNER, TRADER, Json, Wire, png


async def test_every_call_is_in_the_outbox_with_its_answer(wire: Wire) -> None:
    await wire.ok("sendMessage", chat_id=OWNER, text="a", reply_markup={"inline_keyboard": []})
    await wire.refused("sendMessage", chat_id=OWNER)
    await wire.ok("getUpdates")
    await wire.ok("getUpdates")  # nothing happened: it takes the place of the one before
    outbox = await wire.get("/sim/outbox")
    first, second, poll = outbox["calls"]
    assert (poll["seq"], poll["method"]) == (4, "getUpdates")
    assert (first["seq"], first["method"], first["ok"], first["status"]) == (
        *(1, "sendMessage"),
        *(True, 200),
    )
    assert first["params"]["text"] == "a"
    assert first["answer"]["result"]["text"] == "a"
    assert (second["ok"], second["status"]) == (False, 400)
    assert outbox["last_seq"] == 4
    assert (await wire.get("/sim/outbox", since=1))["calls"] == [second, poll]
    assert (await wire.get("/sim/outbox", method="getMe"))["calls"] == []


async def test_parameters_of_a_form_read_as_numbers_and_json(wire: Wire) -> None:
    await wire.upload("sendPhoto", "photo", png(), chat_id=str(OWNER), reply_markup="{}")
    params = (await wire.get("/sim/outbox"))["calls"][0]["params"]
    assert params["chat_id"] == OWNER
    assert params["reply_markup"] == {}
    assert params["files"]["photo"]["size_bytes"] == len(png())


async def test_wait_returns_when_enough_calls_came(wire: Wire) -> None:
    query: Json = {"method": "sendMessage", "since": 0, "count": 2, "timeout": 20}
    waiting = asyncio.create_task(wire.get("/sim/wait", **query))
    await wire.ok("sendMessage", chat_id=OWNER, text="one")
    await wire.ok("getMe")
    assert not waiting.done()
    await wire.ok("sendMessage", chat_id=OWNER, text="two")
    came = await waiting
    assert came["status"] == 200
    assert [call["params"]["text"] for call in came["calls"]] == ["one", "two"]


async def test_wait_gives_what_came_when_the_time_is_over(wire: Wire) -> None:
    await wire.ok("getMe")
    came = await wire.get("/sim/wait", method="getMe", count=2, timeout=0.05)
    assert (came["status"], came["ok"], len(came["calls"])) == (408, False, 1)


async def test_reset_forgets_all_but_keeps_counting(wire: Wire) -> None:
    before = await wire.say("one", TRADER)
    await wire.ok("sendMessage", chat_id=TRADER, text="x")
    await wire.post("/sim/config", flood=True)
    await wire.post("/sim/fault", method="*", code=500, times=None)
    await wire.post("/sim/reset")
    assert (await wire.get(f"/sim/chat/{TRADER}"))["messages"] == []
    assert (await wire.post("/sim/config"))["flood"] is False
    assert await wire.ok("getUpdates") == []
    after = await wire.say("two", TRADER)
    assert after["update_id"] > before["update_id"]
    assert after["message_id"] > before["message_id"]
    await wire.ok("getMe")
    assert (await wire.get("/sim/outbox"))["calls"][0]["seq"] > 1


async def test_a_message_can_be_old_forwarded_or_a_reply(wire: Wire) -> None:
    first = (await wire.say("first"))["message_id"]
    await wire.say("second", date=1_700_000_000, forward=True, reply_to_message_id=first,
                   extra={"via_bot": {"id": 9, "is_bot": True, "first_name": "B"}})  # fmt: skip
    message = (await wire.ok("getUpdates"))[-1]["message"]
    assert message["date"] == 1_700_000_000
    assert message["forward_origin"]["type"] == "hidden_user"
    assert message["reply_to_message"]["text"] == "first"
    assert message["via_bot"]["id"] == 9


async def test_an_unknown_person_comes_in_as_one_more_stranger(wire: Wire) -> None:
    assert (await wire.say("/panic", 4242))["ok"] is True
    message = (await wire.ok("getUpdates"))[-1]["message"]
    assert (message["from"]["id"], message["chat"]["id"]) == (4242, 4242)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/sim/message", {}),
        ("/sim/message", {"chat_id": OWNER, "user_id": "x", "text": "x"}),
        ("/sim/message", {"chat_id": OWNER, "user_id": OWNER, "text": " "}),
        ("/sim/message", {"chat_id": OWNER, "user_id": OWNER, "text": "x" * 4097}),
        ("/sim/message", {"chat_id": OWNER, "user_id": OWNER, "text": "x", "message_id": 3}),
        ("/sim/message", {"chat_id": -7, "user_id": OWNER, "text": "x"}),
        ("/sim/callback", {"chat_id": OWNER, "user_id": OWNER, "message_id": 1, "label": "x"}),
        ("/sim/update", {"kind": "message"}),
        ("/sim/stop", {"chat_id": OWNER, "user_id": OWNER, "draft_id": 1}),
        ("/sim/config", {"blocked": 5}),
    ],
)
async def test_a_wrong_request_is_told_so(wire: Wire, path: str, body: Json) -> None:
    answer = await wire.post(path, **body)
    assert (answer["status"], answer["ok"]) == (400, False)
    assert answer["description"].startswith("Bad Request: ")


async def test_bodies_that_are_no_json_objects_are_told_so(wire: Wire) -> None:
    for body in (b"{", b"[]"):
        async with wire.session.post(f"{wire.url}/sim/message", data=body) as answer:
            assert answer.status == 400


def test_the_log_keeps_the_last_calls_only() -> None:
    log = CallLog(limit=3)
    for i in range(5):
        log.add(0.0, "getMe", {"i": i}, 200, {"ok": True})
    assert [call.seq for call in log.since(0)] == [3, 4, 5]


def test_a_chat_keeps_its_last_messages_only() -> None:
    chat = Chat(1, "x")
    for i in range(MESSAGES_LIMIT + 5):
        chat.keep({"message_id": i})
    assert (len(chat.messages), min(chat.messages)) == (MESSAGES_LIMIT, 5)


def test_files_are_kept_up_to_a_limit_in_bytes() -> None:
    store = FileStore(limit_bytes=25)
    ids = []
    for i in range(3):
        stored = store.document(Upload("a.csv", bytes([i] * 10), "text/csv"))
        ids.append(stored.description["file_id"])
    with pytest.raises(Refusal):
        store.find(ids[0])
    assert store.find(ids[2]).content == bytes([2] * 10)
