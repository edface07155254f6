"""Long polling as Telegram does it."""

import asyncio

from bot.localchat.world import World
from tests.bot.localchat.wire import TRADER, Clock, Wire


async def test_what_is_not_confirmed_comes_again(wire: Wire) -> None:
    first = (await wire.say("one"))["update_id"]
    second = (await wire.say("two"))["update_id"]
    assert second == first + 1
    for _ in range(2):
        assert [u["update_id"] for u in await wire.ok("getUpdates")] == [first, second]
    left = await wire.ok("getUpdates", offset=second)
    assert [u["update_id"] for u in left] == [second]
    assert await wire.ok("getUpdates", offset=second + 1) == []


async def test_limit_and_negative_offset(wire: Wire) -> None:
    ids = [(await wire.say(str(i)))["update_id"] for i in range(5)]
    assert [u["update_id"] for u in await wire.ok("getUpdates", limit=2)] == ids[:2]
    assert [u["update_id"] for u in await wire.ok("getUpdates", offset=-2)] == ids[3:]
    assert [u["update_id"] for u in await wire.ok("getUpdates")] == ids[3:]


async def test_a_poll_waits_until_somebody_writes(wire: Wire) -> None:
    poll = asyncio.create_task(wire.ok("getUpdates", timeout=30))
    await wire.ok("getMe")  # a whole round trip: the poll is certainly waiting by now
    assert not poll.done()
    await wire.say("hello")
    assert (await poll)[0]["message"]["text"] == "hello"


async def test_an_empty_poll_ends_after_its_time(wire: Wire) -> None:
    assert await wire.ok("getUpdates", timeout=1) == []


async def test_the_newer_poll_wins_and_the_older_gets_a_conflict(wire: Wire) -> None:
    older = asyncio.create_task(wire.call("getUpdates", timeout=30))
    await wire.ok("getMe")
    newer = asyncio.create_task(wire.ok("getUpdates", timeout=30))
    status, answer = await older
    assert status == 409
    assert answer["description"] == (
        "Conflict: terminated by other getUpdates request;"
        " make sure that only one bot instance is running"
    )
    await wire.say("to the newer")
    assert (await newer)[0]["message"]["text"] == "to the newer"


async def test_only_the_kinds_asked_for_are_kept_from_then_on(wire: Wire) -> None:
    await wire.ok("getUpdates", allowed_updates=["callback_query"])
    await wire.say("not wanted")
    sent = await wire.ok("sendMessage", chat_id=TRADER, text="x")
    await wire.tap(sent["message_id"], TRADER, data="go")
    assert [list(u)[1] for u in await wire.ok("getUpdates")] == ["callback_query"]
    await wire.ok("getUpdates", allowed_updates=[])
    await wire.say("wanted")
    assert len(await wire.ok("getUpdates")) == 2


async def test_reactions_come_only_when_asked_for(wire: Wire) -> None:
    await wire.post("/sim/update", kind="message_reaction", body={"message_id": 1})
    assert await wire.ok("getUpdates") == []
    await wire.ok("getUpdates", allowed_updates=["message_reaction"])
    await wire.post("/sim/update", kind="message_reaction", body={"message_id": 1})
    assert len(await wire.ok("getUpdates")) == 1


async def test_an_edited_message_arrives_as_such(wire: Wire) -> None:
    message_id = (await wire.say("/buy"))["message_id"]
    await wire.say("/sell", message_id=message_id)
    edited = (await wire.ok("getUpdates"))[-1]["edited_message"]
    assert (edited["message_id"], edited["text"]) == (message_id, "/sell")
    assert edited["edit_date"]


async def test_at_shutdown_polls_end_and_later_ones_are_refused(wire: Wire, world: World) -> None:
    poll = asyncio.create_task(wire.ok("getUpdates", timeout=30))
    await wire.ok("getMe")
    world.close()
    assert await poll == []
    assert (await wire.refused("getUpdates", timeout=30)).startswith("Service Unavailable")


def test_ids_grow_across_restarts() -> None:
    before, after = World(now_s=Clock(1_800_000_000)), World(now_s=Clock(1_800_000_060))
    sent = [before.updates.put("message", {}) for _ in range(100)]
    assert after.updates.put("message", {}) > max(sent)
    assert after.next_message_id() > before.next_message_id()
    assert after.started_id < 2**31
