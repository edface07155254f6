"""/walkforward: tuned on one stretch, judged on the next."""

from engine.core.kinds import Role
from engine.core.research import Kind
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.research_asking import asked


async def walkforward(desk: Desk, request: Request) -> Answer:
    """The form, or the job that the words ask for."""
    return await asked(desk, request, Kind.WALKFORWARD)


COMMAND = Command(
    name="walkforward",
    help="tune on one stretch, judge on the next",
    group=Group.RESEARCH,
    role=Role.TRADER,
    effect=Effect.RAISES,  # an hour of a core: late, it is refused, and the audit keeps it
    handler=walkforward,
    usage="market bars span [strategies] [exits] [name=value]",
    examples=("/walkforward", "/walkforward BTC 1h 2y sma_cross"),
)
BUTTONS: tuple[Button, ...] = ()
