"""Being told, on the wire: threads, calls for a word, people who come and go, a welcome."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.escalation import Escalation
from bot.notices import Notices
from bot.staff import Staff
from engine.core.kinds import Role, TradingState
from engine.core.messages import THREAD, OutboxMessage
from engine.core.parameters import Parameters
from engine.core.telling import Place, Topic, Wishes
from handlers.announce import Recipient, announce
from handlers.commands import BUTTONS, COMMANDS
from storage.audit import Audit
from storage.pages import Pages
from storage.topics import Topics
from storage.wishes import WishBook
from tests.bot.telegram.rig import GROUP, OWNER, ROLES, STRANGER, TRADER, VIEWER, Rig
from tests.handlers.happenings import state_change
from tests.handlers.samples import NOW

AFTER = timedelta(minutes=5)


@pytest.fixture
def real(rig: Rig) -> Rig:
    """The rig with the desk's own commands, and the services of this room behind them."""
    rig.commands, rig.buttons = COMMANDS, BUTTONS
    rig.services = {
        "notices": Notices(
            WishBook(rig.database), Pages(rig.database), Topics(rig.database), rig.stores.outbox,
            Parameters, rig.now, lambda: None,
        ),
        "staff": Staff(
            rig.stores.people, Audit(rig.database), rig.stores.outbox, nobody_left,
            lambda code: f"https://t.me/desk_bot?start={code}", rig.now, lambda: None,
        ),
        "price_watch": NoPrices(),
    }  # fmt: skip
    return rig


async def nobody_left(person_id: int) -> None:
    """What is kept for a person is another test's."""


class NoPrices:
    async def mine(self, person_id: int) -> tuple[()]:
        return ()


def threaded(key: str, name: str = "trade-7") -> OutboxMessage:
    payload = {"text": key, THREAD: name}
    return OutboxMessage(key=key, chat_id=OWNER, method="sendMessage", payload=payload)


async def test_an_exit_answers_its_entry_also_after_a_restart(rig: Rig) -> None:
    async with rig.running():
        await rig.stores.outbox.put([threaded("entry")])
        await rig.hears("entry")
    async with rig.running():
        await rig.stores.outbox.put([threaded("other", "trade-8"), threaded("exit")])
        await rig.hears("exit")
    calls = {call.params["text"]: call for call in rig.world.calls.since(0, "sendMessage")}
    entry = (await rig.wire.get(f"/sim/chat/{OWNER}"))["messages"][0]
    assert "reply_parameters" not in calls["entry"].params
    assert "reply_parameters" not in calls["other"].params
    replied: Any = calls["exit"].params["reply_parameters"]
    assert entry["text"] == "entry"
    assert str(entry["message_id"]) in str(replied)


async def halted(rig: Rig) -> None:
    people = [Recipient(person_id, role) for person_id, role in ROLES.items()]
    event = state_change(TradingState.HALTED)
    await rig.stores.outbox.put(announce(event, people, badge="PAPER"))


async def test_an_unseen_halt_is_told_again_then_to_one_more_and_then_no_more(rig: Rig) -> None:
    pages = Pages(rig.database)
    escalation = Escalation(pages, "PAPER")
    await halted(rig)

    async def called() -> list[int]:
        rig.now.ahead += AFTER
        found = await escalation.look(ROLES, AFTER, rig.now())
        return [message.chat_id for message in found]

    assert await escalation.look(ROLES, AFTER, rig.now()) == ()  # not yet
    assert await called() == [OWNER]
    assert await escalation.look(ROLES, AFTER, rig.now()) == ()  # not twice
    assert await called() == [OWNER, TRADER]
    assert await called() == [OWNER, TRADER]  # a viewer can do nothing
    assert await called() == [OWNER, TRADER]
    assert await called() == []
    assert await pages.waiting() == ()


async def test_a_word_ends_the_calls_and_shows_on_every_copy(real: Rig) -> None:
    async with real.running():
        await halted(real)
        await real.calls("sendMessage", 3)
        card = await real.last_message(TRADER)
        since = await real.taps(card["message_id"], TRADER, label="✅ Seen")
        edits = await real.calls("editMessageReplyMarkup", 3, since)
        assert {call["params"]["chat_id"] for call in edits} == {OWNER, TRADER, VIEWER}
        assert all("Seen · Theo" in str(call["params"]["reply_markup"]) for call in edits)
    real.now.ahead += timedelta(hours=9)
    escalation = Escalation(Pages(real.database), "PAPER")
    assert await escalation.look(ROLES, AFTER, real.now()) == ()


async def test_all_that_waits_is_seen_with_one_tap_but_not_what_came_after(real: Rig) -> None:
    pages = Pages(real.database)
    escalation = Escalation(pages, "PAPER")
    people = [Recipient(OWNER, Role.OWNER)]
    for minute in range(2):
        event = replace(state_change(TradingState.HALTED), at=NOW + timedelta(minutes=minute))
        await real.stores.outbox.put(announce(event, people, badge="PAPER"))
    real.now.ahead += AFTER
    (call,) = await escalation.look(ROLES, AFTER, real.now())
    assert "2 critical alerts" in call.payload["text"]
    real.now.ahead += timedelta(minutes=1)
    late = replace(state_change(TradingState.HALTED), at=NOW + timedelta(minutes=30))
    await real.stores.outbox.put(announce(late, people, badge="PAPER"))
    async with real.running():
        await real.stores.outbox.put([call])
        number = await real.hears("2 critical alerts")
        assert number >= 0
        messages = (await real.wire.get(f"/sim/chat/{OWNER}"))["messages"]
        card = next(each for each in messages if "2 critical" in str(each.get("text")))
        since = await real.taps(card["message_id"], label="✅ Seen")
        await real.calls("answerCallbackQuery", 1, since)
    assert [page.event_key for page in await pages.waiting()] == [late.key()]


async def test_a_person_with_a_code_is_welcomed_once(real: Rig) -> None:
    code = await real.stores.people.new_code(Role.TRADER, real.now() + timedelta(minutes=9))
    async with real.running():
        first = await real.asks(f"/start {code}", STRANGER)
        assert "Welcome, " in first
        assert "You are its trader" in first
        assert "Welcome" not in await real.asks("/start", STRANGER)


async def test_an_owner_invites_changes_and_removes_somebody(real: Rig) -> None:
    async with real.running() as link:
        invitation = await real.asks("/invite viewer")
        code = invitation.partition("start=")[2].split()[0].strip("<>/")
        assert "Welcome" in await real.asks(f"/start {code}", STRANGER)
        link.people_changed()
        await real.calls("setMyCommands", 4)
        await real.asks("/people")
        # the only owner cannot leave
        list_card = await real.last_message()
        since = await real.taps(list_card["message_id"], label="Olivia · owner")
        await real.calls("editMessageText", 1, since)
        since = await real.taps(list_card["message_id"], label="Remove")
        await real.calls("editMessageText", 1, since)
        since = await real.taps(list_card["message_id"], label="Yes, remove")
        toast = (await real.calls("answerCallbackQuery", 1, since))[0]
        assert "only owner" in toast["params"]["text"]
        # the newcomer can be removed
        name = next(p for p in await real.stores.people.everybody() if p.person_id == STRANGER).name
        await real.asks("/people")
        list_card = await real.last_message()
        since = await real.taps(list_card["message_id"], label=f"{name} · viewer")
        await real.calls("editMessageText", 1, since)
        since = await real.taps(list_card["message_id"], label="Remove")
        await real.calls("editMessageText", 1, since)
        since = await real.taps(list_card["message_id"], label="Yes, remove")
        await real.calls("editMessageText", 1, since)
        await real.calls("editMessageReplyMarkup", 1, since)  # the buttons they had
        since = real.world.calls.last_seq
        link.people_changed()
        (gone,) = await real.calls("deleteMyCommands", 1, since)
        assert gone["params"]["scope"]["chat_id"] == STRANGER
        assert await real.stores.people.find(STRANGER) is None
        before = await real.says("/start", STRANGER)
        assert "Hello" in await real.asks("/start")
        assert all(
            call.params.get("chat_id") != STRANGER
            for call in real.world.calls.since(before, "sendMessage")
        )
        audit = await real.asks("/audit")
    assert "viewer → no access" in audit
    assert code not in audit


async def test_a_group_hears_its_topic_and_binds_nothing_itself(real: Rig) -> None:
    async with real.running():
        in_group = await real.asks("/topics alerts -77", OWNER, chat_id=GROUP)
        assert f"/topics alerts {GROUP}" in in_group
        assert await Topics(real.database).all() == {}
        assert f"alerts: {GROUP}" in await real.asks(f"/topics alerts {GROUP}")
    assert await Topics(real.database).all() == {Topic.ALERTS: Place(GROUP)}


async def test_wishes_survive_a_restart_and_are_silent_on_the_wire(real: Rig) -> None:
    async with real.running():
        await real.asks("/alerts quiet 23:00-07:00", VIEWER)
    kept = await WishBook(real.database).of(VIEWER)
    assert (kept.quiet_from, kept.quiet_to) == ("23:00", "07:00")
    assert await WishBook(real.database).of(OWNER) == Wishes()
