"""Each update is stored once and worked off once, with everything that it caused."""

import pytest
from sqlalchemy import func, select

from engine.core.kinds import Role
from engine.core.messages import AuditEntry, InboxState
from engine.core.people import Actor
from engine.core.ports import Receipt
from storage.audit import Audit
from storage.database import Database
from storage.inbox import Inbox
from storage.journal import DatabaseJournal
from storage.outbox import Outbox
from storage.tables.inbox import INBOX
from tests.storage.conftest import FakeNow
from tests.storage.samples import AT, a_message, an_update, at

ENTRY = AuditEntry(at=AT, actor=Actor("Ann", Role.OWNER, 1001), action="pause", update_id=1)


@pytest.fixture
def outbox(database: Database, now: FakeNow) -> Outbox:
    return Outbox(database, now)


@pytest.fixture
def inbox(database: Database, outbox: Outbox, now: FakeNow) -> Inbox:
    return Inbox(database, outbox, now)


async def test_an_update_that_comes_again_is_not_new(inbox: Inbox) -> None:
    assert await inbox.add(an_update(1))
    assert not await inbox.add(an_update(1, "/panic"))
    assert await inbox.waiting() == (an_update(1),)


async def test_updates_wait_in_the_order_of_their_numbers(inbox: Inbox) -> None:
    for number in (3, 1, 2):
        await inbox.add(an_update(number))
    assert await inbox.waiting(limit=2) == (an_update(1), an_update(2))


async def test_a_finished_update_leaves_everything_that_it_caused(
    database: Database, inbox: Inbox, outbox: Outbox
) -> None:
    await inbox.add(an_update(1))
    receipt = Receipt(command_id="update-1", answer="paused", done_at=at(1))
    reply = a_message("reply-1")
    assert await inbox.finish(
        an_update(1), InboxState.DONE, "paused", messages=[reply], receipt=receipt, audit=[ENTRY]
    )
    assert await inbox.waiting() == ()
    assert await DatabaseJournal(database, outbox).receipt("update-1") == receipt
    assert await Audit(database).newest(5) == (ENTRY,)
    (delivery,) = await outbox.claim()
    assert delivery.message.key == "reply-1"


async def test_finishing_twice_causes_nothing_more(
    database: Database, inbox: Inbox, outbox: Outbox
) -> None:
    await inbox.add(an_update(1))
    assert await inbox.finish(an_update(1), InboxState.STALE, "too old")
    again = await inbox.finish(
        an_update(1), InboxState.DONE, "done", messages=[a_message("x")], audit=[ENTRY]
    )
    assert not again
    assert await outbox.waiting() == {}
    assert await Audit(database).newest(5) == ()
    assert not await inbox.add(an_update(1))


async def test_unfinished_updates_are_found_by_the_next_start(
    database: Database, inbox: Inbox, outbox: Outbox
) -> None:
    await inbox.add(an_update(1))
    await inbox.add(an_update(2))
    await inbox.finish(an_update(1), InboxState.REFUSED, "no")
    assert await Inbox(database, outbox).waiting() == (an_update(2),)


async def test_pruning_leaves_what_waits(database: Database, inbox: Inbox) -> None:
    await inbox.add(an_update(1))
    await inbox.add(an_update(2))
    await inbox.finish(an_update(1), InboxState.DONE, "")
    assert await inbox.prune(at(1)) == 0
    assert await inbox.prune(at(100)) == 1
    statement = select(func.count()).select_from(INBOX)
    assert await database.read(lambda db: db.execute(statement).scalar_one()) == 1


async def test_only_a_new_update_wakes_the_worker(inbox: Inbox) -> None:
    await inbox.add(an_update(1))
    assert inbox.arrived.is_set()
    inbox.arrived.clear()
    await inbox.add(an_update(1))
    assert not inbox.arrived.is_set()
