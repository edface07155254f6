"""A short look at the desk's memory from outside: `parley status`, `parley trades`.

Takes no lock, creates nothing, writes nothing, and imports neither the chat nor Alembic.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from engine.core.errors import StorageError
from storage.database import Database, sqlite_path
from storage.migrate import current
from storage.migrations import HEAD
from storage.reports import Reports

T = TypeVar("T")


def glance(database_url: str, look: Callable[[Reports], Awaitable[T]]) -> T:
    """What `look` saw; raises StorageError where there is no desk's database of this version."""
    path = sqlite_path(database_url)
    if path is not None and not path.exists():
        raise StorageError(
            f"no file {path}",
            chat_text="There is no database yet.",
            hint="Start the desk first: parley run.",
        )
    return asyncio.run(_look(database_url, look))


async def _look(database_url: str, look: Callable[[Reports], Awaitable[T]]) -> T:
    database = Database(database_url)
    try:
        if await current(database) != HEAD:
            raise StorageError(
                "the schema is not at its newest revision",
                chat_text="The database belongs to another version of the desk.",
                hint="Run: parley migrate.",
            )
        return await look(Reports(database))
    finally:
        await database.close()
