"""The text of /help: only what the person's role may do. Pure."""

from collections.abc import Iterable, Sequence

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.parameters.parse import closest, quoted
from handlers.contract import Command, Group
from handlers.views.text import escape


def allowed(commands: Iterable[Command], role: Role) -> tuple[Command, ...]:
    """The commands that a person of this role may use, in the table's order."""
    return tuple(command for command in commands if role.covers(command.role))


def tabs(commands: Sequence[Command], role: Role) -> tuple[Group, ...]:
    """The groups in which this role finds anything."""
    mine = {command.group for command in allowed(commands, role)}
    return tuple(group for group in Group if group in mine)


def group_text(commands: Sequence[Command], role: Role, tab: Group, badge: str) -> str:
    """One tab: a line for each command."""
    own = [command for command in allowed(commands, role) if command.group is tab]
    lines = [f"/{command.name} {escape(command.help)}" for command in own]
    return "\n".join(
        [
            f"<b>{tab.value}</b> · {escape(badge)}",
            *(lines or ["Nothing here for your role."]),
            "More about one: <code>/help status</code>",
        ]
    )


def command_text(command: Command, badge: str) -> str:
    """All about one command, with examples to copy."""
    usage = f" {escape(command.usage)}" if command.usage else ""
    lines = [
        f"<b>/{command.name}{usage}</b> · {escape(badge)}",
        f"{escape(command.help).capitalize()}.",
        f"For: {command.role.value}{' and above' if command.role is not Role.OWNER else ''}",
    ]
    if command.examples:
        lines.append("For example:")
        lines += [f"<code>{escape(example)}</code>" for example in command.examples]
    return "\n".join(lines)


def find(commands: Sequence[Command], name: str, role: Role) -> Command:
    """The command of this name; raises UserError with the closest ones the role may use."""
    wanted = name.removeprefix("/").lower()
    for command in allowed(commands, role):
        if command.name == wanted:
            return command
    raise UserError(unknown_command(commands, name, role))


def unknown_command(commands: Sequence[Command], name: str, role: Role) -> str:
    """The plain sentence for a command that does not exist, or not for this role."""
    wanted = name.removeprefix("/")
    near = closest(wanted, [command.name for command in allowed(commands, role)])
    shown = ", ".join(f"/{each}" for each in near)
    hint = f"Did you mean {shown}?" if near else "/help lists what there is."
    return f"There is no command {quoted(wanted)} for you. {hint}"
