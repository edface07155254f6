"""The persisted state of the desk: one row."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Field

from storage.columns import FreeText, JsonText, MoneyText, UtcDateTime
from storage.tables.base import TableRow, table_of


class DeskStateRow(TableRow, table=True):
    __tablename__ = "desk_state"
    id: int = Field(primary_key=True)  # always 1
    trading: str
    cause: str
    why: str = Field(sa_type=FreeText)
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_by: str = Field(sa_type=FreeText)
    closing_all: bool
    cash_quote: Decimal = Field(sa_type=MoneyText)
    start_cash_quote: Decimal = Field(sa_type=MoneyText)
    day: str
    day_start_equity_quote: Decimal = Field(sa_type=MoneyText)
    peak_equity_quote: Decimal = Field(sa_type=MoneyText)
    day_base_quote: Decimal = Field(sa_type=MoneyText)
    moved_quote: Decimal = Field(sa_type=MoneyText)
    breaker_day_quote: Decimal = Field(sa_type=MoneyText)
    breaker_peak_quote: Decimal = Field(sa_type=MoneyText)
    last_loss_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    losing_streak: int
    last_position_id: int
    cursor_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resume_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_symbols: Any = Field(sa_type=JsonText)  # [[symbol, moment or null], ...]


DESK_STATE = table_of(DeskStateRow)
