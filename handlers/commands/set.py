"""/set: change one parameter. Lower risk at once; higher risk after an owner's second tap."""

from datetime import timedelta

from engine.core.commands import SetParameter
from engine.core.errors import UserError
from engine.core.ids import base36
from engine.core.kinds import Role
from engine.core.parameters.parse import quoted, resolve
from engine.core.parameters.texts import READERS
from engine.services.answers import ParameterChange
from handlers.confirm import command_id, short_digest
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.keys import question_rows, signer, slip_for, tapped
from handlers.payloads import SetConfirmed, UndoTap
from handlers.spoken import length
from handlers.views.parameters import change_text, overview_text, row_text

_NAME_CHARACTERS = 6


async def set_parameter(desk: Desk, request: Request) -> Answer:
    """The change as old → new; or the question, when it raises risk."""
    words = tuple(" ".join(request.words).replace("=", " ").split())
    rows = desk.tuning.rows()
    if not words:
        return Answer(text=overview_text(rows, desk.mode.badge))
    name = resolve(words[0], (row.name for row in rows))
    if len(words) == 1:
        row = next(row for row in rows if row.name == name)
        return Answer(text=row_text(row, desk.mode.badge))
    if name in READERS and not request.person.role.covers(Role.OWNER):
        # which way a list moves risk cannot be told
        raise UserError("Only an owner may change a list.", hint="Nothing was changed.")
    said, lasts = _for_a_while(words[1:])
    change = await desk.tuning.set(
        SetParameter(
            command_id=request.command_id,
            actor=request.person.as_actor(),
            name=name,
            text=" ".join(said),
            lasts=lasts,
        )
    )
    if not change.needs_confirmation:
        return _done(desk, change, edit=False)
    if not request.person.role.covers(Role.OWNER):
        raise UserError(
            f"{change.name} {change.old} → {change.new} raises risk.",
            hint="Only an owner may; nothing was changed.",
        )
    slip = slip_for(desk, request, "set", _subject(change, lasts))
    confirmed = SetConfirmed(subject=slip.subject, until=slip.until, code=slip.code)
    return Answer(
        text=change_text(change, desk.mode.badge),
        keys=question_rows(f"Yes, set {change.new}", confirmed),
    )


async def confirm(desk: Desk, request: Request) -> Answer:
    """Applies the change that the slip names, once."""
    slip = tapped(request, SetConfirmed)
    signer(desk, request, "set").check(slip, desk.now())
    if not request.person.role.covers(Role.OWNER):
        raise UserError("Only an owner may raise risk.", hint="Nothing was changed.")
    await desk.codes.require(request.person.person_id)
    subject, _, minutes = slip.subject.partition("~")
    short_name, _, text = subject.partition("=")
    names = {_short(row.name): row.name for row in desk.tuning.rows()}
    if short_name not in names:
        raise UserError("This parameter is gone.", hint="/params lists what there is.")
    change = await desk.tuning.set(
        SetParameter(
            command_id=command_id(slip),
            actor=request.person.as_actor(),
            name=names[short_name],
            text=text,
            confirmed=True,
            lasts=timedelta(minutes=int(minutes, 36)) if minutes else None,
        )
    )
    return _done(desk, change, edit=True)


def _done(desk: Desk, change: ParameterChange, *, edit: bool) -> Answer:
    undo = Key(label="↩️ Undo", payload=UndoTap(version=change.version))
    return Answer(
        text=change_text(change, desk.mode.badge),
        keys=((undo,),) if change.old != change.new else (),
        toast="Done" if edit else "",
        edit=edit,
    )


def _for_a_while(words: tuple[str, ...]) -> tuple[tuple[str, ...], timedelta | None]:
    """The value's words, and how long it is to last: "2 for 4h"."""
    if len(words) < 3 or words[-2].lower() != "for":
        return words, None
    lasts = length(words[-1])
    if lasts is None:
        raise UserError(f"{quoted(words[-1])} is no time.", hint="Write for 30m, 4h or 2d.")
    return words[:-2], lasts


def _subject(change: ParameterChange, lasts: timedelta | None) -> str:
    value = f"{_short(change.name)}={change.new.replace(' ', '')}"
    return value if lasts is None else f"{value}~{base36(int(lasts.total_seconds() // 60), 4)}"


def _short(name: str) -> str:
    return short_digest(name, _NAME_CHARACTERS)


COMMAND = Command(
    name="set",
    help="change a parameter",
    group=Group.TUNE,
    role=Role.TRADER,
    effect=Effect.RAISES,
    handler=set_parameter,
    usage="name value [for 4h]",
    examples=(
        "/set risk_per_trade 0.4%",
        "/set cool_down 30m",
        "/set max_spread 20 bps",
        "/set allow_short off",
        "/set max_positions 2 for 4h",
    ),
)
BUTTONS = (Button(payload=SetConfirmed, command="set", effect=Effect.RAISES, handler=confirm),)
