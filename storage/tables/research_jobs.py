"""Research that was asked for: the queue, what runs, and what came of it."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from storage.columns import FreeText, UtcDateTime
from storage.tables.base import TableRow, table_of


class ResearchJobRow(TableRow, table=True):
    __tablename__ = "research_jobs"
    number: int | None = Field(default=None, primary_key=True)
    command_id: str = Field(unique=True)  # the same asking is the same job
    kind: str
    words: str = Field(sa_type=FreeText)
    chat_id: int = Field(sa_type=BigInteger)
    # the job's card; none: the reply to the command `reply_to`
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    reply_to: str
    person_id: int = Field(sa_type=BigInteger)
    asked_by: str = Field(sa_type=FreeText)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(index=True)  # waiting, running, done, failed, stopped, interrupted
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sentence: str = Field(default="", sa_type=FreeText)  # why it failed
    told: str = Field(default="", sa_type=FreeText)  # the result as JSON


RESEARCH_JOBS = table_of(ResearchJobRow)
