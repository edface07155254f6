"""/weekly: what the last weeks brought."""

from engine.core.kinds import Role
from engine.services.result_answers import Span
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.periods import answer


async def weekly(desk: Desk, request: Request) -> Answer:
    """The last weeks, the newest first."""
    return await answer(desk, request, Span.WEEK)


COMMAND = Command(
    name="weekly",
    help="what the last weeks brought",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=weekly,
    usage="[how many]",
    examples=("/weekly", "/weekly 13"),
)
BUTTONS: tuple[Button, ...] = ()
