"""The live account and its venue, looked at as at the start: rights, clock, status, listings."""

from bot.jobs.contract import Every, Job, Workshop


async def watch_account(workshop: Workshop) -> None:
    """Tells what came up since the last look and what is over; nothing on paper."""
    if workshop.account is not None:
        await workshop.account.check()


JOB = Job("account", watch_account, Every(300))
