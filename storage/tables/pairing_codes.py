"""One-time codes that give a role; only their hashes are kept."""

from datetime import datetime

from sqlmodel import Field

from storage.columns import UtcDateTime
from storage.tables.base import TableRow, table_of


class PairingCodeRow(TableRow, table=True):
    __tablename__ = "pairing_codes"
    code_hash: str = Field(primary_key=True)
    role: str
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


PAIRING_CODES = table_of(PairingCodeRow)
