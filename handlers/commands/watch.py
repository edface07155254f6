"""/watch: the symbols that the desk may enter, of those that it follows."""

from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers.contract import Answer, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.lists import base_of, names_in, put
from handlers.views.lists import watch_text

NAME = "allowed_symbols"
ONLY, ALL = "only", "all"


async def watch(desk: Desk, request: Request) -> Answer:
    """What is followed and what of it may be entered; or another choice."""
    allowed = names_in(desk, NAME)
    if not request.words:
        pauses = tuple(pause.symbol for pause in desk.pauses.paused_symbols())
        blocked = names_in(desk, "blocked_symbols")
        return Answer(text=watch_text(desk.mode, allowed, blocked, pauses))
    act, *rest = request.words
    if act.lower() == ALL and not rest:
        return await put(desk, request, NAME, "all", loosens=True)
    if act.lower() != ONLY or not rest:
        raise UserError("Say only and symbols, or all.", hint="Such as /watch only BTC ETH")
    wanted = {await base_of(desk, word.strip(",")) for word in rest}
    # fewer than before is less risk; any other choice may be more
    loosens = bool(allowed) and not wanted <= set(allowed)
    return await put(desk, request, NAME, ", ".join(sorted(wanted)), loosens=loosens)


COMMAND = Command(
    name="watch",
    help="the symbols that may be entered",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.RAISES,
    handler=watch,
    usage="[only symbols|all]",
    examples=("/watch", "/watch only BTC ETH", "/watch all"),
)
BUTTONS = ()
