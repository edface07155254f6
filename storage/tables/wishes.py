"""How each person wants to be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field

from storage.columns import JsonText, UtcDateTime
from storage.tables.base import TableRow, table_of


class WishesRow(TableRow, table=True):
    __tablename__ = "wishes"
    person_id: int = Field(
        sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    zone: str
    quiet_from: str
    quiet_to: str
    daily_at: str
    daily_since_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    loudness: Any = Field(sa_type=JsonText)
    snoozed: Any = Field(sa_type=JsonText)


WISHES = table_of(WishesRow)
