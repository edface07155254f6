"""/breakeven: put a stop where the position ends without a loss; asks once."""

from engine.core.commands import MoveToBreakeven
from engine.core.ids import base36
from engine.core.kinds import Role
from engine.core.positions import Position
from handlers.act_payloads import BreakevenConfirmed, BreakevenTap
from handlers.closing import ID_DIGITS, label_of, which
from handlers.confirm import command_id
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import question_rows, signer, slip_for, tapped
from handlers.views.acts import act_text, stop_text


async def breakeven(desk: Desk, request: Request) -> Answer:
    """The question."""
    if not request.words:
        return which(desk, "Move the stop of", _key)
    return _ask(desk, request, desk.acting.position(request.words[0]))


async def ask(desk: Desk, request: Request) -> Answer:
    """The question of a tapped position."""
    number = tapped(request, BreakevenTap).position_id
    return _ask(desk, request, desk.acting.position(str(number)))


async def confirm(desk: Desk, request: Request) -> Answer:
    """Moves the stop of what the slip names, while it is as it was shown."""
    slip = tapped(request, BreakevenConfirmed)
    signer(desk, request, "breakeven").check(slip, desk.now())
    number, version = slip.subject.split(".")
    act = await desk.acting.do(
        MoveToBreakeven(
            command_id=command_id(slip),
            actor=request.person.as_actor(),
            position_id=int(number, 36),
            version=version,
        )
    )
    return Answer(text=act_text(act, desk.mode.badge), toast="Done", edit=True)


def _ask(desk: Desk, request: Request, position: Position) -> Answer:
    found = desk.acting.breakeven_of(position)
    subject = f"{base36(position.position_id, ID_DIGITS)}.{position.version}"
    slip = slip_for(desk, request, "breakeven", subject)
    confirmed = BreakevenConfirmed(subject=slip.subject, until=slip.until, code=slip.code)
    return Answer(
        text=stop_text(found, desk.mode.badge), keys=question_rows("Yes, move it", confirmed)
    )


def _key(position: Position) -> Key:
    tap = BreakevenTap(position_id=position.position_id)
    return Key(label=label_of(position), payload=tap)


COMMAND = Command(
    name="breakeven",
    help="move a stop to the entry, so nothing is lost",
    group=Group.CONTROL,
    role=Role.TRADER,
    effect=Effect.REDUCES,
    handler=breakeven,
    usage="[symbol|number]",
    examples=("/breakeven", "/breakeven BTC", "/breakeven 42"),
)
BUTTONS = (
    Button(payload=BreakevenTap, command="breakeven", effect=Effect.REDUCES, handler=ask),
    Button(payload=BreakevenConfirmed, command="breakeven", effect=Effect.REDUCES, handler=confirm),
)
