"""What became of each proposal, and who voted how."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from storage.columns import FreeText, JsonText, RealOrNan, UtcDateTime
from storage.tables.base import TableRow, table_of


class DecisionRow(TableRow, table=True):
    __tablename__ = "decisions"
    proposal_key: str = Field(primary_key=True)
    symbol: str = Field(index=True)
    side: str
    position_id: int | None = Field(default=None, index=True)  # NULL: denied
    reason: str | None = None
    text: str = Field(sa_type=FreeText)
    approved: bool | None = None  # NULL: it was denied before anybody was asked
    confidence_ratio: float | None = Field(default=None, sa_type=RealOrNan)
    votes: Any = Field(sa_type=JsonText)  # a list of votes, empty when nobody was asked
    at: datetime = Field(sa_type=UtcDateTime, index=True)


DECISIONS = table_of(DecisionRow)
