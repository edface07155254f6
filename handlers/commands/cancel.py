"""/cancel: take a waiting entry back from the venue. Stops are not cancelled: they protect."""

from engine.core.commands import CancelEntry
from engine.core.kinds import Role
from handlers.act_payloads import CancelTap
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import tapped
from handlers.views.acts import act_text, waiting_label, waiting_text

_SHOWN = 10


async def cancel(desk: Desk, request: Request) -> Answer:
    """Takes the named entry back, or lists those that wait."""
    if request.words:
        order = desk.acting.entry(request.words[0])
        return await _cancelled(desk, request, order.client_order_id)
    orders = desk.acting.waiting().orders
    keys = (
        (Key(label=waiting_label(order), payload=CancelTap(order=order.client_order_id)),)
        for order in orders[:_SHOWN]
    )
    return Answer(text=waiting_text(orders, desk.mode.badge), keys=tuple(keys))


async def take_back(desk: Desk, request: Request) -> Answer:
    """Takes the tapped entry back."""
    return await _cancelled(desk, request, tapped(request, CancelTap).order)


async def _cancelled(desk: Desk, request: Request, client_order_id: str) -> Answer:
    act = await desk.acting.do(
        CancelEntry(
            command_id=request.command_id,
            actor=request.person.as_actor(),
            client_order_id=client_order_id,
        )
    )
    return Answer(text=act_text(act, desk.mode.badge), toast="Done" if request.button else "")


COMMAND = Command(
    name="cancel",
    help="take a waiting entry back",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.REDUCES,
    handler=cancel,
    usage="[symbol|order]",
    examples=("/cancel", "/cancel BTC"),
)
BUTTONS = (Button(payload=CancelTap, command="cancel", effect=Effect.REDUCES, handler=take_back),)
