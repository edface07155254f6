"""The table of jobs."""

from bot.jobs import account, backup, cash, compare, disk, kill_file, label_votes, prune, tune
from bot.jobs.contract import Job

MODULES = (account, backup, cash, compare, disk, kill_file, label_votes, prune, tune)
JOBS: tuple[Job, ...] = tuple(module.JOB for module in MODULES)
