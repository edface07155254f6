"""Faults and flood limits, as a bot would meet them."""

import aiohttp
import pytest

from tests.bot.localchat.wire import GROUP, OWNER, TOKEN, TRADER, VIEWER, Clock, Wire


async def texts(wire: Wire, chat_id: int = OWNER) -> list[str]:
    return [m["text"] for m in (await wire.get(f"/sim/chat/{chat_id}"))["messages"]]


async def test_a_fault_hits_its_method_as_often_as_told(wire: Wire) -> None:
    await wire.post("/sim/fault", method="sendMessage", code=502, times=2)
    await wire.ok("getMe")
    for _ in range(2):
        assert await wire.refused("sendMessage", chat_id=OWNER, text="x") == "Bad Gateway"
    await wire.ok("sendMessage", chat_id=OWNER, text="third")
    assert await texts(wire) == ["third"]


async def test_a_fault_for_all_lasts_until_removed(wire: Wire) -> None:
    await wire.post("/sim/fault", method="*", code=401, times=None)
    for method in ("getMe", "getUpdates", "getMe"):
        assert await wire.refused(method) == "Unauthorized"
    async with wire.session.delete(f"{wire.url}/sim/fault") as answer:
        assert answer.status == 200
    await wire.ok("getMe")


async def test_retry_after_comes_as_telegram_sends_it(wire: Wire) -> None:
    await wire.post("/sim/fault", method="sendMessage", retry_after=7)
    assert await wire.call("sendMessage", chat_id=OWNER, text="x") == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        },
    )


@pytest.mark.parametrize(("after", "left"), [(False, []), (True, ["x"])])
async def test_a_dropped_connection_before_or_after_the_effect(
    wire: Wire, after: bool, left: list[str]
) -> None:
    await wire.post("/sim/fault", method="sendMessage", drop=True, after=after)
    with pytest.raises(aiohttp.ClientError):
        await wire.call("sendMessage", chat_id=OWNER, text="x")
    assert await texts(wire) == left
    assert (await wire.get("/sim/outbox"))["calls"][-1]["status"] == 0


async def test_an_error_after_the_effect_is_an_ambiguous_send(wire: Wire) -> None:
    await wire.post("/sim/fault", method="sendMessage", code=500, after=True)
    await wire.refused("sendMessage", chat_id=OWNER, text="arrived")
    assert await texts(wire) == ["arrived"]


async def test_a_proxy_answers_with_html(wire: Wire) -> None:
    await wire.post("/sim/fault", method="getMe", code=502, html=True)
    async with wire.session.get(f"{wire.url}/bot{TOKEN}/getMe") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
        assert "Bad Gateway" in await answer.text()


@pytest.mark.parametrize(
    "body", [{}, {"code": 500, "times": 0}, {"code": 200}, {"delay": 500}, {"code": "many"}]
)
async def test_a_fault_that_makes_no_sense_is_refused(wire: Wire, body: dict[str, object]) -> None:
    assert (await wire.post("/sim/fault", **body))["status"] == 400


async def test_a_delay_alone_only_delays(wire: Wire) -> None:
    await wire.post("/sim/fault", method="getMe", delay=0.01)
    assert (await wire.ok("getMe"))["is_bot"]


async def test_a_chat_takes_three_messages_in_three_seconds(wire: Wire, clock: Clock) -> None:
    await wire.post("/sim/config", flood=True)
    for text in "abc":
        await wire.ok("sendMessage", chat_id=OWNER, text=text)
    status, answer = await wire.call("sendMessage", chat_id=OWNER, text="d")
    assert (status, answer["parameters"]) == (429, {"retry_after": 3})
    await wire.ok("sendMessage", chat_id=TRADER, text="another chat is free")
    clock.now_s += 3
    await wire.ok("sendMessage", chat_id=OWNER, text="d")
    assert await texts(wire) == ["a", "b", "c", "d"]


async def test_a_group_takes_twenty_a_minute_edits_included(wire: Wire, clock: Clock) -> None:
    await wire.post("/sim/config", flood=True)
    message = await wire.ok("sendMessage", chat_id=GROUP, text="0")
    for i in range(1, 20):
        clock.now_s += 1
        edit = {"chat_id": GROUP, "message_id": message["message_id"], "text": str(i)}
        await wire.ok("editMessageText", **edit)
    refused = await wire.refused("sendMessage", chat_id=GROUP, text="one too many")
    assert refused == "Too Many Requests: retry after 41"


async def test_all_chats_together_take_thirty_a_second(wire: Wire, clock: Clock) -> None:
    await wire.post("/sim/config", flood=True)
    for user_id in range(7000, 7010):
        await wire.say("hello", user_id)
        for text in "abc":
            await wire.ok("sendMessage", chat_id=user_id, text=text)
    assert await wire.refused("sendMessage", chat_id=GROUP, text="x") == (
        "Too Many Requests: retry after 1"
    )
    clock.now_s += 1
    await wire.ok("sendMessage", chat_id=GROUP, text="x")


async def test_without_being_asked_there_is_no_limit(wire: Wire) -> None:
    for _ in range(40):
        await wire.ok("sendMessage", chat_id=VIEWER, text="x")
