"""Parameters that commands of their own change: lists of symbols, and switches."""

from engine.core.commands import SetParameter
from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.parameters.texts import NOTHING, names_of
from engine.services.answers import ParameterChange
from handlers.contract import Answer, Key, Request
from handlers.desk import Desk
from handlers.payloads import UndoTap
from handlers.views.parameters import change_text


def value_of(desk: Desk, name: str) -> str:
    """The parameter's present value as a person reads it; empty where there is none."""
    return next((row.value for row in desk.tuning.rows() if row.name == name), "")


def names_in(desk: Desk, name: str) -> tuple[str, ...]:
    """The names on a list, in order of the alphabet."""
    text = value_of(desk, name)
    return () if text.lower() in NOTHING else tuple(sorted(names_of(text)))


async def base_of(desk: Desk, word: str) -> str:
    """The name by which lists know a symbol that is traded here; raises UserError."""
    symbol = await desk.reports.symbol(word)
    return symbol.partition("/")[0].upper()


async def put(desk: Desk, request: Request, name: str, text: str, *, loosens: bool) -> Answer:
    """Sets the parameter at once; what lets the desk do more is an owner's.

    Which way a list or a switch moves risk cannot be told from its value: the caller says it.
    """
    if loosens and not request.person.role.covers(Role.OWNER):
        raise UserError("That lets the desk do more.", hint="Only an owner may; nothing changed.")
    if loosens:
        await desk.codes.require(request.person.person_id)
    change = await desk.tuning.set(
        SetParameter(
            command_id=request.command_id,
            actor=request.person.as_actor(),
            name=name,
            text=text,
            confirmed=loosens,
        )
    )
    return done(desk, request, change)


def done(desk: Desk, request: Request, change: ParameterChange) -> Answer:
    """What changed, with the way back."""
    undo = Key(label="↩️ Undo", payload=UndoTap(version=change.version))
    return Answer(
        text=change_text(change, desk.mode.badge),
        keys=((undo,),) if change.old != change.new else (),
        toast="Done" if request.button else "",
    )
