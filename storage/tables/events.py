"""The journal of everything that happened, in the order in which it became durable."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from storage.columns import JsonText, UtcDateTime
from storage.tables.base import TableRow, table_of


class EventRow(TableRow, table=True):
    __tablename__ = "events"
    seq: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    body: Any = Field(sa_type=JsonText)


EVENTS = table_of(EventRow)
