"""Every set of parameters the desk ever had."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from storage.columns import FreeText, JsonText, UtcDateTime
from storage.tables.base import TableRow, table_of


class ParameterVersionRow(TableRow, table=True):
    __tablename__ = "parameter_versions"
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    values: Any = Field(sa_type=JsonText)
    config_hash: str = Field(index=True)
    author: str = Field(sa_type=FreeText)
    why: str = Field(sa_type=FreeText)
    at: datetime = Field(sa_type=UtcDateTime)
    undo_of: int | None = None
    reverts: Any = Field(sa_type=JsonText)  # what goes back by itself, and when


PARAMETER_VERSIONS = table_of(ParameterVersionRow)
