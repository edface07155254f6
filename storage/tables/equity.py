"""The desk's worth over market time."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Double
from sqlmodel import Field

from storage.columns import MoneyText, UtcDateTime
from storage.tables.base import TableRow, table_of


class EquityRow(TableRow, table=True):
    __tablename__ = "equity"
    at: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    equity_quote: Decimal = Field(sa_type=MoneyText)
    cash_quote: Decimal = Field(sa_type=MoneyText)
    unrealised_quote: Decimal = Field(sa_type=MoneyText)
    drawdown_ratio: float = Field(sa_type=Double)
    open_positions: int
    moved_quote: Decimal = Field(sa_type=MoneyText)


EQUITY = table_of(EquityRow)
