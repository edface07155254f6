"""A rig for every test that asks for one: local chat, database, people; no link runs yet."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.opening import open_database
from tests.bot.telegram.rig import Rig, a_rig


async def _make(path: Path) -> None:
    opened = await open_database(f"sqlite+aiosqlite:///{path}", path.parent)
    await opened.database.close()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the newest schema: copying it is quicker than migrating anew."""
    path = tmp_path_factory.mktemp("template") / "parley.db"
    asyncio.run(_make(path))
    return path


@pytest.fixture
async def rig(tmp_path: Path, migrated: Path) -> AsyncIterator[Rig]:
    shutil.copy(migrated, tmp_path / "parley.db")
    async with a_rig(tmp_path / "parley.db") as opened:
        yield opened
