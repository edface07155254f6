"""Every vote with what scoring it takes: raw, calibrated, the base rate, and the outcome."""

from datetime import datetime

from sqlmodel import Field

from storage.columns import FreeText, RealOrNan, UtcDateTime
from storage.tables.base import TableRow, table_of


class VoteRow(TableRow, table=True):
    __tablename__ = "votes"
    forecast_key: str = Field(primary_key=True)
    voter: str = Field(primary_key=True)
    identity: str = Field(sa_type=FreeText)  # with the model that answered
    symbol: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    is_model: bool
    abstention: str  # empty: it voted
    up_ratio: float = Field(sa_type=RealOrNan)
    down_ratio: float = Field(sa_type=RealOrNan)
    calibrated_up_ratio: float | None = Field(default=None, sa_type=RealOrNan)  # NULL: not pooled
    calibrated_down_ratio: float | None = Field(default=None, sa_type=RealOrNan)  # NULL: not pooled
    base_up_ratio: float = Field(sa_type=RealOrNan)
    base_down_ratio: float = Field(sa_type=RealOrNan)
    warnings: str  # codes, comma-separated
    latency_ms: float = Field(sa_type=RealOrNan)
    cost_usd: float = Field(sa_type=RealOrNan)
    outcome: str | None = None


VOTES = table_of(VoteRow)
