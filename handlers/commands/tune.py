"""/tune: search for better parameters, judge them on unseen bars, adopt them."""

from engine.core.kinds import Role
from engine.core.research import Kind
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.research_asking import adopt, ask_adoption, asked
from handlers.research_payloads import AdoptConfirmed, AdoptTap


async def tune(desk: Desk, request: Request) -> Answer:
    """The form, or the job that the words ask for."""
    return await asked(desk, request, Kind.TUNE)


COMMAND = Command(
    name="tune",
    help="search for better parameters",
    group=Group.RESEARCH,
    role=Role.TRADER,
    effect=Effect.RAISES,  # it ends in an offer to change parameters
    handler=tune,
    usage="market bars span [strategies] [exits] [name=value]",
    examples=("/tune", "/tune BTC 4h 2y sma_cross"),
)
BUTTONS = (
    Button(payload=AdoptTap, command="tune", effect=Effect.READS, handler=ask_adoption),
    Button(payload=AdoptConfirmed, command="tune", effect=Effect.RAISES, handler=adopt),
)
