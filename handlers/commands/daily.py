"""/daily: what the last days brought."""

from engine.core.kinds import Role
from engine.services.result_answers import Span
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.payloads import PeriodsTap
from handlers.periods import answer, turn


async def daily(desk: Desk, request: Request) -> Answer:
    """The last days, the newest first."""
    return await answer(desk, request, Span.DAY)


COMMAND = Command(
    name="daily",
    help="what the last days brought",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=daily,
    usage="[how many]",
    examples=("/daily", "/daily 15"),
)
BUTTONS = (Button(payload=PeriodsTap, command="daily", effect=Effect.READS, handler=turn),)
