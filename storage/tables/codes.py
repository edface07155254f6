"""Each person's codes: the last one used, wrong tries, and until when one counts."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field

from storage.columns import JsonText, UtcDateTime
from storage.tables.base import TableRow, table_of


class CodeRow(TableRow, table=True):
    __tablename__ = "codes"
    person_id: int = Field(
        sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    last_step: int = Field(sa_type=BigInteger)  # of 30 s; the last that was accepted
    wrong_at: Any = Field(sa_type=JsonText)  # moments of wrong tries, ISO
    locked_until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    open_until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


CODES = table_of(CodeRow)
