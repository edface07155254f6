"""Messages leave in order, once each, and never two at a time for one chat."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from engine.core.messages import Priority
from storage.database import Database
from storage.outbox import MAY_HAVE_ARRIVED, Delivery, Outbox
from storage.tables.outbox import OUTBOX
from tests.storage.conftest import FakeNow
from tests.storage.samples import AT, a_message


@pytest.fixture
def outbox(database: Database, now: FakeNow) -> Outbox:
    return Outbox(database, now)


def _keys(deliveries: Sequence[Delivery]) -> list[str]:
    return [delivery.message.key for delivery in deliveries]


async def _drain(outbox: Outbox) -> list[str]:
    """Every key in the order in which it was sent."""
    keys: list[str] = []
    while claimed := await outbox.claim():
        keys += _keys(claimed)
        for delivery in claimed:
            await outbox.sent(delivery.id, 1)
    return keys


async def _states(database: Database) -> dict[str, tuple[str, str]]:
    statement = select(OUTBOX.c.key, OUTBOX.c.state, OUTBOX.c.error)
    rows = await database.read(lambda db: db.execute(statement).all())
    return {row.key: (row.state, row.error) for row in rows}


async def test_a_chat_gets_its_messages_by_priority_then_in_order(outbox: Outbox) -> None:
    await outbox.put([a_message("a"), a_message("b"), a_message("panic", priority=Priority.SAFETY)])
    await outbox.put([a_message("reply", priority=Priority.REPLY), a_message("c")])
    assert await _drain(outbox) == ["panic", "reply", "a", "b", "c"]


async def test_chats_do_not_wait_for_each_other_but_each_has_one_under_way(outbox: Outbox) -> None:
    await outbox.put([a_message(f"{chat}{n}", chat) for n in "ab" for chat in (1, 2)])
    assert _keys(await outbox.claim()) == ["1a", "2a"]
    assert await outbox.claim() == ()


async def test_the_same_key_is_sent_once_even_after_it_was_sent(outbox: Outbox) -> None:
    assert await outbox.put([a_message("a"), a_message("a")]) == 1
    assert await _drain(outbox) == ["a"]
    assert await outbox.put([a_message("a")]) == 0
    assert await _drain(outbox) == []


async def test_a_message_comes_back_as_it_was_put(outbox: Outbox) -> None:
    message = a_message(
        "photo",
        -1_001_234_567_890,
        method="sendPhoto",
        payload={"caption": "<b>ä</b>", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
        coalesce_key="chart",
        file_name="equity.png",
        file_bytes=b"\x89PNG\x00",
        once=True,
        expires_at=AT.replace(year=2027),
    )
    await outbox.put([message])
    (delivery,) = await outbox.claim()
    assert delivery == Delivery(
        id=delivery.id, message=message, created_at=AT, attempts=1, plain=False
    )


async def test_the_file_is_dropped_once_it_is_sent(database: Database, outbox: Outbox) -> None:
    await outbox.put([a_message("photo", file_name="a.png", file_bytes=b"x" * 1000)])
    (delivery,) = await outbox.claim()
    await outbox.sent(delivery.id, 77)
    row = await database.read(lambda db: db.execute(select(OUTBOX)).one())
    assert (row.state, row.message_id, row.file_bytes, row.sent_at) == ("sent", 77, None, AT)


async def test_only_the_newest_of_those_that_coalesce_is_sent(
    database: Database, outbox: Outbox
) -> None:
    cards = [a_message(k, c, coalesce_key="card") for k, c in (("1", 1), ("2", 1), ("other", 2))]
    await outbox.put(cards[:1])
    await outbox.put([*cards[1:], a_message("alert")])
    assert (await _states(database))["1"] == ("superseded", "")
    assert sorted(await _drain(outbox)) == ["2", "alert", "other"]


async def test_a_repeated_key_does_not_supersede_itself_or_a_newer_one(outbox: Outbox) -> None:
    first, second = (a_message(key, coalesce_key="card") for key in ("1", "2"))
    await outbox.put([first])
    await outbox.put([first])
    await outbox.put([second])
    await outbox.put([first])
    assert await _drain(outbox) == ["2"]


async def test_what_is_under_way_is_not_superseded(outbox: Outbox) -> None:
    await outbox.put([a_message("1", coalesce_key="card")])
    (under_way,) = await outbox.claim()
    await outbox.put([a_message("2", coalesce_key="card")])
    await outbox.sent(under_way.id)
    assert await _drain(outbox) == ["2"]


async def test_a_message_that_has_to_wait_holds_back_its_chat_but_not_what_is_urgent(
    outbox: Outbox, now: FakeNow
) -> None:
    await outbox.put([a_message("a"), a_message("b"), a_message("elsewhere", 2)])
    first, _elsewhere = await outbox.claim()
    await outbox.later(first.id, now.pass_s(0).replace(minute=5), "retry after 300", plain=True)
    assert await outbox.claim() == ()
    await outbox.put([a_message("panic", priority=Priority.SAFETY)])
    (urgent,) = await outbox.claim()
    assert urgent.message.key == "panic"
    await outbox.sent(urgent.id)
    now.pass_s(300)
    (again,) = await outbox.claim()
    assert (again.message.key, again.attempts, again.plain) == ("a", 2, True)


async def test_a_late_word_about_a_message_that_is_not_under_way_changes_nothing(
    database: Database, outbox: Outbox
) -> None:
    await outbox.put([a_message("a")])
    (delivery,) = await outbox.claim()
    await outbox.failed(delivery.id, "blocked")
    await outbox.sent(delivery.id, 5)
    await outbox.later(delivery.id, AT, "again")
    assert (await _states(database))["a"] == ("failed", "blocked")


async def test_what_has_expired_is_not_sent(
    database: Database, outbox: Outbox, now: FakeNow
) -> None:
    soon = now.pass_s(0).replace(minute=1)
    await outbox.put([a_message(key, expires_at=soon) for key in "ab"])
    await outbox.put([a_message("c")])
    now.pass_s(60)
    assert await _drain(outbox) == ["c"]
    assert (await _states(database))["a"] == ("superseded", "expired")


async def test_after_a_crash_what_was_under_way_is_sent_again_unless_it_must_not(
    database: Database, outbox: Outbox
) -> None:
    await outbox.put([a_message("again"), a_message("once", 2, once=True), a_message("next")])
    assert len(await outbox.claim()) == 2
    restarted = Outbox(database)
    assert _keys(await restarted.recover()) == ["once"]
    assert await restarted.recover() == ()
    assert await _drain(restarted) == ["again", "next"]
    assert (await _states(database))["once"] == ("failed", MAY_HAVE_ARRIVED)


async def test_waiting_counts_by_priority(outbox: Outbox) -> None:
    assert await outbox.waiting() == {}
    await outbox.put([a_message("a"), a_message("b"), a_message("r", priority=Priority.REPLY)])
    await outbox.claim()
    assert await outbox.waiting() == {Priority.REPLY: 1, Priority.ALERT: 2}


async def test_many_old_alerts_become_one_digest(
    database: Database, outbox: Outbox, now: FakeNow
) -> None:
    old = [a_message(f"old{number}", file_name="a", file_bytes=b"a") for number in range(3)]
    await outbox.put([*old, a_message("elsewhere", 2), a_message("r", priority=Priority.REPLY)])
    before = now.pass_s(3600)
    await outbox.put([a_message("fresh")])
    found = await outbox.waiting_since(1, before)
    assert _keys(found) == ["old0", "old1", "old2"]
    assert found[0].message.file_bytes is None
    digest = a_message("digest", priority=Priority.REPLY)
    assert await outbox.replace([each.id for each in found], digest)
    assert await _drain(outbox) == ["r", "elsewhere", "digest", "fresh"]
    states = await _states(database)
    assert {states[f"old{number}"][0] for number in range(3)} == {"superseded"}


async def test_a_digest_takes_nobodys_place_when_one_of_them_is_under_way(outbox: Outbox) -> None:
    await outbox.put([a_message("a"), a_message("b")])
    waiting = await outbox.waiting_since(1, AT.replace(year=2027))
    (under_way,) = await outbox.claim()
    assert not await outbox.replace([each.id for each in waiting], a_message("digest"))
    await outbox.sent(under_way.id)
    assert await _drain(outbox) == ["b"]


async def test_pruning_leaves_what_waits(database: Database, outbox: Outbox, now: FakeNow) -> None:
    await outbox.put([a_message("sent"), a_message("waits")])
    (delivery,) = await outbox.claim()
    await outbox.sent(delivery.id)
    assert await outbox.prune(AT) == 0
    assert await outbox.prune(now.pass_s(1)) == 1
    assert set(await _states(database)) == {"waits"}


async def test_putting_wakes_the_deliverer(outbox: Outbox) -> None:
    assert not outbox.arrived.is_set()
    await outbox.put([a_message("a")])
    assert outbox.arrived.is_set()


def test_an_expiry_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware UTC"):
        replace(a_message("a"), expires_at=AT.replace(tzinfo=None))


async def test_who_is_out_gets_nothing_that_still_waits(database: Database, outbox: Outbox) -> None:
    await outbox.put([a_message("sent", 1)])
    assert await _drain(outbox) == ["sent"]
    await outbox.put([a_message("a", 1), a_message("b", 1), a_message("c", 2)])
    assert await outbox.drop(1) == 2
    assert await _drain(outbox) == ["c"]
    assert (await _states(database))["a"] == ("superseded", "no role any more")


async def test_messages_with_buttons_and_known_keys_are_found(outbox: Outbox) -> None:
    markup: dict[str, Any] = {"text": "?", "reply_markup": {"inline_keyboard": []}}
    bare: dict[str, Any] = {"text": "x"}
    for number, payload in enumerate((bare, markup, markup), start=1):
        await outbox.put([replace(a_message(f"m{number}"), payload=payload)])
        (delivery,) = await outbox.claim()
        await outbox.sent(delivery.id, 100 + number)
    await outbox.put([replace(a_message("waits"), payload=markup)])
    chat_id = a_message("m1").chat_id
    assert await outbox.with_buttons(chat_id, AT, 5) == (103, 102)
    assert await outbox.with_buttons(chat_id, AT, 1) == (103,)
    assert await outbox.with_buttons(chat_id + 1, AT, 5) == ()
    assert await outbox.known(["m1", "waits", "never"]) == {"m1", "waits"}
