"""The paper venue's own cash: one row."""

from decimal import Decimal

from sqlmodel import Field

from storage.columns import MoneyText
from storage.tables.base import TableRow, table_of


class PaperAccountRow(TableRow, table=True):
    __tablename__ = "paper_account"
    id: int = Field(primary_key=True)  # always 1
    cash_quote: Decimal = Field(sa_type=MoneyText)


PAPER_ACCOUNT = table_of(PaperAccountRow)
