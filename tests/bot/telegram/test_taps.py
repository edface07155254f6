"""Buttons: once, by who may, on a card that still means something."""

import asyncio
import json

import pytest

from tests.bot.telegram.rig import OWNER, TRADER, VIEWER, Rig, audit_of


async def card(rig: Rig, text: str = "/card", user_id: int = OWNER) -> int:
    """The id of the card that a command sent."""
    since = await rig.says(text, user_id)
    method = "sendPhoto" if text == "/chart" else "sendMessage"
    call = (await rig.calls(method, 1, since))[0]
    return int(call["answer"]["result"]["message_id"])


async def test_a_tap_acts_answers_and_redraws_its_card(rig: Rig) -> None:
    async with rig.running():
        since = await rig.taps(await card(rig), label="Buy")
        toast = (await rig.calls("answerCallbackQuery", 1, since))[0]
        edit = (await rig.calls("editMessageText", 1, since))[0]
    assert toast["params"]["text"] == "done"
    assert edit["params"]["text"] == "Bought 1 BTC"
    assert "disabled" in json.dumps(edit["params"]["reply_markup"])
    assert [row[0] for row in await audit_of(rig)] == ["resume"]


async def test_forty_racing_taps_have_one_effect(rig: Rig) -> None:
    async with rig.running():
        message_id = await card(rig)
        await asyncio.gather(*(rig.taps(message_id, data="by1|7") for _ in range(20)))
        await asyncio.gather(*(rig.taps(message_id, data="by1|7") for _ in range(20)))
        await rig.calls("answerCallbackQuery", 40)
    assert len(rig.table.effects) == 1
    assert rig.refused(429) == 0


async def test_a_tap_needs_the_role_of_its_command(rig: Rig) -> None:
    async with rig.running():
        message_id = await card(rig, user_id=TRADER)
        since = await rig.taps(message_id, TRADER, label="Buy")
        toast = (await rig.calls("answerCallbackQuery", 1, since))[0]
    assert "needs the role owner" in toast["params"]["text"]
    assert rig.table.effects == []


async def test_a_forged_or_old_button_is_called_outdated_and_loses_its_keyboard(rig: Rig) -> None:
    async with rig.running():
        for data in ("by0|7", "by1|7|8", "by1|x", "nonsense"):
            message_id = await card(rig)
            since = await rig.taps(message_id, data=data)
            toast = (await rig.calls("answerCallbackQuery", 1, since))[0]
            assert "outdated" in toast["params"]["text"]
            await rig.calls("editMessageReplyMarkup", 1, since)
            assert "reply_markup" not in await rig.last_message()
    assert rig.table.effects == []


async def test_a_card_out_of_reach_is_refused_politely(rig: Rig) -> None:
    async with rig.running():
        message_id = await card(rig)
        person = {"id": OWNER, "is_bot": False, "first_name": "Olivia"}
        out_of_reach = {
            "message_id": message_id,
            "date": 0,
            "chat": {"id": OWNER, "type": "private"},
        }
        query = {"id": "9", "from": person, "chat_instance": "1", "data": "by1|7"}
        since = rig.world.calls.last_seq
        for more in ({"message": out_of_reach}, {"inline_message_id": "x"}):
            await rig.wire.post("/sim/update", kind="callback_query", body={**query, **more})
        calls = await rig.calls("answerCallbackQuery", 2, since)
    assert all("outdated" in call["params"]["text"] for call in calls)
    assert rig.table.effects == []


async def test_a_strangers_tap_is_silence(rig: Rig) -> None:
    async with rig.running():
        message_id = await card(rig, user_id=VIEWER)
        await rig.stores.people.remove(VIEWER)
        await rig.taps(message_id, VIEWER, data="by1|7")
        await rig.asks("/panic", OWNER)
    assert rig.seen().count("answerCallbackQuery") == 0
    assert [name for name, _ in rig.table.effects] == ["panic"]


async def test_a_photo_is_redrawn_as_a_photo(rig: Rig) -> None:
    async with rig.running():
        message_id = await card(rig, "/chart")
        since = await rig.taps(message_id, label="Next")
        edit = (await rig.calls("editMessageCaption", 1, since))[0]
    assert edit["ok"]
    assert edit["params"]["caption"] == "page 2"


async def test_a_redraw_that_changes_nothing_is_no_error(rig: Rig) -> None:
    async with rig.running():
        message_id = await card(rig)
        for _ in range(2):
            since = await rig.taps(message_id, data="pg1|3")
            await rig.calls("editMessageText", 1, since)
        assert await rig.asks("/card") == "Buy 1 BTC?"
    waiting = await rig.stores.outbox.waiting()
    assert waiting == {}


async def test_a_late_answer_to_a_tap_is_no_error(rig: Rig) -> None:
    await rig.wire.post("/sim/config", callback_window=0)
    async with rig.running():
        since = await rig.taps(await card(rig), label="Buy")
        await rig.calls("editMessageText", 1, since)
    assert len(rig.table.effects) == 1


async def test_a_slow_safety_tap_of_one_does_not_stop_another(rig: Rig) -> None:
    async with rig.running():
        message_id = await card(rig, "/panic")
        since = await rig.taps(message_id, label="Close all")
        await rig.table.slow_began.wait()
        assert await rig.asks("/card") == "Buy 1 BTC?"
        rig.table.let_go.set()
        toast = (await rig.calls("answerCallbackQuery", 1, since))[0]
    assert toast["params"]["text"] == "slow is done"


async def test_a_slow_tap_ends_its_spinner_early_and_says_the_rest_as_a_message(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.worker.SPINNER_S", 0.02)
    async with rig.running():
        since = await rig.taps(await card(rig), data="sl1")
        toast = (await rig.calls("answerCallbackQuery", 1, since))[0]
        rig.table.let_go.set()
        assert await rig.texts(1, since) == ["slow is done"]
    assert "text" not in toast["params"]


async def test_a_mistake_on_a_tap_is_an_alert_on_the_phone(rig: Rig) -> None:
    async with rig.running():
        since = await rig.taps(await card(rig), data="ty1")
        toast = (await rig.calls("answerCallbackQuery", 1, since))[0]
    assert toast["params"]["text"] == "bad <number> Try 5."
    assert toast["params"]["show_alert"] in {True, "true"}
