"""Prices that people want to hear of."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger
from sqlmodel import Field

from storage.columns import MoneyText, UtcDateTime
from storage.tables.base import TableRow, table_of


class PriceAlertRow(TableRow, table=True):
    __tablename__ = "price_alerts"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(sa_type=BigInteger, index=True)
    symbol: str
    is_above: bool
    level_price: Decimal = Field(sa_type=MoneyText)
    repeats: bool
    armed: bool  # the price was on the other side since
    fired: int  # how often
    created_at: datetime = Field(sa_type=UtcDateTime)


PRICE_ALERTS = table_of(PriceAlertRow)
