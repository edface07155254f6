"""/preset: calm, normal or bold: a named set of limits, applied as a whole."""

from engine.core.commands import SetProfile
from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.parameters.profiles import PROFILES
from engine.services.answers import ParameterChange
from handlers.act_payloads import ProfileConfirmed, ProfileTap
from handlers.confirm import command_id
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import question_rows, signer, slip_for, tapped
from handlers.payloads import UndoTap
from handlers.views.parameters import profile_text


async def preset(desk: Desk, request: Request) -> Answer:
    """The profiles, or one of them applied; a raise of risk is asked first."""
    if not request.words:
        keys = tuple(Key(label=name, payload=ProfileTap(name=name)) for name in PROFILES)
        names = ", ".join(PROFILES)
        return Answer(text=f"<b>Profiles</b>: {names}\nTap one to see its limits.", keys=(keys,))
    return await _wanted(desk, request, request.words[0].lower())


async def pick(desk: Desk, request: Request) -> Answer:
    """The tapped profile."""
    return await _wanted(desk, request, tapped(request, ProfileTap).name)


async def confirm(desk: Desk, request: Request) -> Answer:
    """Applies the profile of the slip, while the parameters are as they were shown."""
    slip = tapped(request, ProfileConfirmed)
    signer(desk, request, "preset").check(slip, desk.now())
    if not request.person.role.covers(Role.OWNER):
        raise UserError("Only an owner may raise risk.", hint="Nothing was changed.")
    await desk.codes.require(request.person.person_id)
    name, _, version = slip.subject.partition(".")
    changes = await desk.tuning.set_profile(
        SetProfile(
            command_id=command_id(slip),
            actor=request.person.as_actor(),
            profile=name,
            version=int(version),
            confirmed=True,
        )
    )
    return _done(desk, name, changes, edit=True)


async def _wanted(desk: Desk, request: Request, name: str) -> Answer:
    plan = await desk.tuning.plan_profile(name)
    if not plan:
        return _done(desk, name, plan, edit=False)
    raises = any(change.raises_risk for change in plan)
    if raises and not request.person.role.covers(Role.OWNER):
        raise UserError("That profile raises risk.", hint="Only an owner may; nothing was changed.")
    changes = await desk.tuning.set_profile(
        SetProfile(
            command_id=request.command_id,
            actor=request.person.as_actor(),
            profile=name,
            version=plan[0].version,
        )
    )
    if not any(change.needs_confirmation for change in changes):
        return _done(desk, name, changes, edit=False)
    slip = slip_for(desk, request, "preset", f"{name}.{plan[0].version}")
    signed = ProfileConfirmed(subject=slip.subject, until=slip.until, code=slip.code)
    text = profile_text(name, changes, desk.mode.badge)
    return Answer(text=text, keys=question_rows("Yes, apply it", signed))


def _done(desk: Desk, name: str, changes: tuple[ParameterChange, ...], *, edit: bool) -> Answer:
    undo = [Key(label="↩️ Undo", payload=UndoTap(version=each.version)) for each in changes[:1]]
    return Answer(
        text=profile_text(name, changes, desk.mode.badge),
        keys=(tuple(undo),),
        toast="Done" if edit else "",
        edit=edit,
    )


COMMAND = Command(
    name="preset",
    help="calm, normal or bold limits, as a whole",
    group=Group.TUNE,
    role=Role.TRADER,
    effect=Effect.RAISES,
    handler=preset,
    usage="[calm|normal|bold]",
    examples=("/preset", "/preset calm"),
)
BUTTONS = (
    Button(payload=ProfileTap, command="preset", effect=Effect.RAISES, handler=pick),
    Button(payload=ProfileConfirmed, command="preset", effect=Effect.RAISES, handler=confirm),
)
