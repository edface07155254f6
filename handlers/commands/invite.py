"""/invite: a one-time way in for somebody new."""

from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers.contract import Answer, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import only_in_private
from handlers.views.people import invitation_text


async def invite(desk: Desk, request: Request) -> Answer:
    """A link and a code that give the named role to whoever uses it first."""
    only_in_private(request)  # everybody in a group could use it
    wanted = " ".join(request.words).lower() or Role.VIEWER.value
    roles = {role.value: role for role in Role}
    if wanted not in roles:
        raise UserError("There is no such role.", hint=f"Roles: {', '.join(roles)}.")
    invitation = await desk.staff.invite(roles[wanted])
    return Answer(text=invitation_text(invitation, desk.now(), desk.mode.badge))


COMMAND = Command(
    name="invite",
    help="a link that lets one person in",
    group=Group.ADMIN,
    role=Role.OWNER,
    effect=Effect.RAISES,
    handler=invite,
    usage="[viewer|trader|owner]",
    examples=("/invite trader",),
)
BUTTONS = ()
