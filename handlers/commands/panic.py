"""/panic: halt at once; closing everything is a second, confirmed tap."""

from engine.core.commands import Panic
from engine.core.errors import UserError
from engine.core.kinds import Role, TradingState
from engine.core.state import Cause
from engine.services.answers import PanicStep
from handlers.confirm import command_id, short_digest
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Priority, Request
from handlers.desk import Desk
from handlers.keys import PANIC_LIFE, Rows, resume_key, signer, tapped
from handlers.payloads import PanicConfirmed, PanicKept, PanicTap
from handlers.views.controls import panic_text
from handlers.views.text import count_of


async def panic(desk: Desk, request: Request) -> Answer:
    """Step 1, done before it answers. Words after the name never keep it from acting."""
    step = await desk.controls.panic(
        Panic(command_id=request.command_id, actor=request.person.as_actor())
    )
    asks = request.words[:1] == ("close",)
    return Answer(
        text=panic_text(step, desk.mode.badge, asks=asks),
        keys=_rows(desk, request, step),
        toast="HALTED" if request.button else "",
        priority=Priority.SAFETY,
    )


async def close_all(desk: Desk, request: Request) -> Answer:
    """Step 2: every position is closed at market by the desk, which reports by itself."""
    slip = tapped(request, PanicConfirmed)
    signer(desk, request, "panic").check(slip, desk.now())
    control = desk.controls.now()
    if control.after is not TradingState.HALTED or control.cause is not Cause.PANIC:
        raise UserError("This panic is over.", hint="Send /panic to halt again.")
    step = await desk.controls.panic(
        Panic(command_id=command_id(slip), actor=request.person.as_actor(), close_all=True)
    )
    return Answer(
        text=panic_text(step, desk.mode.badge, asks=False),
        toast="Closing at market",
        edit=True,
        priority=Priority.SAFETY,
    )


async def keep(desk: Desk, _request: Request) -> Answer:
    """The positions stay behind their stops; the desk stays halted."""
    return Answer(
        text=f"🛑 <b>HALTED</b> · {desk.mode.badge}\nStops stay in place. No new trades until"
        " /resume.\nTo close everything after all: /panic",
        keys=((resume_key(),),),
        toast="Stops stay, still halted",
        edit=True,
        priority=Priority.SAFETY,
    )


def _rows(desk: Desk, request: Request, step: PanicStep) -> Rows:
    if step.closing:
        return ()
    if not step.positions:
        return ((resume_key(),),)
    slip = signer(desk, request, "panic").sign(
        short_digest(step.incident_id), desk.now() + PANIC_LIFE
    )
    confirmed = PanicConfirmed(subject=slip.subject, until=slip.until, code=slip.code)
    size = len(step.positions)
    what = f"all {size}" if size > 1 else count_of(size, "position")
    return (
        (Key(label=f"Close {what} at market", payload=confirmed, style="danger"),),
        (Key(label="Keep stops, stay halted", payload=PanicKept()),),
        (resume_key(),),
    )


COMMAND = Command(
    name="panic",
    help="halt at once; then, if you say so, close all",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.REDUCES,
    handler=panic,
    usage="[close]",
    examples=("/panic", "/panic close"),
    safety=True,
)
BUTTONS = (
    Button(payload=PanicTap, command="panic", effect=Effect.REDUCES, handler=panic, safety=True),
    Button(
        payload=PanicConfirmed,
        command="panic",
        effect=Effect.REDUCES,
        handler=close_all,
        safety=True,
    ),
    Button(payload=PanicKept, command="panic", effect=Effect.REDUCES, handler=keep, safety=True),
)
