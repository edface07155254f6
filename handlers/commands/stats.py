"""/stats: the record in figures, each with how sure it is."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import ChartTap, StatsTap
from handlers.views.results import stats_text


async def stats(desk: Desk, request: Request) -> Answer:
    """The card, drawn again where its own button was tapped."""
    tap = request.button if isinstance(request.button, StatsTap) else StatsTap()
    chart = Key(label="🖼 Results", payload=ChartTap(name="r"))
    return Answer(
        text=stats_text(await desk.results.stats(), desk.mode.badge),
        keys=((refresh(StatsTap(again=True)), chart),),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


COMMAND = Command(
    name="stats",
    help="the record in figures, and how sure each is",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=stats,
)
BUTTONS = (Button(payload=StatsTap, command="stats", effect=Effect.READS, handler=stats),)
