"""The schema, moved up and down by Alembic inside one transaction: all of it or nothing.

Alembic is imported only where something moves: a database at HEAD opens without it.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from engine.core.errors import StorageError
from storage.database import Database
from storage.migrations import HEAD

SCRIPTS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"


async def current(database: Database) -> str | None:
    """The revision of the database, or None where there is no schema yet."""
    return await database.read(read_version)


async def upgrade(database: Database, revision: str = HEAD) -> None:
    """Moves the schema up to `revision`; raises StorageError for a database of a newer desk."""
    await database.write(lambda connection: _move(connection, revision, up=True))


async def downgrade(database: Database, revision: str = "base") -> None:
    """Moves the schema down to `revision`; "base" drops every table."""
    await database.write(lambda connection: _move(connection, revision, up=False))


def read_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if version is None else str(version)


def _move(connection: Connection, revision: str, *, up: bool) -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(SCRIPTS), version_locations=[str(SCRIPTS / "versions")])
    known = {script.revision for script in scripts.walk_revisions()}
    found = read_version(connection)
    if found is not None and found not in known:
        raise StorageError(
            f"the database is at revision {found}, unknown here",
            chat_text="The database was made by a newer version of the desk.",
            hint="Install that version again, or restore a backup that is older than it.",
        )
    steps = scripts._upgrade_revs if up else scripts._downgrade_revs
    context = MigrationContext.configure(
        connection,
        opts={
            "fn": lambda current, _context: steps(revision, current),
            "transactional_ddl": True,  # SQLite can, though Alembic does not assume it
            "render_as_batch": True,
        },
    )
    with Operations.context(context):
        context.run_migrations()
