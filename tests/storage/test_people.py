"""Roles, and codes that work once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.messages import AuditEntry, Person
from engine.core.people import TERMINAL
from storage.audit import Audit
from storage.database import Database
from storage.people import CODE_LENGTH, People
from storage.tables.pairing_codes import PAIRING_CODES
from tests.storage.samples import AT, at

ANN = Person(
    person_id=6_000_000_001, name="Ann <b>", role=Role.VIEWER, added_at=AT, added_by="terminal"
)
BEN = replace(ANN, person_id=1002, name="Ben", added_at=at(1), chat_id=1002)
LATER = AT + timedelta(minutes=10)


@pytest.fixture
def people(database: Database) -> People:
    return People(database)


async def test_people_are_kept_replaced_and_removed(people: People) -> None:
    await people.put(BEN)
    await people.put(ANN)
    await people.put(replace(BEN, role=Role.TRADER))
    await people.note_chat(ANN.person_id, ANN.person_id)
    assert await people.everybody() == (
        replace(ANN, chat_id=ANN.person_id),
        replace(BEN, role=Role.TRADER),
    )
    assert await people.remove(BEN.person_id)
    assert not await people.remove(BEN.person_id)
    assert await people.find(BEN.person_id) is None


async def test_a_change_and_its_audit_are_stored_together(
    database: Database, people: People
) -> None:
    came = AuditEntry(at=AT, actor=TERMINAL, action="people", subject="Ann", after="viewer")
    went = replace(came, at=at(1), before="viewer", after="")
    await people.put(ANN, audit=[came])
    await people.remove(ANN.person_id, audit=[went])
    assert await Audit(database).newest(5) == (went, came)


async def test_a_code_gives_its_role_once(people: People) -> None:
    code = await people.new_code(Role.OWNER, LATER)
    assert await people.redeem(code, ANN, AT) is Role.OWNER
    assert await people.redeem(code, BEN, AT) is None
    assert await people.everybody() == (replace(ANN, role=Role.OWNER),)


async def test_of_two_people_with_one_code_one_gets_in(people: People) -> None:
    code = await people.new_code(Role.TRADER, LATER)
    roles = await asyncio.gather(people.redeem(code, ANN, AT), people.redeem(code, BEN, AT))
    assert sorted(map(str, roles)) == ["None", "trader"]
    assert len(await people.everybody()) == 1


async def test_a_late_or_wrong_code_gives_nothing(people: People) -> None:
    code = await people.new_code(Role.OWNER, LATER)
    assert await people.redeem(code, ANN, LATER) is None
    assert await people.redeem("A" * CODE_LENGTH, ANN, AT) is None
    assert await people.redeem("", ANN, AT) is None
    assert await people.everybody() == ()


async def test_a_code_may_be_typed_with_dashes_and_in_small_letters(people: People) -> None:
    code = await people.new_code(Role.VIEWER, LATER)
    typed = f" {code[:4]}-{code[4:8]}-{code[8:]} ".lower()
    assert await people.redeem(typed, ANN, AT) is Role.VIEWER


async def test_a_lower_code_does_not_lower_a_person(people: People) -> None:
    await people.put(replace(ANN, role=Role.OWNER))
    code = await people.new_code(Role.VIEWER, LATER)
    assert await people.redeem(code, ANN, AT) is Role.OWNER
    found = await people.find(ANN.person_id)
    assert found is not None
    assert found.role is Role.OWNER


async def test_only_the_hash_of_a_code_is_stored(database: Database, people: People) -> None:
    code = await people.new_code(Role.OWNER, LATER)
    row = await database.read(lambda db: db.execute(select(PAIRING_CODES)).one())
    assert code not in str(tuple(row))
    assert len(code) == CODE_LENGTH


async def test_a_role_moves_only_from_what_it_was_and_an_owner_stays(people: People) -> None:
    await people.put(replace(BEN, role=Role.OWNER))
    await people.put(ANN)
    assert await people.move(ANN.person_id, Role.TRADER, Role.OWNER) is None
    assert await people.move(ANN.person_id, Role.VIEWER, Role.TRADER) == ANN
    for role in (Role.VIEWER, None):
        with pytest.raises(UserError, match="only owner"):
            await people.move(BEN.person_id, Role.OWNER, role)
    assert await people.move(ANN.person_id, Role.TRADER, Role.OWNER) is not None
    assert await people.move(BEN.person_id, Role.OWNER, None) is not None
    assert await people.everybody() == (replace(ANN, role=Role.OWNER),)
