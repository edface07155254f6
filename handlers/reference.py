"""The tables of docs/commands.md and docs/parameters.md, made from the descriptions."""

from collections.abc import Iterable

from engine.core.parameters import Parameters, declarations
from engine.core.parameters.declaration import Declaration
from engine.core.parameters.parse import bounds_text, format_value
from handlers.contract import Command, Effect, Group

_EFFECTS = {
    Effect.READS: "reads",
    Effect.REDUCES: "lowers risk; done late too",
    Effect.RAISES: "may raise risk; refused when late",
}
_RISKIER = {"up": "higher", "down": "lower", "none": ""}


def commands_markdown() -> str:
    """The commands by group, as a page of Markdown."""
    from handlers.commands import COMMANDS  # imports aiogram, which the parameters do not need

    lines = [
        "# Commands",
        "",
        "Roles: a trader may do what a viewer may, an owner everything. A trader can stop the desk",
        "and lower risk; raising it takes an owner and a second tap.",
    ]
    for group in Group:
        lines += [
            "",
            f"## {group.value}",
            "",
            "| command | what it gives | role | effect | examples |",
            "|---|---|---|---|---|",
            *(_command_row(command) for command in COMMANDS if command.group is group),
        ]
    return "\n".join(lines) + "\n"


def parameters_markdown() -> str:
    """The parameters by group, as a page of Markdown."""
    declared = declarations(Parameters).values()
    lines = [
        "# Parameters",
        "",
        "Change one in chat with `/set name value`; `/undo` takes the last change back.",
    ]
    for group in dict.fromkeys(each.group for each in declared):
        lines += [
            "",
            f"## {group}",
            "",
            "| name | default | allowed | more risk | in force | why |",
            "|---|---|---|---|---|---|",
            *(_parameter_row(each) for each in declared if each.group == group),
        ]
    return "\n".join(lines) + "\n"


def _command_row(command: Command) -> str:
    name = f"`/{command.name}{f' {command.usage}' if command.usage else ''}`"
    examples = ", ".join(f"`{example}`" for example in command.examples)
    return _row([name, command.help, command.role.value, _EFFECTS[command.effect], examples])


def _parameter_row(declared: Declaration) -> str:
    return _row(
        [
            f"`{declared.name}`",
            format_value(declared, declared.default),
            bounds_text(declared),
            _RISKIER[declared.riskier],
            "at once" if declared.hot else "next start",
            declared.why,
        ]
    )


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
