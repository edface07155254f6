"""Alerts pour, the limits are on, and somebody panics."""

from bot.telegram.pace import CHAT
from engine.core.messages import OutboxMessage, Priority
from tests.bot.localchat.wire import png
from tests.bot.telegram.rig import OWNER, TRADER, VIEWER, Rig, an_alert


async def test_a_panic_is_the_next_message_while_two_hundred_alerts_wait(rig: Rig) -> None:
    await rig.wire.post("/sim/config", flood=True)
    rig.settings["chat_limit"] = CHAT
    rig.settings["digest_over"] = lambda: 1000
    chats = (OWNER, TRADER, VIEWER)
    alerts = [an_alert(n, chats[n % 3]) for n in range(200)]
    async with rig.running():
        await rig.stores.outbox.put(alerts)
        await rig.calls("sendMessage", 3)  # one of three slots of each chat
        since = await rig.says("/panic")
        calls = await rig.calls("sendMessage", 1, since)
        waiting = await rig.stores.outbox.waiting()
    to_the_owner = [call for call in calls if call["params"]["chat_id"] == OWNER]
    assert to_the_owner[0]["params"]["text"] == "<b>HALTED</b>"
    assert rig.refused(429) == 0
    assert waiting[Priority.ALERT] >= 188


async def test_who_asks_in_a_storm_is_answered_before_the_next_alert(rig: Rig) -> None:
    await rig.wire.post("/sim/config", flood=True)
    rig.settings["chat_limit"] = CHAT
    rig.settings["digest_over"] = lambda: 1000
    async with rig.running():
        await rig.stores.outbox.put([an_alert(n) for n in range(60)])
        await rig.hears("alert 0")  # the one slot that alerts have
        calls = await rig.calls("sendMessage", 1, await rig.says("/card"))
    assert calls[0]["params"]["text"] == "Buy 1 BTC?"
    assert rig.refused(429) == 0


async def test_a_storm_is_told_as_one_message_and_what_is_critical_stays(rig: Rig) -> None:
    rig.settings["chat_limit"] = CHAT
    async with rig.running():
        await rig.stores.outbox.put([an_alert(n) for n in range(14)])
        await rig.stores.outbox.put([an_alert(99, priority=Priority.SAFETY)])
        await rig.hears("alert 99")
        await rig.hears("alerts at once")
    assert await rig.stores.outbox.waiting() == {}
    texts = [call.params["text"] for call in rig.world.calls.since(0, "sendMessage")]
    alone = sum(text.startswith("alert ") for text in texts) - 1  # before it was a storm
    assert f"{14 - alone} trades opened" in texts[-1]
    assert len(texts) == alone + 2 <= 3


async def test_the_limits_are_kept_and_not_met(rig: Rig) -> None:
    await rig.wire.post("/sim/config", flood=True)
    rig.settings["chat_limit"] = CHAT
    async with rig.running():
        await rig.stores.outbox.put([an_alert(n) for n in range(3)])
        await rig.hears("alert 2")
    assert rig.refused(429) == 0
    texts = [call.params["text"] for call in rig.world.calls.since(0, "sendMessage")]
    assert texts == [f"alert {n}" for n in range(3)]


async def test_a_panic_does_not_wait_for_an_alert_that_hangs(rig: Rig) -> None:
    await rig.fault("sendPhoto", delay=15)
    hanging = OutboxMessage(
        key="hangs", chat_id=OWNER, method="sendPhoto", file_name="x.png", file_bytes=png()
    )
    async with rig.running():
        await rig.stores.outbox.put([hanging])
        assert await rig.asks("/panic") == "<b>HALTED</b>"
        assert (await rig.calls("sendPhoto", 1))[0]["ok"]
