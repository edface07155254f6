"""What every table shares: one metadata, and names of constraints that do not move."""

from typing import Any, cast

from sqlalchemy import MetaData, Table
from sqlmodel import SQLModel

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class TableRow(SQLModel):
    """The shape of one row; rows are written by Core statements and never leave `storage/`."""

    metadata = METADATA


def table_of(row: type[SQLModel]) -> Table:
    """The Core table behind a row class."""
    attributes = cast("dict[str, Any]", vars(row))
    return cast("Table", attributes["__table__"])
