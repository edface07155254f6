"""The research that was asked for: a JobStore, and where each job's card is in its chat."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from engine.core.research import Kind
from engine.services.research_answers import UNFINISHED, JobState, JobWish, ResearchJob
from storage.database import Database
from storage.statements import insert_new_one
from storage.tables.outbox import OUTBOX
from storage.tables.research_jobs import RESEARCH_JOBS


class ResearchJobs:
    """Every method raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, wish: JobWish, at: datetime) -> ResearchJob:
        """The new job; the one that is there where the command was asked before."""
        row = {
            "command_id": wish.command_id,
            "kind": wish.kind.value,
            "words": wish.words,
            "chat_id": wish.chat_id,
            "message_id": wish.message_id,
            "reply_to": wish.reply_to,
            "person_id": wish.person_id,
            "asked_by": wish.asked_by,
            "asked_at": at,
            "state": JobState.WAITING.value,
            "sentence": "",
            "told": "",
        }

        def add(db: Connection) -> Row[Any]:
            insert_new_one(db, RESEARCH_JOBS, row)
            same = RESEARCH_JOBS.c.command_id == wish.command_id
            return db.execute(select(RESEARCH_JOBS).where(same)).one()

        return _job_of(await self._database.write(add))

    async def find(self, number: int) -> ResearchJob | None:
        """The job of this number."""
        return await self._one(RESEARCH_JOBS.c.number == number)

    async def of_command(self, command_id: str) -> ResearchJob | None:
        """The job that this command asked for."""
        return await self._one(RESEARCH_JOBS.c.command_id == command_id)

    async def newest(self, limit: int) -> tuple[ResearchJob, ...]:
        """The last ones asked for, newest first."""
        page = select(RESEARCH_JOBS).order_by(RESEARCH_JOBS.c.number.desc()).limit(limit)
        rows = await self._database.read(lambda db: db.execute(page).all())
        return tuple(_job_of(row) for row in rows)

    async def unfinished(self) -> tuple[ResearchJob, ...]:
        """Those that wait or ran, oldest first."""
        states = [state.value for state in UNFINISHED]
        wanted = select(RESEARCH_JOBS).where(RESEARCH_JOBS.c.state.in_(states))
        page = wanted.order_by(RESEARCH_JOBS.c.number)
        rows = await self._database.read(lambda db: db.execute(page).all())
        return tuple(_job_of(row) for row in rows)

    async def put(self, job: ResearchJob) -> None:
        """Keeps the job's state, sentence, result and end."""
        values = {
            "state": job.state.value,
            "ended_at": job.ended_at,
            "sentence": job.sentence,
            "told": job.told,
        }
        change = update(RESEARCH_JOBS).where(RESEARCH_JOBS.c.number == job.number).values(values)
        await self._database.write(lambda db: db.execute(change).rowcount)

    async def message_of(self, outbox_key: str) -> int | None:
        """The id that Telegram gave the message of this key; None before it arrived."""
        wanted = select(OUTBOX.c.message_id).where(OUTBOX.c.key == outbox_key)
        return await self._database.read(lambda db: db.execute(wanted).scalar_one_or_none())

    async def _one(self, where: Any) -> ResearchJob | None:
        wanted = select(RESEARCH_JOBS).where(where)
        row = await self._database.read(lambda db: db.execute(wanted).one_or_none())
        return None if row is None else _job_of(row)


def _job_of(row: Row[Any]) -> ResearchJob:
    return ResearchJob(
        number=row.number,
        command_id=row.command_id,
        kind=Kind(row.kind),
        words=row.words,
        chat_id=row.chat_id,
        message_id=row.message_id,
        reply_to=row.reply_to,
        person_id=row.person_id,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        state=JobState(row.state),
        ended_at=row.ended_at,
        sentence=row.sentence,
        told=row.told,
    )
