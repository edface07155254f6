"""People, invitations and the audit from the chat."""

from dataclasses import replace

import pytest

from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers.contract import Answer
from handlers.told_payloads import AuditTap, PersonTap, RoleConfirmed, RoleTap
from tests.handlers.asking import FakeDesk, ask, labels, only, tap
from tests.handlers.markup import shown


async def change_role(fake: FakeDesk, role: str) -> Answer:
    question = await tap(fake, RoleTap(person_id=1003, role=role))
    return await tap(fake, only(question, RoleConfirmed))


async def test_a_role_is_changed_and_taken_after_a_question(fake: FakeDesk) -> None:
    card = await tap(fake, PersonTap(person_id=1003))
    assert labels(card) == ["« All", "Make trader", "Make owner", "Remove"]
    answer = await change_role(fake, "trader")
    assert fake.staff.people[1003].role is Role.TRADER
    assert "Vera (id 1003): viewer → trader" in shown(answer.text)
    await change_role(fake, "none")
    assert 1003 not in fake.staff.people
    with pytest.raises(UserError, match="no role any more"):
        await tap(fake, PersonTap(person_id=1003))


async def test_a_confirmation_of_another_person_or_after_a_change_does_nothing(
    fake: FakeDesk,
) -> None:
    question = await tap(fake, RoleTap(person_id=1003, role="owner"))
    with pytest.raises(UserError, match="not yours"):
        await tap(fake, only(question, RoleConfirmed), person_id=7)
    vera = fake.staff.people[1003]
    fake.staff.people[1003] = replace(vera, role=Role.TRADER)
    with pytest.raises(UserError, match="changed since"):
        await tap(fake, only(question, RoleConfirmed))
    assert fake.staff.people[1003].role is Role.TRADER


async def test_an_invitation_shows_its_link_but_not_in_its_first_line(fake: FakeDesk) -> None:
    answer = await ask(fake, "/invite trader")
    first, rest = shown(answer.text).split("\n", 1)
    assert first == "Invitation for one trader · PAPER"  # the audit keeps this line
    assert "https://t.me/desk_bot?start=K7QX2M4PK7QX" in rest
    with pytest.raises(UserError, match="no such role"):
        await ask(fake, "/invite king")


async def test_the_audit_is_paged_from_the_newest(fake: FakeDesk) -> None:
    newest = await ask(fake, "/audit")
    assert shown(newest.text).split("\n")[1].startswith("20. ")
    older = only(newest, AuditTap)
    assert older.before == 13
    page = await tap(fake, older)
    assert shown(page.text).split("\n")[1].startswith("12. ")
    assert labels(page) == ["« Newest", "Older »"]
    assert labels(await tap(fake, AuditTap(before=5))) == ["« Newest"]
