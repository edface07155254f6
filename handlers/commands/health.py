"""/health: is everything the desk needs in order."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import HealthTap
from handlers.views.system import health_text


async def health(desk: Desk, request: Request) -> Answer:
    """Every gauge, the bad ones first."""
    gauges = await desk.health.gauges()
    again = isinstance(request.button, HealthTap) and request.button.again
    return Answer(
        text=health_text(gauges, desk.mode.badge, desk.now()),
        keys=((refresh(HealthTap(again=True)),),),
        edit=again,
        toast="Up to date" if again else "",
    )


COMMAND = Command(
    name="health",
    help="prices, venue, database: all in order?",
    group=Group.ADMIN,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=health,
)
BUTTONS = (Button(payload=HealthTap, command="health", effect=Effect.READS, handler=health),)
