"""What became of trades that people refused: followed, but never part of the equity."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Field

from storage.columns import JsonText, MoneyText, RealOrNan, UtcDateTime
from storage.tables.base import TableRow, table_of


class ShadowRow(TableRow, table=True):
    __tablename__ = "shadows"
    number: int = Field(primary_key=True)  # the approval's
    symbol: str
    fate: str
    is_open: bool = Field(index=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    net_pnl_quote: Decimal | None = Field(default=None, sa_type=MoneyText)
    result_r: float | None = Field(default=None, sa_type=RealOrNan)
    body: Any = Field(sa_type=JsonText)  # the position, and the trade once it is closed


SHADOWS = table_of(ShadowRow)
