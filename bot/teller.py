"""Events of the process itself, told by those who do not wait; and words for the terminal."""

import asyncio
import sys
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from engine.core.events import Event, TaskFailed, TwinSeen
from engine.core.kinds import TradingState
from engine.core.ports import Record
from engine.core.state import Cause
from engine.execution.desk import Desk


class Teller:
    """Makes events durable, and with that told."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._telling: set[asyncio.Task[Any]] = set()

    def tell(self, event: Event) -> None:
        """For callers that do not await."""
        self.beside(self.told(event))

    async def told(self, event: Event) -> None:
        """Returns once the event is durable, or kept in memory at worst."""
        await self._desk.scribe.keep(Record(events=(event,)))
        if isinstance(event, TwinSeen):
            await self._desk.switch.tighten(
                TradingState.REDUCING, Cause.TWIN, "another process uses our Telegram token"
            )

    async def task_failed(self, name: str, text: str, failures: int) -> None:
        """A supervised task died and will be started again."""
        now = datetime.now(UTC)
        await self.told(TaskFailed(at=now, task=name, text=text, failures=failures))

    def beside(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs `work` beside everything else; `finish` waits for it."""
        task = asyncio.create_task(work)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def finish(self) -> None:
        await asyncio.gather(*self._telling, return_exceptions=True)


def say(text: str) -> None:
    """A line for the person at the terminal; a closed terminal is no reason to stop."""
    with suppress(OSError, ValueError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
