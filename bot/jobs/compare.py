"""Ours against the venue's holdings, each minute."""

from bot.jobs.contract import Every, Job, Workshop


async def compare(workshop: Workshop) -> None:
    """Asks the desk to compare; a difference that stands twice stops entries and is told."""
    await workshop.desk.compare_books()


JOB = Job("compare", compare, Every(60))
