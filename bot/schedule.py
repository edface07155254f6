"""The jobs on their clock: APScheduler calls them, late rather than never."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, tzinfo

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from loguru import logger

from bot.jobs.contract import Every, Job, Weekly, Workshop


def scheduler(jobs: Sequence[Job], workshop: Workshop, home: tzinfo = UTC) -> AsyncIOScheduler:
    """A scheduler with every job, not yet started. A missed run is made up for, once.

    home: the zone of weekly jobs; all else goes by UTC.
    """
    found = AsyncIOScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True}
    )
    for job in jobs:
        found.add_job(_call(job.run, workshop), _trigger(job, home), id=job.name, name=job.name)
    found.add_listener(_failed, EVENT_JOB_ERROR)
    return found


def _trigger(job: Job, home: tzinfo) -> CronTrigger | IntervalTrigger:
    if isinstance(job.when, Every):
        return IntervalTrigger(seconds=job.when.seconds)
    hour, minute = job.when.at.split(":")
    if isinstance(job.when, Weekly):
        return CronTrigger(
            day_of_week=job.when.day, hour=int(hour), minute=int(minute), timezone=home
        )
    return CronTrigger(hour=int(hour), minute=int(minute), timezone="UTC")


def _call(
    run: Callable[[Workshop], Awaitable[None]], workshop: Workshop
) -> Callable[[], Awaitable[None]]:
    async def job() -> None:
        await run(workshop)

    return job


def _failed(event: JobExecutionEvent) -> None:
    logger.error("job {} failed: {}", event.job_id, type(event.exception).__name__)
