"""/reduce: close a share of everything, or of one position; half of it when none is said."""

from engine.core.kinds import Role
from handlers.closing import ask_close, ask_close_all
from handlers.contract import Answer, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.spoken import is_share, share_pct

HALF_PCT = 50


async def reduce(desk: Desk, request: Request) -> Answer:
    """The question; its buttons are those of /close and /closeall."""
    shares = [word for word in request.words if is_share(word)]
    names = [word for word in request.words if not is_share(word)]
    share = share_pct(shares[0]) if shares else HALF_PCT
    if not names:
        return ask_close_all(desk, request, share)
    return ask_close(desk, request, desk.acting.position(names[0]).position_id, share)


COMMAND = Command(
    name="reduce",
    help="close a share of everything, or of one position",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.REDUCES,
    handler=reduce,
    usage="[symbol|number] [50%]",
    examples=("/reduce", "/reduce 25%", "/reduce BTC 50%"),
)
BUTTONS = ()
