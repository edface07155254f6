"""The schema goes up, down and up again, and is then what the tables say."""

import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, text

from engine.core.errors import StorageError
from storage.backup import backups
from storage.database import Database
from storage.mapping.desk import state_row
from storage.migrate import SCRIPTS, current, downgrade, upgrade
from storage.migrations import HEAD
from storage.opening import open_database
from storage.reports import Reports
from storage.tables import METADATA, TABLES
from storage.tables.desk_state import DESK_STATE
from tests.storage.conftest import url_of
from tests.storage.samples import a_state


def _table_names(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, METADATA))


async def test_down_and_up_again_gives_the_schema_of_the_tables(own_database: Database) -> None:
    assert await own_database.write(_differences) == []
    await downgrade(own_database)
    assert await own_database.read(_table_names) == {"alembic_version"}
    assert await current(own_database) is None
    await upgrade(own_database)
    assert await current(own_database) == HEAD
    assert await own_database.write(_differences) == []


async def test_a_desk_of_the_first_schema_begins_without_a_losing_streak(
    own_database: Database,
) -> None:
    row = state_row(a_state(losing_streak=7))
    await own_database.write(lambda db: db.execute(insert(DESK_STATE).values(row)))
    await downgrade(own_database, "0001")
    await upgrade(own_database)
    state = await Reports(own_database).state()
    # the marks of the day begin as they were before money could move
    started = state_row(a_state())["day_start_equity_quote"]
    assert state == a_state(losing_streak=0, day_base_quote=started, moved_quote=Decimal(0))


async def test_a_column_that_the_migrations_lack_is_noticed(own_database: Database) -> None:
    def drop(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE trades DROP COLUMN regime"))

    await own_database.write(drop)
    assert [each[0] for each in await own_database.write(_differences)] == ["add_column"]


async def test_a_database_of_a_newer_desk_is_refused(own_database: Database) -> None:
    def move(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await own_database.write(move)
    with pytest.raises(StorageError) as caught:
        await upgrade(own_database)
    assert caught.value.chat_text == "The database was made by a newer version of the desk."


async def test_an_older_schema_is_backed_up_before_it_moves(
    database_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a stand-in for a revision after the newest one, which the folder does not know
    database = Database(url_of(database_path))
    await database.write(lambda db: db.execute(text("UPDATE identity SET highest_position_id = 5")))
    await database.close()
    monkeypatch.setattr("storage.opening.HEAD", "9999")
    monkeypatch.setattr("storage.migrate.upgrade", _stays)
    folder = database_path.parent / "backups"
    opened = await open_database(url_of(database_path), folder)
    await opened.database.close()
    assert opened.migrated_from == HEAD
    (copy,) = backups(database_path, folder)
    with sqlite3.connect(copy) as db:
        assert db.execute("SELECT highest_position_id FROM identity").fetchone() == (5,)
    db.close()


async def _stays(database: Database) -> None:
    assert await current(database) == HEAD


def test_head_names_the_newest_revision() -> None:
    scripts = ScriptDirectory(str(SCRIPTS), version_locations=[str(SCRIPTS / "versions")])
    assert scripts.get_current_head() == HEAD


def test_every_table_file_is_in_the_table() -> None:
    folder = SCRIPTS.parent / "tables"
    on_disk = {path.stem for path in folder.glob("[!_]*.py")} - {"base"}
    assert on_disk == {table.name for table in TABLES} == set(METADATA.tables)
