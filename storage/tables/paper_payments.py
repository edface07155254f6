"""Funding at the paper venue, in the order in which it was paid."""

from datetime import datetime
from decimal import Decimal

from sqlmodel import Field

from storage.columns import MoneyText, UtcDateTime
from storage.tables.base import TableRow, table_of


class PaperPaymentRow(TableRow, table=True):
    __tablename__ = "paper_payments"
    seq: int | None = Field(default=None, primary_key=True)
    payment_id: str = Field(unique=True)
    symbol: str
    flow_quote: Decimal = Field(sa_type=MoneyText)  # what it added to cash
    paid_at: datetime = Field(sa_type=UtcDateTime, index=True)


PAPER_PAYMENTS = table_of(PaperPaymentRow)
