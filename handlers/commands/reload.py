"""/reload: the parameter file against what is in force; all of it, or nothing."""

from engine.core.kinds import Role
from handlers.confirm import command_id
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import question_rows, signer, slip_for, tapped
from handlers.payloads import ReloadConfirmed, UndoTap
from handlers.views.parameters import reload_text


async def reload(desk: Desk, request: Request) -> Answer:
    """The difference, and the question whether to apply it."""
    plan = await desk.tuning.plan_reload()
    text = reload_text(plan, desk.mode.badge, applied=False)
    if plan.errors or not plan.changes:
        return Answer(text=text)
    slip = slip_for(desk, request, "reload", plan.digest)
    confirmed = ReloadConfirmed(subject=slip.subject, until=slip.until, code=slip.code)
    return Answer(text=text, keys=question_rows("Apply", confirmed))


async def confirm(desk: Desk, request: Request) -> Answer:
    """Applies the difference that was shown; refuses when there is another by now."""
    slip = tapped(request, ReloadConfirmed)
    signer(desk, request, "reload").check(slip, desk.now())
    await desk.codes.require(request.person.person_id)
    plan = await desk.tuning.apply_reload(command_id(slip), request.person.as_actor(), slip.subject)
    newest = await desk.tuning.history(limit=1)
    undo = [Key(label="↩️ Undo", payload=UndoTap(version=each.version)) for each in newest]
    return Answer(
        text=reload_text(plan, desk.mode.badge, applied=bool(plan.changes)),
        keys=(tuple(undo),) if plan.changes else (),
        toast="Applied",
        edit=True,
    )


COMMAND = Command(
    name="reload",
    help="apply the parameter file, after a look",
    group=Group.TUNE,
    role=Role.OWNER,
    effect=Effect.RAISES,
    handler=reload,
)
BUTTONS = (
    Button(payload=ReloadConfirmed, command="reload", effect=Effect.RAISES, handler=confirm),
)
