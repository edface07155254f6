"""Old chat traffic is forgotten; orders, fills, trades, events and audit never are."""

from datetime import UTC, datetime, timedelta

from bot.jobs.contract import Daily, Job, Workshop

KEEP = timedelta(days=14)


async def prune(workshop: Workshop) -> None:
    """Drops updates worked off and messages sent more than KEEP ago."""
    before = datetime.now(UTC) - KEEP
    await workshop.inbox.prune(before)
    await workshop.outbox.prune(before)


JOB = Job("prune", prune, Daily("03:40"))
