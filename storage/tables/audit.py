"""Who changed what: append-only, each row with the hash of the row before."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from storage.columns import FreeText, UtcDateTime
from storage.tables.base import TableRow, table_of


class AuditRow(TableRow, table=True):
    __tablename__ = "audit"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(sa_type=FreeText)
    role: str
    person_id: int | None = Field(default=None, sa_type=BigInteger)
    action: str
    subject: str = Field(sa_type=FreeText)
    before: str = Field(sa_type=FreeText)
    after: str = Field(sa_type=FreeText)
    result: str = Field(sa_type=FreeText)
    update_id: int | None = Field(default=None, sa_type=BigInteger)
    previous_hash: str
    row_hash: str


AUDIT = table_of(AuditRow)
