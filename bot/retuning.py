"""The weekly tuning: a worker process searches, the desk reports, and adopts only when told to."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loguru import logger

from bot.engine_room import EngineRoom
from bot.settings import REPLAY_PREFIX, Settings
from engine.core.commands import AdoptParameters
from engine.core.errors import UserError
from engine.core.events import Event, TuningReported
from engine.core.parameters import Parameters
from engine.core.parameters.parse import format_value
from engine.core.people import DESK
from engine.core.timeframes import Timeframe
from engine.research.results import code_version
from engine.research.tuning.errand import Errand, SideTold, Told
from engine.services.parameter_words import DECLARED
from engine.services.tuning import Tuning
from storage.database import Database
from storage.research_trials import ResearchTrials

WORKER = ("-m", "engine.research.tuning.worker")
LONGEST_LINE = 2**25  # of thousands of trials
STOP_S = 10.0
# a worker needs no secrets: it is given what Python needs to start, and no more
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Past:
    """What is tuned on."""

    folder: Path  # of bar files
    symbols: tuple[str, ...]
    timeframe: Timeframe
    data_dir: Path


class Retuner:
    """Tunes once at a time."""

    def __init__(
        self,
        past: Past,
        parameters: Callable[[], Parameters],
        tuning: Tuning,
        trials: ResearchTrials,
        tell: Callable[[Event], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._past = past
        self._parameters = parameters
        self._tuning = tuning
        self._trials = trials
        self._tell = tell
        self._now = now
        self._busy = asyncio.Lock()

    async def weekly(self) -> None:
        """The week's tuning, where it is switched on and there are bars."""
        if not self._parameters().weekly_tuning:
            return
        if not self._past.folder.is_dir():
            logger.info("nothing to tune on: {} is not there", self._past.folder.name)
            return
        try:
            await self.tune(f"weekly-{self._now():%Y-%m-%d}")
        except UserError as error:
            logger.warning("the weekly tuning ended early: {}", error.sentence())

    async def tune(self, study: str) -> TuningReported:
        """Searches in a process of its own, stores the trials, tells the result.

        Raises UserError where the worker could not do it, or one is at work already.
        """
        if self._busy.locked():
            raise UserError("A tuning is at work already.", hint="Wait for it, or stop it.")
        async with self._busy:
            told = await ask_worker(self._errand(study))
            await self._trials.keep(told.noted, self._now())
            adopted = await self._adopted(told)
            report = _report(told, self._now(), adopted=adopted)
            await self._tell(report)
            return report

    def _errand(self, study: str) -> Errand:
        parameters = self._parameters()
        return Errand(
            study=study,
            storage=str(self._past.data_dir / "research" / "tuning.log"),
            version=code_version(),
            folder=self._past.folder,
            symbols=self._past.symbols,
            timeframe=self._past.timeframe,
            values=parameters.model_dump(),
            trials=parameters.tuning_trials,
            compiled_dir=self._past.data_dir,
        )

    async def _adopted(self, told: Told) -> bool:
        if not (told.allowed and self._parameters().tuning_adopts):
            return False
        command = AdoptParameters(
            command_id=f"adopt:{told.study}",
            actor=DESK,
            study=told.study,
            values=tuple((name, new) for name, _, new in told.changes),
        )
        changes = await self._tuning.adopt(command)
        # what would raise risk waits for a person's tap, whatever the parameter says
        return bool(changes) and not any(change.needs_confirmation for change in changes)


def retuner_of(settings: Settings, database: Database, room: EngineRoom) -> Retuner:
    """The Retuner of this desk: on the replayed folder, or on the bars that were downloaded."""
    folder = settings.data_dir / "market"
    if settings.market.startswith(REPLAY_PREFIX):
        folder = Path(settings.market.removeprefix(REPLAY_PREFIX))
    symbols = tuple(instrument.symbol for instrument in room.market.instruments)
    past = Past(folder, symbols, room.market.mode.timeframes[0], settings.data_dir)
    return Retuner(
        past,
        lambda: room.dial.parameters,
        room.tuning,
        ResearchTrials(database),
        room.teller.told,
        lambda: datetime.now(UTC),
    )


async def ask_worker(errand: Errand, told: Callable[[int, int, str], None] | None = None) -> Told:
    """What a worker process makes of the errand; cancelling stops it.

    Raises UserError with the worker's sentence.
    """
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        *WORKER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment,
        limit=LONGEST_LINE,
    )
    try:
        if worker.stdin is None or worker.stdout is None:
            raise RuntimeError("the worker was started without pipes")
        worker.stdin.write(errand.model_dump_json().encode())
        await worker.stdin.drain()
        worker.stdin.close()
        last: dict[str, Any] = {"error": "The tuning broke off without a word."}
        async for line in worker.stdout:
            last = json.loads(line)
            if told is not None and "at" in last:
                told(*last["at"])
        await worker.wait()
    finally:
        await _ended(worker)
    if "told" not in last:
        raise UserError(str(last.get("error", "The tuning broke off without a word.")))
    return Told.model_validate(last["told"])


async def _ended(worker: asyncio.subprocess.Process) -> None:
    if worker.returncode is not None:
        return
    with suppress(ProcessLookupError):
        worker.terminate()
    try:
        await asyncio.wait_for(worker.wait(), STOP_S)
    except TimeoutError:  # a single run of the loop hears no signal
        worker.kill()
        await worker.wait()


def _report(told: Told, at: datetime, *, adopted: bool) -> TuningReported:
    def sharpe_of(side: SideTold) -> tuple[float, float, float]:
        return side.sharpe, side.sharpe_low, side.sharpe_high

    held_from_at, held_to_at = told.held_out
    return TuningReported(
        at=at,
        study=told.study,
        changes=tuple(
            (name, format_value(DECLARED[name], old), format_value(DECLARED[name], new))
            for name, old, new in told.changes
        ),
        trials=told.trials_made,
        days=(held_to_at - held_from_at).days,
        old_sharpe=sharpe_of(told.old),
        new_sharpe=sharpe_of(told.new),
        better_sharpe=(told.better, told.better_low, told.better_high),
        judgement=told.judgement,
        refused_because="" if told.allowed else told.why,
        adopted=adopted,
    )
