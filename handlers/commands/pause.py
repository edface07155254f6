"""/pause: no new trades, for a while or until /resume, everywhere or on one symbol."""

from datetime import timedelta

from engine.core.commands import Pause, PauseSymbol
from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Priority, Request
from handlers.desk import Desk
from handlers.keys import resume_key
from handlers.payloads import PauseTap
from handlers.spoken import length
from handlers.views.acts import symbol_pause_text
from handlers.views.controls import control_text
from handlers.views.text import clean


async def pause(desk: Desk, request: Request) -> Answer:
    """Entries are off when it answers. Words that are no time and no symbol are the reason."""
    words = list(request.words)
    lasts: timedelta | None = None
    symbol = ""
    for word in request.words[:2]:
        if lasts is None and (found := length(word)) is not None:
            lasts = found
            words.remove(word)
        elif not symbol and (named := await _symbol(desk, word)):
            symbol = named
            words.remove(word)
        else:
            break
    if symbol and not words:
        return await _one(desk, request, symbol, lasts)
    command = Pause(
        command_id=request.command_id,
        actor=request.person.as_actor(),
        why=clean(" ".join(request.words if symbol else words)),
        lasts=lasts,
    )
    service = desk.controls if lasts is None else desk.pauses
    control = await service.pause(command)
    return Answer(
        text=control_text(control, desk.mode.badge),
        keys=((resume_key(),),),
        toast="Paused" if request.button else "",
        priority=Priority.SAFETY,
    )


async def _one(desk: Desk, request: Request, symbol: str, lasts: timedelta | None) -> Answer:
    pause = await desk.pauses.pause_symbol(
        PauseSymbol(
            command_id=request.command_id,
            actor=request.person.as_actor(),
            symbol=symbol,
            lasts=lasts,
        )
    )
    return Answer(text=symbol_pause_text(pause, desk.mode.badge), priority=Priority.SAFETY)


async def _symbol(desk: Desk, word: str) -> str:
    # no word keeps /pause from acting: what is no symbol belongs to the reason
    try:
        return await desk.reports.symbol(word)
    except UserError:
        return ""


COMMAND = Command(
    name="pause",
    help="no new trades; exits and stops go on",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.REDUCES,
    handler=pause,
    usage="[30m|2h|1d] [symbol] [reason]",
    examples=("/pause", "/pause 30m", "/pause BTC", "/pause 2h BTC", "/pause news at two"),
    safety=True,
)
BUTTONS = (
    Button(payload=PauseTap, command="pause", effect=Effect.REDUCES, handler=pause, safety=True),
)
