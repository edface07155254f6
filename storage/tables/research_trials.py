"""Every trial that research made: the more there were, the more of the best one is luck."""

from datetime import datetime

from sqlmodel import Field

from storage.columns import RealOrNan, UtcDateTime
from storage.tables.base import TableRow, table_of


class ResearchTrialRow(TableRow, table=True):
    __tablename__ = "research_trials"
    key: str = Field(primary_key=True)  # study, market, parameters and returns
    study: str = Field(index=True)
    market: str = Field(index=True)  # a hash of the bars
    config_hash: str
    from_at: datetime = Field(sa_type=UtcDateTime)
    to_at: datetime = Field(sa_type=UtcDateTime)
    days: int
    trades: int
    in_sharpe_ratio: float = Field(sa_type=RealOrNan)  # per day
    out_sharpe_ratio: float | None = Field(default=None, sa_type=RealOrNan)  # NaN: not looked at
    digest: str  # of the returns
    made_at: datetime = Field(sa_type=UtcDateTime)


RESEARCH_TRIALS = table_of(ResearchTrialRow)
