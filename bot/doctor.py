"""`parley doctor`: what is in order, what is not, and the mend for each, in plain words."""

import asyncio
import os
import socket
import stat
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.doctor_live import account_gauges
from bot.markets import open_market
from bot.parley import cast_of
from bot.settings import Settings
from engine.core.errors import DeskError, StorageError
from engine.core.kinds import Role
from engine.execution.clocks import SystemClock
from engine.services.answers import Gauge
from storage.database import Database, sqlite_path
from storage.files import DiskLevel, disk_level
from storage.migrate import current
from storage.migrations import HEAD
from storage.people import People

CLOCK_WARN_S = 2.0
TELEGRAM = "https://api.telegram.org"
ANSWER_S = 10.0


def examine(settings: Settings) -> int:
    """Prints one line a check; exit code 0 when all is well, 1 otherwise."""
    found = asyncio.run(examine_all(settings))
    for gauge in found:
        sys.stdout.write(f"{'ok  ' if gauge.good else 'MEND'} {gauge.name:<10} {gauge.value}\n")
        if gauge.hint:
            sys.stdout.write(f"{'':<16}{gauge.hint}\n")
    return 0 if all(gauge.good for gauge in found) else 1


async def examine_all(settings: Settings) -> list[Gauge]:
    """Everything that was looked at, in the order in which one explains the next."""
    return [await check(settings) for check in CHECKS] + await account_gauges(settings)


async def _settings(settings: Settings) -> Gauge:
    given = len(settings.model_fields_set)
    return Gauge(name="Settings", value=f"valid, {given} set, the rest by default", good=True)


async def _env_file(settings: Settings) -> Gauge:
    mode = await asyncio.to_thread(_mode_of, Path(".env"))
    if mode is None:
        return Gauge(name=".env", value="none; that is fine", good=True)
    private = not mode & 0o077 or not settings.secrets()
    return Gauge(
        name=".env",
        value=f"mode {mode:04o}",
        good=private,
        hint="" if private else "It holds secrets and others can read it: chmod 600 .env",
    )


async def _disk(settings: Settings) -> Gauge:
    folder = settings.data_dir if settings.data_dir.exists() else Path()
    level = await asyncio.to_thread(disk_level, folder)
    writable = os.access(folder, os.W_OK)
    good = level is DiskLevel.OK and writable
    value = f"{level.value}, {'writable' if writable else 'not writable'}"
    return Gauge(
        name="Disk",
        value=value,
        good=good,
        hint="" if good else "Free some space, or set DATA_DIR to a folder you may write to.",
    )


async def _database(settings: Settings) -> Gauge:
    path = sqlite_path(settings.database)
    if path is not None and not path.exists():
        return Gauge(name="Database", value="none yet; the first start makes it", good=True)
    database = Database(settings.database)
    try:
        version = await current(database)
    except StorageError as error:
        return Gauge(name="Database", value=error.chat_text, good=False, hint=error.hint)
    finally:
        await database.close()
    good = version == HEAD
    return Gauge(
        name="Database",
        value=f"answers, version {version}",
        good=good,
        hint="" if good else "Run: parley migrate",
    )


async def _people(settings: Settings) -> Gauge:
    if not settings.has_token:
        return Gauge(name="People", value="the local chat brings its own", good=True)
    path = sqlite_path(settings.database)
    if Role.OWNER in settings.users.values():
        return Gauge(name="People", value=f"{len(settings.users)} in TELEGRAM_USERS", good=True)
    if path is None or path.exists():
        database = Database(settings.database)
        try:
            people = await People(database).everybody()
        except StorageError:
            people = ()
        finally:
            await database.close()
        if any(person.role is Role.OWNER for person in people):
            return Gauge(name="People", value=f"{len(people)} paired", good=True)
    return Gauge(
        name="People",
        value="no owner: nobody may talk to the desk",
        good=False,
        hint="Set TELEGRAM_USERS=<your id>:owner, or start the desk and send its one-time code.",
    )


async def _voters(settings: Settings) -> Gauge:
    try:
        cast = cast_of(settings)
    except DeskError as error:
        return Gauge(name="Voters", value=error.chat_text, good=False, hint=error.hint)
    return Gauge(name="Voters", value=", ".join(spec.name for spec in cast.specs), good=True)


async def _port(settings: Settings) -> Gauge:
    address = f"{settings.http_host}:{settings.http_port}"
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.http_host, settings.http_port))
        except OSError as error:
            return Gauge(
                name="HTTP port",
                value=f"{address} is taken ({error.strerror})",
                good=False,
                hint="The desk may be running already; else set HTTP_PORT to another number.",
            )
    return Gauge(name="HTTP port", value=f"{address} is free", good=True)


async def _telegram(settings: Settings) -> Gauge:
    if not settings.has_token:
        return Gauge(name="Telegram", value="no token: the local chat page serves", good=True)
    base = settings.telegram_api_base or TELEGRAM
    token = settings.telegram_bot_token.get_secret_value()
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S)) as session,
            session.get(f"{base.rstrip('/')}/bot{token}/getMe") as answer,
        ):
            refused = answer.status in {401, 404}
            date = answer.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError) as error:
        return Gauge(
            name="Telegram",
            value=f"does not answer ({type(error).__name__})",
            good=False,
            hint="The desk runs without it and tells later; check the network.",
        )
    if refused:
        return Gauge(
            name="Telegram",
            value="the token is refused",
            good=False,
            hint="Ask BotFather for the token again.",
        )
    return _clock_gauge(date)


def _clock_gauge(date: str) -> Gauge:
    try:
        theirs = datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    except ValueError:
        return Gauge(name="Telegram", value="answers", good=True)
    skew_s = (datetime.now(UTC) - theirs).total_seconds()
    good = abs(skew_s) < CLOCK_WARN_S + 1.0  # the header has whole seconds
    return Gauge(
        name="Telegram",
        value=f"answers; our clock differs by {skew_s:+.0f} s",
        good=good,
        hint="" if good else "Set the clock: turn on NTP.",
    )


async def _market(settings: Settings) -> Gauge:
    async with AsyncExitStack() as stack:
        wall = SystemClock(lambda _: None)
        stack.push_async_callback(wall.close)
        try:
            market = await open_market(settings, wall, datetime.now(UTC))
        except DeskError as error:
            return Gauge(name="Market", value=error.chat_text, good=False, hint=error.hint)
        stack.push_async_callback(market.close)
        value = f"{market.mode.words}, {len(market.instruments)} symbols"
        if market.skew_s is None:
            return Gauge(name="Market", value=value, good=True)
        try:
            skew_s = await market.skew_s()
        except DeskError as error:
            return Gauge(name="Market", value=error.chat_text, good=False, hint=error.hint)
        good = abs(skew_s) < CLOCK_WARN_S
        return Gauge(
            name="Market",
            value=f"{value}; its clock differs by {skew_s:+.1f} s",
            good=good,
            hint="" if good else "Set the clock: turn on NTP.",
        )


def _mode_of(path: Path) -> int | None:
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else None


Check = Callable[[Settings], Awaitable[Gauge]]
CHECKS: tuple[Check, ...] = (
    _settings,
    _env_file,
    _disk,
    _database,
    _people,
    _voters,
    _port,
    _telegram,
    _market,
)
