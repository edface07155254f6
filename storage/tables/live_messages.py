"""Messages known by a name: cards edited in place, and the heads of threads."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from storage.tables.base import TableRow, table_of


class LiveMessageRow(TableRow, table=True):
    __tablename__ = "live_messages"
    chat_id: int = Field(sa_type=BigInteger, primary_key=True)
    name: str = Field(primary_key=True)
    message_id: int = Field(sa_type=BigInteger)


LIVE_MESSAGES = table_of(LiveMessageRow)
