"""panic, pause, resume from a terminal: through the database, whether the desk runs or not."""

import asyncio
import secrets
import sys
from datetime import UTC, datetime
from getpass import getuser

from bot.settings import Settings
from engine.core.errors import StorageError
from engine.core.messages import TerminalCommand
from storage.database import Database, sqlite_path
from storage.terminal import TerminalCommands

WAIT_S = 10.0
LOOK_S = 0.1


def ask(settings: Settings, kind: str) -> int:
    """Leaves the command for the desk and prints its answer; exit code 0 once it is answered.

    A desk that is not running finds it at its next start, before it takes any entry.
    """
    path = sqlite_path(settings.database)
    if path is not None and not path.exists():
        raise StorageError(
            f"no file {path}",
            chat_text="There is no database yet, so there is no desk to command.",
            hint="Check DATA_DIR or DATABASE_URL.",
        )
    answer = asyncio.run(_asked(settings.database, kind))
    if answer is None:
        sys.stdout.write("Noted. The desk is not running; it will do this first when it starts.\n")
        return 0
    sys.stdout.write(f"{answer}\n")
    return 0


async def _asked(database_url: str, kind: str) -> str | None:
    database = Database(database_url)
    try:
        commands = TerminalCommands(database)
        command = TerminalCommand(
            command_id=f"terminal-{secrets.token_hex(8)}",
            kind=kind,
            actor=getuser(),
            at=datetime.now(UTC),
        )
        await commands.put(command)
        loop = asyncio.get_running_loop()
        until_s = loop.time() + WAIT_S
        while loop.time() < until_s:
            found = await commands.find(command.command_id)
            if found is not None and found.answer is not None:
                return found.answer
            await asyncio.sleep(LOOK_S)
        return None
    finally:
        await database.close()
