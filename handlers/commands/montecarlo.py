"""/montecarlo: the same days in other orders."""

from engine.core.kinds import Role
from engine.core.research import Kind
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.research_asking import asked


async def montecarlo(desk: Desk, request: Request) -> Answer:
    """The form, or the job that the words ask for."""
    return await asked(desk, request, Kind.MONTECARLO)


COMMAND = Command(
    name="montecarlo",
    help="how bad could it have gone?",
    group=Group.RESEARCH,
    role=Role.TRADER,
    effect=Effect.RAISES,  # an hour of a core: late, it is refused, and the audit keeps it
    handler=montecarlo,
    usage="market bars span [strategies] [exits] [name=value]",
    examples=("/montecarlo", "/montecarlo BTC 1h 1y sma_cross"),
)
BUTTONS: tuple[Button, ...] = ()
