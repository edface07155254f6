"""/buy: enter long by hand; the rules size and guard it, and it asks once."""

from engine.core.kinds import PositionSide, Role
from handlers.act_payloads import BuyConfirmed
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.entering import ask, confirmed


async def buy(desk: Desk, request: Request) -> Answer:
    """The question, with what the rules allow."""
    return await ask(desk, request, PositionSide.LONG)


async def confirm(desk: Desk, request: Request) -> Answer:
    """Sends the entry that the slip names, while the price is about as it was shown."""
    return await confirmed(desk, request, PositionSide.LONG)


COMMAND = Command(
    name="buy",
    help="enter long by hand, within the rules",
    group=Group.CONTROL,
    role=Role.OWNER,
    effect=Effect.RAISES,
    handler=buy,
    usage="[symbol] [size]",
    examples=("/buy BTC", "/buy BTC 500", "/buy BTC 2%"),
)
BUTTONS = (Button(payload=BuyConfirmed, command="buy", effect=Effect.RAISES, handler=confirm),)
