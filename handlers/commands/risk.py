"""/risk: what could be lost, how much of each limit is used, and the way back."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import RiskTap
from handlers.views.risk import risk_text


async def risk(desk: Desk, request: Request) -> Answer:
    """The card, drawn again where its own button was tapped."""
    tap = request.button if isinstance(request.button, RiskTap) else RiskTap()
    return Answer(
        text=risk_text(await desk.risks.risk(), desk.mode.badge),
        keys=((refresh(RiskTap(again=True)),),),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


COMMAND = Command(
    name="risk",
    help="what could be lost, limits, and the way back",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=risk,
)
BUTTONS = (Button(payload=RiskTap, command="risk", effect=Effect.READS, handler=risk),)
