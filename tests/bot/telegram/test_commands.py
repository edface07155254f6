"""A command's way: poll, inbox, worker, outbox, send. Who may what, how late, what is refused."""

import time

import pytest

from engine.core.kinds import Role
from engine.core.messages import InboxState
from storage.database import Database
from tests.bot.telegram.rig import GROUP, OWNER, STRANGER, TRADER, VIEWER, Rig, audit_of

A_TOKEN = "123456789:" + "A" * 35  # shaped like one, no bot's


async def states(database: Database) -> list[str]:
    """The states of the inbox's rows, in the order of the updates."""
    sql = "SELECT state FROM inbox ORDER BY update_id"
    return list(await database.read(lambda db: list(db.exec_driver_sql(sql).scalars())))


async def test_a_command_is_answered_and_audited(rig: Rig) -> None:
    async with rig.running():
        assert await rig.asks("/resume BTC") == "resumed BTC"
    assert [name for name, _ in rig.table.effects] == ["resume"]
    assert await audit_of(rig) == [("resume", "/resume BTC", "resumed BTC")]
    assert await states(rig.database) == [InboxState.DONE.value]


async def test_what_only_reads_is_not_audited(rig: Rig) -> None:
    async with rig.running():
        await rig.asks("/card")
    assert await audit_of(rig) == []


async def test_a_low_role_is_told_and_nothing_happens(rig: Rig) -> None:
    async with rig.running():
        assert "needs the role owner" in await rig.asks("/resume", TRADER)
        assert "needs the role trader" in await rig.asks("/panic", VIEWER)
    assert rig.table.effects == []
    assert [action for action, _, _ in await audit_of(rig)] == ["resume", "panic"]


async def test_a_role_counts_as_it_is_when_the_command_is_worked_off(rig: Rig) -> None:
    async with rig.running():
        await rig.says("/slow", OWNER)
        await rig.table.slow_began.wait()
        await rig.says("/resume", OWNER)
        await rig.stores.people.remove(OWNER)
        rig.table.let_go.set()
        await rig.asks("/card", TRADER)
    assert rig.table.effects == []


async def test_an_unknown_command_names_the_closest_ones(rig: Rig) -> None:
    async with rig.running():
        answer = await rig.asks("/staus <b>")
    assert "staus" in answer
    assert "/status" in answer


async def test_plain_talk_is_pointed_to_the_help(rig: Rig) -> None:
    async with rig.running():
        assert "/help" in await rig.asks("hello there")


async def test_a_users_mistake_is_one_sentence(rig: Rig) -> None:
    async with rig.running():
        assert await rig.asks("/typo") == "bad &lt;number&gt; Try 5."


async def test_a_trouble_of_the_desk_is_told_in_its_own_words(rig: Rig) -> None:
    async with rig.running():
        assert await rig.asks("/denied") == "The venue does not answer. Try later."


async def test_a_command_that_takes_too_long_is_cut_off(rig: Rig) -> None:
    rig.settings["handler_s"] = 0.05
    async with rig.running():
        assert (await rig.asks("/slow")).startswith("No answer within")
        assert await rig.asks("/card") == "Buy 1 BTC?"


async def test_a_fault_is_an_id_and_never_its_text(rig: Rig) -> None:
    async with rig.running():
        answer = await rig.asks("/boom")
        assert await rig.asks("/card") == "Buy 1 BTC?"
    assert answer.startswith("Something went wrong (id ")
    assert "secret" not in answer


async def test_a_stranger_gets_silence_and_is_told_of_once(rig: Rig) -> None:
    async with rig.running():
        for text in ("/status", "/panic", "/start WRONGCODE123", "hi"):
            await rig.says(text, STRANGER)
        await rig.asks("/card", OWNER)
    assert [call.params["chat_id"] for call in rig.world.calls.since(0, "sendMessage")] == [OWNER]
    assert [type(event).__name__ for event in rig.told] == ["StrangerSeen"]
    assert len(await states(rig.database)) == 1
    assert rig.table.effects == []


async def test_a_panic_does_not_wait_behind_a_slow_command_nor_does_another_person(
    rig: Rig,
) -> None:
    async with rig.running():
        await rig.says("/slow", TRADER)
        await rig.table.slow_began.wait()
        waiting = await rig.says("/card", TRADER)
        assert await rig.asks("/card", OWNER) == "Buy 1 BTC?"
        assert await rig.asks("/panic", TRADER) == "<b>HALTED</b>"
        rig.table.let_go.set()
        texts = await rig.texts(4, waiting)
    assert texts[-2:] == ["slow is done", "Buy 1 BTC?"]


@pytest.mark.parametrize(
    ("text", "answer", "is_done"),
    [
        ("/pause", "<i>Sent 3 h ago, done now.</i>\npaused", True),
        ("/card", "Buy 1 BTC?", False),
        (
            "/resume",
            "<b>/resume</b> was sent 3 h ago and would raise the risk, so I did not do it. "
            "Repeat it?",
            False,
        ),
    ],
)
async def test_an_old_command(rig: Rig, text: str, answer: str, is_done: bool) -> None:
    await rig.says(text, date=int(time.time()) - 3 * 3600 - 60)
    async with rig.running():
        assert await rig.texts(1) == [answer]
    assert bool(rig.table.effects) is is_done


async def test_many_old_commands_are_refused_in_one_message(rig: Rig) -> None:
    old = int(time.time()) - 3 * 3600
    await rig.fault("sendMessage", delay=0.3)
    for number in range(12):
        await rig.says(f"/resume {number}", date=old)
    async with rig.running():
        await rig.says("/card")
        await rig.hears("Buy 1 BTC?")
    texts = [str(call.params["text"]) for call in rig.world.calls.since(0, "sendMessage")]
    assert len(texts) < 12
    assert set(await states(rig.database)) == {InboxState.STALE.value, InboxState.DONE.value}
    assert rig.table.effects == []


async def test_too_many_commands_are_throttled_but_never_a_panic(rig: Rig) -> None:
    async with rig.running():
        for _ in range(30):
            await rig.says("/pause", TRADER)
        await rig.says("/panic", TRADER)
        await rig.hears("HALTED")
        await rig.hears("More than 20 commands")
    names = [name for name, _ in rig.table.effects]
    assert names.count("panic") == 1
    assert names.count("pause") == 20


async def test_an_edited_message_is_no_command(rig: Rig) -> None:
    async with rig.running():
        before = await rig.says("/card")
        await rig.texts(1, before)
        chat = await rig.wire.get(f"/sim/chat/{OWNER}")
        message_id = chat["messages"][0]["message_id"]
        await rig.says("/resume 99", message_id=message_id)
        await rig.asks("/card")
    assert rig.table.effects == []


@pytest.mark.parametrize(
    "extra",
    [
        {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}},
        {"via_bot": {"id": 5, "is_bot": True, "first_name": "Other"}},
        {"sender_chat": {"id": -100, "type": "channel", "title": "News"}},
        {"is_automatic_forward": True},
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
        {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}},
    ],
)
async def test_what_is_not_a_persons_own_word_is_ignored(rig: Rig, extra: object) -> None:
    async with rig.running():
        await rig.says("/resume", extra=extra)
        await rig.asks("/card")
    assert rig.table.effects == []
    assert rig.told == []


async def test_a_group_may_read_and_panic_but_not_raise(rig: Rig) -> None:
    async with rig.running():
        assert await rig.asks("/card", OWNER, chat_id=GROUP) == "Buy 1 BTC?"
        assert await rig.asks("/resume", OWNER, chat_id=GROUP) == "Only in our private chat."
        await rig.says("/card@another_bot", OWNER, chat_id=GROUP)
        await rig.says("just talking", OWNER, chat_id=GROUP)
        assert await rig.asks("/panic@Parley_local_bot", TRADER, chat_id=GROUP) == "<b>HALTED</b>"
    assert [name for name, _ in rig.table.effects] == ["panic"]


async def test_a_pasted_key_is_deleted_and_kept_nowhere(rig: Rig) -> None:
    async with rig.running():
        before = await rig.says(f"/set token {A_TOKEN}")
        assert "Revoke it" in (await rig.texts(1, before))[0]
        await rig.calls("deleteMessage", 1, before)
    sql = "SELECT payload FROM inbox UNION ALL SELECT payload FROM outbox"
    rows = await rig.database.read(lambda db: list(db.exec_driver_sql(sql).scalars()))
    assert not [row for row in rows if "AAAAAAAA" in str(row)]


async def test_a_long_answer_is_split_and_the_buttons_hang_on_its_end(rig: Rig) -> None:
    async with rig.running():
        calls = await rig.calls("sendMessage", 2, await rig.says("/long"))
    assert all(call["ok"] for call in calls)
    assert "reply_markup" not in calls[0]["params"]
    assert "reply_markup" in calls[-1]["params"]


async def test_refused_markup_is_sent_as_plain_words(rig: Rig) -> None:
    async with rig.running():
        calls = await rig.calls("sendMessage", 2, await rig.says("/broken"))
    assert [call["status"] for call in calls] == [400, 200]
    assert calls[1]["params"]["text"] == "not closed & wrong"


async def test_the_menus_show_what_a_role_may_do(rig: Rig) -> None:
    async with rig.running():
        await rig.calls("setMyCommands", 3)
    seen = {user: rig.world.menus.seen_by(user, user, "en") for user in (OWNER, VIEWER, STRANGER)}
    names = {user: [line["command"] for line in menu] for user, menu in seen.items()}
    assert "resume" in names[OWNER]
    assert "status" in names[VIEWER]
    assert not {"panic", "resume"} & set(names[VIEWER])
    assert names[STRANGER] == []


async def test_nobody_is_known_nobody_is_answered(rig: Rig) -> None:
    for person in await rig.stores.people.everybody():
        await rig.stores.people.remove(person.person_id)
    async with rig.running() as link:
        await rig.says("/panic", OWNER)
        await rig.says("/status", VIEWER)
        code = await rig.pairing.owner_code()
        assert code is not None
        assert await rig.asks(f"/start {code}", TRADER) == "Hello owner"
        assert link.state().stranger_updates == 2
    assert rig.table.effects == []


async def test_a_code_works_once_and_guessing_is_limited(rig: Rig) -> None:
    await rig.stores.people.remove(OWNER)
    code = await rig.pairing.owner_code() or ""
    async with rig.running():
        for guess in range(6):
            await rig.says(f"/start WRONG{guess}", STRANGER)
        await rig.says(f"/start {code}", STRANGER)  # the right one, too late for this person
        assert await rig.asks(f"/start {code.lower()}", OWNER) == "Hello owner"
        await rig.says(f"/start {code}", STRANGER)
        assert await rig.asks("/card", OWNER) == "Buy 1 BTC?"
    roles = {person.person_id: person.role for person in await rig.stores.people.everybody()}
    assert roles[OWNER] is Role.OWNER
    assert STRANGER not in roles
    assert await rig.pairing.owner_code() is None
