"""/blacklist: symbols that the desk never enters; what is open there is guarded as before."""

from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers.contract import Answer, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.lists import base_of, names_in, put
from handlers.views.lists import blacklist_text

NAME = "blocked_symbols"
ADD, REMOVE = "add", "remove"


async def blacklist(desk: Desk, request: Request) -> Answer:
    """The list, or the list with one symbol more or less."""
    names = names_in(desk, NAME)
    if not request.words:
        return Answer(text=blacklist_text(names, desk.mode.badge))
    act, *rest = request.words
    if len(rest) != 1 or act.lower() not in {ADD, REMOVE}:
        raise UserError("Say add or remove, and a symbol.", hint="Such as /blacklist add DOGE")
    if act.lower() == ADD:
        wanted = {*names, await base_of(desk, rest[0])}
    elif rest[0].upper() in names:
        wanted = set(names) - {rest[0].upper()}
    else:
        raise UserError("That symbol is not on the list.", hint="/blacklist shows it.")
    text = ", ".join(sorted(wanted)) or "none"
    return await put(desk, request, NAME, text, loosens=act.lower() == REMOVE)


COMMAND = Command(
    name="blacklist",
    help="symbols that are never entered",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.RAISES,
    handler=blacklist,
    usage="[add|remove symbol]",
    examples=("/blacklist", "/blacklist add DOGE", "/blacklist remove DOGE"),
)
BUTTONS = ()
