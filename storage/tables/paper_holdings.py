"""What the paper venue's account holds of each symbol."""

from decimal import Decimal

from sqlmodel import Field

from storage.columns import MoneyText
from storage.tables.base import TableRow, table_of


class PaperHoldingRow(TableRow, table=True):
    __tablename__ = "paper_holdings"
    symbol: str = Field(primary_key=True)
    held_base: Decimal = Field(sa_type=MoneyText)  # signed: short is negative


PAPER_HOLDINGS = table_of(PaperHoldingRow)
