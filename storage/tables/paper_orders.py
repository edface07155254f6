"""Orders as the paper venue has them, in the order in which they came."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Double
from sqlmodel import Field

from storage.columns import MoneyText, RealOrNan, UtcDateTime
from storage.tables.base import TableRow, table_of


class PaperOrderRow(TableRow, table=True):
    __tablename__ = "paper_orders"
    seq: int | None = Field(default=None, primary_key=True)
    client_order_id: str = Field(unique=True)
    venue_order_id: str
    symbol: str
    side: str
    kind: str
    qty_base: Decimal = Field(sa_type=MoneyText)
    limit_price: Decimal | None = Field(default=None, sa_type=MoneyText)
    trigger_price: Decimal | None = Field(default=None, sa_type=MoneyText)
    reduce_only: bool
    post_only: bool
    decision_price: float | None = Field(sa_type=RealOrNan)
    state: str
    is_working: bool = Field(index=True)
    is_forced: bool
    accepted_at: datetime = Field(sa_type=UtcDateTime)
    arrives_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ahead_base: float | None = Field(default=None, sa_type=Double)


PAPER_ORDERS = table_of(PaperOrderRow)
