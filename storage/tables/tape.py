"""What models said, by the identity of the request: backtests replay it."""

from datetime import datetime

from sqlmodel import Field

from storage.columns import FreeText, RealOrNan, UtcDateTime
from storage.tables.base import TableRow, table_of


class TapeRow(TableRow, table=True):
    __tablename__ = "tape"
    key: str = Field(primary_key=True)
    voter: str
    snapshot_id: str = Field(index=True)
    model: str
    served_model: str = Field(sa_type=FreeText)
    prompt_hash: str
    kind: str  # empty: a text came
    raw_text: str = Field(sa_type=FreeText)
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: float = Field(sa_type=RealOrNan)
    latency_ms: float = Field(sa_type=RealOrNan)
    at: datetime = Field(sa_type=UtcDateTime)


TAPE = table_of(TapeRow)
