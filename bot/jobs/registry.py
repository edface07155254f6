"""The table of jobs."""

from bot.jobs import (
    account,
    backup,
    calls,
    cash,
    compare,
    disk,
    heartbeat,
    kill_file,
    label_votes,
    prices,
    prune,
    revert,
    summaries,
    tune,
)
from bot.jobs.contract import Job

MODULES = (
    account,
    backup,
    calls,
    cash,
    compare,
    disk,
    heartbeat,
    kill_file,
    label_votes,
    prices,
    prune,
    revert,
    summaries,
    tune,
)
JOBS: tuple[Job, ...] = tuple(module.JOB for module in MODULES)
