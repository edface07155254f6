"""/reconcile: ours against the venue's, now."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import ReconcileTap
from handlers.views.orders import comparison_text


async def reconcile(desk: Desk, request: Request) -> Answer:
    """Compares holdings and open orders, as the desk does each minute, and says what it found."""
    tap = request.button if isinstance(request.button, ReconcileTap) else ReconcileTap()
    return Answer(
        text=comparison_text(await desk.orders.reconcile(), desk.mode.badge),
        keys=((refresh(ReconcileTap(again=True)),),),
        edit=tap.again,
        toast="Compared again" if tap.again else "",
    )


COMMAND = Command(
    name="reconcile",
    help="compare our books with the venue's, now",
    group=Group.WATCH,
    role=Role.TRADER,
    effect=Effect.REDUCES,
    handler=reconcile,
)
BUTTONS = (
    Button(payload=ReconcileTap, command="reconcile", effect=Effect.REDUCES, handler=reconcile),
)
