"""What research needs of the durable memory, of processes, and of the chat."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from engine.core.research import Kind, Told
from engine.research.trials import Trial
from engine.research.worker_errand import Done, Errand
from engine.services.research_answers import JobWish, ResearchJob

Steps = Callable[[int, int, str], None]  # done, of how many, and what


class JobStore(Protocol):
    """The jobs in the durable memory. Raises StorageError."""

    async def add(self, wish: JobWish, at: datetime) -> ResearchJob:
        """The new job; the one that is there where the command was asked before."""
        ...

    async def find(self, number: int) -> ResearchJob | None: ...

    async def of_command(self, command_id: str) -> ResearchJob | None: ...

    async def newest(self, limit: int) -> tuple[ResearchJob, ...]: ...

    async def unfinished(self) -> tuple[ResearchJob, ...]:
        """Those that wait or ran, oldest first."""
        ...

    async def put(self, job: ResearchJob) -> None:
        """Keeps the job's state, sentence, result and end."""
        ...


class TrialStore(Protocol):
    """Where trials are counted."""

    async def keep(self, trials: tuple[Trial, ...], made_at: datetime) -> None: ...


class Workbench(Protocol):
    """Who prepares errands and has them carried out, in processes of their own."""

    def check(self, kind: Kind, words: str) -> str:
        """The words as they will be carried out; raises UserError where they cannot be."""
        ...

    async def prepare(self, job: ResearchJob, steps: Steps) -> Errand:
        """The errand, bars fetched; raises UserError. May take long, and may be cancelled."""
        ...

    async def carry_out(self, errand: Errand, steps: Steps) -> Done:
        """What came of it; raises UserError. Cancelling ends the process within a second."""
        ...


class Onlooker(Protocol):
    """Who shows jobs to the people that asked for them."""

    def changed(self, job: ResearchJob) -> None:
        """The job's card shows another state now."""
        ...

    async def finished(self, job: ResearchJob, told: Told | None) -> None:
        """It is over; `told` is its result, None without one."""
        ...
