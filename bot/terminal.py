"""Commands from a terminal reach the running desk through the database, without Telegram."""

import asyncio

from loguru import logger

from engine.core.commands import Panic, Pause, Resume
from engine.core.errors import DeskError, StorageError
from engine.core.messages import TerminalCommand
from engine.core.people import TERMINAL
from engine.services.controls import Controls
from storage.terminal import TerminalCommands

POLL_S = 0.25


class TerminalDesk:
    """Picks up what was asked and answers it."""

    def __init__(self, commands: TerminalCommands, controls: Controls) -> None:
        self._commands = commands
        self._controls = controls

    async def run(self) -> None:
        """Looks for commands for ever; a database that does not answer is asked again."""
        while True:
            try:
                await self.work_off()
            except StorageError as error:
                logger.warning("terminal commands: {}", error.log_text)
            await asyncio.sleep(POLL_S)

    async def work_off(self) -> None:
        """Does what waits, in order; raises StorageError."""
        for command in await self._commands.waiting():
            await self._commands.finish(command.command_id, await self._answer(command))

    async def _answer(self, command: TerminalCommand) -> str:
        logger.info("{} asks from a terminal: {}", command.actor, command.kind)
        try:
            return await self._done(command)
        except DeskError as error:
            return error.sentence()

    async def _done(self, command: TerminalCommand) -> str:
        asked = command.command_id
        match command.kind:
            case "pause":
                control = await self._controls.pause(Pause(command_id=asked, actor=TERMINAL))
                return f"The desk is {control.after.value}: {control.why}."
            case "resume":
                control = await self._controls.resume(Resume(command_id=asked, actor=TERMINAL))
                return f"The desk is {control.after.value}: {control.why}."
            case "panic" | "panic_close":
                closing = command.kind == "panic_close"
                step = await self._controls.panic(
                    Panic(command_id=asked, actor=TERMINAL, close_all=closing)
                )
                more = "Closing all of them now." if step.closing else "Stops stay in force."
                return f"HALTED. {len(step.positions)} positions are open. {more}"
            case _:
                return f"There is no terminal command {command.kind!r}."
