"""Rounds of votes: the event, what the pool was made of, and what became of it."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from storage.columns import JsonText, UtcDateTime
from storage.tables.base import TableRow, table_of


class ForecastRow(TableRow, table=True):
    __tablename__ = "forecasts"
    key: str = Field(primary_key=True)  # of the proposal
    symbol: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    outcome: str | None = Field(default=None, index=True)  # NULL: not decided yet
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    body: Any = Field(sa_type=JsonText)


FORECASTS = table_of(ForecastRow)
