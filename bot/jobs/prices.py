"""Price alerts: each price that somebody waits for is looked at."""

from bot.jobs.contract import Every, Job, Workshop


async def prices(workshop: Workshop) -> None:
    """Tells what has crossed since the last look."""
    if workshop.told is not None:
        await workshop.told.price_watch.look()


JOB = Job("prices", prices, Every(2))
