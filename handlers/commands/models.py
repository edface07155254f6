"""/models: the voters, how they do, what they cost, and who rests."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import ModelsTap
from handlers.views.models import models_text


async def models(desk: Desk, request: Request) -> Answer:
    """The board, drawn again where its own button was tapped."""
    tap = request.button if isinstance(request.button, ModelsTap) else ModelsTap()
    return Answer(
        text=models_text(await desk.models.board(), desk.mode.badge),
        keys=((refresh(ModelsTap(again=True)),),),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


COMMAND = Command(
    name="models",
    help="the voters: answers, speed, cost, and who rests",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=models,
)
BUTTONS = (Button(payload=ModelsTap, command="models", effect=Effect.READS, handler=models),)
