"""/mode: paper or live, and on which market."""

from engine.core.kinds import Role
from handlers.contract import Answer, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.views.system import mode_text


async def mode(desk: Desk, _request: Request) -> Answer:
    """What the desk runs on."""
    return Answer(text=mode_text(desk.mode))


COMMAND = Command(
    name="mode",
    help="paper or live, and on which market",
    group=Group.ADMIN,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=mode,
)
BUTTONS = ()
