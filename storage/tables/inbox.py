"""Updates of the Bot API, stored before Telegram may forget them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field

from storage.columns import FreeText, JsonText, UtcDateTime
from storage.tables.base import TableRow, table_of


class InboxRow(TableRow, table=True):
    __tablename__ = "inbox"
    bot_id: int = Field(sa_type=BigInteger, primary_key=True)
    update_id: int = Field(sa_type=BigInteger, primary_key=True)
    user_id: int = Field(sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger)
    said_at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    payload: Any = Field(sa_type=JsonText)
    state: str = Field(index=True)
    result: str = Field(sa_type=FreeText)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


INBOX = table_of(InboxRow)
