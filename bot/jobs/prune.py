"""Old chat traffic and old replies of models are forgotten.

Orders, fills, trades, events, audit, votes, and what models said of a trade never are.
"""

from datetime import UTC, datetime, timedelta

from bot.jobs.contract import Daily, Job, Workshop
from storage.model_memory import ModelMemory

KEEP = timedelta(days=14)


async def prune(workshop: Workshop) -> None:
    """Drops updates worked off and messages sent more than KEEP ago, and the old tape."""
    now = datetime.now(UTC)
    before = now - KEEP
    await workshop.inbox.prune(before)
    await workshop.outbox.prune(before)
    tape_days = workshop.desk.dial.parameters.tape_days
    await ModelMemory(workshop.database).prune(now - timedelta(days=tape_days))


JOB = Job("prune", prune, Daily("03:40"))
