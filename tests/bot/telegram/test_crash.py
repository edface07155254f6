"""Killed between the intake and the end: run again, with one effect; nothing is said twice."""

import asyncio

from bot.telegram.asked import Said
from engine.core.messages import InboxState, InboxUpdate
from tests.bot.telegram.rig import OWNER, Rig, an_alert
from tests.bot.telegram.test_commands import states


async def kill(link: object) -> None:
    """Ends a link as a kill would: nothing of it runs on, nothing is said to anybody."""
    tasks = [task for task in asyncio.all_tasks() if _of_the_link(task)]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await link._bot.session.close()  # type: ignore[attr-defined]


def _of_the_link(task: asyncio.Task[object]) -> bool:
    coroutine = task.get_coro()
    name = getattr(coroutine, "__qualname__", "")
    return name.startswith(("TelegramLink.", "Worker.", "Deliverer.", "Bot."))


async def test_a_command_killed_in_its_handler_runs_again_and_has_one_effect(rig: Rig) -> None:
    rig.table.crash.set()
    first = rig.link()
    await first.start()
    await rig.says("/pause")
    await rig.table.began.wait()
    await kill(first)
    assert await states(rig.database) == [InboxState.WAITING.value]

    rig.table.crash.clear()
    async with rig.running():
        assert await rig.texts(1) == ["paused"]
    assert rig.table.attempts == ["pause", "pause"]
    assert len(rig.table.effects) == 1


async def test_a_command_that_was_only_stored_is_done_at_the_next_start(rig: Rig) -> None:
    said = Said(name="Olivia", text="/panic", message_id=5)
    now = rig.now()
    stored = InboxUpdate(
        bot_id=1, update_id=7, user_id=OWNER, chat_id=OWNER, said_at=now, received_at=now,
        payload=said.as_payload(),
    )  # fmt: skip
    await rig.stores.inbox.add(stored)
    async with rig.running():
        assert await rig.texts(1) == ["<b>HALTED</b>"]
    assert rig.table.effects == [("panic", "tg:1:7")]


async def test_an_update_that_comes_again_is_done_once(rig: Rig) -> None:
    await rig.says("/pause")
    delivered = list(rig.world.updates.pending)
    async with rig.running():
        await rig.texts(1)
        rig.world.updates.pending.extend(delivered)
        await rig.asks("/card")
    rig.world.updates.pending.extend(delivered)
    async with rig.running():
        await rig.asks("/card")
    assert rig.table.attempts == ["pause"]


async def test_a_message_killed_on_its_way_is_sent_after_the_restart(rig: Rig) -> None:
    await rig.stores.outbox.put([an_alert(1)])
    (claimed,) = await rig.stores.outbox.claim()  # and then the process died
    assert claimed.attempts == 1
    async with rig.running():
        assert await rig.texts(1) == ["alert 1"]


async def test_a_message_that_must_come_once_is_not_repeated_after_a_crash(rig: Rig) -> None:
    await rig.stores.outbox.put([an_alert(1, once=True)])
    await rig.stores.outbox.claim()
    async with rig.running():
        (notice,) = await rig.texts(1)
    assert "could not see whether this reached you: «alert 1»" in notice


async def test_stopping_waits_for_a_handler_and_its_answer(rig: Rig) -> None:
    link = rig.link()
    await link.start()
    await rig.says("/slow")
    await rig.table.slow_began.wait()
    stopping = asyncio.ensure_future(link.stop())
    rig.table.let_go.set()
    await stopping
    assert rig.seen() == ["sendMessage"]
