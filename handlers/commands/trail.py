"""/trail: let a position's stop follow the best price, or leave it where it is."""

from engine.core.commands import SetTrail
from engine.core.errors import UserError
from engine.core.kinds import Role, Trail
from engine.core.positions import Position
from handlers.act_payloads import TrailTap
from handlers.closing import label_of, which
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import tapped
from handlers.views.acts import act_text

WORDS = {"on": True, "off": False}


async def trail(desk: Desk, request: Request) -> Answer:
    """Turns it as it was said."""
    if not request.words:
        return which(desk, "Trail", _key)
    if len(request.words) != 2 or request.words[1].lower() not in WORDS:
        raise UserError("Say which position, and on or off.", hint="Such as /trail BTC on")
    position = desk.acting.position(request.words[0])
    is_on = WORDS[request.words[1].lower()]
    return await _turned(desk, request, position.position_id, position.version, is_on=is_on)


async def turn(desk: Desk, request: Request) -> Answer:
    """Turns it as the button says, while the position is as it was shown."""
    tap = tapped(request, TrailTap)
    return await _turned(desk, request, tap.position_id, tap.version, is_on=tap.is_on)


async def _turned(
    desk: Desk, request: Request, position_id: int, version: str, *, is_on: bool
) -> Answer:
    act = await desk.acting.do(
        SetTrail(
            command_id=request.command_id,
            actor=request.person.as_actor(),
            position_id=position_id,
            version=version,
            is_on=is_on,
        )
    )
    return Answer(text=act_text(act, desk.mode.badge), toast="Done" if request.button else "")


def _key(position: Position) -> Key:
    is_on = position.trail is not Trail.ON
    tap = TrailTap(position_id=position.position_id, is_on=is_on, version=position.version)
    word = "on" if is_on else "off"
    return Key(label=f"{label_of(position)} {word}", payload=tap)


COMMAND = Command(
    name="trail",
    help="let a stop follow the best price, or not",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.RAISES,
    handler=trail,
    usage="[symbol|number on|off]",
    examples=("/trail", "/trail BTC on", "/trail 42 off"),
)
BUTTONS = (Button(payload=TrailTap, command="trail", effect=Effect.RAISES, handler=turn),)
