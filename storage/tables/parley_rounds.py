"""How each parley with models was decided: on which rung of the fallback ladder."""

from datetime import datetime

from sqlmodel import Field

from storage.columns import RealOrNan, UtcDateTime
from storage.tables.base import TableRow, table_of


class ParleyRoundRow(TableRow, table=True):
    __tablename__ = "parley_rounds"
    round_id: str = Field(primary_key=True)
    symbol: str
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    rung: str
    seats: int
    answered: int
    took_ms: float = Field(sa_type=RealOrNan)


PARLEY_ROUNDS = table_of(ParleyRoundRow)
