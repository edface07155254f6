"""What the wire does to a message, and what becomes of it."""

import pytest

from engine.core.messages import OutboxMessage, Priority
from tests.bot.telegram.rig import OWNER, TRADER, Rig, an_alert


async def outbox_states(rig: Rig) -> dict[str, str]:
    """The state of each message by key."""
    sql = "SELECT key, state FROM outbox ORDER BY id"
    rows = await rig.database.read(lambda db: db.exec_driver_sql(sql).all())
    return {row[0]: row[1] for row in rows}


@pytest.mark.parametrize(
    "fault",
    [
        {"code": 500},
        {"code": 502, "html": True},
        {"drop": True},
        {"code": 429, "retry_after": 1},
    ],
)
async def test_a_hiccup_delays_but_loses_nothing_and_keeps_the_order(
    rig: Rig, fault: dict[str, object]
) -> None:
    await rig.fault("sendMessage", **fault)
    async with rig.running():
        await rig.stores.outbox.put([an_alert(number) for number in range(3)])
        await rig.hears("alert 2")
    arrived = [call.params["text"] for call in rig.world.calls.since(0, "sendMessage")
               if call.status == 200]  # fmt: skip
    assert arrived == ["alert 0", "alert 1", "alert 2"]


async def test_a_message_of_the_highest_priority_does_not_wait_out_anothers_retry_after(
    rig: Rig,
) -> None:
    await rig.fault("sendMessage", retry_after=30)
    async with rig.running():
        await rig.stores.outbox.put([an_alert(1)])
        await rig.calls("sendMessage", 1)
        assert await rig.asks("/panic") == "<b>HALTED</b>"
    assert (await outbox_states(rig))["alert|1|1001"] == "queued"


async def test_a_reset_after_delivery_repeats_an_alert_but_never_what_must_come_once(
    rig: Rig,
) -> None:
    shown: list[str] = []
    async with rig.running():
        for once, expected in ((False, 2), (True, 1)):
            since = rig.world.calls.last_seq
            await rig.fault("sendMessage", drop=True, after=True)
            await rig.stores.outbox.put([an_alert(int(once), once=once)])
            await rig.calls("sendMessage", 2, since)
            chat = await rig.wire.get(f"/sim/chat/{OWNER}")
            shown = [message["text"] for message in chat["messages"]]
            assert shown.count(f"alert {int(once)}") == expected
    assert "could not see whether this reached you" in shown[-1]
    assert (await outbox_states(rig))["alert|1|1001"] == "failed"


async def test_an_expired_message_is_not_sent(rig: Rig) -> None:
    async with rig.running():
        await rig.stores.outbox.put([an_alert(1, expires_at=rig.now())])
        await rig.asks("/card")
    assert (await outbox_states(rig))["alert|1|1001"] == "superseded"


async def test_a_chat_that_blocked_us_is_told_of_once_and_opens_again(rig: Rig) -> None:
    async with rig.running() as link:
        await rig.wire.post("/sim/config", blocked=[TRADER])
        critical = [an_alert(n, TRADER, Priority.SAFETY) for n in range(2)]
        await rig.stores.outbox.put([*critical, an_alert(3, TRADER)])
        assert "takes no messages" in await rig.last_text(OWNER)
        assert link.state().dead_chats == frozenset({TRADER})
        await rig.wire.post("/sim/config", blocked=[])
        await rig.hears("Buy 1 BTC?", await rig.says("/card", TRADER))
        assert link.state().dead_chats == frozenset()
        assert link.state().undelivered_critical == 2
    told = [call for call in rig.world.calls.since(0, "sendMessage")
            if "takes no messages" in call.params["text"]]  # fmt: skip
    assert len(told) == 1


async def test_a_call_that_is_not_one_fails_and_does_not_block_its_chat(rig: Rig) -> None:
    async with rig.running():
        odd = OutboxMessage(key="odd", chat_id=OWNER, method="sendDice")
        empty = OutboxMessage(key="empty", chat_id=OWNER, method="sendMessage",
                              payload={"text": " "})  # fmt: skip
        await rig.stores.outbox.put([odd, empty, an_alert(1)])
        await rig.hears("alert 1")
    found = await outbox_states(rig)
    assert (found["odd"], found["empty"], found["alert|1|1001"]) == ("failed", "failed", "sent")


async def test_a_too_large_file_is_given_up_at_once(rig: Rig) -> None:
    await rig.fault("sendPhoto", code=413)
    async with rig.running():
        since = await rig.says("/chart")
        assert "refused an answer" in (await rig.texts(1, since))[0]
    assert rig.seen().count("sendPhoto") == 1
