"""/pause: no new trades; exits and stops go on."""

from engine.core.commands import Pause
from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Priority, Request
from handlers.desk import Desk
from handlers.keys import resume_key
from handlers.payloads import PauseTap
from handlers.views.controls import control_text
from handlers.views.text import clean


async def pause(desk: Desk, request: Request) -> Answer:
    """Entries are off when it answers; the words after the name are kept as the reason."""
    control = await desk.controls.pause(
        Pause(
            command_id=request.command_id,
            actor=request.person.as_actor(),
            why=clean(" ".join(request.words)),
        )
    )
    return Answer(
        text=control_text(control, desk.mode.badge),
        keys=((resume_key(),),),
        toast="Paused" if request.button else "",
        priority=Priority.SAFETY,
    )


COMMAND = Command(
    name="pause",
    help="no new trades; exits and stops go on",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.REDUCES,
    handler=pause,
    usage="[reason]",
    examples=("/pause", "/pause news at two"),
    safety=True,
)
BUTTONS = (
    Button(payload=PauseTap, command="pause", effect=Effect.REDUCES, handler=pause, safety=True),
)
