"""/version: what runs, since when, and on what."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.views.system import version_text


async def version(desk: Desk, _request: Request) -> Answer:
    """The card."""
    return Answer(text=version_text(await desk.health.about(), desk.mode.badge, desk.now()))


COMMAND = Command(
    name="version",
    help="what runs, since when, and on what",
    group=Group.ADMIN,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=version,
)
BUTTONS: tuple[Button, ...] = ()
