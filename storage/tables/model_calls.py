"""What each voter of each round was asked, and what it cost: written before, settled after."""

from datetime import datetime

from sqlmodel import Field

from storage.columns import RealOrNan, UtcDateTime
from storage.tables.base import TableRow, table_of


class ModelCallRow(TableRow, table=True):
    __tablename__ = "model_calls"
    round_id: str = Field(primary_key=True)
    voter: str = Field(primary_key=True)
    model: str
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    cost_usd: float = Field(sa_type=RealOrNan)  # unsettled: what was reserved
    is_settled: bool
    kind: str
    requests: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    latency_ms: float = Field(sa_type=RealOrNan)


MODEL_CALLS = table_of(ModelCallRow)
