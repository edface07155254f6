"""The table of jobs."""

from bot.jobs import account, backup, compare, disk, kill_file, label_votes, prune, revert
from bot.jobs.contract import Job

MODULES = (account, backup, compare, disk, kill_file, label_votes, prune, revert)
JOBS: tuple[Job, ...] = tuple(module.JOB for module in MODULES)
