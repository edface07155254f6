"""A first start, a second one, and what lies on disk afterwards."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.core.errors import StorageError
from engine.core.ids import PREFIX_LENGTH
from storage.database import Database
from storage.files import read_side_file, side_file
from storage.identity import (
    ensure_identity,
    mark_clean_stop,
    mark_running,
    order_prefix,
    read_identity,
)
from storage.opening import open_database
from tests.storage.conftest import FakeNow, url_of
from tests.storage.samples import AT


async def test_a_fresh_desk_gets_private_files_and_an_identity(
    tmp_path: Path, now: FakeNow
) -> None:
    path = tmp_path / "var" / "parley.db"
    opened = await open_database(url_of(path), tmp_path / "backups", now)
    assert opened.identity.created_at == AT
    assert opened.migrated_from is None
    assert read_side_file(path) == opened.identity.database_uuid
    modes = {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == {0o600}
    await opened.database.close()


async def test_a_second_start_finds_the_same_identity(database_url: str, tmp_path: Path) -> None:
    identities = []
    for _ in range(2):
        opened = await open_database(database_url, tmp_path / "backups")
        identities.append(opened.identity)
        await opened.database.close()
    assert identities[0] == identities[1]
    assert len(identities[0].order_prefix) == PREFIX_LENGTH
    assert not (tmp_path / "backups").exists()


async def test_a_lost_side_file_is_written_again(database_path: Path, tmp_path: Path) -> None:
    before = read_side_file(database_path)
    side_file(database_path).unlink()
    opened = await open_database(url_of(database_path), tmp_path / "backups")
    assert read_side_file(database_path) == before == opened.identity.database_uuid
    await opened.database.close()


def _delete(path: Path) -> None:
    path.unlink()


async def test_moving_the_side_file_away_starts_anew(database_path: Path, tmp_path: Path) -> None:
    before = read_side_file(database_path)
    _delete(database_path)
    with pytest.raises(StorageError, match="remembers another database"):
        await open_database(url_of(database_path), tmp_path / "backups")
    side_file(database_path).rename(tmp_path / "old.id")
    opened = await open_database(url_of(database_path), tmp_path / "backups")
    assert opened.identity.database_uuid != before
    await opened.database.close()


async def test_an_interrupted_first_start_is_finished_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    path.touch()  # killed between making the file and making the tables
    opened = await open_database(url_of(path), tmp_path / "backups")
    assert read_side_file(path) == opened.identity.database_uuid
    await opened.database.close()


async def test_a_clean_stop_is_remembered_until_the_desk_runs_again(database: Database) -> None:
    await ensure_identity(database, AT)
    await mark_clean_stop(database, AT)
    stopped = await database.read(read_identity)
    assert stopped is not None
    assert stopped.last_clean_stop_at == AT
    await mark_running(database)
    running = await database.read(read_identity)
    assert running is not None
    assert running.last_clean_stop_at is None


async def test_a_database_of_a_newer_desk_is_refused_at_the_start(
    own_url: str, tmp_path: Path
) -> None:
    database = Database(own_url)
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    await database.write(lambda db: db.execute(newer).rowcount)
    await database.close()
    with pytest.raises(StorageError, match="revision 9999, unknown here"):
        await open_database(own_url, tmp_path / "backups")


def test_a_prefix_is_a_function_of_the_uuid() -> None:
    first, second = order_prefix("a"), order_prefix("b")
    assert first == order_prefix("a") != second
    assert set(first + second) <= set("0123456789abcdefghijklmnopqrstuvwxyz")


def test_opening_a_database_at_its_newest_revision_imports_no_alembic(database_path: Path) -> None:
    code = (
        "import asyncio, pathlib, sys\n"
        "from storage.opening import open_database\n"
        f"opening = open_database({url_of(database_path)!r}, pathlib.Path('none'))\n"
        "opened = asyncio.run(opening)\n"
        "sys.exit(bool({'alembic', 'aiogram', 'asyncpg'} & set(sys.modules)))\n"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
