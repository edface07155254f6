"""Bot API calls on their way, in the order in which each chat gets them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from storage.columns import FreeText, JsonText, UtcDateTime
from storage.tables.base import TableRow, table_of


class OutboxRow(TableRow, table=True):
    __tablename__ = "outbox"
    __table_args__ = (Index(None, "state", "chat_id", "priority", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    chat_id: int = Field(sa_type=BigInteger)
    priority: int
    method: str
    payload: Any = Field(sa_type=JsonText)
    file_name: str | None = None
    file_bytes: bytes | None = None  # dropped once it is sent
    plain: bool  # send without entities: Telegram refused them
    once: bool
    coalesce_key: str | None = Field(default=None, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: str
    attempts: int
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    error: str = Field(sa_type=FreeText)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


OUTBOX = table_of(OutboxRow)
