"""What `parley panic` and its kind ask of the running desk."""

from datetime import datetime

from sqlmodel import Field

from storage.columns import FreeText, UtcDateTime
from storage.tables.base import TableRow, table_of


class TerminalCommandRow(TableRow, table=True):
    __tablename__ = "terminal_commands"
    command_id: str = Field(primary_key=True)
    kind: str
    actor: str = Field(sa_type=FreeText)
    at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(index=True)  # waiting, done
    answer: str | None = Field(default=None, sa_type=FreeText)


TERMINAL_COMMANDS = table_of(TerminalCommandRow)
