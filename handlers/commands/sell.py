"""/sell: enter short by hand where the market allows it; what is held is left with /close."""

from engine.core.kinds import PositionSide, Role
from handlers.act_payloads import SellConfirmed
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.entering import ask, confirmed


async def sell(desk: Desk, request: Request) -> Answer:
    """The question, with what the rules allow."""
    return await ask(desk, request, PositionSide.SHORT)


async def confirm(desk: Desk, request: Request) -> Answer:
    """Sends the entry that the slip names, while the price is about as it was shown."""
    return await confirmed(desk, request, PositionSide.SHORT)


COMMAND = Command(
    name="sell",
    help="enter short by hand, within the rules",
    group=Group.CONTROL,
    role=Role.OWNER,
    effect=Effect.RAISES,
    handler=sell,
    usage="[symbol] [size]",
    examples=("/sell BTC", "/sell BTC 500", "/sell BTC 2%"),
)
BUTTONS = (Button(payload=SellConfirmed, command="sell", effect=Effect.RAISES, handler=confirm),)
