"""/start: the home card; with a code, the pairing of a new person."""

from dataclasses import replace

from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers.contract import Answer, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import home_rows
from handlers.views.system import home_text


async def start(desk: Desk, request: Request) -> Answer:
    """The home card, after the code that follows the name was redeemed."""
    if not request.words:
        return _home(desk, request, welcome=request.just_paired)
    person = request.person
    role = await desk.pairing.redeem(
        request.words[0], person.person_id, person.name, request.chat_id
    )
    if role is None:
        raise UserError(
            "This code is wrong, used or too old.",
            hint="Start the desk again, or run parley doctor, for a new one.",
        )
    paired = replace(request, person=replace(person, role=role))
    return _home(desk, paired, welcome=True)


def _home(desk: Desk, request: Request, *, welcome: bool) -> Answer:
    person = request.person
    text = home_text(person.name, person.role, desk.mode, welcome=welcome)
    return Answer(text=text, keys=home_rows(person.role))


COMMAND = Command(
    name="start",
    help="the home card with its menu",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=start,
    usage="[code]",
)
BUTTONS = ()
