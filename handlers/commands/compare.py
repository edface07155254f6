"""/compare: several ways of trading the same bars."""

from engine.core.kinds import Role
from engine.core.research import Kind
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.research_asking import asked


async def compare(desk: Desk, request: Request) -> Answer:
    """The form, or the job that the words ask for."""
    return await asked(desk, request, Kind.COMPARE)


COMMAND = Command(
    name="compare",
    help="several ways on the same bars, side by side",
    group=Group.RESEARCH,
    role=Role.TRADER,
    effect=Effect.RAISES,  # an hour of a core: late, it is refused, and the audit keeps it
    handler=compare,
    usage="market bars span strategies exits",
    examples=("/compare", "/compare BTC 1h 1y sma_cross breakout percent ladder"),
)
BUTTONS: tuple[Button, ...] = ()
