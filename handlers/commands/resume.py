"""/resume: take new trades again, everywhere or on one symbol; after a halt it asks first."""

from engine.core.commands import Resume, ResumeSymbol
from engine.core.errors import UserError
from engine.core.ids import base36
from engine.core.kinds import Role, TradingState
from engine.core.state import Cause
from engine.services.answers import Control
from handlers.confirm import command_id
from handlers.contract import Answer, Button, Command, Effect, Group, Request
from handlers.desk import Desk
from handlers.keys import question_rows, signer, slip_for, tapped
from handlers.payloads import ResumeConfirmed, ResumeTap
from handlers.views.acts import symbol_resumed_text
from handlers.views.controls import control_text, resume_question


async def resume(desk: Desk, request: Request) -> Answer:
    """Resumes from a person's pause at once; else the question, with the cause, to an owner."""
    if request.words:
        return await _one(desk, request)
    control = desk.controls.now()
    if not _asks_first(control):
        return await _resumed(desk, request, request.command_id)
    if not request.person.role.covers(Role.OWNER):
        raise UserError(
            f"The desk is {control.after.upper()}, not just paused.",
            hint="Only an owner resumes it.",
        )
    slip = slip_for(desk, request, "resume", _subject(control))
    confirmed = ResumeConfirmed(subject=slip.subject, until=slip.until, code=slip.code)
    return Answer(
        text=resume_question(control, desk.mode.badge),
        keys=question_rows("Yes, trade again", confirmed),
    )


async def _one(desk: Desk, request: Request) -> Answer:
    symbol = await desk.reports.symbol(request.words[0])
    was_paused = await desk.pauses.resume_symbol(
        ResumeSymbol(command_id=request.command_id, actor=request.person.as_actor(), symbol=symbol)
    )
    return Answer(text=symbol_resumed_text(symbol, was_paused=was_paused, badge=desk.mode.badge))


async def confirm(desk: Desk, request: Request) -> Answer:
    """Resumes, when the desk still stands as the question said."""
    slip = tapped(request, ResumeConfirmed)
    signer(desk, request, "resume").check(slip, desk.now())
    control = desk.controls.now()
    if control.after is not TradingState.ACTIVE and _subject(control) != slip.subject:
        raise UserError("The desk's state has changed since.", hint="Ask again: /resume")
    await desk.codes.require(request.person.person_id)
    return await _resumed(desk, request, command_id(slip))


async def _resumed(desk: Desk, request: Request, done_once_as: str) -> Answer:
    control = await desk.controls.resume(
        Resume(command_id=done_once_as, actor=request.person.as_actor())
    )
    return Answer(
        text=control_text(control, desk.mode.badge),
        toast=control.after.upper() if request.button else "",
        edit=isinstance(request.button, ResumeConfirmed),
    )


def _asks_first(control: Control) -> bool:
    paused = control.after is TradingState.REDUCING and control.cause in {Cause.PERSON, Cause.NONE}
    return control.after is not TradingState.ACTIVE and not paused


def _subject(control: Control) -> str:
    since_s = int(control.since.timestamp()) if control.since else 0
    return f"{control.after.value}-{control.cause.value}-{base36(since_s, 7)}"


COMMAND = Command(
    name="resume",
    help="take new trades again",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.RAISES,
    handler=resume,
    usage="[symbol]",
    examples=("/resume", "/resume BTC"),
)
BUTTONS = (
    Button(payload=ResumeTap, command="resume", effect=Effect.RAISES, handler=resume),
    Button(payload=ResumeConfirmed, command="resume", effect=Effect.RAISES, handler=confirm),
)
