"""The pinned status card."""

from tests.bot.telegram.rig import OWNER, Rig


async def pins(rig: Rig) -> list[int]:
    chat = await rig.wire.get(f"/sim/chat/{OWNER}")
    found: list[int] = chat["pins"]
    return found


async def shown_card(rig: Rig) -> int:
    """The id of the card that /status sends, once it is pinned."""
    since = await rig.says("/status")
    sent = (await rig.calls("sendMessage", 1, since))[0]
    await rig.calls("pinChatMessage", 1, since)
    return int(sent["answer"]["result"]["message_id"])


async def test_the_card_is_pinned_and_edited_when_it_changes(rig: Rig) -> None:
    rig.settings["live_card_s"] = lambda: 0.05
    async with rig.running():
        message_id = await shown_card(rig)
        assert await pins(rig) == [message_id]
        since = rig.world.calls.last_seq
        rig.table.status = "all is different"
        await rig.calls("editMessageText", 1, since)
        rig.table.status = "and again"
        edits = await rig.calls("editMessageText", 2, since)
    texts = [edit["params"]["text"].partition("\n")[0] for edit in edits]
    assert texts[-1] == "<b>and again</b>"
    assert {edit["params"]["message_id"] for edit in edits} == {message_id}
    assert rig.seen().count("sendMessage") == 1


async def test_a_card_that_did_not_change_is_left_alone(rig: Rig) -> None:
    rig.settings["live_card_s"] = lambda: 0.02
    async with rig.running():
        await shown_card(rig)
        for _ in range(3):
            await rig.asks("/card")
    assert rig.seen().count("editMessageText") <= 1


async def test_asking_again_moves_the_card_to_where_the_person_looks(rig: Rig) -> None:
    async with rig.running():
        old_id = await shown_card(rig)
        since = rig.world.calls.last_seq
        new_id = await shown_card(rig)
        await rig.calls("deleteMessage", 1, since)
    assert await pins(rig) == [new_id]
    assert old_id not in rig.world.chat(OWNER).messages


async def test_a_deleted_card_comes_back(rig: Rig) -> None:
    rig.settings["live_card_s"] = lambda: 0.05
    async with rig.running():
        message_id = await shown_card(rig)
        rig.world.chat(OWNER).forget(message_id)
        since = rig.world.calls.last_seq
        rig.table.status = "changed"
        await rig.calls("sendMessage", 1, since)
        await rig.calls("pinChatMessage", 1, since)
    assert len(await pins(rig)) == 1


async def test_the_card_survives_a_restart(rig: Rig) -> None:
    rig.settings["live_card_s"] = lambda: 0.05
    async with rig.running():
        message_id = await shown_card(rig)
    rig.table.status = "after the restart"
    since = rig.world.calls.last_seq
    async with rig.running():
        edit = (await rig.calls("editMessageText", 1, since))[0]
    assert edit["params"]["message_id"] == message_id
