"""One research process: an errand in by its pipe, steps and the result out; ended within a second.

The process keeps no secrets: it is given what Python needs to start, and the errand. It ends when
its pipe does, so that not even a SIGKILL of the desk leaves it behind.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.retuning import PASSED_ON
from engine.core.errors import UserError
from engine.research.worker_errand import Done, Errand
from engine.services.research_ports import Steps

WORKER = ("-m", "bot.research_worker")
THREADS = ("NUMBA", "POLARS_MAX", "OMP", "OPENBLAS", "MKL")
ONE_CORE = {  # at most the spare one
    f"{name}_THREADS" if name == "POLARS_MAX" else f"{name}_NUM_THREADS": "1" for name in THREADS
}
LONGEST_LINE = 2**26  # of thousands of trials
STOP_S = 0.5  # for a study to note where it stands; then it is killed
REPO = Path(__file__).parents[1]
BROKE_OFF = "The research process ended in the middle of its work (code {code})."
KILLED = "The research process was killed, perhaps because memory ran out."


async def ask_process(errand: Errand, steps: Steps, command: Sequence[str] = WORKER) -> Done:
    """What the process makes of the errand; cancelling ends it. Raises UserError."""
    process = await start_process(command)
    try:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process was started without pipes")
        process.stdin.write(errand.model_dump_json().encode() + b"\n")
        with suppress(ConnectionError):  # gone already: its end is told below
            await process.stdin.drain()
        last: dict[str, Any] = {}
        async for line in process.stdout:
            last = _read(line)
            if "at" in last:
                steps(*last["at"])
        code = await process.wait()
    finally:
        await end_process(process)
    if "done" in last:
        return _done(last["done"])
    if "error" in last:
        raise UserError(str(last["error"]))
    raise _broken(code)


async def start_process(command: Sequence[str]) -> asyncio.subprocess.Process:
    """A Python process of ours with pipes, on one core, without our secrets."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment | ONE_CORE,
        cwd=REPO,
        limit=LONGEST_LINE,
    )


async def end_process(process: asyncio.subprocess.Process) -> None:
    """Returns when it is gone: asked to, and killed where it does not listen."""
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_S)
    except TimeoutError:  # a run of the compiled loop hears no signal
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _read(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:  # a line that broke off with its process
        return {}
    return found if isinstance(found, dict) else {}


def _done(body: Any) -> Done:
    try:
        return Done.model_validate(body)
    except ValidationError:
        raise UserError(
            "The result could not be read: the desk and its research process differ.",
            hint="Restart the desk.",
        ) from None


def _broken(code: int) -> UserError:
    if code < 0:
        return UserError(KILLED, hint="Choose a shorter span, longer bars or fewer markets.")
    return UserError(BROKE_OFF.format(code=code), hint="The log says more; the desk goes on.")
