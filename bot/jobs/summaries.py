"""Daily summaries, and weekly ones on Sunday, at each person's hour; missed ones late, once."""

from bot.jobs.contract import Every, Job, Workshop


async def summaries(workshop: Workshop) -> None:
    """Queues those whose hour has come."""
    if workshop.told is not None:
        await workshop.told.summarise()


JOB = Job("summaries", summaries, Every(30))
