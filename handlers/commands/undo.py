"""/undo: go back to the parameters before the last change."""

from engine.core.commands import UndoParameters
from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers.confirm import command_id
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import question_rows, signer, slip_for, tapped
from handlers.payloads import UndoConfirmed, UndoTap
from handlers.views.parameters import undo_text


async def undo(desk: Desk, request: Request) -> Answer:
    """What was taken back; or the question, when going back raises risk."""
    changes = await desk.tuning.undo(
        UndoParameters(command_id=request.command_id, actor=request.person.as_actor())
    )
    text = undo_text(changes, desk.mode.badge)
    if not any(change.needs_confirmation for change in changes):
        return Answer(text=text, toast="Taken back" if request.button and changes else "")
    if not request.person.role.covers(Role.OWNER):
        raise UserError("Going back raises risk.", hint="Only an owner may; nothing was changed.")
    slip = slip_for(desk, request, "undo", str(changes[0].version))
    confirmed = UndoConfirmed(subject=slip.subject, until=slip.until, code=slip.code)
    return Answer(text=text, keys=question_rows("Yes, go back", confirmed))


async def undo_version(desk: Desk, request: Request) -> Answer:
    """Takes back the change under which the button stands, while it is the last one."""
    await _refuse_unless_in_force(desk, str(tapped(request, UndoTap).version))
    return await undo(desk, request)


async def confirm(desk: Desk, request: Request) -> Answer:
    """Goes back, when the version is still the one that was shown."""
    slip = tapped(request, UndoConfirmed)
    signer(desk, request, "undo").check(slip, desk.now())
    if not request.person.role.covers(Role.OWNER):
        raise UserError("Only an owner may raise risk.", hint="Nothing was changed.")
    await desk.codes.require(request.person.person_id)
    await _refuse_unless_in_force(desk, slip.subject)
    changes = await desk.tuning.undo(
        UndoParameters(command_id=command_id(slip), actor=request.person.as_actor(), confirmed=True)
    )
    return Answer(text=undo_text(changes, desk.mode.badge), toast="Taken back", edit=True)


async def _refuse_unless_in_force(desk: Desk, version: str) -> None:
    newest = await desk.tuning.history(limit=1)
    if not newest or str(newest[0].version) != version:
        raise UserError(
            "The parameters have changed since; nothing was done.", hint="See /params history"
        )


COMMAND = Command(
    name="undo",
    help="take back the last change of parameters",
    group=Group.TUNE,
    role=Role.TRADER,
    effect=Effect.RAISES,
    handler=undo,
)
BUTTONS = (
    Button(payload=UndoTap, command="undo", effect=Effect.RAISES, handler=undo_version),
    Button(payload=UndoConfirmed, command="undo", effect=Effect.RAISES, handler=confirm),
)
