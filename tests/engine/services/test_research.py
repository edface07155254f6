"""The queue of research: one at a time, stopped at once, one job a wish, and a restart in it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.parameters import Parameters
from engine.core.people import Actor
from engine.core.research import Kind, Told
from engine.execution.dial import Dial
from engine.research.trials import Trial
from engine.services.research import MOST_WAITING, Research
from engine.services.research_answers import JobState, JobWish, ResearchJob
from engine.services.tuning import Tuning
from tests.fakes.clocks import FakeClock
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.research import NOW, HeldBench

OWNER = Actor("Olivia", Role.OWNER)


class MemoryJobs:
    """A JobStore that outlives its Research, as a database does."""

    def __init__(self) -> None:
        self.rows: dict[int, ResearchJob] = {}

    async def add(self, wish: JobWish, at: datetime) -> ResearchJob:
        job = ResearchJob(
            number=len(self.rows) + 1, command_id=wish.command_id, kind=wish.kind,
            words=wish.words, chat_id=wish.chat_id, message_id=wish.message_id,
            reply_to=wish.reply_to, person_id=wish.person_id, asked_by=wish.asked_by, asked_at=at,
        )  # fmt: skip
        self.rows[job.number] = job
        return job

    async def find(self, number: int) -> ResearchJob | None:
        return self.rows.get(number)

    async def of_command(self, command_id: str) -> ResearchJob | None:
        return next((row for row in self.rows.values() if row.command_id == command_id), None)

    async def newest(self, limit: int) -> tuple[ResearchJob, ...]:
        return tuple(reversed(self.rows.values()))[:limit]

    async def unfinished(self) -> tuple[ResearchJob, ...]:
        over = {JobState.WAITING, JobState.RUNNING}
        return tuple(row for row in self.rows.values() if row.state in over)

    async def put(self, job: ResearchJob) -> None:
        self.rows[job.number] = job


class Seen:
    """An Onlooker, and a TrialStore."""

    def __init__(self) -> None:
        self.changes: list[ResearchJob] = []
        self.ended: list[tuple[ResearchJob, Told | None]] = []
        self.one_ended = asyncio.Event()

    def changed(self, job: ResearchJob) -> None:
        self.changes.append(job)

    async def finished(self, job: ResearchJob, told: Told | None) -> None:
        self.ended.append((job, told))
        self.one_ended.set()

    async def keep(self, trials: tuple[Trial, ...], made_at: datetime) -> None:
        assert trials == ()


class Stage:
    """One process's Research on memory that stays."""

    def __init__(self, jobs: MemoryJobs, path: Path) -> None:
        self.bench, self.seen = HeldBench(), Seen()
        self.at = NOW
        self.dial = Dial(Parameters())
        journal = MemoryJournal()
        self.tuning = Tuning(self.dial, journal, journal, FakeClock(), path / "p", lambda: ())
        self.research = Research(
            jobs, self.seen, self.bench, self.seen, self.tuning, lambda: self.at
        )


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(MemoryJobs(), tmp_path)
    yield made
    await made.research.close()


def a_wish(number: int = 1, kind: Kind = Kind.BACKTEST, words: str = "BTC 1h 30d") -> JobWish:
    return JobWish(
        command_id=f"tg:{number}", kind=kind, words=words, chat_id=1, message_id=None,
        reply_to=f"tg:{number}", person_id=1, asked_by="Ann",
    )  # fmt: skip


async def test_a_job_runs_and_its_result_is_kept(stage: Stage) -> None:
    asked = await stage.research.ask(a_wish())
    await stage.bench.began.wait()
    assert (await stage.research.job(asked.number)).state is JobState.RUNNING
    stage.bench.let_go.set()
    await stage.seen.one_ended.wait()
    ((job, told),) = stage.seen.ended
    assert (job.state, job.ended_at) == (JobState.DONE, NOW)
    assert told is not None
    assert await stage.research.told(asked.number) == told


async def test_one_runs_the_others_wait_and_too_many_are_refused(stage: Stage) -> None:
    first = await stage.research.ask(a_wish(0))
    await stage.bench.began.wait()
    for number in range(1, MOST_WAITING + 1):
        job = await stage.research.ask(a_wish(number))
        assert (job.state, job.ahead) == (JobState.WAITING, number)
    with pytest.raises(UserError, match="jobs wait already"):
        await stage.research.ask(a_wish(99))
    assert len(stage.bench.begun) == 1
    assert first.number == 1


async def test_a_wish_that_is_told_twice_at_once_is_one_job(stage: Stage) -> None:
    both = await asyncio.gather(stage.research.ask(a_wish()), stage.research.ask(a_wish()))
    assert both[0].number == both[1].number
    await stage.bench.began.wait()
    assert len(stage.bench.begun) == 1


async def test_a_stop_ends_the_running_job_and_lets_the_next_begin(stage: Stage) -> None:
    running = await stage.research.ask(a_wish(1))
    waiting = await stage.research.ask(a_wish(2))
    last = await stage.research.ask(a_wish(3, words="BTC 4h 30d"))
    await stage.bench.began.wait()
    stage.bench.began.clear()
    stopped = await stage.research.stop(waiting.number)
    assert stopped.state is JobState.STOPPED
    assert (await stage.research.stop(running.number)).state is JobState.STOPPED
    assert stage.bench.ended == ["stopped"]
    await stage.bench.began.wait()
    assert stage.bench.begun[-1] == "BTC 4h 30d"
    assert (await stage.research.stop(running.number)).state is JobState.STOPPED  # again
    assert (await stage.research.job(last.number)).state is JobState.RUNNING
    with pytest.raises(UserError, match="no job 77"):
        await stage.research.stop(77)


async def test_what_cannot_be_done_is_told_and_the_queue_goes_on(stage: Stage) -> None:
    stage.bench.fails_with = UserError("There are no bars of ABC.")
    stage.bench.let_go.set()
    job = await stage.research.ask(a_wish(1))
    await stage.seen.one_ended.wait()
    assert stage.seen.ended[0][0].state is JobState.FAILED
    assert (await stage.research.job(job.number)).sentence == "There are no bars of ABC."
    with pytest.raises(UserError, match="no result"):
        await stage.research.told(job.number)
    with pytest.raises(UserError, match="no market XYZ"):
        await stage.research.ask(a_wish(2, words="XYZ 1h"))
    stage.bench.fails_with = None
    stage.seen.one_ended.clear()
    await stage.research.ask(a_wish(3))
    await stage.seen.one_ended.wait()
    assert stage.seen.ended[-1][0].state is JobState.DONE


async def test_steps_are_shown_at_most_every_three_seconds(stage: Stage) -> None:
    job = await stage.research.ask(a_wish())
    await stage.bench.began.wait()
    steps = stage.bench.steps
    assert steps is not None
    before = len(stage.seen.changes)
    for second in range(7):
        stage.at = NOW + timedelta(seconds=second)
        steps(second, 10, "trading")
    shown = [change.done for change in stage.seen.changes[before:]]
    assert shown == [0, 3, 6]
    assert (await stage.research.job(job.number)).done == 6


@pytest.mark.parametrize("kind", [Kind.BACKTEST, Kind.TUNE])
async def test_after_a_restart_a_tuning_goes_on_and_others_are_told(
    tmp_path: Path, kind: Kind
) -> None:
    jobs = MemoryJobs()
    old = Stage(jobs, tmp_path)
    cut = await old.research.ask(a_wish(1, kind))
    waited = await old.research.ask(a_wish(2, words="BTC 4h 30d"))
    await old.bench.began.wait()
    await old.research.close()
    assert jobs.rows[cut.number].state is JobState.RUNNING  # nobody said that it ended
    new = Stage(jobs, tmp_path)
    await new.research.start()
    await new.bench.began.wait()
    if kind is Kind.TUNE:
        assert new.bench.begun == ["BTC 1h 30d"]
    else:
        assert new.bench.begun == ["BTC 4h 30d"]
        assert [job.state for job, _ in new.seen.ended] == [JobState.INTERRUPTED]
    new.bench.let_go.set()
    while (await new.research.job(waited.number)).state is not JobState.DONE:
        new.seen.one_ended.clear()
        await new.seen.one_ended.wait()
    await new.research.close()


async def test_only_what_passed_out_of_sample_is_adopted(stage: Stage) -> None:
    await stage.tuning.load()
    stage.bench.let_go.set()
    job = await stage.research.ask(a_wish(1, Kind.TUNE))
    await stage.seen.one_ended.wait()
    kept = await stage.research.job(job.number)
    refused = (await stage.research.told(job.number)).tuned
    assert refused is not None
    changes = await stage.research.adopt(job.number, "confirm:1", OWNER, confirmed=True)
    assert [(each.name, each.new) for each in changes] == [("stop_atr", "2.5 ATR")]
    assert stage.dial.parameters.stop_atr == 2.5
    told = (await stage.research.told(job.number)).model_copy(
        update={"tuned": refused.model_copy(update={"allowed": False})}
    )
    await stage.research._store.put(replace(kept, told=told.model_dump_json()))
    with pytest.raises(UserError, match="not clearly better"):
        await stage.research.adopt(job.number, "confirm:2", OWNER, confirmed=True)


async def test_a_result_of_another_version_says_so(stage: Stage) -> None:
    stage.bench.let_go.set()
    job = await stage.research.ask(a_wish())
    await stage.seen.one_ended.wait()
    kept = await stage.research.job(job.number)
    await stage.research._store.put(replace(kept, told='{"kind": "other"}'))
    with pytest.raises(UserError, match="another version of Parley"):
        await stage.research.told(job.number)
