"""The paper venue's own cash, and what of the market it has acted on: one row."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Field

from storage.columns import JsonText, MoneyText, UtcDateTime
from storage.tables.base import TableRow, table_of


class PaperAccountRow(TableRow, table=True):
    __tablename__ = "paper_account"
    id: int = Field(primary_key=True)  # always 1
    cash_quote: Decimal = Field(sa_type=MoneyText)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen_names: Any = Field(default=None, sa_type=JsonText, nullable=True)


PAPER_ACCOUNT = table_of(PaperAccountRow)
