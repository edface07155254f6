"""Commands that are done, so that none is done twice."""

from datetime import datetime

from sqlmodel import Field

from storage.columns import FreeText, UtcDateTime
from storage.tables.base import TableRow, table_of


class ReceiptRow(TableRow, table=True):
    __tablename__ = "receipts"
    command_id: str = Field(primary_key=True)
    answer: str = Field(sa_type=FreeText)
    done_at: datetime = Field(sa_type=UtcDateTime)


RECEIPTS = table_of(ReceiptRow)
