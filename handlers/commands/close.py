"""/close: leave a position, or a share of it, at market; asks once, with a fresh price."""

from engine.core.commands import ClosePosition
from engine.core.kinds import Role
from handlers.act_payloads import CloseConfirmed, CloseTap
from handlers.closing import ask_close, close_key, which
from handlers.confirm import command_id
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import signer, tapped
from handlers.spoken import share_pct
from handlers.views.acts import act_text


async def close(desk: Desk, request: Request) -> Answer:
    """The question, or the positions to choose from."""
    if not request.words:
        return which(desk, "Close", close_key)
    position = desk.acting.position(request.words[0])
    share = share_pct(request.words[1]) if len(request.words) > 1 else 100
    return ask_close(desk, request, position.position_id, share)


async def ask(desk: Desk, request: Request) -> Answer:
    """The question of a tapped position."""
    tap = tapped(request, CloseTap)
    return ask_close(desk, request, tap.position_id, min(max(1, tap.share_pct), 100))


async def confirm(desk: Desk, request: Request) -> Answer:
    """Closes what the slip names, while it is as it was shown."""
    slip = tapped(request, CloseConfirmed)
    signer(desk, request, "close").check(slip, desk.now())
    number, share, version = slip.subject.split(".")
    act = await desk.acting.do(
        ClosePosition(
            command_id=command_id(slip),
            actor=request.person.as_actor(),
            position_id=int(number, 36),
            version=version,
            share_ratio=int(share) / 100,
        )
    )
    toast = "Closing" if act.changed else "Done before"
    return Answer(text=act_text(act, desk.mode.badge), toast=toast, edit=True)


COMMAND = Command(
    name="close",
    help="leave a position, or a share of it, at market",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.REDUCES,
    handler=close,
    usage="[symbol|number] [25%|50%|100%]",
    examples=("/close", "/close BTC", "/close BTC 50%", "/close 42 25%"),
)
BUTTONS = (
    Button(payload=CloseTap, command="close", effect=Effect.REDUCES, handler=ask),
    Button(payload=CloseConfirmed, command="close", effect=Effect.REDUCES, handler=confirm),
)
