"""The table of jobs."""

from bot.jobs import backup, compare, disk, prune
from bot.jobs.contract import Job

MODULES = (backup, compare, disk, prune)
JOBS: tuple[Job, ...] = tuple(module.JOB for module in MODULES)
