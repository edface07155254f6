"""Pictures off the event loop: one worker process, started when first needed, ended when idle.

The last pictures are kept by a hash of what they show, so that the same values are drawn once.
"""

import asyncio
import io
import pickle
import sys
from collections import OrderedDict
from hashlib import sha256
from pathlib import Path

from loguru import logger

from charts.worker import LENGTH
from engine.core.errors import Temporary

DRAW_TIMEOUT_S = 30.0
IDLE_S = 600.0
KEPT = 24  # pictures of some 100 KB each


class PictureRoom:
    """Draws by name; one picture at a time. Raises Temporary when a picture cannot be drawn."""

    def __init__(self) -> None:
        self._worker: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()  # by hash, the last used at the end

    async def draw(self, name: str, values: object) -> bytes:
        """The PNG of chart `name` (a row of charts.CHARTS) of these values."""
        body = _packed((name, values))
        key = sha256(body).digest()
        async with self._turn:
            if (kept := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return kept
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
        png = answer[1:]
        self._keep(key, png)
        return png

    def _keep(self, key: bytes, png: bytes) -> None:
        self._kept[key] = png
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

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


def _packed(values: object) -> bytes:
    # without the memo: equal values give equal bytes, whichever parts of them are one object
    packed = io.BytesIO()
    pickler = pickle.Pickler(packed)
    pickler.fast = True
    pickler.dump(values)
    return packed.getvalue()


def _failed(name: str, text: str) -> Temporary:
    return Temporary(
        f"chart {name}: {text}",
        chat_text="The picture could not be drawn.",
        hint="Try again in a moment.",
    )
