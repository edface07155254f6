"""/people: who may talk to the desk; roles are changed and taken here."""

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.messages import Person
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import only_in_private, question_rows, signer, slip_for, tapped
from handlers.told_payloads import PersonTap, RoleConfirmed, RoleTap
from handlers.views.people import OUT, change_question, changed_text, people_text, person_text
from handlers.views.text import clean

ACTION = "people"


async def people(desk: Desk, request: Request) -> Answer:
    """Everybody with a role, or the person of the tapped button."""
    only_in_private(request)
    everybody = await desk.staff.everybody()
    tap = request.button if isinstance(request.button, PersonTap) else PersonTap()
    if tap.person_id:
        return _card(desk, _one(everybody, tap.person_id))
    keys = tuple(
        (
            Key(
                label=f"{clean(person.name, 24)} · {person.role.value}",
                payload=PersonTap(person_id=person.person_id),
            ),
        )
        for person in everybody
    )
    edit = request.button is not None
    return Answer(text=people_text(everybody, desk.mode.badge), keys=keys, edit=edit)


async def ask(desk: Desk, request: Request) -> Answer:
    """The question before a role is changed or taken."""
    only_in_private(request)
    tap = tapped(request, RoleTap)
    person = _one(await desk.staff.everybody(), tap.person_id)
    role = _role(tap.role)
    subject = f"{person.person_id}.{person.role.value}.{tap.role}"
    slip = slip_for(desk, request, ACTION, subject)
    confirmed = RoleConfirmed(subject=slip.subject, until=slip.until, code=slip.code)
    label = "Yes, remove" if role is None else f"Yes, make {role.value}"
    return Answer(
        text=change_question(person, role), keys=question_rows(label, confirmed), edit=True
    )


async def confirm(desk: Desk, request: Request) -> Answer:
    """Changes the role, when it is still the one that was shown."""
    slip = tapped(request, RoleConfirmed)
    signer(desk, request, ACTION).check(slip, desk.now())
    person_id, was, wanted = slip.subject.split(".")
    role = _role(wanted)
    person = await desk.staff.change(int(person_id), Role(was), role)
    return Answer(text=changed_text(person, role, desk.mode.badge), edit=True, toast="Done")


def _card(desk: Desk, person: Person) -> Answer:
    roles = tuple(
        Key(label=f"Make {role.value}", payload=_tap(person, role.value))
        for role in Role
        if role is not person.role
    )
    rows = (
        (Key(label="« All", payload=PersonTap()),),
        roles,
        (Key(label="Remove", payload=_tap(person, OUT), style="danger"),),
    )
    return Answer(text=person_text(person, desk.mode.badge), keys=rows, edit=True)


def _tap(person: Person, role: str) -> RoleTap:
    return RoleTap(person_id=person.person_id, role=role)


def _one(everybody: tuple[Person, ...], person_id: int) -> Person:
    for person in everybody:
        if person.person_id == person_id:
            return person
    raise UserError("This person has no role any more.", hint="See /people")


def _role(text: str) -> Role | None:
    if text == OUT:
        return None
    try:
        return Role(text)
    except ValueError:
        raise UserError("This button is outdated.", hint="See /people") from None


COMMAND = Command(
    name="people",
    help="who may talk to the desk; change or remove",
    group=Group.ADMIN,
    role=Role.OWNER,
    effect=Effect.RAISES,
    handler=people,
)
BUTTONS = (
    Button(payload=PersonTap, command="people", effect=Effect.READS, handler=people),
    Button(payload=RoleTap, command="people", effect=Effect.READS, handler=ask),
    Button(payload=RoleConfirmed, command="people", effect=Effect.RAISES, handler=confirm),
)
