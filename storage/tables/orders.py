"""Orders of the desk: written as an intent before anything is sent."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Double
from sqlmodel import Field

from storage.columns import FreeText, JsonText, MoneyText, RealOrNan, UtcDateTime
from storage.tables.base import TableRow, table_of


class OrderRow(TableRow, table=True):
    __tablename__ = "orders"
    client_order_id: str = Field(primary_key=True)
    position_id: int = Field(index=True)
    symbol: str
    side: str
    kind: str
    qty_base: Decimal = Field(sa_type=MoneyText)
    limit_price: Decimal | None = Field(default=None, sa_type=MoneyText)
    trigger_price: Decimal | None = Field(default=None, sa_type=MoneyText)
    reduce_only: bool
    post_only: bool
    decision_price: float | None = Field(sa_type=RealOrNan)
    purpose: str
    attempt: int
    state: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    filled_base: Decimal = Field(sa_type=MoneyText)
    fee_quote: Decimal = Field(sa_type=MoneyText)
    avg_price: Decimal | None = Field(default=None, sa_type=MoneyText)
    latency_ms: float | None = Field(default=None, sa_type=Double)
    reason: str | None = None
    reason_text: str = Field(sa_type=FreeText)
    exit_reason: int
    terms: Any = Field(default=None, sa_type=JsonText, nullable=True)  # of an entry


ORDERS = table_of(OrderRow)
