"""Money that the account's owner moved in or out: no result of the desk, booked once."""

from datetime import datetime
from decimal import Decimal

from sqlmodel import Field

from storage.columns import MoneyText, UtcDateTime
from storage.tables.base import TableRow, table_of


class CashMoveRow(TableRow, table=True):
    __tablename__ = "cash_moves"
    move_id: str = Field(primary_key=True)
    flow_quote: Decimal = Field(sa_type=MoneyText)  # what it added to cash
    moved_at: datetime = Field(sa_type=UtcDateTime, index=True)
    cause: str


CASH_MOVES = table_of(CashMoveRow)
