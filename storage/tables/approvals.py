"""Trades that wait for a person's word, or waited. A row changes only to its next revision."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from storage.columns import JsonText, UtcDateTime
from storage.tables.base import TableRow, table_of


class ApprovalRow(TableRow, table=True):
    __tablename__ = "approvals"
    number: int = Field(primary_key=True)
    revision: int
    state: str = Field(index=True)
    is_settled: bool = Field(index=True)
    symbol: str
    proposal_key: str = Field(index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime, index=True)  # of the wall, as the deadline
    expires_at: datetime = Field(sa_type=UtcDateTime)
    body: Any = Field(sa_type=JsonText)  # the whole of it


APPROVALS = table_of(ApprovalRow)
