"""Long tasks: started, watched, started again, and told about when they fail."""

import asyncio
from collections.abc import Awaitable, Callable

from loguru import logger

from engine.core.errors import Fatal

Failed = Callable[[str, str, int], Awaitable[None]]
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 60.0
HEALTHY_S = 60.0  # a task that lived so long starts its back-off anew


class Supervisor:
    """Runs named tasks for ever. A task that returns is done; one that raises is restarted."""

    def __init__(self, failed: Failed, ended: Callable[[str], None]) -> None:
        """`failed` hears the task's name, the error's text and how often it failed in a row;
        `ended` the sentence of an error after which the desk must not go on.
        """
        self._failed = failed
        self._ended = ended
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.failures: dict[str, int] = {}

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Starts `work` and returns the task that ends when `work` returns."""
        task = asyncio.create_task(self._keep_alive(name, work), name=name)
        self._tasks[name] = task
        return task

    def alive(self) -> dict[str, bool]:
        """Which tasks still run."""
        return {name: not task.done() for name, task in self._tasks.items()}

    async def finish(self, name: str, timeout_s: float) -> None:
        """Gives a task that was told to end the time to do so by itself; cancels it after that."""
        task = self._tasks.get(name)
        if task is not None:
            await asyncio.wait({task}, timeout=timeout_s)
        await self.stop(name)

    async def stop(self, *names: str) -> None:
        """Cancels these tasks (all without names), the last started first, and waits for them."""
        for name in names or tuple(reversed(self._tasks)):
            task = self._tasks.get(name)
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _keep_alive(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        pause_s = FIRST_PAUSE_S
        while True:
            started_s = loop.time()
            try:
                return await work()
            except Fatal as error:
                logger.error("{} ended: {}", name, error.log_text)
                self._ended(error.sentence())
                return None
            except Exception as error:  # noqa: BLE001 - this is where a task's fault is told
                text = f"{type(error).__name__}: {error}"
                logger.opt(exception=error).error("{} failed", name)
            if loop.time() - started_s > HEALTHY_S:
                pause_s = FIRST_PAUSE_S
                self.failures[name] = 0
            self.failures[name] = self.failures.get(name, 0) + 1
            await self._failed(name, text, self.failures[name])
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2.0, LONGEST_PAUSE_S)
