"""/vetoes: what refused trades would have brought."""

from engine.core.kinds import Role
from handlers.act_payloads import VetoesTap
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.views.approvals import vetoes_text


async def vetoes(desk: Desk, request: Request) -> Answer:
    """The last refused trades, followed as if they had been made, and their sum."""
    again = isinstance(request.button, VetoesTap) and request.button.again
    return Answer(
        text=vetoes_text(await desk.approvals.vetoes(), desk.mode.badge),
        keys=((refresh(VetoesTap(again=True)),),),
        edit=again,
        toast="Up to date" if again else "",
    )


COMMAND = Command(
    name="vetoes",
    help="what refused trades would have brought",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=vetoes,
)
BUTTONS = (Button(payload=VetoesTap, command="vetoes", effect=Effect.READS, handler=vetoes),)
