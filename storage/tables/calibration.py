"""What was learned from votes so far: one row."""

from typing import Any

from sqlmodel import Field

from storage.columns import JsonText
from storage.tables.base import TableRow, table_of


class CalibrationRow(TableRow, table=True):
    __tablename__ = "calibration"
    id: int = Field(default=1, primary_key=True)
    outcomes: int
    body: Any = Field(sa_type=JsonText)


CALIBRATION = table_of(CalibrationRow)
