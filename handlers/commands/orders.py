"""/orders: what is on its way or rests at the venue."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import refresh
from handlers.payloads import OrdersTap
from handlers.views.orders import orders_text


async def orders(desk: Desk, request: Request) -> Answer:
    """The card, drawn again where its own button was tapped."""
    tap = request.button if isinstance(request.button, OrdersTap) else OrdersTap()
    return Answer(
        text=orders_text(await desk.orders.open_orders(), desk.mode.badge),
        keys=((refresh(OrdersTap(again=True)),),),
        edit=tap.again,
        toast="Up to date" if tap.again else "",
    )


COMMAND = Command(
    name="orders",
    help="orders on their way or resting at the venue",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=orders,
)
BUTTONS = (Button(payload=OrdersTap, command="orders", effect=Effect.READS, handler=orders),)
