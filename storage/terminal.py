"""What a terminal asks of the running desk, through the database: it works without Telegram."""

from typing import Any

from sqlalchemy import Row, select, update

from engine.core.messages import TerminalCommand
from storage.database import Database
from storage.statements import insert_new_one
from storage.tables.terminal_commands import TERMINAL_COMMANDS

WAITING = "waiting"
DONE = "done"


class TerminalCommands:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, command: TerminalCommand) -> bool:
        """Whether the command is new. Returns after the commit; raises StorageError."""
        row = {
            "command_id": command.command_id,
            "kind": command.kind,
            "actor": command.actor,
            "at": command.at,
            "state": WAITING,
        }
        return await self._database.write(lambda db: insert_new_one(db, TERMINAL_COMMANDS, row))

    async def waiting(self) -> tuple[TerminalCommand, ...]:
        """Commands that nobody has answered, oldest first."""
        statement = (
            select(TERMINAL_COMMANDS)
            .where(TERMINAL_COMMANDS.c.state == WAITING)
            .order_by(TERMINAL_COMMANDS.c.at, TERMINAL_COMMANDS.c.command_id)
        )
        rows = await self._database.read(lambda db: db.execute(statement).all())
        return tuple(_command_of(row) for row in rows)

    async def finish(self, command_id: str, answer: str) -> None:
        """Gives the answer; a second one changes nothing."""
        statement = (
            update(TERMINAL_COMMANDS)
            .where(TERMINAL_COMMANDS.c.command_id == command_id)
            .where(TERMINAL_COMMANDS.c.state == WAITING)
            .values(state=DONE, answer=answer)
        )
        await self._database.write(lambda db: db.execute(statement).rowcount)

    async def find(self, command_id: str) -> TerminalCommand | None:
        """The command, with its answer when there is one."""
        statement = select(TERMINAL_COMMANDS).where(TERMINAL_COMMANDS.c.command_id == command_id)
        row = await self._database.read(lambda db: db.execute(statement).one_or_none())
        return None if row is None else _command_of(row)


def _command_of(row: Row[Any]) -> TerminalCommand:
    return TerminalCommand(
        command_id=row.command_id, kind=row.kind, actor=row.actor, at=row.at, answer=row.answer
    )
