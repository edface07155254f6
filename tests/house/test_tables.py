"""Every table is complete: a new file without its line in the table fails here."""

import ast
import importlib
import inspect
from typing import NamedTuple

import pytest
from sqlmodel import SQLModel

from engine.core import events
from engine.core.events import Event
from engine.core.telling import AlertClass
from handlers.alerts import ALERTS
from handlers.commands import BUTTONS, COMMANDS
from storage.tables import TABLES
from tests.house.tree import REPO


class Shelf(NamedTuple):
    """A folder whose files that define `mark` all stand in MODULES of `table`."""

    folder: str
    mark: str
    table: str


SHELVES = (
    Shelf("handlers/commands", "COMMAND", "handlers.commands"),
    Shelf("handlers/alerts", "ALERT", "handlers.alerts"),
    Shelf("charts", "CHART", "charts.registry"),
    Shelf("engine/strategies", "STRATEGIES", "engine.strategies.registry"),
    Shelf("engine/risk", "check", "engine.risk.registry"),
    Shelf("bot/jobs", "JOB", "bot.jobs.registry"),
)
# Folders in which every file is a row.
ONLY_ROWS = {"handlers/commands", "handlers/alerts"}


def _defines(source: str, name: str) -> bool:
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return True
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return True
    return False


def _on_disk(shelf: Shelf) -> set[str]:
    files = [path for path in (REPO / shelf.folder).glob("*.py") if path.stem != "__init__"]
    table_file = shelf.table.rpartition(".")[2]
    return {
        path.stem
        for path in files
        if shelf.folder in ONLY_ROWS
        or (path.stem != table_file and _defines(path.read_text("utf-8"), shelf.mark))
    }


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.folder)
def test_every_file_of_the_shelf_is_in_its_table(shelf: Shelf) -> None:
    rows = [
        module.__name__.rpartition(".")[2]
        for module in importlib.import_module(shelf.table).MODULES
    ]
    assert len(rows) == len(set(rows)), "a file stands in the table twice"
    assert set(rows) == _on_disk(shelf)
    assert rows, "an empty table proves nothing"


def test_every_table_of_the_database_is_listed() -> None:
    modules = [
        importlib.import_module(f"storage.tables.{path.stem}")
        for path in (REPO / "storage" / "tables").glob("*.py")
        if path.stem not in {"__init__", "base"}
    ]
    declared = {
        str(each.__tablename__)
        for module in modules
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, SQLModel) and each.__module__ == module.__name__
    }
    assert declared == {table.name for table in TABLES}


def test_a_command_is_named_as_its_file_and_only_once() -> None:
    modules = importlib.import_module("handlers.commands").MODULES
    assert [module.COMMAND.name for module in modules] == [
        module.__name__.rpartition(".")[2] for module in modules
    ]
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


def test_every_button_belongs_to_a_command_and_has_a_prefix_of_its_own() -> None:
    names = {command.name for command in COMMANDS}
    assert {button.command for button in BUTTONS} <= names
    prefixes = [button.payload.__prefix__ for button in BUTTONS]
    assert len(prefixes) == len(set(prefixes))


def test_every_button_class_is_in_the_table() -> None:
    from aiogram.filters.callback_data import CallbackData

    def below(parent: type[CallbackData]) -> set[type[CallbackData]]:
        return {each for child in parent.__subclasses__() for each in {child, *below(child)}}

    ours = {each for each in below(CallbackData) if each.__module__.startswith("handlers.")}
    assert ours == {button.payload for button in BUTTONS}


def test_every_event_has_an_alert_or_a_reason_why_not() -> None:
    kinds = {
        each
        for _, each in inspect.getmembers(events, inspect.isclass)
        if issubclass(each, Event) and each is not Event
    }
    assert kinds == {alert.event for alert in ALERTS}


def test_a_silent_alert_says_why_and_a_spoken_one_has_words() -> None:
    for alert in ALERTS:
        assert (alert.text is None) == bool(alert.silent_because), alert.event.__name__
        assert alert.roles, f"{alert.event.__name__} is told to nobody"


def test_every_alert_has_a_class_and_every_class_of_the_desk_has_alerts() -> None:
    assert all(isinstance(alert.kind, AlertClass) for alert in ALERTS)
    used = {alert.kind for alert in ALERTS}
    assert set(AlertClass) - used <= {AlertClass.APPROVALS}, "a class that never tells anything"
