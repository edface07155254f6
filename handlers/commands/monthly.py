"""/monthly: what the last months brought."""

from engine.core.kinds import Role
from engine.services.result_answers import Span
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.periods import answer


async def monthly(desk: Desk, request: Request) -> Answer:
    """The last months, the newest first."""
    return await answer(desk, request, Span.MONTH)


COMMAND = Command(
    name="monthly",
    help="what the last months brought",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=monthly,
    usage="[how many]",
    examples=("/monthly", "/monthly 12"),
)
BUTTONS: tuple[Button, ...] = ()
