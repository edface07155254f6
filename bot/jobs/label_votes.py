"""Votes whose event is over are labelled, and taught to the calibration."""

from bot.jobs.contract import Every, Job, Workshop


async def label_votes(workshop: Workshop) -> None:
    """Learns what was decided up to the desk's last moment, and stores it.

    A round does so too before it pools; this is for votes that no further round follows.
    """
    cursor_at = workshop.desk.books.state.cursor_at
    if cursor_at is not None and workshop.record.catch_up(cursor_at):
        await workshop.record.save()


JOB = Job("label_votes", label_votes, Every(30))
