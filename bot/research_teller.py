"""Shows research to those who asked: the card edited in place, the result as a message of its own.

A card that was typed for is the reply to that command; its id is known once it has arrived.
"""

import asyncio
from collections.abc import Awaitable, Callable

from loguru import logger

from bot.telegram.compose import Place, compose
from bot.telegram.names import reply_key
from bot.telegram.redraw import Redraws
from engine.core.errors import StorageError
from engine.core.kinds import Role
from engine.core.research import Told
from engine.services.research import is_over
from engine.services.research_answers import JobState, ResearchJob
from handlers.contract import Answer
from handlers.desk import Pictures
from handlers.research_cards import job_answer, result_answer
from storage.outbox import Outbox
from storage.research_jobs import ResearchJobs

ARRIVES_S = 20.0  # how long a word waits for its card to arrive
LOOK_S = 0.25

RoleOf = Callable[[int], Awaitable[Role | None]]


class ResearchTeller:
    """An Onlooker."""

    def __init__(
        self,
        jobs: ResearchJobs,
        outbox: Outbox,
        redraws: Redraws,
        pictures: Pictures,
        role_of: RoleOf,
        badge: str,
    ) -> None:
        self._jobs = jobs
        self._outbox = outbox
        self._redraws = redraws
        self._pictures = pictures
        self._role_of = role_of
        self._badge = badge
        self._tasks: set[asyncio.Task[None]] = set()
        self._latest: dict[int, ResearchJob] = {}  # by number: an older state is never drawn last

    def changed(self, job: ResearchJob) -> None:
        """Draws the job's card again, soon."""
        self._latest[job.number] = job
        task = asyncio.create_task(self._show(job), name=f"card of job {job.number}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finished(self, job: ResearchJob, told: Told | None) -> None:
        """Sends the result, once; a job without one says why on its card, and here as well."""
        role = await self._role_of(job.person_id)
        if role is None or job.state is JobState.STOPPED:
            return  # gone since, or told by the answer to the tap
        answer = job_answer(job, self._badge, edit=False)
        if told is not None:
            answer = await result_answer(self._pictures, job, told, self._badge, role)
        await self._put(answer, job)

    async def close(self) -> None:
        """Waits for no card that has not arrived; edits on their way get there."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _show(self, job: ResearchJob) -> None:
        try:
            message_id = await self._card_of(job)
        except StorageError as error:
            logger.warning("a job's card was not found: {}", error.log_text)
            return
        if message_id is not None and self._latest.get(job.number) is job:
            answer = job_answer(job, self._badge, edit=True)
            self._redraws.redraw(job.chat_id, message_id, answer)
        if is_over(job) and self._latest.get(job.number) is job:
            del self._latest[job.number]

    async def _card_of(self, job: ResearchJob) -> int | None:
        if job.message_id is not None:
            return job.message_id
        key = f"{reply_key(job.reply_to)}:0"
        waited_s = 0.0
        while (found := await self._jobs.message_of(key)) is None:
            if waited_s >= ARRIVES_S or self._latest.get(job.number) is not job:
                return None
            await asyncio.sleep(LOOK_S)
            waited_s += LOOK_S
        return found

    async def _put(self, answer: Answer, job: ResearchJob) -> None:
        key = f"research:{job.number}:{job.state.value}"
        await self._outbox.put(compose(answer, Place(job.chat_id, key)))
