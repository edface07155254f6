"""Executions at the paper venue, in the order in which they happened."""

from datetime import datetime
from decimal import Decimal

from sqlmodel import Field

from storage.columns import MoneyText, UtcDateTime
from storage.tables.base import TableRow, table_of


class PaperFillRow(TableRow, table=True):
    __tablename__ = "paper_fills"
    seq: int | None = Field(default=None, primary_key=True)
    fill_id: str = Field(unique=True)
    client_order_id: str = Field(foreign_key="paper_orders.client_order_id", index=True)
    symbol: str
    side: str
    qty_base: Decimal = Field(sa_type=MoneyText)
    price: Decimal = Field(sa_type=MoneyText)
    fee_quote: Decimal = Field(sa_type=MoneyText)
    liquidity: str
    filled_at: datetime = Field(sa_type=UtcDateTime)
    fee_base: Decimal = Field(sa_type=MoneyText)


PAPER_FILLS = table_of(PaperFillRow)
