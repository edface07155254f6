"""/closeall: leave every position at market, and go on trading; asks once."""

from engine.core.commands import CloseEverything
from engine.core.kinds import Role
from handlers.act_payloads import CloseAllConfirmed
from handlers.closing import ask_close_all
from handlers.confirm import command_id
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import signer, tapped
from handlers.views.acts import act_text


async def closeall(desk: Desk, request: Request) -> Answer:
    """The question."""
    return ask_close_all(desk, request, 100)


async def confirm(desk: Desk, request: Request) -> Answer:
    """Closes that share of everything, while it is what was shown."""
    slip = tapped(request, CloseAllConfirmed)
    signer(desk, request, "closeall").check(slip, desk.now())
    share, version = slip.subject.split(".")
    act = await desk.acting.do(
        CloseEverything(
            command_id=command_id(slip),
            actor=request.person.as_actor(),
            version=version,
            share_ratio=int(share) / 100,
        )
    )
    toast = "Closing" if act.changed else "Done before"
    return Answer(text=act_text(act, desk.mode.badge), toast=toast, edit=True)


COMMAND = Command(
    name="closeall",
    help="leave every position at market; the desk goes on",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.REDUCES,
    handler=closeall,
)
BUTTONS = (
    Button(payload=CloseAllConfirmed, command="closeall", effect=Effect.REDUCES, handler=confirm),
)
