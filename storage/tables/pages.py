"""Critical alerts, until somebody says that they saw them."""

from datetime import datetime

from sqlmodel import Field

from storage.columns import FreeText, UtcDateTime
from storage.tables.base import TableRow, table_of


class PageRow(TableRow, table=True):
    __tablename__ = "pages"
    page_id: str = Field(primary_key=True)  # short: it stands in a button
    event_key: str  # messages of it are called `<event_key>|<chat>`
    gist: str = Field(sa_type=FreeText)  # its first line, plain
    opened_at: datetime = Field(sa_type=UtcDateTime)
    rounds: int  # how often it was told again
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    # ^ when it is told again; NULL: not any more
    seen_by: str | None = Field(default=None, sa_type=FreeText)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


PAGES = table_of(PageRow)
