"""Telegram is away: at boot, for a while, for the token, for a twin."""

from datetime import timedelta

import pytest

from bot.telegram.settings import Link
from engine.core.messages import Priority
from tests.bot.telegram.rig import OWNER, Rig, an_alert


async def test_telegram_may_be_absent_at_boot(rig: Rig) -> None:
    await rig.fault("*", drop=True, times=2)
    async with rig.running() as link:
        assert link.state().link is Link.CONNECTING
        assert not link.state().is_healthy
        assert await rig.asks("/card") == "Buy 1 BTC?"
        assert link.state().link is Link.POLLING


async def test_what_piled_up_in_an_outage_is_told_as_one_digest(rig: Rig) -> None:
    async with rig.running() as link:
        await rig.asks("/card")
        await rig.fault("*", code=502, html=True, times=None)
        since = rig.world.calls.last_seq
        await rig.stores.outbox.put([an_alert(n) for n in range(20)])
        await rig.stores.outbox.put([an_alert(99, priority=Priority.SAFETY)])
        await rig.calls("getMe", 1, since)  # sending gave up and asks for Telegram itself
        assert link.state().is_away
        rig.now.ahead += timedelta(hours=2)
        since = rig.world.calls.last_seq
        await rig.wire.session.delete(rig.wire.url + "/sim/fault")
        await rig.hears("alert 99", since)
        await rig.hears("20 trades opened", since)
        assert await rig.asks("/card") == "Buy 1 BTC?"
        assert not link.state().is_away
    texts = [call.params["text"] for call in rig.world.calls.since(since, "sendMessage")]
    assert [text for text in texts if text.startswith("alert")] == ["alert 99"]


async def test_a_handful_is_told_one_by_one_after_an_outage(rig: Rig) -> None:
    async with rig.running():
        await rig.asks("/card")
        await rig.fault("*", drop=True, times=None)
        since = rig.world.calls.last_seq
        await rig.stores.outbox.put([an_alert(n) for n in range(3)])
        await rig.calls("getMe", 1, since)
        rig.now.ahead += timedelta(hours=2)
        since = rig.world.calls.last_seq
        await rig.wire.session.delete(rig.wire.url + "/sim/fault")
        await rig.hears("alert 2", since)
    texts = [call.params["text"] for call in rig.world.calls.since(since, "sendMessage")
             if call.status == 200]  # fmt: skip
    assert texts == ["alert 0", "alert 1", "alert 2"]


async def test_a_twin_is_told_of_after_three_conflicts_and_once(rig: Rig) -> None:
    await rig.fault("getUpdates", code=409, times=3)
    async with rig.running() as link:
        await rig.calls("getUpdates", 3)
        assert await rig.asks("/card") == "Buy 1 BTC?"
        assert link.state().conflicts == 0
    assert [type(event).__name__ for event in rig.told] == ["TwinSeen"]


async def test_a_refused_token_shows_and_heals(rig: Rig) -> None:
    async with rig.running() as link:
        await rig.asks("/card")
        await rig.fault("getUpdates", code=401, times=1)
        await rig.says("/card")  # ends the poll under way; the next one is refused
        await rig.calls("getUpdates", 1, rig.world.calls.last_seq - 1)
        await rig.hears("Buy 1 BTC?")
        assert await rig.asks("/card") == "Buy 1 BTC?"
        assert not link.state().token_refused
    assert rig.refused(401) == 1


@pytest.mark.parametrize("code", [401, 502])
async def test_pending_updates_are_never_dropped(rig: Rig, code: int) -> None:
    await rig.says("/panic")
    await rig.fault("getMe", code=code)
    async with rig.running():
        assert await rig.texts(1) == ["<b>HALTED</b>"]
    calls = rig.world.calls.since(0, "deleteWebhook")
    assert [call.params.get("drop_pending_updates") for call in calls] != [True]
    assert rig.world.chat(OWNER).messages
