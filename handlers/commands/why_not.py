"""/why_not: what keeps the desk out of a symbol, and the last gate that said no."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.views.why import why_not_text


async def why_not(desk: Desk, request: Request) -> Answer:
    """The named symbol, or the first one."""
    words = request.words
    symbol = await desk.reports.symbol(words[0]) if words else desk.mode.symbols[0]
    return Answer(text=why_not_text(await desk.parley.why_not(symbol), desk.mode.badge))


COMMAND = Command(
    name="why_not",
    help="what keeps the desk out of a symbol",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=why_not,
    usage="[symbol]",
    examples=("/why_not", "/why_not BTC"),
)
BUTTONS: tuple[Button, ...] = ()
