"""Databases of the two kinds, each test with one of its own."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.database import Database
from storage.opening import open_database
from storage.tables import TABLES
from storage.tables.identity import IDENTITY
from tests.storage.samples import AT

POSTGRES = pytest.param("postgresql", marks=pytest.mark.postgres)


class FakeNow:
    """A wall clock that moves only when told."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at

    def pass_s(self, seconds: float) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at


@pytest.fixture
def now() -> FakeNow:
    return FakeNow()


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def _make(database_url: str, backups: Path) -> None:
    opened = await open_database(database_url, backups)
    await opened.database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file: copying it is quicker than migrating anew for each test."""
    folder = tmp_path_factory.mktemp("template")
    asyncio.run(_make(url_of(folder / "parley.db"), folder))
    return folder / "parley.db"


async def _administer(server_url: str, statement: str) -> None:
    engine = create_async_engine(server_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


def _named(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_server() -> str:
    server_url = os.environ.get("TEST_POSTGRES_URL")
    if not server_url:
        pytest.skip("TEST_POSTGRES_URL is not set")
    return server_url


@contextmanager
def _own_database(server_url: str, folder: Path) -> Iterator[str]:
    name = f"parley_test_{uuid4().hex[:12]}"
    asyncio.run(_administer(server_url, f"CREATE DATABASE {name}"))
    asyncio.run(_make(_named(server_url, name), folder))
    yield _named(server_url, name)
    asyncio.run(_administer(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def postgres_shared(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A migrated database for one test after the other: making one takes half a second."""
    with _own_database(postgres_server, tmp_path_factory.mktemp("none")) as database_url:
        yield database_url


@pytest.fixture
def postgres_url(postgres_shared: str) -> str:
    """The shared database, emptied."""
    asyncio.run(_empty(postgres_shared))
    return postgres_shared


async def _empty(database_url: str) -> None:
    tables = [table for table in reversed(TABLES) if table is not IDENTITY]
    rows = [str(table.delete()) + ";" for table in tables]
    identity = "UPDATE identity SET highest_position_id = 0, last_clean_stop_at = NULL;"
    own = "DROP TABLE IF EXISTS counter, samples;"  # what tests make
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    await connection.execute("".join(rows) + identity + own)
    await connection.close()


@pytest.fixture
def database_path(tmp_path: Path, sqlite_template: Path) -> Path:
    """A migrated SQLite file with its side file."""
    for name in ("parley.db", "parley.db.id"):
        shutil.copy(sqlite_template.with_name(name), tmp_path / name)
    return tmp_path / "parley.db"


@pytest.fixture(params=["sqlite", POSTGRES])
def database_url(request: pytest.FixtureRequest) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return url_of(request.getfixturevalue("database_path"))


@pytest.fixture(params=["sqlite", POSTGRES])
def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database whose schema the test may change."""
    if request.param == "postgresql":
        with _own_database(request.getfixturevalue("postgres_server"), tmp_path) as database_url:
            yield database_url
    else:
        yield url_of(request.getfixturevalue("database_path"))


@pytest.fixture
async def own_database(own_url: str) -> AsyncIterator[Database]:
    opened = Database(own_url)
    yield opened
    await opened.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def file_database(database_path: Path) -> AsyncIterator[Database]:
    """A SQLite database, where the test is about its file."""
    opened = Database(url_of(database_path))
    yield opened
    await opened.close()
