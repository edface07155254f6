"""Who may talk to the desk."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from storage.columns import FreeText, UtcDateTime
from storage.tables.base import TableRow, table_of


class PersonRow(TableRow, table=True):
    __tablename__ = "people"
    person_id: int = Field(
        sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    name: str = Field(sa_type=FreeText)
    role: str
    added_at: datetime = Field(sa_type=UtcDateTime)
    added_by: str = Field(sa_type=FreeText)
    chat_id: int | None = Field(default=None, sa_type=BigInteger)


PEOPLE = table_of(PersonRow)
