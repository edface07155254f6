"""Executions, keyed by the venue's id of them: the same fill is booked once."""

from datetime import datetime
from decimal import Decimal

from sqlmodel import Field

from storage.columns import MoneyText, UtcDateTime
from storage.tables.base import TableRow, table_of


class FillRow(TableRow, table=True):
    __tablename__ = "fills"
    fill_id: str = Field(primary_key=True)
    client_order_id: str = Field(foreign_key="orders.client_order_id", index=True)
    symbol: str
    side: str
    qty_base: Decimal = Field(sa_type=MoneyText)  # TEXT: REAL would cut it
    price: Decimal = Field(sa_type=MoneyText)
    fee_quote: Decimal = Field(sa_type=MoneyText)
    liquidity: str
    filled_at: datetime = Field(sa_type=UtcDateTime)
    fee_base: Decimal = Field(sa_type=MoneyText)


FILLS = table_of(FillRow)
