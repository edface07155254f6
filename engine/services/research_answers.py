"""Research as people see it: jobs, and where each stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.core.research import Kind


class JobState(StrEnum):
    """Where a job is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # `sentence` says why
    STOPPED = "stopped"  # a person did
    INTERRUPTED = "interrupted"  # the desk ended in the middle of it


UNFINISHED = frozenset({JobState.WAITING, JobState.RUNNING})
AGAIN = frozenset({JobState.FAILED, JobState.STOPPED, JobState.INTERRUPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchJob:
    """One job with where it was asked for."""

    number: int
    command_id: str  # the same asking is the same job
    kind: Kind
    words: str
    chat_id: int
    message_id: int | None  # its card; None: the reply to `reply_to`
    reply_to: str  # the command that the card answers
    person_id: int
    asked_by: str
    asked_at: datetime
    state: JobState = JobState.WAITING
    ended_at: datetime | None = None
    sentence: str = ""  # why it failed
    told: str = ""  # a Told as JSON; empty until it is done
    done: int = 0  # steps, of how many, and what: not kept over a restart
    of: int = 0
    text: str = ""
    ahead: int = 0  # jobs before it in the queue

    @property
    def study(self) -> str:
        """Of a tuning: carried on under the same name."""
        return f"job-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobWish:
    """A job that is wanted."""

    command_id: str
    kind: Kind
    words: str
    chat_id: int
    message_id: int | None
    reply_to: str
    person_id: int
    asked_by: str
