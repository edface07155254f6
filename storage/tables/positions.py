"""Positions, open and closed, with what was known at their entry."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Double
from sqlmodel import Field

from storage.columns import MoneyText, RealOrNan, UtcDateTime
from storage.tables.base import TableRow, table_of


class PositionRow(TableRow, table=True):
    __tablename__ = "positions"
    position_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    symbol: str
    side: str
    is_open: bool = Field(index=True)  # qty_base is text: SQL cannot ask whether it is zero
    qty_base: Decimal = Field(sa_type=MoneyText)
    initial_qty_base: Decimal = Field(sa_type=MoneyText)
    entry_price: Decimal = Field(sa_type=MoneyText)
    exit_price: Decimal | None = Field(default=None, sa_type=MoneyText)
    stop_price: float | None = Field(sa_type=RealOrNan)
    initial_stop_price: float | None = Field(sa_type=RealOrNan)
    best_price: float | None = Field(sa_type=RealOrNan)
    worst_price: float | None = Field(sa_type=RealOrNan)
    targets_done: int
    stop_kind: int
    cash_quote: Decimal = Field(sa_type=MoneyText)
    fee_quote: Decimal = Field(sa_type=MoneyText)
    funding_quote: Decimal = Field(sa_type=MoneyText)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    advanced_at: datetime = Field(sa_type=UtcDateTime)
    plan_name: str
    risk_quote: float = Field(sa_type=Double)
    adds_done: int
    trail: str
    entry_liquidity: str
    entry_latency_ms: float | None = Field(default=None, sa_type=Double)
    proposal_key: str
    strategy: str
    strategy_version: str
    config_hash: str
    confidence_ratio: float = Field(sa_type=Double)
    predicted: str
    regime: str
    atr_price: float | None = Field(sa_type=RealOrNan)
    spread_bps: float | None = Field(sa_type=RealOrNan)
    volume_24h_quote: float | None = Field(sa_type=RealOrNan)
    decision_price: float | None = Field(sa_type=RealOrNan)


POSITIONS = table_of(PositionRow)
