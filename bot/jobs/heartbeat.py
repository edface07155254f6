"""A sign of life to HEARTBEAT_URL each minute, while all is well."""

from bot.jobs.contract import Every, Job, Workshop


async def heartbeat(workshop: Workshop) -> None:
    """Sends it, where an address is set."""
    if workshop.told is not None and workshop.told.heartbeat is not None:
        await workshop.told.heartbeat.beat()


JOB = Job("heartbeat", heartbeat, Every(60))
