"""Where in a group each topic is told."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from storage.tables.base import TableRow, table_of


class TopicRow(TableRow, table=True):
    __tablename__ = "topics"
    name: str = Field(primary_key=True)
    chat_id: int = Field(sa_type=BigInteger)
    thread_id: int | None = Field(default=None, sa_type=BigInteger)  # NULL: the group itself


TOPICS = table_of(TopicRow)
