"""A copy of the database each night; the last seven are kept."""

import asyncio
from datetime import UTC, datetime

from bot.jobs.contract import Daily, Job, Workshop
from storage.backup import write_backup


async def backup(workshop: Workshop) -> None:
    """Writes today's backup. PostgreSQL is backed up by its own tools."""
    path = workshop.database.path
    if path is not None:
        now = datetime.now(UTC)
        await asyncio.to_thread(write_backup, path, workshop.data_dir / "backups", now)


JOB = Job("backup", backup, Daily("03:10"))
