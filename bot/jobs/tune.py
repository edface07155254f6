"""Old parameters against new ones, each Sunday night of the owner's zone."""

from bot.jobs.contract import Job, Weekly, Workshop


async def tune(workshop: Workshop) -> None:
    """Searches and reports; never changes anything unless a parameter says so."""
    if workshop.retuner is not None:
        await workshop.retuner.weekly()


JOB = Job("tune", tune, Weekly("sun", "02:00"))
