"""Research by a person's word: one job at a time, a short queue, stopped at once, never forgotten.

A job is a row before it begins. What waited or ran when the desk ended is taken up at its next
start: a tuning goes on where its study stands, everything else is told as interrupted.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from pydantic import ValidationError

from engine.core.commands import AdoptParameters
from engine.core.errors import DeskError, StorageError, UserError
from engine.core.people import Actor
from engine.core.research import Kind, Told
from engine.services.answers import ParameterChange
from engine.services.research_answers import UNFINISHED, JobState, JobWish, ResearchJob
from engine.services.research_ports import JobStore, Onlooker, TrialStore, Workbench
from engine.services.tuning import Tuning

MOST_WAITING = 4  # behind the one that runs
SHOWN_JOBS = 8
TOLD_EVERY_S = 3.0  # a card is edited no more often


class Research:
    """The queue and its results. Raises UserError for what cannot be, StorageError."""

    def __init__(
        self,
        store: JobStore,
        trials: TrialStore,
        workbench: Workbench,
        onlooker: Onlooker,
        tuning: Tuning,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._trials = trials
        self._workbench = workbench
        self._onlooker = onlooker
        self._tuning = tuning
        self._now = now
        self._waiting: list[ResearchJob] = []
        self._running: ResearchJob | None = None
        self._work: asyncio.Task[Told] | None = None
        self._stopped: set[int] = set()  # by a person
        self._queue: asyncio.Task[None] | None = None
        self._shown_at: datetime | None = None
        self._asking = asyncio.Lock()
        self._closed = False

    async def start(self) -> None:
        """Takes up what the last process left: waiting jobs wait again, tunings go on."""
        for job in await self._store.unfinished():
            if job.state is JobState.RUNNING and job.kind is not Kind.TUNE:
                await self._end(replace(job, state=JobState.INTERRUPTED), None)
            else:
                self._waiting.append(replace(job, state=JobState.WAITING))
        self._go_on()

    async def ask(self, wish: JobWish) -> ResearchJob:
        """The job, begun or in the queue; the same wish twice is one job."""
        async with self._asking:  # two taps at once are one job, too
            before = await self.asked_before(wish.command_id)
            if before is not None:
                return before
            words = self._workbench.check(wish.kind, wish.words)
            if len(self._waiting) >= MOST_WAITING + (self._running is None):
                raise UserError(
                    f"{MOST_WAITING} jobs wait already; that is the most.",
                    hint="/jobs shows them, and stops them.",
                )
            job = await self._store.add(replace(wish, words=words), self._now())
            self._waiting.append(job)
            self._go_on()
            return self._now_of(job)

    async def asked_before(self, command_id: str) -> ResearchJob | None:
        """The job that this very command asked for; None where it is new."""
        found = await self._store.of_command(command_id)
        return None if found is None else self._now_of(found)

    async def stop(self, number: int) -> ResearchJob:
        """The job, which does not run any more; one that is over stays as it ended."""
        job = await self.job(number)
        running, work = self._running, self._work
        if running is not None and running.number == number:
            self._stopped.add(number)
            if work is not None:
                work.cancel()
                await asyncio.wait({work})
                if not work.cancelled():  # it ended by itself in the same moment
                    return await self.job(number)
            return replace(running, state=JobState.STOPPED)
        if job.state is not JobState.WAITING:
            return job
        self._waiting = [each for each in self._waiting if each.number != number]
        stopped = replace(job, state=JobState.STOPPED)
        await self._end(stopped, None)
        return stopped

    async def job(self, number: int) -> ResearchJob:
        """The job as it stands."""
        found = await self._store.find(number)
        if found is None:
            raise UserError(f"There is no job {number}.", hint="/jobs shows the last ones.")
        return self._now_of(found)

    async def jobs(self) -> tuple[ResearchJob, ...]:
        """The last jobs, newest first."""
        return tuple(self._now_of(job) for job in await self._store.newest(SHOWN_JOBS))

    async def told(self, number: int) -> Told:
        """The result of a job that is done."""
        job = await self.job(number)
        if not job.told:
            raise UserError(f"Job {number} has no result.", hint="/jobs says what became of it.")
        return told_of(job)

    async def adopt(
        self, number: int, command_id: str, actor: Actor, *, confirmed: bool = False
    ) -> tuple[ParameterChange, ...]:
        """What taking over a tuning's find changes; unconfirmed, a raise of risk changes nothing.

        Raises UserError where it did not pass on bars it had not seen.
        """
        tuned = (await self.told(number)).tuned
        if tuned is None:
            raise UserError(
                "Only what a tuning found can be adopted: it was judged on bars it had not seen.",
                hint="/tune searches.",
            )
        return await self._tuning.adopt(
            AdoptParameters(
                command_id=command_id,
                actor=actor,
                study=tuned.study,
                values=tuple((name, new) for name, _, new in tuned.changes),
                refused_because="" if tuned.allowed else tuned.why,
                confirmed=confirmed,
            )
        )

    async def close(self) -> None:
        """Ends what runs; its row says that it ran, for the next start."""
        self._closed = True
        tasks = [task for task in (self._work, self._queue) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _now_of(self, job: ResearchJob) -> ResearchJob:
        # memory knows the steps and the queue, the row does not
        running = self._running
        if running is not None and running.number == job.number:
            return running
        for place, waiting in enumerate(self._waiting):
            if waiting.number == job.number:
                return replace(waiting, ahead=place + (running is not None))
        return job

    def _go_on(self) -> None:
        if not self._closed and self._waiting and (self._queue is None or self._queue.done()):
            self._queue = asyncio.create_task(self._work_off(), name="research queue")

    async def _work_off(self) -> None:
        while self._waiting:
            job = self._running = replace(self._waiting.pop(0), state=JobState.RUNNING)
            try:
                await self._store.put(job)
                self._onlooker.changed(job)
                ended, told = await self._one(job)
            except StorageError as error:  # the row says that it ran: the next start takes it up
                self._onlooker.changed(_failed(job, error.sentence()))
                continue
            finally:
                self._running = None
            await self._ended_safely(ended, told)

    async def _one(self, job: ResearchJob) -> tuple[ResearchJob, Told | None]:
        if job.number in self._stopped:  # before it had begun
            self._stopped.discard(job.number)
            return replace(job, state=JobState.STOPPED), None
        self._work = asyncio.create_task(self._carried_out(job), name=f"research {job.number}")
        try:
            told = await self._work
        except asyncio.CancelledError:
            if job.number not in self._stopped:
                raise  # the desk ends
            return replace(job, state=JobState.STOPPED), None
        except DeskError as error:
            return _failed(job, error.sentence()), None
        finally:
            self._stopped.discard(job.number)
            self._work = None
        return replace(job, state=JobState.DONE, told=told.model_dump_json()), told

    async def _carried_out(self, job: ResearchJob) -> Told:
        errand = await self._workbench.prepare(job, self._step)
        done = await self._workbench.carry_out(errand, self._step)
        await self._trials.keep(done.noted, self._now())
        return done.told

    def _step(self, done: int, of: int, text: str) -> None:
        if self._running is None:
            return
        job = self._running = replace(self._running, done=done, of=of, text=text)
        at = self._now()
        if self._shown_at is None or (at - self._shown_at).total_seconds() >= TOLD_EVERY_S:
            self._shown_at = at
            self._onlooker.changed(job)

    async def _ended_safely(self, job: ResearchJob, told: Told | None) -> None:
        try:
            await self._end(job, told)
        except StorageError as error:
            self._onlooker.changed(_failed(job, error.sentence()))

    async def _end(self, job: ResearchJob, told: Told | None) -> None:
        ended = replace(job, ended_at=self._now())
        await self._store.put(ended)
        self._onlooker.changed(ended)
        await self._onlooker.finished(ended, told)


def told_of(job: ResearchJob) -> Told:
    """The result that is kept with the job; raises UserError for one of another version."""
    try:
        return Told.model_validate_json(job.told)
    except ValidationError:
        raise UserError(
            f"The result of job {job.number} was kept by another version of Parley.",
            hint="Run it again.",
        ) from None


def is_over(job: ResearchJob) -> bool:
    """Whether nothing more comes of it."""
    return job.state not in UNFINISHED


def _failed(job: ResearchJob, sentence: str) -> ResearchJob:
    return replace(job, state=JobState.FAILED, sentence=sentence)
