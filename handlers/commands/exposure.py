"""/exposure: what is held, by side, symbol and sector."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import ExposureTap
from handlers.views.exposure import exposure_text


async def exposure(desk: Desk, request: Request) -> Answer:
    """The card, drawn again where its own button was tapped."""
    tap = request.button if isinstance(request.button, ExposureTap) else ExposureTap()
    return Answer(
        text=exposure_text(await desk.risks.exposure(), desk.mode.badge),
        keys=((refresh(ExposureTap(again=True)),),),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


COMMAND = Command(
    name="exposure",
    help="what is held, by symbol, side and sector",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=exposure,
)
BUTTONS = (Button(payload=ExposureTap, command="exposure", effect=Effect.READS, handler=exposure),)
