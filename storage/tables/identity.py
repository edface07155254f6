"""One row that says which database this is."""

from datetime import datetime

from sqlmodel import Field

from storage.columns import UtcDateTime
from storage.tables.base import TableRow, table_of


class IdentityRow(TableRow, table=True):
    __tablename__ = "identity"
    id: int = Field(primary_key=True)  # always 1
    database_uuid: str
    order_prefix: str  # the first five characters of every client_order_id
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_clean_stop_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    highest_position_id: int = 0
    bound_to: str | None = None  # the account whose books these are: "paper simulated"


IDENTITY = table_of(IdentityRow)
