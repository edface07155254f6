"""Pictures off the event loop: one worker process, started when first needed, ended when idle."""

import asyncio
import pickle
import sys
from pathlib import Path

from loguru import logger

from charts.worker import LENGTH
from engine.core.errors import Temporary

DRAW_TIMEOUT_S = 30.0
IDLE_S = 600.0


class PictureRoom:
    """Draws by name; one picture at a time. Raises Temporary when a picture cannot be drawn."""

    def __init__(self) -> None:
        self._worker: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def draw(self, name: str, values: object) -> bytes:
        """The PNG of chart `name` (a row of charts.CHARTS) of these values."""
        body = pickle.dumps((name, values))
        async with self._turn:
            if self._idle is not None:
                self._idle.cancel()
            try:
                async with asyncio.timeout(DRAW_TIMEOUT_S):
                    answer = await self._exchange(body)
            except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
                await self._end()
                raise _failed(name, repr(error)) from error
            self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._end_idle)
        if answer[:1] != b"+":
            raise _failed(name, answer[1:].decode(errors="replace"))
        return answer[1:]

    async def close(self) -> None:
        """Ends the worker; it would end with us anyway, because its stdin closes."""
        async with self._turn:
            await self._end()

    async def _exchange(self, body: bytes) -> bytes:
        worker = await self._started()
        if worker.stdin is None or worker.stdout is None:
            raise OSError("the picture worker has no pipes")
        worker.stdin.write(LENGTH.pack(len(body)) + body)
        await worker.stdin.drain()
        head = await worker.stdout.readexactly(LENGTH.size)
        return await worker.stdout.readexactly(LENGTH.unpack(head)[0])

    async def _started(self) -> asyncio.subprocess.Process:
        if self._worker is None or self._worker.returncode is not None:
            self._worker = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "charts.worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=Path(__file__).parent.parent,
            )
        return self._worker

    async def _end(self) -> None:
        worker, self._worker = self._worker, None
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if worker is not None and worker.returncode is None:
            worker.kill()
            await worker.wait()

    def _end_idle(self) -> None:
        if self._worker is not None and self._worker.stdin is not None and not self._turn.locked():
            logger.debug("the picture worker was idle and ends")
            self._worker.stdin.close()
            self._worker = None


def _failed(name: str, text: str) -> Temporary:
    return Temporary(
        f"chart {name}: {text}",
        chat_text="The picture could not be drawn.",
        hint="Try again in a moment.",
    )
