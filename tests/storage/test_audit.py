"""A changed, removed or inserted row of the audit shows."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from engine.core.kinds import Role
from engine.core.messages import AuditEntry
from engine.core.people import Actor
from storage.audit import Audit
from storage.database import Database
from tests.storage.samples import AT, at

ENTRY = AuditEntry(
    at=AT,
    actor=Actor("Ann", Role.OWNER, 6_000_000_001),
    action="set",
    subject="quorum",
    before="2",
    after="3",
    result="done",
    update_id=9_000_000_001,
)


@pytest.fixture
async def audit(database: Database) -> Audit:
    audit = Audit(database)
    for number in range(4):
        await audit.append(replace(ENTRY, at=at(number)))
    return audit


async def test_entries_come_back_newest_first(audit: Audit) -> None:
    assert await audit.newest(2) == (replace(ENTRY, at=at(3)), replace(ENTRY, at=at(2)))
    assert await audit.first_broken() is None


async def test_words_that_no_database_takes_do_not_break_the_chain(audit: Audit) -> None:
    await audit.append(replace(ENTRY, after="x\x00\ud83d", actor=Actor("\x00Eve", Role.VIEWER)))
    (entry,) = await audit.newest(1)
    assert (entry.after, entry.actor.name) == ("x?", "Eve")
    assert await audit.first_broken() is None


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE audit SET after = '9' WHERE id = 2", 2),
        ("UPDATE audit SET person_id = NULL WHERE id = 4", 4),
        ("DELETE FROM audit WHERE id = 2", 3),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("UPDATE audit SET row_hash = previous_hash WHERE id = 3", 3),
    ],
)
async def test_tampering_shows(
    database: Database, audit: Audit, tampering: str, broken: int
) -> None:
    await database.write(lambda db: db.execute(text(tampering)))
    assert await audit.first_broken() == broken


async def test_pages_go_back_from_the_newest_and_end(audit: Audit) -> None:
    assert [number for number, _ in await audit.page(0, 3)] == [4, 3, 2]
    assert await audit.page(2, 3) == ((1, replace(ENTRY, at=at(0))),)
    assert await audit.page(1, 3) == ()
