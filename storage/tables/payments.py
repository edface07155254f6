"""Funding paid and received, keyed by the venue's id of it: booked once."""

from datetime import datetime
from decimal import Decimal

from sqlmodel import Field

from storage.columns import MoneyText, UtcDateTime
from storage.tables.base import TableRow, table_of


class PaymentRow(TableRow, table=True):
    __tablename__ = "payments"
    payment_id: str = Field(primary_key=True)
    symbol: str
    flow_quote: Decimal = Field(sa_type=MoneyText)  # what it added to cash
    paid_at: datetime = Field(sa_type=UtcDateTime, index=True)


PAYMENTS = table_of(PaymentRow)
