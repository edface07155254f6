"""The table of jobs."""

from bot.jobs import backup, compare, disk, kill_file, prune
from bot.jobs.contract import Job

MODULES = (backup, compare, disk, kill_file, prune)
JOBS: tuple[Job, ...] = tuple(module.JOB for module in MODULES)
