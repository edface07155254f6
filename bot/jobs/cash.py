"""Deposits, withdrawals and transfers of a live account, each minute."""

from bot.jobs.contract import Every, Job, Workshop


async def watch_cash(workshop: Workshop) -> None:
    """Books what the account's owner moved, and tells it; nothing on paper."""
    if workshop.cash is not None:
        await workshop.cash.look()


JOB = Job("cash", watch_cash, Every(60))
