"""/budget: what models cost, against every limit."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import BudgetTap
from handlers.views.models import budget_text


async def budget(desk: Desk, request: Request) -> Answer:
    """The card, drawn again where its own button was tapped."""
    tap = request.button if isinstance(request.button, BudgetTap) else BudgetTap()
    return Answer(
        text=budget_text(await desk.models.budget(), desk.mode.badge),
        keys=((refresh(BudgetTap(again=True)),),),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


COMMAND = Command(
    name="budget",
    help="what models cost, against every limit",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=budget,
)
BUTTONS = (Button(payload=BudgetTap, command="budget", effect=Effect.READS, handler=budget),)
