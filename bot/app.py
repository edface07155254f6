"""The composition root: lock, database, market, engine room, and the process around them.

The engine starts first. Telegram's library takes seconds to import, so that happens in a thread
while the desk already trades; the chat joins when it is ready, and may stay away for ever.
"""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from loguru import logger

from bot.audience import Audience, admit, place_topics
from bot.engine_room import EngineRoom, build
from bot.live import look_beforehand
from bot.markets import open_market
from bot.parley import Cast, cast_of
from bot.patience import patiently
from bot.process import Process
from bot.settings import Settings, changed_since_start
from bot.teller import say
from bot.upkeep import Lock
from engine.core.errors import SettingsError
from engine.execution.clocks import SystemClock
from storage.database import Database, sqlite_path
from storage.identity import bind
from storage.lock import PROVED_FOR_S, FileLock, TwinRunning, take_lock
from storage.opening import Opened, open_database
from storage.people import People
from storage.reports import Reports
from storage.topics import Topics
from storage.wishes import WishBook

STANDBY_S = 10.0


def main(settings: Settings) -> int:
    """The desk until its end, on an event loop of its own; returns the exit code."""
    return asyncio.run(run(settings))


async def run(settings: Settings) -> int:
    """Runs the desk until it is told to stop or its market ends; returns the exit code.

    Raises SettingsError or StorageError when it cannot start.
    """
    cast = cast_of(settings)  # a wrong VOTERS is told before anything is made
    async with AsyncExitStack() as stack:
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True, mode=0o700)
        lock = await _locked(settings)
        stack.push_async_callback(lock.release)
        opened = await open_database(settings.database, settings.data_dir / "backups")
        stack.push_async_callback(opened.database.close)
        if isinstance(lock, FileLock):
            lock.bind(opened.identity.database_uuid)
        await _bound(settings, opened.database)
        room, audience = await _room(settings, cast, opened, stack)
        process = Process(settings, opened.database, room, audience, lock)
        return await process.run(stack)


async def _room(
    settings: Settings, cast: Cast, opened: Opened, stack: AsyncExitStack
) -> tuple[EngineRoom, Audience]:
    """The engine room on its market, and those who hear of it."""
    wall = SystemClock(_thought_failed)
    stack.push_async_callback(wall.close)
    state = await Reports(opened.database).state()
    resumed_at = None if state is None else state.cursor_at
    await look_beforehand(settings, wall)
    market = await patiently(
        lambda: open_market(settings, wall, opened.identity.created_at, resumed_at), wall
    )
    stack.push_async_callback(market.close)
    people = People(opened.database)
    await admit(settings, people, datetime.now(UTC))
    topics = Topics(opened.database)
    await place_topics(settings, topics)
    audience = Audience(people, market.mode.badge, WishBook(opened.database), topics)
    await audience.refresh()
    room = await patiently(
        lambda: build(
            settings,
            cast,
            opened,
            market,
            wall,
            audience.announce,
            lambda: changed_since_start(settings),
        ),
        wall,
    )
    audience.follow(lambda: room.dial.parameters)
    stack.push_async_callback(room.parley.close)
    stack.push_async_callback(room.close)
    return room, audience


async def _bound(settings: Settings, database: Database) -> None:
    """Refuses a database that holds the books of another account: its cash would be made up."""
    wanted = f"{settings.trading.value} {settings.market}"
    found = await bind(database, wanted)
    if found != wanted:
        raise SettingsError(
            f"This database holds the books of another account: {found}, not {wanted}.",
            hint="Choose another DATA_DIR (or DATABASE_URL), or go back to that market.",
        )


async def _locked(settings: Settings) -> Lock:
    """The desk's lock. On PostgreSQL a second instance waits for it, as a hot standby.

    Raises TwinRunning on SQLite: there the other process is on this machine, by mistake.
    """
    path = sqlite_path(settings.database)
    is_successor = False
    while True:
        try:
            lock = await take_lock(settings.database, path)
        except TwinRunning as error:
            if path is not None:
                raise
            say(f"{error.chat_text} Waiting to take over.")
            is_successor = True
            await asyncio.sleep(STANDBY_S)
            continue
        if not is_successor:
            return lock
        # a desk that lost its connection sends until its last proof is too old
        await asyncio.sleep(PROVED_FOR_S)
        if await lock.held():
            return lock
        await lock.release()


def _thought_failed(error: BaseException) -> None:
    logger.opt(exception=error).error("a decision failed")
