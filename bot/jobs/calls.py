"""Critical alerts on which nobody said a word are told again, then to the next person."""

from bot.jobs.contract import Every, Job, Workshop


async def calls(workshop: Workshop) -> None:
    """Looks whether somebody has to be called."""
    if workshop.told is not None:
        await workshop.told.escalate()


JOB = Job("calls", calls, Every(10))
