"""Takes back parameters that were changed for a while, when their time is over."""

from loguru import logger

from bot.jobs.contract import Every, Job, Workshop


async def revert(workshop: Workshop) -> None:
    """Asks the service what is due; it knows across restarts."""
    if workshop.tuning is not None:
        for name in await workshop.tuning.revert_due():
            logger.info("{} is back to what it was: its time is over", name)


JOB = Job("revert", revert, Every(15))
