"""/balance: cash, holdings and equity, next to what the venue says."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import BalanceTap
from handlers.views.balance import balance_text


async def balance(desk: Desk, request: Request) -> Answer:
    """The account."""
    status = await desk.reports.status()
    books = await desk.reports.balance()
    again = isinstance(request.button, BalanceTap) and request.button.again
    return Answer(
        text=balance_text(books, desk.mode.badge, status.market_at),
        keys=((refresh(BalanceTap(again=True)),),),
        edit=again,
        toast="Up to date" if again else "",
    )


COMMAND = Command(
    name="balance",
    help="cash and holdings, ours and the venue's",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=balance,
)
BUTTONS = (Button(payload=BalanceTap, command="balance", effect=Effect.READS, handler=balance),)
