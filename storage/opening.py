"""Opening the desk's memory: what must hold before a single row is believed.

A database that is damaged, empty where it must not be, or somebody else's is refused with one
sentence. An older schema is backed up and then moved up.
"""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from engine.core.errors import StorageError
from storage import migrate
from storage.backup import write_backup
from storage.database import Database, sqlite_path
from storage.faults import told_plainly
from storage.files import PRIVATE, read_side_file, side_file, write_side_file
from storage.identity import Identity, ensure_identity
from storage.migrations import HEAD
from storage.moments import Now, utc_now


@dataclass(frozen=True, slots=True)
class Opened:
    database: Database
    identity: Identity
    migrated_from: str | None = None  # the revision it had before; None: it was at HEAD, or new


@dataclass(frozen=True, slots=True)
class _Found:
    """What is in a database file."""

    tables: frozenset[str]
    version: str | None
    database_uuid: str | None


async def open_database(database_url: str, backups: Path, now: Now = utc_now) -> Opened:
    """The database at HEAD with its identity; raises StorageError or SettingsError.

    Call it with the desk's lock held: it may create, back up and move the schema.
    """
    path = sqlite_path(database_url)
    version = None
    if path is not None:
        with told_plainly():
            version = await asyncio.to_thread(_prepare_file, path)
    database = Database(database_url)
    try:
        return await _bring_up(database, version, backups, now)
    except BaseException:
        await database.close()
        raise


async def _bring_up(database: Database, version: str | None, backups: Path, now: Now) -> Opened:
    if database.path is None:
        version = await migrate.current(database)
    if version != HEAD:
        if database.path is not None and version is not None:
            await asyncio.to_thread(write_backup, database.path, backups, now())
        await migrate.upgrade(database)
    identity = await ensure_identity(database, now())
    if database.path is not None and read_side_file(database.path) is None:
        with told_plainly():
            write_side_file(database.path, identity.database_uuid)
    moved = version if version != HEAD else None
    return Opened(database, identity, moved)


def _prepare_file(path: Path) -> str | None:
    """The schema's revision in the file at `path`; makes the file. Raises StorageError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    expected_uuid = read_side_file(path)
    if not path.exists() or path.stat().st_size == 0:
        if expected_uuid is not None:
            raise _lost(path, "is empty" if path.exists() else "is gone")
        path.touch(mode=PRIVATE)
        path.chmod(PRIVATE)
        return None
    path.chmod(PRIVATE)
    found = _inspect(path)
    if found.tables and "alembic_version" not in found.tables:
        raise StorageError(
            f"{path.name} has tables, but none of ours",
            chat_text=f"{path.name} is a database of another program.",
            hint="Check DATABASE_URL.",
        )
    if expected_uuid is not None and found.database_uuid != expected_uuid:
        raise _lost(path, "is not the one that was here")
    return found.version


def _inspect(path: Path) -> _Found:
    with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True)) as db:
        verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise StorageError(
                f"quick_check of {path.name}: {verdict}",
                chat_text=f"The database file {path.name} is damaged.",
                hint="Restore the newest file of the backups folder.",
            )
        tables = frozenset(
            row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        )
        return _Found(
            tables,
            _one(db, tables, "alembic_version", "SELECT version_num FROM alembic_version"),
            _one(db, tables, "identity", "SELECT database_uuid FROM identity"),
        )


def _one(db: sqlite3.Connection, tables: frozenset[str], table: str, query: str) -> str | None:
    row = db.execute(query).fetchone() if table in tables else None
    return None if row is None else str(row[0])


def _lost(path: Path, what: str) -> StorageError:
    return StorageError(
        f"{path.name} {what}, but {side_file(path).name} remembers another database",
        chat_text=f"The database file {path.name} {what}: the desk would forget its positions.",
        hint=f"Restore the newest file of the backups folder, or move {side_file(path).name} away "
        "to start anew.",
    )
