"""/help: what this person may do, by group; the "no" of every question lives here too."""

from engine.core.kinds import Role
from handlers.contract import Answer, Button, Command, Effect, Group, Key, Request
from handlers.desk import Desk
from handlers.help import command_text, find, group_text, tabs
from handlers.payloads import Dismissed, HelpTap


def _commands() -> tuple[Command, ...]:
    from handlers.commands import COMMANDS  # the table lists this file: it is read when asked

    return COMMANDS


async def help_card(desk: Desk, request: Request) -> Answer:
    """A tab of the commands, or all about the one that is named."""
    role = request.person.role
    if request.words:
        command = find(_commands(), request.words[0], role)
        return Answer(text=command_text(command, desk.mode.badge))
    return _tab(desk, role, Group.WATCH, edit=False)


async def turn(desk: Desk, request: Request) -> Answer:
    """Another tab, in place."""
    tap = request.button
    known = isinstance(tap, HelpTap) and tap.tab in set(Group)
    tab = Group(tap.tab) if isinstance(tap, HelpTap) and known else Group.WATCH
    return _tab(desk, request.person.role, tab, edit=True)


async def dismiss(_desk: Desk, _request: Request) -> Answer:
    """The question goes; nothing was changed."""
    return Answer(text="Left as it is. Nothing was changed.", toast="Left as it is", edit=True)


def _tab(desk: Desk, role: Role, tab: Group, *, edit: bool) -> Answer:
    commands = _commands()
    keys = tuple(
        Key(
            label=f"· {group.value} ·" if group is tab else group.value,
            payload=HelpTap(tab=group.value),
        )
        for group in tabs(commands, role)
    )
    return Answer(text=group_text(commands, role, tab, desk.mode.badge), keys=(keys,), edit=edit)


COMMAND = Command(
    name="help",
    help="what you can ask, with examples",
    group=Group.WATCH,
    role=Role.VIEWER,
    effect=Effect.READS,
    handler=help_card,
    usage="[command]",
    examples=("/help", "/help set"),
)
BUTTONS = (
    Button(payload=HelpTap, command="help", effect=Effect.READS, handler=turn),
    Button(payload=Dismissed, command="help", effect=Effect.READS, handler=dismiss),
)
