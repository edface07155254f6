"""The help shows what a person may do; the reference pages come from the same descriptions."""

import re
from collections.abc import Callable

import pytest

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.parameters import Parameters, declarations
from handlers.commands import COMMANDS
from handlers.contract import Command, Group
from handlers.help import allowed, command_text, find, group_text, tabs, unknown_command
from handlers.reference import commands_markdown, parameters_markdown
from tests.handlers.markup import shown


@pytest.mark.parametrize("role", Role)
def test_the_tabs_together_list_what_the_role_may_do_and_nothing_else(role: Role) -> None:
    told = "\n".join(group_text(COMMANDS, role, tab, "PAPER") for tab in tabs(COMMANDS, role))
    listed = set(re.findall(r"^/(\w+) ", shown(told), re.MULTILINE))
    assert listed == {command.name for command in COMMANDS if role.covers(command.role)}


def test_a_viewer_has_no_tab_to_control() -> None:
    assert Group.CONTROL not in tabs(COMMANDS, Role.VIEWER)
    assert "Nothing here" in group_text(COMMANDS, Role.VIEWER, Group.CONTROL, "PAPER")
    assert len(allowed(COMMANDS, Role.OWNER)) == len(COMMANDS)


def test_help_for_a_command_has_its_usage_and_examples_to_copy() -> None:
    text = command_text(find(COMMANDS, "/SET", Role.OWNER), "PAPER")
    head = "/set name value [for 4h] · PAPER\nChange a parameter.\nFor: trader"
    assert shown(text).startswith(head)
    assert "<code>/set risk_per_trade 0.4%</code>" in text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("staus", "/status"), ("positons", "/positions"), ("panik", "/panic"), ("hlep", "/help")],
)
def test_a_typo_gets_the_closest_command_first(typed: str, expected: str) -> None:
    sentence = unknown_command(COMMANDS, typed, Role.OWNER)
    assert f"Did you mean {expected}" in sentence
    assert sentence.count("/") <= 3


def test_a_viewer_is_not_pointed_to_what_only_others_may() -> None:
    assert "/panic" not in unknown_command(COMMANDS, "panik", Role.VIEWER)
    with pytest.raises(UserError, match="no command"):
        find(COMMANDS, "panic", Role.VIEWER)


def test_a_hostile_name_is_quoted_shortly() -> None:
    sentence = unknown_command(COMMANDS, "\u202e<b>" + "x" * 900, Role.OWNER)
    assert len(sentence) < 160
    assert "\u202e" not in sentence


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_description_suits_telegrams_menu(command: Command) -> None:
    assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
    assert 3 <= len(command.help) < 60
    assert all(example.startswith(f"/{command.name}") for example in command.examples)


def test_the_reference_pages_name_every_command_and_parameter_once() -> None:
    commands = re.findall(r"^\| `/(\w+)", commands_markdown(), re.MULTILINE)
    assert sorted(commands) == sorted(command.name for command in COMMANDS)
    values = parameters_markdown()
    assert re.findall(r"^\| `(\w+)", values, re.MULTILINE) == list(declarations(Parameters))
    assert "| `risk_per_trade_ratio` | 0.5% | 0.05% to 5% | higher | at once |" in values


@pytest.mark.parametrize(("page", "columns"), [(commands_markdown, 5), (parameters_markdown, 6)])
def test_every_row_of_the_reference_has_all_its_cells(
    page: Callable[[], str], columns: int
) -> None:
    rows = [line for line in page().splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {columns + 1}
